import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { decideSide } from '../../src/decision/decide-side.js';
import { testExpansion } from '../../src/decision/expansion-test.js';
import { type PeriodLaw, problemLaw } from '../../src/decision/period-law.js';
import { testStability } from '../../src/decision/side-tests.js';
import { StateMoment } from '../../src/decision/state-moment.js';
import { stateSubspaces } from '../../src/decision/state-subspaces.js';
import { randomSource } from '../../src/statistics/generator.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { relativeDifference } from '../closeness.js';
import { procedureProblem } from '../procedure-problems.js';
import { betOnLess } from '../reference/decision-procedure.js';
import { firstUnitRadius } from '../reference/period-matrices.js';
import { THRESHOLD, TRIALS } from './expansion-attempt.js';
import { countedProcess, matrixTape, tapeProcess } from './tape-process.js';

/** Periods of one number, of which two may be looked at as one. */
const law = (range: number): PeriodLaw => ({
  symmetric: false,
  selfAdjoint: false,
  memory: 3,
  subspaces: () => [],
  range: (_roots, _allowance, stride) => ({
    range: range ** stride,
    excess: 0,
    sizeLimit: { retain: 1, forget: 0 },
  }),
  sizeFault: () => null,
});

const ONE = Float64Array.of(1);

/** Of states of two numbers. */
const MOMENTUM = procedureProblem(1, { optimizer: { momentum: 0.9 } });

/** An attempt at stability on the squares of given steps: 50 trials, then the test. */
function stability(squares: (k: number) => number, range: number, left: number) {
  const process = tapeProcess((k) => Math.sqrt(squares(k)));
  const moment = { resolvent: () => ({ root: ONE, inverseRoot: ONE }) };
  const context = { process, law: law(range), random: randomSource('unused'), threshold: THRESHOLD };
  return { ...testStability(context, moment, 0.6, TRIALS, left), drawn: process.drawn() };
}

/** Evidence of products of so many trials, by product. */
function growthOf(squares: (k: number) => number, stride: number, range: number): number {
  const products = Array.from({ length: TRIALS - stride + 1 }, (_, k) =>
    Array.from({ length: stride }, (__, s) => squares(k + s)).reduce((a, b) => a * b, 1),
  );
  return betOnLess(products, range ** stride, 1, (coefficients, values) =>
    values.reduce((sum, y) => sum + coefficients.reduce((part, c, k) => part + c * (1 - y) ** (k + 1), 0), 0),
  ).growth;
}

describe('the fewest pairs that a test of stability may take are the least over all numbers of periods', () => {
  it.each([
    ['one', { 1: 1.2, 2: 3 }, 0.2 / 0.1],
    // Samples of two periods, with 1 - rho^2 to gain in each.
    ['two', { 1: 3, 2: 1.2 }, (2 * 0.2) / (1 - 0.81)],
  ] as const)('%s: no trials are drawn where they are far more than are left', (_, ranges, each) => {
    const process = tapeProcess(() => 0.9);
    const periods: PeriodLaw = {
      ...law(1),
      range: (_roots, _allowance, stride) => ({
        range: ranges[stride as 1 | 2],
        excess: 0,
        sizeLimit: { retain: 1, forget: 0 },
      }),
    };
    const context = { process, law: periods, random: randomSource('unused'), threshold: THRESHOLD };
    const moment = { resolvent: () => ({ root: ONE, inverseRoot: ONE }) };
    const { expected, samples } = testStability(context, moment, 0.9, TRIALS, 1);
    expect([samples, process.drawn()]).toEqual([0, 0]);
    expect(relativeDifference(expected, (THRESHOLD * each) / 0.95)).toBeLessThan(1e-12);
  });
});

describe('the evidence for stability of several periods in a sample', () => {
  it.each([
    // Products of these two are all alike, and worth two of them.
    ['more than that of one by one', [0.2, 1.4], 1.5, 2],
    ['less, though a sample says more', [0.2, 0.8], 1, 1],
  ] as const)('counts by period: %s', (_, [one, other], range, best) => {
    const squares = (k: number): number => (k % 2 === 0 ? one : other);
    const [single, product] = [growthOf(squares, 1, range), growthOf(squares, 2, range)];
    expect(product).toBeGreaterThan(single);
    expect(product / 2 > single ? 2 : 1).toBe(best);
    const { expected } = stability(squares, range, 1e5);
    expect(relativeDifference(expected, THRESHOLD / Math.max(single, product / 2))).toBeLessThan(1e-9);
  });
});

describe('no test draws more pairs of batches than are left', () => {
  const lefts = [300, 301, 302, 303, 304];

  it.each(lefts)('of stability by samples of two periods, where %d are left', (left) => {
    // No evidence comes after the trials.
    const squares = (k: number): number => (k >= TRIALS ? 1 : k % 2 === 0 ? 0.2 : 1.4);
    const { samples, drawn, expected, logEvidence } = stability(squares, 1.5, left);
    expect(expected).toBeLessThan(left);
    expect(3 * expected + 640).toBeGreaterThan(left);
    expect(logEvidence).toBeLessThan(THRESHOLD);
    // As many whole samples as there is room for.
    expect([samples, drawn]).toEqual([left - ((left - TRIALS) % 2), samples]);
  });

  it.each([4000, 4001])('of divergence by samples of two periods, where %d are left', (left) => {
    const random = randomSource('budget of momentum');
    const problem = procedureProblem(1, { optimizer: { momentum: 0.97 } });
    const real = linearisedProcess(problem, 1.8 * firstUnitRadius(problem, 0.05));
    const moment = new StateMoment(stateSubspaces(problem, 2), 2);
    moment.draw(real, random, 1000);
    const process = countedProcess(real, (drawn) => ({
      // No evidence comes after the trials.
      applyStep(state) {
        if (drawn() <= 300) real.applyStep(state);
      },
    }));
    const context = { process, law: problemLaw(problem, 1, 1), random, threshold: Math.log(50) };
    const { samples, expected, logEvidence } = testExpansion(context, moment.fastest(), 300, left);
    expect(expected).toBeLessThan(left);
    expect(3 * expected + 640).toBeGreaterThan(left);
    expect(logEvidence).toBeLessThan(0);
    expect([samples, process.drawn()]).toEqual([4000, 4000]);
  });

  it.each([1500, 1501, 1717])('nor does a decision about momentum, of %d in all', (maxSamples) => {
    // Growth in the glance and its trials alone, of which a test is foreseen to take a third of what is left.
    const turned = new Matrix([[Math.cos(0.7), -Math.sin(0.7)], [Math.sin(0.7), Math.cos(0.7)]]); // prettier-ignore
    const steps = (k: number): Matrix =>
      k >= 175 ? Matrix.eye(2) : Matrix.mul(turned, Math.sqrt(k % 2 === 0 ? 1.08 : 1.07));
    const process = matrixTape(steps);
    const options = { errorProbability: 1e-9, maxSamples };
    const { side, samples } = decideSide(process, MOMENTUM, 1, randomSource('unused'), options);
    expect(side).toBe('inconclusive');
    expect([samples, process.drawn()]).toEqual([maxSamples, maxSamples]);
  });
});
