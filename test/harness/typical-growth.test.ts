import { describe, expect, it } from 'vitest';
import { exceedsTypicalGrowth } from '../../src/harness/typical-claim.js';
import { randomSource } from '../../src/statistics/generator.js';
import type { Sampling } from '../../src/theory/problem.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { descentOnLine, reducedFromSpec } from '../sample-problems.js';
import { tapeProcess } from '../decision/tape-process.js';

/** Steps that choose the stake, and steps that test. */
const [TRIALS, TESTS] = [500, 20_000];

/** A lies between 1 - 0.9 and 1 - 0.1. */
const LINE = descentOnLine([0.1, 0.9], 1, 'without-replacement');
const LOW = Math.log(0.1 ** 2);

function exceeded(squares: (k: number) => number, bounds: readonly number[], error: number) {
  const process = tapeProcess((k) => Math.sqrt(squares(k)));
  const answer = exceedsTypicalGrowth(process, LINE, 1, bounds, randomSource('unused'), error);
  return { answer, drawn: process.drawn() };
}

/** log capital of TESTS steps of one size, of which the trials stake everything, 0.999 in the test. */
function evidence(square: number, bound: number): number {
  const x = (Math.log(square) - LOW) / (bound - LOW);
  return TESTS * Math.log(1 + 0.999 * (x - 1));
}

describe('exceedsTypicalGrowth', () => {
  const square = 0.5;
  it.each([1e-3, 1e-9, 1e-14])('rejects a bound at its level and not above it: %d', (error) => {
    // The bound at which steps of one size have exactly the evidence that the level asks for.
    const x = 1 + (Math.exp(-Math.log(error) / TESTS) - 1) / 0.999;
    const bound = LOW + (Math.log(square) - LOW) / x;
    expect(Math.abs(evidence(square, bound) / -Math.log(error) - 1)).toBeLessThan(1e-9);
    for (const [factor, expected] of [
      [1.001, true],
      [0.999, false],
    ] as const) {
      // A level off by a factor 1.001 is told apart; so is a bound off by as little.
      expect(exceeded(() => square, [bound], error * factor).answer).toEqual([expected]);
    }
  });

  it('each bound has a test of its own, in their order', () => {
    const { answer, drawn } = exceeded(() => square, [Math.log(0.6), Math.log(0.4), LOW, LOW - 1], 1e-9);
    expect(answer).toEqual([false, true, true, true]);
    expect(drawn).toBe(TRIALS + TESTS);
  });

  it('what chose the stake is not tested', () => {
    const bound = Math.log(0.5);
    // Trials prove it; the tests sit on the bound.
    expect(exceeded((k) => (k < TRIALS ? 0.8 : 0.5), [bound], 1e-3).answer).toEqual([false]);
    // Trials that say nothing for it stake next to nothing, whatever the tests would show.
    expect(exceeded((k) => (k < TRIALS ? 0.4 : 0.8), [bound], 1e-3).answer).toEqual([false]);
    expect(exceeded((k) => (k < TRIALS ? 0.6 : 0.8), [bound], 1e-3).answer).toEqual([true]);
  });

  it('steps below the lowest that the problem allows count as the lowest', () => {
    // Stakes of nearly everything: what is below would turn the capital negative, and the next again positive.
    const pairs = (k: number): number => (k < TRIALS ? 0.8 : k % 2 === 0 ? 1e-9 : 0.8);
    expect(exceeded(pairs, [Math.log(0.5)], 1e-3).answer).toEqual([false]);
  });

  it.each(['bernoulli', 'with-replacement', 'without-replacement'] as Sampling[])(
    'knows the growth of a process, within one in a hundred steps: %s',
    (sampling) => {
      const problem = descentOnLine([0.2, 0.4, 0.3], 1, sampling);
      const eta = 0.5;
      // E log A^2 over all batches.
      const log = (curvature: number): number => 2 * Math.log(1 - eta * curvature);
      const subsets = Array.from({ length: 8 }, (_, bits) => {
        const picked = [0.2, 0.4, 0.3].filter((_h, i) => (bits >> i) & 1);
        return (2 ** (3 - picked.length) / 27) * log(picked.reduce((sum, h) => sum + h, 0));
      });
      const growth =
        sampling === 'bernoulli'
          ? subsets.reduce((sum, x) => sum + x, 0)
          : [0.2, 0.4, 0.3].reduce((sum, h) => sum + log(h) / 3, 0);
      const process = linearisedProcess(problem, eta);
      const bounds = [1.1 * growth, growth, 0.9 * growth];
      expect(
        exceedsTypicalGrowth(process, problem, eta, bounds, randomSource('growth', sampling), 1e-9),
      ).toEqual([true, false, false]);
    },
  );

  it('certifies nothing where a step may come near 0, nor in two dimensions', () => {
    const bounds = [-100, 0];
    for (const [sampling, eta] of [
      ['without-replacement', 1.2],
      ['without-replacement', 1 / 0.9],
      ['bernoulli', 0.6],
    ] as const) {
      const problem = descentOnLine([0.1, 0.9, 0.9], 1, sampling);
      const process = linearisedProcess(problem, eta);
      expect(exceedsTypicalGrowth(process, problem, eta, bounds, randomSource('near 0'), 0.5)).toEqual([
        false,
        false,
      ]);
    }
    const plane = reducedFromSpec({
      retain: [
        [
          [1, 0],
          [0, 1],
        ],
      ],
      forget: [],
      alpha: 0,
      batch: { retain: 1, forget: 0 },
      sampling: 'without-replacement',
    });
    const process = linearisedProcess(plane, 0.1);
    expect(exceedsTypicalGrowth(process, plane, 0.1, bounds, randomSource('plane'), 0.5)).toEqual([
      false,
      false,
    ]);
  });

  it('ascent only lengthens a step: the lowest is that of the descent, of all factors of a sample', () => {
    const problem = reducedFromSpec({
      retain: [[[0.5], [0.5]], [[0.1]]],
      forget: [[[1]], [[0.1]]],
      alpha: 0.25,
      batch: { retain: 2, forget: 1 },
      sampling: 'with-replacement',
    });
    // A >= 1 - eta 0.75 (0.25 + 0.25): log A^2 of the steps drawn lies above.
    const low = Math.log((1 - 0.75 * 0.5) ** 2);
    const process = tapeProcess(() => 1 - 0.75 * 0.5);
    const at = (bound: number, error: number): boolean =>
      exceedsTypicalGrowth(process, problem, 1, [bound], randomSource('low'), error)[0]!;
    expect(at(low, 1e-9)).toBe(true);
    expect(at(low + 1e-9, 1e-9)).toBe(false);
  });

  it('from below it rejects what lies above the growth, also where a step may turn the sign, and not the growth', () => {
    const problem = descentOnLine([0.2, 1.8], 1, 'without-replacement');
    const eta = 1.2;
    // A = 0.76 or -1.16.
    const growth = (2 * Math.log(0.76) + 2 * Math.log(1.16)) / 2;
    const process = linearisedProcess(problem, eta);
    const bounds = [growth + 0.1, growth, growth - 0.1];
    const below = (given: readonly number[]) =>
      exceedsTypicalGrowth(process, problem, eta, given, randomSource('below'), 1e-9, 'below');
    expect(below(bounds)).toEqual([true, false, false]);
    // From above nothing: a step may come near 0.
    expect(exceedsTypicalGrowth(process, problem, eta, [-9], randomSource('above'), 1e-9)).toEqual([false]);
    // No growth is above that of the longest step.
    const longest = 2 * Math.log(1 + eta * 1.8);
    expect(below([longest + 1])).toEqual([true]);
  });
});
