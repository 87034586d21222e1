import { sampleCurvatures } from '../theory/mean-curvature.js';
import type { ReducedProblem } from '../theory/problem.js';
import type { RandomSource } from '../random/generator.js';
import { bestStake, MeanAboveOneTest } from '../statistics/betting-tests.js';
import { stepDirections, type UnlearningProcess } from '../unlearning/process.js';

/** Steps that choose the stake, and steps that test. */
const TRIALS = 500;
const TESTS = 20_000;

/** Which way the typical growth passes a bound. */
type Passing = 'above' | 'below';

/**
 * Certified bounds on the typical growth 2 gamma = E log A^2 of a problem with one dimension, where the growth of every
 * step is an independent number. For each bound b, above: true if a sequential test rejects "E log A^2 <= b" (betting on
 * (log A^2 - low)/(b - low) >= 0, mean at most 1); below: the same of -log A^2 and -b. Needs an end of log A^2 that the
 * problem guarantees; above, where A may come near 0, nothing is certified.
 *
 * @returns one answer for each bound; all false unless r = 1.
 */
export function exceedsTypicalGrowth(
  process: UnlearningProcess,
  problem: ReducedProblem,
  eta: number,
  given: readonly number[],
  random: RandomSource,
  errorProbability: number,
  passing: Passing = 'above',
): boolean[] {
  const low = lowestLogSquare(passing, problem, eta);
  if (problem.dimension !== 1 || low === null) return given.map(() => false);
  const sign = passing === 'above' ? 1 : -1;
  const bounds = given.map((bound) => sign * bound);
  const direction = Float64Array.of(1);
  const moved = new Float64Array(1);
  const draw = (): number => {
    stepDirections(process, random, direction, moved);
    return sign * Math.log(moved[0]! ** 2);
  };
  const trials = Array.from({ length: TRIALS }, draw);
  const tests = bounds.map((bound) => {
    // E log A^2 <= bound <= low is impossible: the range alone rejects it.
    if (!(bound > low)) return null;
    const scaled = (x: number): number => Math.max(0, x - low) / (bound - low);
    const { stake } = bestStake(trials.map(scaled));
    return { test: new MeanAboveOneTest([stake * 0.999]), scaled };
  });
  for (let s = 0; s < TESTS; s++) {
    const x = draw();
    for (const entry of tests) entry?.test.observe(entry.scaled(x));
  }
  const threshold = -Math.log(errorProbability);
  return tests.map((entry) => entry === null || entry.test.logEvidence() >= threshold);
}

/** log of the smallest A^2 that any batches can give (r = 1), or null if A may be 0 or negative; below: of 1/A^2. */
function lowestLogSquare(passing: Passing, problem: ReducedProblem, eta: number): number | null {
  let [smallest, largest] = [1, 1];
  for (const group of problem.groups) {
    const { samples, batchSize, sampling, weight } = group;
    const most = sampling === 'bernoulli' ? samples.sampleCount : batchSize;
    const farthest = eta * weight * (most / batchSize) * Math.max(...sampleCurvatures(samples));
    if (group.sign > 0) smallest -= farthest;
    else largest += farthest;
  }
  if (passing === 'below') return -Math.log(Math.max(smallest ** 2, largest ** 2));
  return smallest > 0 ? Math.log(smallest ** 2) : null;
}
