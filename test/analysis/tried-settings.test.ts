import { Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { keptDirections } from '../../src/analysis/kept-directions.js';
import { batchChain, mixingGrid, mixingSplits } from '../../src/analysis/tried-settings.js';
import { largestEigenvalue } from '../../src/linalg/symmetric-eigen.js';
import { randomSource } from '../../src/statistics/generator.js';
import { type BatchSizes, type Sampling, SAMPLINGS } from '../../src/theory/problem.js';
import { denseSecondMoment } from '../reference/dense-operator.js';
import { denseMatrix, entriesOf, normalSet } from '../sample-problems.js';

describe('mixingGrid', () => {
  test.each([0, 0.3, 0.999])('lies between alpha* = %d and 1, ascending, dense at both ends', (alphaStar) => {
    const grid = mixingGrid(alphaStar, 0.2);
    expect(grid.length).toBeGreaterThan(36);
    expect(grid.every((alpha, i) => alpha > (grid[i - 1] ?? alphaStar) && alpha < 1)).toBe(true);
    expect((grid[0]! - alphaStar) / (1 - alphaStar)).toBeCloseTo(1e-4, 6);
    expect((1 - grid.at(-1)!) / (1 - alphaStar)).toBeCloseTo(1 / 101, 6);
    expect(grid.includes(0.2)).toBe(alphaStar < 0.2);
  });

  test('is empty where no mixing escapes', () => expect(mixingGrid(1, 0.2)).toEqual([]));
});

describe('batchChain', () => {
  const n = { retain: 12, forget: 5 };

  test('has powers of two, the given pair and full batches, ascending in both sizes', () => {
    const chain = batchChain(n, { retain: 6, forget: 2 }, 'all');
    expect(chain.map(({ retain }) => retain)).toEqual([1, 2, 4, 6, 8, 12]);
    expect(chain.map(({ forget }) => forget)).toEqual([1, 1, 1, 2, 3, 5]);
    for (const given of [
      { retain: 1, forget: 5 },
      { retain: 12, forget: 1 },
      { retain: 5, forget: 4 },
    ]) {
      const pairs = batchChain(n, given, 'all');
      expect(pairs).toContainEqual(given);
      expect(pairs.at(-1)).toEqual(n);
      expect(pairs.every(({ forget }, i) => forget >= (pairs[i - 1]?.forget ?? 1))).toBe(true);
      expect(pairs.every(({ forget }) => forget >= 1 && forget <= 5)).toBe(true);
    }
  });

  test('has the sizes that are asked for and no others, each once', () => {
    expect(batchChain(n, { retain: 6, forget: 2 }, [8, 3, 8])).toEqual([
      { retain: 3, forget: 1 },
      { retain: 8, forget: 3 },
    ]);
  });
});

const random = randomSource('kept directions');
const p = 4;
const sets = { retain: normalSet(random, [1, 2, 1, 1], p), forget: normalSet(random, [1, 1, 2], p) };
const ALPHA = 0.4;

/** Top eigenvalue of M -> P T(P M P) P of the whole problem, as a dense matrix. */
function compressedRadius(sampling: Sampling, batch: BatchSizes, eta: number, projector: Matrix): number {
  const group = (name: 'retain' | 'forget', sign: 1 | -1, weight: number) =>
    ({ name, sign, weight, batchSize: batch[name], sampling, samples: sets[name] }) as const;
  const groups = [group('retain', 1, 1 - ALPHA), group('forget', -1, ALPHA)];
  const whole = denseSecondMoment({ dimension: p, alpha: ALPHA, groups }, eta);
  const both = projector.kroneckerProduct(projector);
  return largestEigenvalue(entriesOf(both.mmul(whole).mmul(both)), p * p);
}

describe.each(SAMPLINGS)('the critical step of the kept directions, %s', (sampling) => {
  const batch = { retain: 2, forget: 1 };
  const steps = [0, 0.2, 0.5].map((limit) => {
    const split = mixingSplits(sets, limit)(ALPHA);
    if (split.keptFrom === null) return null;
    const kept = split.directions.subarray(split.keptFrom * p);
    const rows = denseMatrix(kept, p - split.keptFrom, p);
    const projector = rows.transpose().mmul(rows);
    return { step: keptDirections(split, sets, sampling).criticalStep(batch), projector, split };
  });

  test('is where the compressed second moment of the whole problem has radius 1', () => {
    const known = steps.filter((entry) => entry !== null);
    expect(known.length).toBeGreaterThanOrEqual(2);
    for (const { step, projector } of known) {
      expect(compressedRadius(sampling, batch, step, projector)).toBeCloseTo(1, 8);
      expect(compressedRadius(sampling, batch, 1.05 * step, projector)).toBeGreaterThan(1.001);
    }
  });

  test('grows with what is given up, and with the batches', () => {
    const known = steps.filter((entry) => entry !== null);
    expect(known.at(-1)!.step).toBeGreaterThan(known[0]!.step);
    const { split } = known[0]!;
    const kept = keptDirections(split, sets, sampling);
    const sizes = [1, 2, 3].map((size) => kept.criticalStep({ retain: size, forget: size }));
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes.at(-1)).toBeLessThan(kept.withoutNoise);
  });
});

test('as much is given up as the limit allows, in the order of D, and never everything', () => {
  for (const limit of [0, 0.05, 0.2, 0.5, 0.9, 0.999]) {
    const { keptFrom, shares, escaping, retainShare, curvatures } = mixingSplits(sets, limit)(ALPHA);
    expect(escaping).toBe(curvatures.filter((d) => d < 0).length);
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    if (retainShare > limit) expect(keptFrom).toBeNull();
    else {
      const sum = (count: number) => shares.subarray(0, count).reduce((a, b) => a + b, 0);
      expect(keptFrom).toBeGreaterThanOrEqual(escaping);
      expect(sum(keptFrom!)).toBeLessThanOrEqual(limit + 1e-9);
      expect(keptFrom === p - 1 || sum(keptFrom! + 1) > limit).toBe(true);
    }
  }
});
