import { expect, test } from 'vitest';
import { BUDGETS, type BudgetName } from '../../src/harness/budget.js';
import type { Mutant } from '../../src/harness/claim.js';
import { examine } from '../../src/harness/kinds.js';
import type { Theorem } from '../../src/harness/theorem.js';
import { unlearning } from '../../src/unlearning/process.js';
import { theorems } from '../../theorems/index.js';
import { U6 } from '../../theorems/U6.js';

/*
 * A run of `verify` starts with the stored instances of every theorem, so that no wrong variant survives by the luck
 * of a seed. `npm run witnesses` looks for them.
 */

/** Theorems with variants that no stored instance refutes, because one network or one data set shows little. */
const LEFT_TO_DRAWS = new Map([
  ['C1', 'compared number by number on every drawn data set'],
  ['C5', 'a trend over many networks'],
  ['C6', 'measured on trained networks'],
]);

/** Error of one certificate when the budget of quick, 1e-10 a run, is shared out. */
const ERROR_PROBABILITY = 1e-14;

/** Variants that no stored instance refutes within the budget. */
function unrefuted(theorem: Theorem, mutants: readonly Mutant[], budget: BudgetName): string[] {
  const { maxSamples, maxSamplesUndecided } = BUDGETS[budget];
  const refuted = theorem.witnesses.flatMap(
    (witness) =>
      examine(theorem.claim, witness, {
        implementation: unlearning,
        mutants,
        seed: 3001,
        theoremId: theorem.id,
        errorProbability: ERROR_PROBABILITY,
        maxSamples,
        maxSamplesUndecided,
      }).refuted,
  );
  return mutants.filter(({ id }) => !refuted.includes(id)).map(({ id }) => id);
}

const storing = theorems.filter(({ id }) => !LEFT_TO_DRAWS.has(id));

test.each(storing.map((theorem) => [theorem.id, theorem] as const))(
  '%s: stored instances refute what quick must refute, and every other variant at standard',
  (_, theorem) => {
    const left = unrefuted(theorem, theorem.mutants, 'quick');
    const others = theorem.mutants.filter(({ id, quick }) => !quick && left.includes(id));
    const stillLeft = unrefuted(theorem, others, 'standard');
    expect(left.filter((id) => others.every((other) => other.id !== id) || stillLeft.includes(id))).toEqual(
      [],
    );
  },
);

test('of a theorem that leaves them to its draws quick must refute none', () => {
  const asked = theorems.filter(
    ({ id, mutants }) => LEFT_TO_DRAWS.has(id) && mutants.some(({ quick }) => quick),
  );
  expect(asked.map(({ id }) => id)).toEqual([]);
});

test('a theorem without its stored instances is noticed', () => {
  const ids = U6.mutants.map(({ id }) => id);
  expect(unrefuted({ ...U6, witnesses: [] }, U6.mutants, 'quick')).toEqual(ids);
  const agreeing = U6.mutants.map((mutant) => ({ ...mutant, claim: U6.claim }));
  expect(unrefuted(U6, agreeing, 'quick')).toEqual(ids);
});
