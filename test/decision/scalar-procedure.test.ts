import { describe, expect, it } from 'vitest';
import { decideSide, type DecisionOptions } from '../../src/decision/decide-side.js';
import { randomSource } from '../../src/statistics/generator.js';
import { stepDirections } from '../../src/unlearning/drawn-matrices.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { relativeDifference } from '../closeness.js';
import { neededEvidence } from '../reference/decision-procedure.js';
import { scalarDecision } from '../reference/scalar-decision.js';
import { descentOnLine, reducedFromSpec } from '../sample-problems.js';
import { tapeProcess } from './tape-process.js';

/** Rounding of sums of tens of thousands of logarithms. */
const ROUNDING = 1e-9;

/** The steps of a problem of one parameter from a random source, as many as asked for. */
function drawnSteps(problem: ReturnType<typeof descentOnLine>, eta: number, word: string, count: number) {
  const process = linearisedProcess(problem, eta);
  const random = randomSource('procedure', word);
  const step = new Float64Array(1);
  return Array.from({ length: count }, () => {
    stepDirections(process, random, Float64Array.of(1), step);
    return step[0]!;
  });
}

/** Largest A^2 over batches of one sample. */
const rangeOf = (curvatures: readonly number[], eta: number): number =>
  Math.max(...curvatures.map((h) => (1 - eta * h) ** 2));

/** Curvatures, batches of one of them; the step sizes are shares of the critical one. */
const LINES = [
  [1, 3],
  [1, 1, 1, 6],
  [2, 2.1],
];
const RATIOS = [0.3, 0.9, 0.98, 1, 1.01, 1.04, 2.5];

/** (1/n) sum (1 - eta h)^2 = 1. */
function criticalStep(curvatures: readonly number[]): number {
  const sum = (power: number): number => curvatures.reduce((total, h) => total + h ** power, 0);
  return (2 * sum(1)) / sum(2);
}

describe('decideSide in one dimension is the documented procedure, to the sample', () => {
  it.each(LINES)('curvatures %d, %d, ..', (...curvatures) => {
    const problem = descentOnLine(curvatures, 1, 'without-replacement');
    const seen = new Set<string>();
    for (const ratio of RATIOS) {
      const eta = ratio * criticalStep(curvatures);
      for (const [errorProbability, maxSamples] of [
        [1e-9, 20_000],
        [1e-2, 12_000],
        [2e-5, 9_000],
      ] as const) {
        const word = `${ratio} ${errorProbability}`;
        const options = { errorProbability, maxSamples };
        const random = randomSource('procedure', word);
        const found = decideSide(linearisedProcess(problem, eta), problem, eta, random, options);
        const range = rangeOf(curvatures, eta) * (1 + 1e-9);
        const steps = drawnSteps(problem, eta, word, maxSamples + 64);
        const expected = scalarDecision(steps, { ...options, range });
        expect([found.side, found.samples], word).toEqual([expected.side, expected.samples]);
        if (Number.isFinite(expected.logEvidence)) {
          expect(relativeDifference(found.logEvidence, expected.logEvidence), word).toBeLessThan(ROUNDING);
        } else expect(found.logEvidence).toBe(expected.logEvidence);
        seen.add(found.side);
      }
    }
    expect([...seen].sort()).toEqual(['diverges', 'inconclusive', 'stable']);
  });
});

/** A problem of so many parameters that allows steps a I with a^2 up to 4. */
function wide(dimension: number) {
  const axis = (scale: number): number[][] =>
    Array.from({ length: dimension }, (_, a) =>
      Array.from({ length: dimension }, (__, b) => (a === b ? scale : 0)),
    );
  return reducedFromSpec({
    retain: [axis(0.1), axis(Math.sqrt(3))],
    forget: [],
    alpha: 0,
    batch: { retain: 1, forget: 0 },
    sampling: 'without-replacement',
  });
}
const OPTIONS: DecisionOptions = { errorProbability: 1e-9, maxSamples: 40_000 };

