import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { testExpansion } from '../../src/decision/expansion-test.js';
import { problemLaw } from '../../src/decision/period-law.js';
import { StateMoment } from '../../src/decision/state-moment.js';
import { stateSubspaces } from '../../src/decision/state-subspaces.js';
import { identityMatrix } from '../../src/linalg/symmetric-eigen.js';
import { randomSource } from '../../src/statistics/generator.js';
import { stepDirections } from '../../src/unlearning/drawn-matrices.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { relativeDifference } from '../closeness.js';
import { procedureProblem } from '../procedure-problems.js';
import { betOnExpansion } from '../reference/expansion-decision.js';
import { firstUnitRadius } from '../reference/period-matrices.js';
import { attempt, type Rules, THRESHOLD, TRIALS } from './expansion-attempt.js';

const rotation = (angle: number): Matrix =>
  new Matrix([
    [Math.cos(angle), -Math.sin(angle)],
    [Math.sin(angle), Math.cos(angle)],
  ]);

/** Draws of the test that a growth needs, in lots of 64. */
const lots = (growth: number): number => 64 * Math.ceil(THRESHOLD / growth / 64);

describe('periods with one and the same matrix', () => {
  it.each([
    ['a pair of complex eigenvalues', rotation(0.7).mul(1.05), 1.05],
    ['a negative one', new Matrix([[-1.05, 0.3], [0, 0.5]]), 1.05], // prettier-ignore
    ['a real one that is not the largest number', new Matrix([[1, 0.3], [0, -1.2]]), 1.2], // prettier-ignore
  ])('%s: the evidence is the log of its squared modulus, a draw', (_, step, radius) => {
    const growth = 2 * Math.log(radius);
    const { samples, logEvidence, expected, fault, drawn } = attempt(() => step);
    expect([samples, drawn, fault]).toEqual([TRIALS + lots(growth), TRIALS + lots(growth), null]);
    expect(relativeDifference(logEvidence, lots(growth) * growth)).toBeLessThan(1e-8);
    expect(relativeDifference(expected, THRESHOLD / growth)).toBeLessThan(1e-8);
  });

  it('one draw of another matrix is the end of the evidence', () => {
    const step = rotation(0.7).mul(1.05);
    const limit = Math.ceil((3 * THRESHOLD) / (2 * Math.log(1.05))) + 640;
    const verdict = attempt((k) => (k === TRIALS + 10 ? Matrix.mul(step, 2) : step));
    expect(verdict).toMatchObject({ samples: limit, drawn: limit, logEvidence: -Infinity, fault: null });
    const less = attempt((k) => (k === TRIALS + 10 ? Matrix.mul(step, 2) : step), { left: 300 });
    expect(less).toMatchObject({ samples: 300, drawn: 300, logEvidence: -Infinity });
  });

  it('that do not grow are not tested', () => {
    const verdict = attempt(() => rotation(0.7).mul(0.99));
    expect(verdict).toMatchObject({
      samples: TRIALS,
      drawn: TRIALS,
      logEvidence: -Infinity,
      expected: Infinity,
    });
  });

  it('count with the smallest radius of all that pass for it', () => {
    // Eigenvalues 1.05 and 0.95 that nearly coincide: a matrix that differs by 1e-12 of the norm may have one of 1.05 - 1e-7.
    const step = new Matrix([[1.05, 100], [0, 0.95]]); // prettier-ignore
    const other = step.clone();
    other.set(1, 0, -1e-12 * step.norm());
    const least = 1 + Math.sqrt(0.05 ** 2 + 100 * other.get(1, 0));
    expect(1.05 - least).toBeGreaterThan(5e-8);
    // Draws that differ by a tenth of that are the same matrix.
    const near = step.clone();
    near.set(1, 0, other.get(1, 0) / 10);
    const { samples, logEvidence } = attempt((k) => (k === 7 || k === TRIALS + 7 ? near : step));
    const growth = logEvidence / (samples - TRIALS);
    expect(growth).toBeLessThan(2 * Math.log(least));
    expect(growth).toBeGreaterThan(2 * Math.log(1.05 - 2e-3));
  });

  it.each([
    ['a trial', 7],
    ['a draw of the test', TRIALS + 7],
  ])('%s that differs by 1e-9 is another matrix', (_, when) => {
    const step = rotation(0.7).mul(1.05);
    const { logEvidence, samples } = attempt((k) => (k === when ? Matrix.mul(step, 1 + 1e-9) : step));
    if (when > TRIALS) return expect(logEvidence).toBe(-Infinity);
    // Not one matrix, so that draws are bet on: with at most 0.99 of the capital, a third of it on each stake.
    const expected = (samples - TRIALS) * Math.log1p(0.99 * (1.05 ** 2 - 1)) - Math.log(3);
    expect(relativeDifference(logEvidence, expected)).toBeLessThan(1e-7);
    return undefined;
  });
});

