import { describe, expect, test } from 'vitest';
import type { Sampling } from '../../src/theory/problem.js';
import { type AxisProblem, axisReducedProblem, representativeAxes } from '../../src/frontier/axis-problem.js';
import { hessianFamily } from '../../src/frontier/hessian-grid.js';
import { exactSide, exactStability } from '../../src/theory/operator/exact-stability.js';
import { opposed, theoremThresholds } from '../../src/frontier/assessed-problem.js';
import { theorems } from '../../theorems/index.js';
import { textTable } from '../../src/report/table.js';
import { expectShown } from '../docs/shown-output.js';

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

/** Theorems whose numbers are sums over the axes, or whose families need all of them. */
const ON_ALL_AXES = ['D3', 'U14', 'U16', 'U18'];

/**
 * Cells that each theorem certifies on either side at each step size; none of them is wrong. What the others speak of
 * are maxima over axes, the same on one axis of each kind (seen once on all axes, in twenty times the time).
 */
function certified(alpha: number): Map<string, { diverges: number[]; stable: number[] }> {
  const found = new Map<string, { diverges: number[]; stable: number[] }>();
  const onAll = theorems.filter(({ id }) => ON_ALL_AXES.includes(id));
  const onKinds = theorems.filter(({ id }) => !ON_ALL_AXES.includes(id));
  for (const { batchSize, sigma } of CELLS) {
    const problem = problemOf(sigma, batchSize, alpha, 'bernoulli');
    const exact = exactStability(small(problem));
    const thresholds = [
      ...theoremThresholds(onAll, axisReducedProblem(problem)),
      ...theoremThresholds(onKinds, small(problem)),
    ];
    STEP_SIZES.forEach(({ eta }, k) => {
      const truth = exactSide(exact.growth(eta).logGrowth);
      for (const threshold of thresholds) {
        const { id } = threshold;
        const said = threshold.side(eta);
        if (said === 'undecided') continue;
        if (opposed(said, truth)) throw new Error(`${id} at sigma ${sigma}, B ${batchSize}, eta ${eta}`);
        if (!found.has(id)) found.set(id, { diverges: [0, 0, 0], stable: [0, 0, 0] });
        found.get(id)![said][k]!++;
      }
    });
  }
  return found;
}

describe('of the cells of bernoulli batches', () => {
  const descent = certified(0);
  const unlearning = certified(0.1);

  test.each([
    ['D1', [17, 90, 156]],
    ['D4', [27, 90, 156]],
    ['U18', [65, 218, 437]],
  ])('%s certifies %j of the 75 / 326 / 914 that diverge in descent', (id, counts) => {
    expect(descent.get(id)!.diverges).toEqual(counts);
  });

  test('the document counts those that each theorem certifies', () => {
    const shown = (counts?: number[]) => (counts?.some((n) => n > 0) ? counts.join(' / ') : '-');
    const rows = theorems
      .map(({ id }) => [id, descent.get(id), unlearning.get(id)] as const)
      .filter(([, ...found]) => found.some((one) => one !== undefined))
      .map(([id, d, u]) => [id, shown(d?.diverges), shown(d?.stable), shown(u?.diverges), shown(u?.stable)]);
    const header = ['theorem', 'descent: diverges', 'stable', 'unlearning: diverges', 'stable'];
    expectShown('docs/frontier.md', 'published grid', textTable(header, rows));
  });
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