function decided(squares: (k: number) => number, options: Partial<DecisionOptions> = {}, dimension = 1) {
  const process = tapeProcess((k) => Math.sqrt(squares(k)), dimension);
  const verdict = decideSide(process, wide(dimension), 1, randomSource('tape'), { ...OPTIONS, ...options });
  return { ...verdict, drawn: process.drawn() };
}

/** Pairs that learn T in the glance and choose the stake there; the same of the first whole stage. */
const GLANCE = [100, 75] as const;
const WHOLE = [400, 300] as const;

/** Pairs drawn before the test of a glance that finds growth, and before that of the stage behind one that finds none. */
const GLANCED = GLANCE[0] + GLANCE[1];
const STAGED = GLANCE[0] + WHOLE[0] + WHOLE[1];

/** Evidence at which a verdict falls. */
const NEEDED = neededEvidence(OPTIONS.errorProbability);

/** Squares of so many steps each, one part after the other; the last goes on. */
const inParts =
  (...parts: readonly (readonly [count: number, square: number])[]) =>
  (k: number): number => {
    let end = 0;
    return (parts.find(([count]) => k < (end += count)) ?? parts.at(-1)!)[1];
  };

describe.each([1, 2])('what is tested is never what was chosen with, %d parameters', (dimension) => {
  it.each([
    // Hundreds of them at 1.5 would prove it many times over; all later steps keep their length.
    ['a glance', inParts([GLANCED, 1.5], [1, 1]), GLANCED],
    ['a whole stage', inParts([GLANCE[0], 0.9], [WHOLE[0] + WHOLE[1], 1.5], [1, 1]), STAGED],
  ])('steps of the pilot and the trials are no evidence for divergence, in %s', (_, squares, before) => {
    const verdict = decided(squares, {}, dimension);
    expect(verdict.side).toBe('inconclusive');
    expect(verdict.drawn).toBeGreaterThan(before + 640);
  });

  it('nor for stability', () => {
    const { side, drawn } = decided(inParts([STAGED, 0.5], [1, 1]), {}, dimension);
    expect(side).toBe('inconclusive');
    expect(drawn).toBeGreaterThan(STAGED + 640);
  });
});

