import { describe, expect, it } from 'vitest';
import { decideSide } from '../../src/decision/decide-side.js';
import { randomSource } from '../../src/statistics/generator.js';
import { binomialProbabilities } from '../../src/statistics/intervals.js';
import { relativeDifference } from '../closeness.js';
import { scalarDecision } from '../reference/scalar-decision.js';
import { descentOnLine } from '../sample-problems.js';
import { tapeProcess } from './tape-process.js';

/** Bernoulli batches of one in 40 samples of curvature 1. */
const N = 40;
const LINE = descentOnLine(new Array<number>(N).fill(1), 1, 'bernoulli');
const ETA = 0.6;
const OPTIONS = { errorProbability: 1e-9, maxSamples: 60_000 };

/** What is set apart: the larger batches, whose probability times (1 + eta size)^2 is within 0.05 (1 - radius). */
function setApart(radius: number): { limit: number; excess: number } {
  const probabilities = binomialProbabilities(N, 1 / N);
  let [limit, excess] = [N, 0];
  for (; limit > 0; limit--) {
    const more = excess + probabilities[limit]! * (1 + ETA * limit) ** 2;
    if (more > 0.05 * (1 - radius)) break;
    excess = more;
  }
  return { limit, excess };
}

const decided = (squares: (k: number) => number, sizes?: (k: number) => number) =>
  decideSide(
    tapeProcess((k) => Math.sqrt(squares(k)), 1, sizes),
    LINE,
    ETA,
    randomSource('unused'),
    OPTIONS,
  );

describe('batches beyond the size that has a range', () => {
  it('the level of the test is lowered by what they may add, at each radius', () => {
    const limits = [0.05, 0.3, 0.5, 0.65, 0.75, 0.85, 0.9, 0.93, 0.97].map((radius) => {
      const { limit, excess } = setApart(radius);
      const squares = (k: number): number => radius * (k % 2 === 0 ? 0.5 : 1.5);
      const steps = Array.from({ length: OPTIONS.maxSamples }, (_, k) => Math.sqrt(squares(k)));
      const range = Math.max(1, (1 - ETA * limit) ** 2) * (1 + 1e-9);
      const found = decided(squares);
      const expected = scalarDecision(steps, { ...OPTIONS, range, level: 1 - excess });
      expect([found.side, found.samples]).toEqual(['stable', expected.samples]);
      // The excess carries a factor for rounding.
      expect(relativeDifference(found.logEvidence, expected.logEvidence)).toBeLessThan(1e-8);
      const unlowered = scalarDecision(steps, { ...OPTIONS, range });
      expect(relativeDifference(unlowered.logEvidence, expected.logEvidence)).toBeGreaterThan(1e-5);
      return limit;
    });
    // The nearer to 1, the less may be set apart.
    expect(limits).toEqual([...limits].sort((a, b) => a - b));
    expect(new Set(limits).size).toBeGreaterThan(1);
  });

  it('count as they are drawn and are no fault; others beyond the range are', () => {
    const { limit } = setApart(0.9);
    const range = (1 - ETA * limit) ** 2;
    expect(range).toBeGreaterThan(1);
    const LATER = 900;
    const squares = (k: number): number => (k === LATER ? 1.2 * range : 0.9);
    const within = decided(squares, (k) => (k === LATER ? limit : 1));
    const beyond = decided(squares, (k) => (k === LATER ? limit + 1 : 1));
    expect(within.side).toBe('inconclusive');
    expect(within.fault).toMatch(/^a drawn step exceeds the range \d\.\d{5} that the problem guarantees$/);
    expect(beyond.fault).toBeNull();
    expect(beyond.side).toBe('stable');
  });
});
