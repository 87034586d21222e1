import { expect, test } from 'vitest';
import { BUDGETS, type BudgetName } from '../../src/harness/budget.js';
import { examine } from '../../src/harness/kinds.js';
import type { Mutant, Theorem } from '../../src/harness/theorem.js';
import { unlearning } from '../../src/unlearning/process.js';
import { theorems } from '../../theorems/index.js';
import { U6 } from '../../theorems/U6.js';

/*
 * A run of `verify` starts with the stored instances of every theorem, so that no wrong variant survives by the luck
 * of a seed. `npm run witnesses` looks for them.
 */

/** Variants that no stored instance refutes, none of them asked of the quick budget. */
const LEFT_TO_DRAWS = [
  ['C1-', 'compared number by number on every drawn data set'],
  ['C5-8', 'a trend over many networks'],
  ['C6-', 'measured on trained networks'],
] as const;

const isLeft = ({ id }: Mutant): boolean => LEFT_TO_DRAWS.some(([start]) => id.startsWith(start));

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

const variants = theorems.flatMap(({ mutants }) => mutants);

test.each(theorems.map((theorem) => [theorem.id, theorem] as const))(
  '%s: stored instances refute what quick must refute, and every other variant at standard',
  (_, theorem) => {
    const stored = theorem.mutants.filter((mutant) => !isLeft(mutant));
    const left = unrefuted(theorem, stored, 'quick');
    expect(stored.filter(({ id, quick }) => quick && left.includes(id))).toEqual([]);
    const others = stored.filter(({ id }) => left.includes(id));
    expect(unrefuted(theorem, others, 'standard')).toEqual([]);
  },
);

test('quick must refute nothing that is left to the draws', () => {
  expect(variants.filter((mutant) => isLeft(mutant) && mutant.quick)).toEqual([]);
});

test('a theorem without its stored instances is noticed', () => {
  const ids = U6.mutants.map(({ id }) => id);
  expect(unrefuted({ ...U6, witnesses: [] }, U6.mutants, 'quick')).toEqual(ids);
  const agreeing = U6.mutants.map((mutant) => ({ ...mutant, claim: U6.claim }));
  expect(unrefuted(U6, agreeing, 'quick')).toEqual(ids);
});
