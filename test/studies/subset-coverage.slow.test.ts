import { describe, expect, test } from 'vitest';
import {
  coverageOf,
  crossFitted,
  exactValues,
  populations,
  type Procedure,
  QUANTITIES,
  withoutSplit,
} from '../../studies/subset-coverage/coverage.js';
import { proportionInterval } from '../../src/statistics/intervals.js';
import { drawnSets } from '../../src/theory/draw-subset.js';
import { subsetIntervals } from '../../src/analysis/subset-intervals.js';

const CONFIDENCE = 0.95;
const all = populations(300, 100);

/** Probability with which a procedure that keeps its promise fails a check. */
const ERROR = 1e-3;

function held(names: readonly string[], means: boolean, repeats: number, procedure: Procedure = crossFitted) {
  let joint = 0;
  for (const { name, problem } of all) {
    if (!names.includes(name)) continue;
    const options = { size: 60, repeats, confidence: CONFIDENCE, seed: 1, means, procedure };
    joint += coverageOf(problem, exactValues(problem), options).joint;
  }
  return proportionInterval(joint, names.length * repeats, ERROR);
}

const names = all.map(({ name }) => name);

describe('the four intervals hold together as often as promised', () => {
  test.each([true, false])('mean curvatures of all samples known: %o', (means) => {
    const { low, high } = held(names, means, 12);
    expect(high).toBeGreaterThan(CONFIDENCE);
    expect(low).toBeGreaterThan(0.85);
  });

  test('and those without a split do not: over many directions the best matrix flatters itself', () => {
    expect(held(['wide'], true, 15, withoutSplit).high).toBeLessThan(CONFIDENCE);
    expect(held(['wide'], true, 15).high).toBeGreaterThan(CONFIDENCE);
  });
});

describe('an interval is never empty of information that is there', () => {
  test('of a subset that is everything all four numbers are exact', () => {
    const { problem } = all[0]!;
    const estimates = subsetIntervals(
      { ...problem, ...drawnSets(problem, { size: 300, seed: 1 }) },
      CONFIDENCE,
    );
    const exact = exactValues(problem);
    for (const quantity of QUANTITIES) {
      const { low, value, high } = estimates[quantity];
      for (const x of [low, value, high]) expect(x / exact[quantity]).toBeCloseTo(1, 5);
    }
  });

  test('a larger subset gives a narrower one', () => {
    const { problem } = all[0]!;
    const width = (size: number): number => {
      const { low, high } = subsetIntervals(
        { ...problem, ...drawnSets(problem, { size, seed: 1 }) },
        CONFIDENCE,
      ).etaStar;
      return high - low;
    };
    expect(width(95)).toBeLessThan(0.8 * width(30));
  });

  test('a forget set that is not drawn whole leaves alpha* = 0 possible unless the means are known', () => {
    const { problem } = all[0]!;
    const low = (means: number): number =>
      subsetIntervals({ ...problem, ...drawnSets(problem, { size: 60, seed: 1 }, means) }, CONFIDENCE)
        .alphaStar.low;
    expect(low(0)).toBe(0);
    expect(low(8)).toBeGreaterThan(0);
  });
});
