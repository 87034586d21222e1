import { describe, expect, it } from 'vitest';
import { decideSide, type DecisionOptions } from '../../src/decision/decide-side.js';
import { randomSource } from '../../src/statistics/generator.js';
import { linearisedProcess, stepDirections } from '../../src/unlearning/process.js';
import { relativeDifference } from '../closeness.js';
import { scalarDecision } from '../reference/scalar-decision.js';
import { descentOnLine, reducedFromSpec } from '../sample-problems.js';
import { tapeProcess } from './tape-process.js';

/** Rounding of sums of up to 1e5 logarithms. */
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
        [1e-9, 40_000],
        [1e-2, 30_000],
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

/** Pairs that learn T in the first stage, and those that choose P and the stakes. */
const [PILOT, TRIALS] = [400, 300];

describe.each([1, 2])('what is tested is never what was chosen with, %d parameters', (dimension) => {
  it('steps of the pilot and the trials are no evidence for divergence', () => {
    // Thousands of them at 1.5 would prove it many times over; all later steps keep their length.
    const verdict = decided((k) => (k < PILOT + TRIALS ? 1.5 : 1), {}, dimension);
    expect(verdict.side).toBe('inconclusive');
    expect(verdict.drawn).toBeGreaterThan(1000);
  });

  it('nor for stability', () => {
    expect(decided((k) => (k < PILOT + TRIALS ? 0.5 : 1), {}, dimension).side).toBe('inconclusive');
  });
});

describe('decideSide on given steps', () => {
  it('the pilot does not choose the stake', () => {
    // The trials see x = 1 alone: no stake grows, and no test is begun.
    const verdict = decided((k) => (k < PILOT ? 1.5 : k < PILOT + TRIALS ? 1 : 1.5), { maxSamples: 2100 });
    expect(verdict.side).toBe('inconclusive');
    expect(verdict.drawn).toBe(PILOT + TRIALS);
  });

  it('stakes are fixed before the first look: chosen anew at each they would win where they lose', () => {
    // Trials at 1.05 stake everything. A stake of 1/4 doubles on 3, 0, 3, 0, .. every six pairs; the fixed ones, 1, 0.999 and 1/2, do not.
    const verdict = decided((k) => (k < PILOT + TRIALS ? 1.05 : k % 2 === 0 ? 3 : 0), { maxSamples: 2100 });
    expect(verdict.side).toBe('inconclusive');
    const quarter = 700 * Math.log((1 + 2 / 4) * (1 - 1 / 4));
    expect(quarter).toBeGreaterThan(Math.log(10 / OPTIONS.errorProbability));
  });

  it('evidence of an earlier stage does not count in a later one', () => {
    // Each stage sees half of what it needs, then loses it all.
    const verdict = decided((k) => (k < PILOT + TRIALS + 64 ? 1.2 : 0.2), { maxSamples: 3500 });
    expect(verdict.side).not.toBe('diverges');
  });

  it.each([
    // Trials stake more, or less, than what comes then deserves.
    ['half', (k: number) => (k < PILOT + TRIALS ? 0.5 : k % 2 === 0 ? 0 : 1.6)],
    ['double', (k: number) => (k < PILOT + TRIALS ? [0.1, 1.6][k % 2]! : [0.5, 0.6][k % 2]!)],
    ['half', (k: number) => (k < PILOT + TRIALS ? 1.05 : k % 2 === 0 ? 2.8 : 0.1)],
    ['double', (k: number) => (k < PILOT + TRIALS ? [0.4, 1.7][k % 2]! : 1.2)],
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

  it('three attempts are made in any case, a fourth only within twenty times what is left', () => {
    // Steps of one length have the evidence log x a step; 26,420 pairs are left after three attempts.
    const needed = Math.log(10 / OPTIONS.errorProbability);
    const three = PILOT + TRIALS + 2000 + 900 + 7280 + 2700;
    for (const [times, samples] of [
      [19, three + 5284 + 5284],
      [21, three],
      [1000, three],
    ] as const) {
      const growth = needed / (times * (OPTIONS.maxSamples - three));
      expect(decided(() => Math.exp(growth)).samples).toBe(samples);
    }
  });

  it('1500 samples are enough for a stage: a pilot of 300, 300 trials and a test', () => {
    const { side, drawn } = decided(() => 1.5, { maxSamples: 1500, errorProbability: 1e-3 });
    expect(side).toBe('diverges');
    expect(drawn).toBe(300 + 300 + 64);
  });

  it('samples are all pairs that were drawn', () => {
    for (const square of [0.5, 0.99, 1.003, 1.5]) {
      const { samples, drawn } = decided(() => square);
      expect(samples).toBe(drawn);
    }
  });
});

describe('a verdict falls at its level and not a look later', () => {
  /** Steps of one length x: the capital of the stakes 1, 1/2 and 0.999 is known. */
  const evidenceAfter = (n: number, x: number): number =>
    Math.log([1, 0.5, 0.999].reduce((sum, stake) => sum + (1 + stake * (x - 1)) ** n, 0) / 3);

  it.each([1e-3, 1e-6, 1e-9, 2e-9, 1e-12])(
    'divergence at error %d: five stages and two sides have a tenth of it each',
    (errorProbability) => {
      const x = 1.004;
      const { side, samples, logEvidence } = decided(() => x, { errorProbability });
      expect(side).toBe('diverges');
      const tests = samples - PILOT - TRIALS;
      const needed = Math.log(10 / errorProbability);
      expect(Math.abs(logEvidence - evidenceAfter(tests, x))).toBeLessThan(1e-9);
      expect(evidenceAfter(tests, x)).toBeGreaterThanOrEqual(needed);
      // A look before it was not enough: the level is right to a factor 1.3.
      expect(evidenceAfter(tests - 64, x)).toBeLessThan(needed);
    },
  );
});
