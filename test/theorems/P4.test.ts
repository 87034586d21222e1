import { expect, test } from 'vitest';
import { problemFromSpec, type SamplingChoice } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { P4 } from '../../theorems/P4.js';

/** Retain samples of one axis, one forget sample, single samples. */
function problem(retain: readonly number[], sampling: SamplingChoice, batch = 1) {
  const samples = retain.map((x) => [[x]]);
  const setting = { alpha: 0.3, batch: { retain: batch, forget: 1 }, sampling };
  return reduceProblem(problemFromSpec({ retain: samples, forget: [[[1.2]]], ...setting }));
}

test.each<[string, readonly number[], SamplingChoice, number?]>([
  ['one sample each, both in epochs', [1], 'reshuffled'],
  ['one set in epochs beside a single sample in epochs', [1, 2], 'reshuffled'],
  ['a whole batch in epochs beside a single sample in epochs', [1, 2], 'reshuffled', 2],
  ['one set in epochs alone', [1, 2], { retain: 'reshuffled', forget: 'without-replacement' }],
])('P4 speaks of %s', (_, retain, sampling, batch) => {
  const given = problem(retain, sampling, batch);
  expect(P4.claim.applies(given)).toBe(true);
  // An epoch of single samples multiplies by the product of 1 - eta k, k of the step with the whole forget set.
  const eta = 0.5;
  const squares = retain.map((x) => x * x);
  const steps = batch === 2 ? [squares.reduce((a, b) => a + b) / 2] : squares;
  const factor = steps.reduce((product, k) => product * (1 - eta * (0.7 * k - 0.3 * 1.44)), 1);
  expect(P4.claim.sideAt!(given, eta)).toBe(Math.abs(factor) < 1 ? 'stable' : 'diverges');
});

test.each<[string, readonly number[], SamplingChoice, number?]>([
  ['batches of two of four', [1, 2, 3, 4], 'reshuffled', 2],
  ['no epochs', [1, 2], 'without-replacement'],
])('P4 does not speak of %s', (_, retain, sampling, batch) => {
  expect(P4.claim.applies(problem(retain, sampling, batch))).toBe(false);
});