describe('periods that differ', () => {
  /** Turned by one angle, so that the evidence is that of bets on the squares of their lengths. */
  const bet = (squares: (k: number) => number, rules: Partial<Rules> = {}) =>
    attempt((k) => rotation(0.7).mul(Math.sqrt(squares(k))), {
      pilot: [1.6, 0.7].map((x) => rotation(0.7).mul(Math.sqrt(x))),
      ...rules,
    });
  const capital = (stake: number, squares: (k: number) => number, from: number, to: number): number => {
    let log = 0;
    for (let k = from; k < to; k++) log += Math.log(1 + stake * (squares(k) - 1));
    return log;
  };
  const grid = Array.from({ length: 33 }, (_, k) => 0.98 * 0.7 ** k);

  it.each([
    ['the stake itself', [1.6, 0.7], [1.6, 0.7]],
    ['half of it, where the test grows less', [1.6, 0.7], [1.6, 0.5, 1.15]],
    ['double it, where the test grows more', [1.6, 0.62], [1.6, 0.8]],
    ['no more than 0.99', [1.2, 1], [1.2, 1]],
  ])('the trials choose the stake, and the test bets afresh: %s', (_, chosen, tested) => {
    const squares = (k: number): number =>
      k < TRIALS ? chosen[k % chosen.length]! : tested[k % tested.length]!;
    const growths = grid.map((stake) => capital(stake, squares, 0, TRIALS) / TRIALS);
    const growth = Math.max(...growths);
    const stake = grid[growths.indexOf(growth)]!;
    const { samples, drawn, logEvidence, expected } = bet(squares);
    expect(relativeDifference(expected, THRESHOLD / growth)).toBeLessThan(1e-9);
    const evidence = (to: number): number =>
      Math.max(...[stake / 2, stake, Math.min(0.99, 2 * stake)].map((x) => capital(x, squares, TRIALS, to))) -
      Math.log(3);
    const limit = Math.ceil(3 * expected) + 640;
    let to = TRIALS;
    while (to < limit && !(to > TRIALS && evidence(to) >= THRESHOLD)) to = Math.min(limit, to + 64);
    expect([samples, drawn]).toEqual([to, to]);
    expect(relativeDifference(logEvidence, evidence(to))).toBeLessThan(1e-9);
  });

  it('without growth on the trials there is no test', () => {
    const verdict = bet((k) => [1.2, 0.7][k % 2]!);
    expect(verdict).toMatchObject({
      samples: TRIALS,
      drawn: TRIALS,
      logEvidence: -Infinity,
      expected: Infinity,
    });
  });
});

it('with momentum the trials choose P and the number of periods in a sample', () => {
  const strides = [
    [0.9, 1.6],
    [0.9, 1.3],
    [0.5, 1.2],
    [0.97, 1.3],
  ].map(([momentum, ratio]) => strideOfExact(momentum!, ratio!));
  expect(new Set(strides).size).toBeGreaterThan(2);
});

/** Compares an attempt with the test written out on the same draws, to the sample; returns the periods of a sample. */
function strideOfExact(momentum: number, ratio: number): number {
  const problem = procedureProblem(1, { optimizer: { momentum } });
  const eta = ratio * firstUnitRadius(problem, 0.05);
  const [pilotCount, trialCount, threshold] = [1000, 300, Math.log(50)];
  const source = () => randomSource('expansion', momentum, ratio);
  const [process, random] = [linearisedProcess(problem, eta), source()];
  const moment = new StateMoment(stateSubspaces(problem, 2), 2);
  moment.draw(process, random, pilotCount);
  const context = { process, law: problemLaw(problem, eta, 1), random, threshold };
  const found = testExpansion(context, moment.fastest(), trialCount, 1e5);

  const [again, drawing] = [linearisedProcess(problem, eta), source()];
  const take = (count: number): Matrix[] =>
    Array.from({ length: count }, () => {
      const rows = new Float64Array(4);
      stepDirections(again, drawing, identityMatrix(2), rows);
      return Matrix.from1DArray(2, 2, Array.from(rows)).transpose();
    });
  const [pilot, trials] = [take(pilotCount), take(trialCount)];
  const strides = [1, 2, 4, 8, 16].filter((stride) => stride <= 2 / (1 - momentum));
  const test = betOnExpansion(pilot, trials, { block: 1, strides });
  expect(relativeDifference(found.expected, threshold / test.growth)).toBeLessThan(1e-6);
  const limit = Math.ceil(3 * found.expected) + 640;
  const drawn: Matrix[] = [];
  let samples = trialCount;
  let logEvidence = -Infinity;
  while (samples < limit && logEvidence < threshold) {
    for (let k = 0; k < 64 && samples < limit; k++, samples += test.stride)
      drawn.push(take(test.stride).reduce((product, b) => b.mmul(product)));
    logEvidence = test.evidence(drawn);
  }
  expect(found.samples).toBe(samples);
  expect(relativeDifference(found.logEvidence, logEvidence)).toBeLessThan(1e-6);
  return test.stride;
}
