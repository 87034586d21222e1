import { describe, expect, it } from 'vitest';
import { MomentEstimate } from '../../src/decision/moment-estimate.js';
import { problemLaw } from '../../src/decision/period-law.js';
import { testDivergence, testStability } from '../../src/decision/side-tests.js';
import { randomSource } from '../../src/statistics/generator.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import type { ReducedProblem } from '../../src/theory/problem.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { mostEvents } from '../goodness-of-fit.js';
import { descentOnLine, reducedFromSpec } from '../sample-problems.js';

/** Level of every attempt. */
const LEVEL = 0.2;

/** Pairs for a pilot, for its trials, and for trials and test at most. */
const [PILOT, TRIALS, LEFT] = [400, 300, 1750];

/** Chance that a right rule fails a check. */
const CHANCE = 1e-6;

/** Of the attempts that many pilots at the threshold ask for: tests begun after the trials, and those that certified a side. */
function tests(problem: ReducedProblem, eta: number, runs: number): { begun: number; wrong: number } {
  const process = linearisedProcess(problem, eta);
  const [law, threshold] = [problemLaw(problem, eta, 1), -Math.log(LEVEL)];
  let [begun, wrong] = [0, 0];
  for (let k = 0; k < runs; k++) {
    const random = randomSource('null', problem.dimension, k);
    const moment = new MomentEstimate(problem.dimension);
    moment.draw(process, random, PILOT);
    const { value, perron } = moment.perron();
    const context = { process, law, random, threshold };
    const { samples, logEvidence } =
      value <= 1
        ? testStability(context, moment, value, TRIALS, LEFT)
        : testDivergence(context, perron, TRIALS, LEFT);
    if (samples > TRIALS) begun++;
    if (logEvidence >= threshold) wrong++;
  }
  return { begun, wrong };
}

const PLANE = reducedFromSpec({
  retain: [[[1, 0]], [[0, 1]], [[1, 1]]],
  forget: [],
  alpha: 0,
  batch: { retain: 1, forget: 0 },
  sampling: 'without-replacement',
});

describe('at rho = 1 exactly, where both sides are wrong, tests certify one at most as often as their level', () => {
  it.each([
    // (1 - 0.8)^2 and (1 - 3 * 0.8)^2 have the mean 1.
    ['one parameter', descentOnLine([1, 3], 1, 'without-replacement'), 0.8, 3000],
    ['two parameters', PLANE, exactStability(PLANE).criticalStep().value, 800],
  ] as const)('%s: and not far less often', (_, problem, eta, runs) => {
    const { begun, wrong } = tests(problem, eta, runs);
    expect(begun).toBeGreaterThan(runs / 10);
    expect(wrong).toBeLessThanOrEqual(mostEvents(begun, LEVEL, CHANCE));
    // A level a hundred times smaller than documented would hardly ever err.
    expect(wrong).toBeGreaterThan(mostEvents(begun, LEVEL / 100, CHANCE));
  });
});