describe('decideSide on given steps', () => {
  it('the pilot does not choose the stake', () => {
    // The trials see x = 1 alone: no stake grows, and no test is begun. Pilots take a fifth of what is left, from 100 on.
    const squares = inParts([100, 1.5], [75, 1], [265, 1.5], [265, 1], [159, 1.5], [159, 1], [1, 1.5]);
    const verdict = decided(squares, { maxSamples: 1500 });
    expect(verdict.side).toBe('inconclusive');
    expect(verdict.drawn).toBe(GLANCED + 2 * 265 + 2 * 159);
  });

  it('stakes are fixed before the first look: chosen anew at each they would win where they lose', () => {
    // Trials at 1.05 stake everything. A stake of 1/4 doubles on 3, 0, 3, 0, .. every six pairs; the fixed ones, 1, 0.999 and 1/2, do not.
    const verdict = decided((k) => (k < GLANCED ? 1.05 : k % 2 === 0 ? 3 : 0), { maxSamples: 2100 });
    expect(verdict.side).toBe('inconclusive');
    expect(verdict.drawn).toBe(2100);
    const quarter = 700 * Math.log((1 + 2 / 4) * (1 - 1 / 4));
    expect(quarter).toBeGreaterThan(NEEDED);
  });

  it('evidence of an earlier stage does not count in a later one', () => {
    // Each of two stages sees more than half of what it needs in the first lot of its test, and then nothing.
    const limit = Math.ceil((3 * NEEDED) / Math.log(1.25)) + 640;
    const [seen, after] = [64, limit - GLANCE[1] - 64];
    const squares = inParts([GLANCED + seen, 1.25], [after, 1], [WHOLE[0] + WHOLE[1] + seen, 1.25], [1, 1]);
    const { side, drawn } = decided(squares, { maxSamples: 3500 });
    expect(side).toBe('inconclusive');
    expect(drawn).toBeGreaterThan(GLANCE[0] + limit + WHOLE[0] + limit);
    expect(seen * Math.log(1.25)).toBeLessThan(NEEDED);
    expect(2 * (seen * Math.log(1.25) - Math.log(3))).toBeGreaterThan(NEEDED);
  });

  it.each([
    // Trials stake more, or less, than what comes then deserves.
    ['half', (k: number) => (k < STAGED ? 0.5 : k % 4 === 0 ? 2.5 : 0)],
    ['double', (k: number) => (k < STAGED ? [0.1, 1.6][k % 2]! : [0.5, 0.6][k % 2]!)],
    ['half', (k: number) => (k < GLANCED ? 1.05 : k % 2 === 0 ? 2.8 : 0.1)],
    ['double', (k: number) => (k < GLANCED ? [0.4, 1.7][k % 2]! : 1.2)],
  ])('the %s of the stake takes over where it does better', (_, squares) => {
    for (const errorProbability of [1e-9, 1e-3, 1e-20]) {
      const options = { errorProbability, maxSamples: 12_000 };
      const found = decided(squares, options);
      const steps = Array.from({ length: 12_100 }, (_step, k) => Math.sqrt(squares(k)));
      const expected = scalarDecision(steps, { ...options, range: 4 * (1 + 1e-9) });
      expect(found.side).not.toBe('inconclusive');
      expect([found.side, found.samples]).toEqual([expected.side, expected.samples]);
      expect(relativeDifference(found.logEvidence, expected.logEvidence)).toBeLessThan(ROUNDING);
    }
  });

  it('four attempts are made in any case, a fifth only within twenty times what is left', () => {
    // Steps of one length have the evidence log x a step; 36,225 pairs are left after three attempts, 26,280 after four.
    const four = GLANCED + WHOLE[0] + WHOLE[1] + 2000 + 900 + 7245 + 2700;
    expect(OPTIONS.maxSamples - four).toBe(26_280);
    for (const [times, samples] of [
      [19, four + 5256 + 5256],
      [21, four],
      [1000, four],
    ] as const) {
      const growth = NEEDED / (times * (OPTIONS.maxSamples - four));
      expect(decided(() => Math.exp(growth)).samples).toBe(samples);
    }
  });

  it('1500 samples are enough for a glance and for a stage: a pilot of 280, 280 trials and a test', () => {
    const options = { maxSamples: 1500, errorProbability: 1e-3 };
    const glance = decided(() => 1.5, options);
    expect([glance.side, glance.drawn]).toEqual(['diverges', GLANCED + 64]);
    const late = decided(inParts([GLANCE[0], 0.9], [1, 1.5]), options);
    expect([late.side, late.drawn]).toEqual(['diverges', GLANCE[0] + 280 + 280 + 64]);
    // Staking 0.95/3 the log of 1.158 a step: not enough at the first look, enough at the second.
    const stable = decided(() => 0.5, options);
    expect([stable.side, stable.drawn]).toEqual(['stable', GLANCE[0] + 280 + 280 + 74]);
  });

  it('a pilot of fewer than 100 is not begun', () => {
    // So slow a growth leads to no test: pilots, of a fifth of what is left, and as many trials. Then 499 are left, or 500.
    const drawn = (maxSamples: number) => decided(() => 1.0001, { maxSamples }).drawn;
    expect(drawn(1558)).toBe(GLANCED + 2 * 276 + 2 * 166);
    expect(drawn(1559)).toBe(GLANCED + 2 * 276 + 2 * 166 + 2 * 100);
  });

  it('samples are all pairs that were drawn', () => {
    for (const square of [0.5, 0.99, 1.003, 1.5]) {
      const { samples, drawn } = decided(() => square);
      expect(samples).toBe(drawn);
    }
  });
});

