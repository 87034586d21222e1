import { describe, expect, test } from 'vitest';
import type { ReducedProblem, Sampling } from '../../src/theory/problem.js';
import {
  type AxisProblem,
  axisReducedProblem,
  hessianFamily,
  representativeAxes,
} from '../../src/frontier/axis-problem.js';
import { exactSide, exactStability } from '../../src/theory/operator/exact-stability.js';
import { theoremThresholds } from '../../src/frontier/assessed-problem.js';
import { D1 } from '../../theorems/D1.js';
import { D4 } from '../../theorems/D4.js';
import { U18 } from '../../theorems/U18.js';

/** Step sizes of the published maps, as fractions. */
const STEP_SIZES = [
  { eta: 0.2, over: [1, 5] },
  { eta: 0.5, over: [1, 2] },
  { eta: 0.8, over: [4, 5] },
] as const;

const CELLS = Array.from({ length: 49 * 50 }, (_, k) => ({
  batchSize: 1 + (k % 49),
  sigma: 1 + Math.floor(k / 49),
}));

function problemOf(sigma: number, batchSize: number, alpha: number, sampling: Sampling): AxisProblem {
  return { samples: hessianFamily(sigma), alpha, batchSize, sampling };
}

function small(problem: AxisProblem) {
  return axisReducedProblem(problem, representativeAxes(problem.samples));
}

/** Unstable cells by the exact operator at each step size, and cells on the boundary to rounding. */
function counts(alpha: number, sampling: Sampling) {
  const found = STEP_SIZES.map(() => ({ unstable: 0, boundary: 0 }));
  for (const { batchSize, sigma } of CELLS) {
    const exact = exactStability(small(problemOf(sigma, batchSize, alpha, sampling)));
    STEP_SIZES.forEach(({ eta }, k) => {
      const side = exactSide(exact.growth(eta).logGrowth);
      if (side === 'diverges') found[k]!.unstable++;
      if (side === 'undecided') found[k]!.boundary++;
    });
  }
  return found;
}

describe('of the 2,450 cells of the published grid the exact operator finds unstable', () => {
  test('68 / 287 / 783 for descent without replacement at eta 0.2 / 0.5 / 0.8', () => {
    expect(counts(0, 'without-replacement')).toEqual([
      { unstable: 68, boundary: 2 },
      { unstable: 287, boundary: 1 },
      { unstable: 783, boundary: 0 },
    ]);
  });

  test('72 / 282 / 622 for unlearning at alpha 0.1 with bernoulli batches', () => {
    const found = counts(0.1, 'bernoulli').map(({ unstable }) => unstable);
    expect(found).toEqual([72, 282, 622]);
  });

  test('67 / 254 / 535 for unlearning at alpha 0.1 without replacement', () => {
    const found = counts(0.1, 'without-replacement').map(({ unstable }) => unstable);
    expect(found).toEqual([67, 254, 535]);
  });

  test('75 / 326 / 914 for bernoulli descent, and 2 / 6 / 6 on the boundary: 76 / 328 / 919 with those that rounding adds', () => {
    const found = counts(0, 'bernoulli');
    // Unstable iff eta (sigma B + n - B) > sigma B, in whole numbers.
    const whole = STEP_SIZES.map(({ over: [p, q] }) => {
      const excess = CELLS.map(({ batchSize: b, sigma: s }) => p * (s * b + 100 - b) - q * s * b);
      return {
        unstable: excess.filter((x) => x > 0).length,
        boundary: excess.filter((x) => x === 0).length,
      };
    });
    expect(found).toEqual(whole);
    expect(found).toEqual([
      { unstable: 75, boundary: 2 },
      { unstable: 326, boundary: 6 },
      { unstable: 914, boundary: 6 },
    ]);
    [76, 328, 919].forEach((rounded, k) => {
      expect(rounded).toBeGreaterThanOrEqual(found[k]!.unstable);
      expect(rounded).toBeLessThanOrEqual(found[k]!.unstable + found[k]!.boundary);
    });
  });
});

/** Cells of bernoulli descent that a theorem certifies as diverging at each step size; all of them must be unstable. */
function certified(theorem: typeof D1, of: (sigma: number, batchSize: number) => ReducedProblem) {
  const found = STEP_SIZES.map(() => 0);
  for (const { batchSize, sigma } of CELLS) {
    const [threshold] = theoremThresholds([theorem], of(sigma, batchSize));
    STEP_SIZES.forEach(({ eta }, k) => {
      if (threshold!.side(eta) !== 'diverges') return;
      found[k]!++;
      expect(eta).toBeGreaterThan(sigma / (sigma + 100 / batchSize - 1));
    });
  }
  return found;
}

describe('of the 75 / 326 / 914 unstable cells of bernoulli descent', () => {
  const onRepresentatives = (sigma: number, batchSize: number) =>
    small(problemOf(sigma, batchSize, 0, 'bernoulli'));

  test('D1 certifies 17 / 90 / 156', () => {
    expect(certified(D1, onRepresentatives)).toEqual([17, 90, 156]);
  });

  test('D4 certifies 27 / 90 / 156, never fewer than D1', () => {
    expect(certified(D4, onRepresentatives)).toEqual([27, 90, 156]);
  });

  test('U18 certifies 65 / 218 / 437, on all axes: its traces are over them', () => {
    const onAll = (sigma: number, batchSize: number) =>
      axisReducedProblem(problemOf(sigma, batchSize, 0, 'bernoulli'));
    expect(certified(U18, onAll)).toEqual([65, 218, 437]);
  }, 600_000);
});

describe('one axis of each kind', () => {
  const sample: [number, number, number, Sampling][] = [
    [1, 20, 0, 'bernoulli'],
    [7, 3, 0, 'without-replacement'],
    [24, 4, 0.1, 'with-replacement'],
    [50, 49, 0.1, 'bernoulli'],
    [31, 2, 0.1, 'without-replacement'],
  ];

  test.each(sample)(
    'has the radius of all axes at sigma %i, B %i, alpha %f, %s',
    (sigma, b, alpha, sampling) => {
      const problem = problemOf(sigma, b, alpha, sampling);
      const whole = exactStability(axisReducedProblem(problem)).growth(0.5).logGrowth;
      expect(exactStability(small(problem)).growth(0.5).logGrowth).toBeCloseTo(whole, 11);
    },
  );

  test('is not enough if the axis that decides is left out', () => {
    const problem = problemOf(7, 3, 0, 'bernoulli');
    const whole = exactStability(axisReducedProblem(problem)).growth(0.5).logGrowth;
    const without = exactStability(axisReducedProblem(problem, [1, 2])).growth(0.5).logGrowth;
    expect(Math.abs(without - whole)).toBeGreaterThan(0.1);
  });
});
