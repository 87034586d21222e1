import { expect, it } from 'vitest';
import { plannedGroups } from '../../src/decision/period-range.js';
import type { ProblemSpec } from '../../src/theory/problem.js';
import { procedureProblem } from '../procedure-problems.js';

it('the short batch of an epoch is its last one, in each period anew', () => {
  const sizes = (spec: Partial<ProblemSpec>, set = 'retain'): (number | undefined)[] =>
    plannedGroups(procedureProblem(2, spec)).map(
      (groups) => groups.find(({ name }) => name === set)?.batchSize,
    );
  const epochs = {
    retain: [[[1, 0]], [[0, 1]], [[1, 1]]],
    sampling: { retain: 'reshuffled', forget: 'without-replacement' },
    batch: { retain: 2, forget: 1 },
    dropLast: false,
  } as const;
  expect(sizes(epochs)).toEqual([2, 1]);
  expect(sizes({ ...epochs, dropLast: true })).toEqual([2]);
  const ofForget = { ...epochs, sampling: { retain: 'bernoulli', forget: 'reshuffled' } } as const;
  const three = { forget: epochs.retain, batch: { retain: 1, forget: 2 } };
  expect(sizes({ ...ofForget, ...three }, 'forget')).toEqual([2, 1]);
});