describe('the glance', () => {
  it('certifies no stability, however plain: the stage after it does, on draws of its own', () => {
    const plain = decided(() => 0.1);
    expect(plain.side).toBe('stable');
    expect(plain.logEvidence).toBeGreaterThanOrEqual(NEEDED);
    expect(plain.samples).toBeGreaterThanOrEqual(STAGED + 64);
    // Nothing that is drawn before that test counts in it.
    const other = decided((k) => (k < GLANCE[0] ? 0.9 : 0.1));
    expect([other.samples, other.logEvidence]).toEqual([plain.samples, plain.logEvidence]);
  });

  it('takes 75 more pairs only where its 100 find growth', () => {
    // So slow that it leads to no test, and no trials of stability: pilots, of a fifth of what is left.
    const drawn = (square: number, left: number) =>
      decided(() => square, { maxSamples: left + 1400 }).drawn - left;
    expect(drawn(0.9999, GLANCE[0])).toBe(280 + 224 + 179);
    expect(drawn(1.0001, GLANCED)).toBe(2 * 280 + 2 * 168 + 2 * 100);
  });

  it('trials of stability are drawn unless the largest stake takes twenty times the pairs that are left', () => {
    // Steps of one length have the evidence stake (1 - x), the stake at most 0.95/(4 - 1).
    const drawn = (times: number) => {
      const left = 1400 - 280;
      const square = 1 - (NEEDED * (4 - 1)) / 0.95 / (times * left);
      return decided(() => square, { maxSamples: 1500 }).drawn;
    };
    expect(drawn(20.01)).toBe(GLANCE[0] + 280 + 224 + 179);
    expect(drawn(19.99)).toBe(GLANCE[0] + 2 * 280 + 168 + 134);
  });
});

describe('a verdict falls at its level and not a look later', () => {
  /** Steps of one length x: the capital of the stakes 1, 1/2 and 0.999 is known. */
  const evidenceAfter = (n: number, x: number): number =>
    Math.log([1, 0.5, 0.999].reduce((sum, stake) => sum + (1 + stake * (x - 1)) ** n, 0) / 3);

  it.each([1e-3, 1e-6, 1e-9, 2e-9, 1e-12])(
    'divergence at error %d: six stages and two sides have a twelfth of it each',
    (errorProbability) => {
      // A look is worth a factor 1.14; the glance foresees that its 75 trials are too few.
      const x = 1.002;
      const { side, samples, logEvidence } = decided(() => x, { errorProbability });
      expect(side).toBe('diverges');
      const tests = samples - GLANCED - WHOLE[0] - WHOLE[1];
      const needed = Math.log(12 / errorProbability);
      expect(Math.abs(logEvidence - evidenceAfter(tests, x))).toBeLessThan(1e-9);
      expect(evidenceAfter(tests, x)).toBeGreaterThanOrEqual(needed);
      // A look before it was not enough: the level would not be that of ten parts, nor of fourteen.
      expect(evidenceAfter(tests - 64, x)).toBeLessThan(needed);
      expect(evidenceAfter(64, x)).toBeLessThan(Math.log(14 / 12));
    },
  );

  it('and that of a glance too', () => {
    for (const errorProbability of [1e-3, 1e-6, 1e-9]) {
      const { side, samples, logEvidence } = decided(() => 1.01, { errorProbability });
      expect(side).toBe('diverges');
      const needed = Math.log(12 / errorProbability);
      expect(Math.abs(logEvidence - evidenceAfter(samples - GLANCED, 1.01))).toBeLessThan(1e-9);
      expect(logEvidence).toBeGreaterThanOrEqual(needed);
      expect(evidenceAfter(samples - GLANCED - 64, 1.01)).toBeLessThan(needed);
    }
  });
});
