import type { ReducedProblem } from '../curvature/problem.js';
import { randomSource } from '../random/generator.js';
import type { Interval } from '../statistics/intervals.js';
import { typicalGrowth } from '../unlearning/growth.js';
import { perronStart } from '../unlearning/perron-start.js';
import { linearisedProcess, type UnlearningImplementation } from '../unlearning/process.js';

/** Enough to tell the sign of 2 gamma a cell or so from where it changes. */
const RUNS = 12;
const STEPS = 200;
const BURN_IN = 40;
const CONFIDENCE = 0.99;

/**
 * Measured growth 2 gamma of single runs, from starts along the Perron matrix, with its interval.
 *
 * @param words name the cell in the random stream.
 */
export function typicalRuns(
  problem: ReducedProblem,
  eta: number,
  perron: Float64Array,
  implementation: UnlearningImplementation,
  words: readonly (string | number)[],
): Interval {
  const process = linearisedProcess(problem, eta, implementation);
  const random = randomSource('frontier', 'typical', ...words);
  const start = perronStart(perron, problem.dimension);
  const options = { runs: RUNS, steps: STEPS, burnIn: BURN_IN, confidence: CONFIDENCE, start };
  return typicalGrowth(process, random, options).interval;
}
