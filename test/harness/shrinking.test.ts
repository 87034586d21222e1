import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BUDGETS, MAX_SHRINK_CANDIDATES } from '../../src/harness/budget.js';
import type { InequalityClaim } from '../../src/harness/inequality-claim.js';
import { drawInstances, shrinkContradiction } from '../../src/harness/run-instances.js';
import type { ProblemInstance } from '../../src/harness/instance.js';
import type { Mutant, Theorem } from '../../src/harness/theorem.js';
import type { ReducedProblem } from '../../src/theory/problem.js';
import { unlearning } from '../../src/unlearning/process.js';
import { U8 } from '../../theorems/U8.js';
import { reducedFromSpec } from '../sample-problems.js';

const SETTINGS = { seed: 5, budget: BUDGETS.quick, perVerdict: 1e-12 };
const CODE = { implementation: unlearning };

/** One coordinate, and so many samples that there is more to leave out than may be tried. */
const instances = fc
  .array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 300, size: 'max' })
  .map((lengths): ProblemInstance => ({
    problem: {
      retain: lengths.map((x) => [[x]]),
      forget: [[[1]]],
      alpha: 0.1,
      batch: { retain: 1, forget: 1 },
      sampling: 'with-replacement',
    },
    step: { reference: 'absolute', eta: 0.01 },
  }));
const theoremOf = (claim: InequalityClaim, mutants: readonly Mutant[] = []): Theorem => ({
  ...U8,
  ...{ claim, mutants, instances, witnesses: [] },
});
const drawn = drawInstances({ id: U8.id, instances, witnesses: [] }, SETTINGS.seed, 0, 60);
const index = drawn.findIndex(({ problem }) => problem.retain.length > 200);
const keyOf = ({ groups }: ReducedProblem): string =>
  JSON.stringify(groups.map(({ samples }) => [...samples.factors]));
const first = keyOf(reducedFromSpec(drawn[index]!.problem));

/** An inequality that fails where `isBroken`, with the number of problems that it was asked about. */
function counted(isBroken: (key: string) => boolean) {
  let asked = 0;
  const claim: InequalityClaim = {
    kind: 'inequality',
    applies: () => ++asked > 0,
    relations: (problem) => [{ name: 'it', lesser: Number(isBroken(keyOf(problem))), greater: 0 }],
  };
  return { claim, asked: () => asked };
}

test('of a contradiction as many candidates are examined as the error budget counts, and no wrong variant with them', () => {
  const [right, wrong] = [counted((key) => key === first), counted(() => true)];
  const mutants = [{ id: 'U8-1', description: 'wrong', claim: wrong.claim, quick: true }];
  const theorem = theoremOf(right.claim, mutants);
  const { instance, fastCheck } = shrinkContradiction(theorem, SETTINGS, CODE, index);
  expect(instance).toEqual(drawn[index]);
  expect(fastCheck.shrinks).toBe(0);
  // The contradiction itself is examined before them and after them, with the same result.
  expect(right.asked()).toBe(1 + MAX_SHRINK_CANDIDATES + 1);
  expect(wrong.asked()).toBe(0);
});

test('what contradicts as well and is smaller takes its place', () => {
  const { claim } = counted(() => true);
  const theorem = theoremOf(claim);
  const { instance, examination, fastCheck } = shrinkContradiction(theorem, SETTINGS, CODE, index);
  expect(fastCheck.shrinks).toBeGreaterThan(0);
  expect(instance).toMatchObject({ problem: { retain: [[[1]]] } });
  expect(examination.outcome).toBe('contradict');
});
