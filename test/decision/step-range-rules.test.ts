import { describe, expect, it } from 'vitest';
import { periodRange } from '../../src/decision/period-range.js';
import { stepFrame } from '../../src/decision/step-frame.js';
import { stepRange } from '../../src/decision/step-range.js';
import { identityMatrix } from '../../src/linalg/symmetric-eigen.js';
import type { ReducedProblem, Sampling, SamplingChoice } from '../../src/theory/problem.js';
import { descentOnLine, reducedFromSpec } from '../sample-problems.js';

const ONE = { root: identityMatrix(1), inverseRoot: identityMatrix(1) };
const bounds = (problem: ReducedProblem, eta: number, allowance = 0) =>
  periodRange(problem, eta, ONE, allowance);

/** A range is the exact bound times 1 + 1e-9: never below it, and not farther above. */
function expectRange(found: number, exact: number): void {
  expect(found / exact - 1).toBeGreaterThan(0.6e-9);
  expect(found / exact - 1).toBeLessThan(1.4e-9);
}

const repeated = <T>(count: number, value: T): T[] => new Array<T>(count).fill(value);

/** One retain sample of curvature 4 among five, two at a time; so many to forget, of curvature 0.1. */
function oneLarge(forget: number, sampling: SamplingChoice = 'without-replacement'): ReducedProblem {
  return reducedFromSpec({
    retain: [4, 1, 1, 1, 1].map((h) => [[Math.sqrt(h)]]),
    forget: repeated(forget, [[Math.sqrt(0.1)]]),
    alpha: 0.5,
    batch: { retain: 2, forget: 1 },
    sampling,
  });
}

describe('which rule bounds the range', () => {
  it('up to 500 pairs of batches: each of them', () => {
    // C(5, 2) = 10 times 50. The largest mean of two is 2.5.
    expectRange(bounds(oneLarge(50), 2).range, (1 - 2.5 + 0.1) ** 2);
  });

  it('above, the hull of the samples: two copies of the largest', () => {
    expectRange(bounds(oneLarge(51), 2).range, (1 - 4 + 0.1) ** 2);
  });

  it('a set drawn with replacement repeats its largest, whatever the other does', () => {
    const [once, again] = ['without-replacement', 'with-replacement'] as const;
    expectRange(bounds(oneLarge(2, { retain: again, forget: once }), 2).range, (1 - 4 + 0.1) ** 2);
    expectRange(bounds(oneLarge(2, { retain: again, forget: again }), 2).range, (1 - 4 + 0.1) ** 2);
    expectRange(bounds(oneLarge(2, { retain: once, forget: once }), 2).range, (1 - 2.5 + 0.1) ** 2);
  });

  it('up to 1500 pairs of samples the hull, above the triangle inequality', () => {
    const line = (n: number) => descentOnLine([...repeated(n - 1, 1), 7], 2, 'with-replacement');
    expectRange(bounds(line(1500), 0.5).range, (1 - 3.5) ** 2);
    expectRange(bounds(line(1501), 0.5).range, (1 + 3.5) ** 2);
  });

  it('whichever is smaller', () => {
    // Ascent alone: all signs agree, and both are the same.
    const ascent = reducedFromSpec({
      retain: [[[1]]],
      forget: [[[1]], [[2]]],
      alpha: 1,
      batch: { retain: 1, forget: 1 },
      sampling: 'with-replacement',
    });
    expectRange(bounds(ascent, 1).range, 25);
  });
});

/** Binomial probabilities from factorials. */
function binomial(n: number, p: number): number[] {
  const choose = (k: number): number =>
    Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((a, b) => a * b, 1);
  return Array.from({ length: n + 1 }, (_, k) => choose(k) * p ** k * (1 - p) ** (n - k));
}

/** Bounds 0, u_1, u_1 + u_2, .. on the move of a batch of so many samples, the longest first. */
function norms(moves: readonly number[], batchSize: number): number[] {
  const out = [0];
  for (const move of [...moves].sort((a, b) => b - a)) out.push(out.at(-1)! + move / batchSize);
  return out;
}

describe('bernoulli batches', () => {
  const [eta, alpha] = [0.7, 0.3];
  // So many that all of them at once would be a longer step than what is set apart leaves.
  const [retain, forget] = [
    repeated(4, [2, 1, 0.5, 1.5, 1, 0.2]).flat(),
    repeated(4, [1, 0.4, 0.7, 0.1]).flat(),
  ];
  const problem = reducedFromSpec({
    retain: retain.map((h) => [[Math.sqrt(h)]]),
    forget: forget.map((h) => [[Math.sqrt(h)]]),
    alpha,
    batch: { retain: 2, forget: 1 },
    sampling: 'bernoulli',
  });
  const groups = [
    {
      lengths: norms(
        retain.map((h) => eta * (1 - alpha) * h),
        2,
      ),
      probabilities: binomial(24, 2 / 24),
      sign: -1,
    },
    {
      lengths: norms(
        forget.map((h) => eta * alpha * h),
        1,
      ),
      probabilities: binomial(16, 1 / 16),
      sign: 1,
    },
  ] as const;
  const [R, F] = groups;
  const share = (s: number, t: number): number =>
    R.probabilities[s]! * F.probabilities[t]! * (1 + R.lengths[s]! + F.lengths[t]!) ** 2;
  const sizes = R.lengths.flatMap((_, s) => F.lengths.map((__, t) => [s, t] as const));
  const sum = (chosen: (s: number, t: number) => boolean): number =>
    sizes.reduce((total, [s, t]) => total + (chosen(s, t) ? share(s, t) : 0), 0);

  it.each([1e-5, 1e-4, 0.1, 0.3, 2])(
    'each set has half of the allowance %d, and uses what it can',
    (allowance) => {
      const { sizeLimit, excess } = bounds(problem, eta, allowance);
      const half = allowance / 2;
      const beyond = {
        retain: (limit: number) => sum((s) => s > limit),
        forget: (limit: number) => sum((_, t) => t > limit),
      };
      for (const name of ['retain', 'forget'] as const) {
        const limit = sizeLimit[name];
        expect(beyond[name](limit)).toBeLessThanOrEqual(half);
        // One size more would be too much.
        if (limit > 0) expect(beyond[name](limit - 1)).toBeGreaterThan(half);
      }
      const exact = sum((s, t) => s > sizeLimit.retain || t > sizeLimit.forget);
      // Nothing is set apart where a single batch would be too much.
      expect(Math.abs(excess - exact * (1 + 1e-9))).toBeLessThanOrEqual(0.4e-9 * exact);
    },
  );

  it.each([1e-4, 0.1, 0.3, 2])(
    'the range is the largest corner: none or the limit of either set (%d)',
    (allowance) => {
      const { range, sizeLimit } = bounds(problem, eta, allowance);
      const [most, least] = [Math.max(...retain), Math.max(...forget)];
      const corners = [0, sizeLimit.retain / 2].flatMap((a) =>
        [0, sizeLimit.forget].map((b) => {
          // Copies of the longest sample of either set, or of the shortest: the hull is convex.
          const steps = [most, Math.min(...retain)].flatMap((h) =>
            [least, Math.min(...forget)].map(
              (f) => (1 - a * eta * (1 - alpha) * h + b * eta * alpha * f) ** 2,
            ),
          );
          return Math.max(...steps);
        }),
      );
      const triangle = (1 + R.lengths[sizeLimit.retain]! + F.lengths[sizeLimit.forget]!) ** 2;
      expectRange(range, Math.min(triangle, Math.max(1, ...corners)));
    },
  );

  it.each([1e-3, 0.3, 2])(
    'the mean bound is over all sizes, whatever is set apart of them (%d)',
    (allowance) => {
      const { mean, sizeLimit } = stepRange(problem.groups, stepFrame(undefined, eta, 1, ONE), allowance);
      const all = sum(() => true);
      expect(Math.abs(mean / all - 1)).toBeLessThan(1.4e-9);
      // What is beyond a limit would show.
      expect(sum((s) => s > sizeLimit.retain)).toBeGreaterThan(1e-5 * all);
    },
  );

  it.each([1e-3, 0.05, 0.5])(
    'beside them a batch with replacement may be copies of its longest sample (allowance %d)',
    (allowance) => {
      // Lengths 0.5 times 3, 0.2, 0.1 of each of three, and of one in twelve bernoulli samples.
      const mixed = reducedFromSpec({
        retain: [3, 0.2, 0.1].map((h) => [[Math.sqrt(h)]]),
        forget: repeated(12, [[1]]),
        alpha: 0.5,
        batch: { retain: 3, forget: 1 },
        sampling: { retain: 'with-replacement', forget: 'bernoulli' },
      });
      const { excess, sizeLimit } = bounds(mixed, 1, allowance);
      const probabilities = binomial(12, 1 / 12);
      const added = probabilities.map((p, t) => p * (1 + 1.5 + 0.5 * t) ** 2);
      const beyond = (limit: number): number => added.slice(limit + 1).reduce((a, b) => a + b, 0);
      const limit = sizeLimit.forget;
      expect(beyond(limit)).toBeLessThanOrEqual(allowance / 2);
      expect(beyond(limit - 1)).toBeGreaterThan(allowance / 2);
      expect(Math.abs(excess / (beyond(limit) * (1 + 1e-9)) - 1)).toBeLessThan(0.4e-9);
    },
  );

  it('up to 1500 pairs of samples copies of each are gone through, above the triangle inequality bounds them', () => {
    // Samples of curvature 1: none of them, or as many as the limit.
    const line = (n: number) => descentOnLine(repeated(n, 1), 1, 'bernoulli');
    for (const n of [1500, 1501]) {
      const { range, sizeLimit } = bounds(line(n), 0.5, 0.05);
      const step = n > 1500 ? 1 + sizeLimit.retain / 2 : Math.max(1, sizeLimit.retain / 2 - 1);
      expectRange(range, step ** 2);
    }
  });

  it.each(['retain', 'forget'] as const)(
    'the size of one set is drawn also where the %s batch is whole',
    (whole) => {
      // 1 - 0.4 (retain samples of n_R or B_R) + 0.4 (forget samples), of the set that is drawn none or all three.
      const samples = repeated(3, [[1]]);
      const mixed = reducedFromSpec({
        retain: whole === 'retain' ? [[[1]]] : samples,
        forget: whole === 'forget' ? [[[1]]] : samples,
        alpha: 0.5,
        batch: { retain: 1, forget: 1 },
        sampling: 'bernoulli',
      });
      const { range, sizeLimit, excess } = bounds(mixed, 0.8);
      expectRange(range, whole === 'retain' ? (1 - 0.4 + 1.2) ** 2 : 1.4 ** 2);
      expect(sizeLimit).toEqual(whole === 'retain' ? { retain: 1, forget: 3 } : { retain: 3, forget: 1 });
      expect(excess).toBe(0);
    },
  );

  it('distinct samples bound it where copies of one would not', () => {
    // Ascent alone: with all three samples 1 + 1 + 0.1 + 0.1, not 1 + 3.
    const ascent = reducedFromSpec({
      retain: [[[1]]],
      forget: [[[1]], [[Math.sqrt(0.1)]], [[Math.sqrt(0.1)]]],
      alpha: 1,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    });
    expectRange(bounds(ascent, 1).range, 2.2 ** 2);
  });
});

describe('batches of distinct samples lie between no sample and all of them', () => {
  /** Samples of curvature h_a along axis a. */
  const axes = (curvatures: readonly number[], batchSize: number, sampling: Sampling) =>
    reducedFromSpec({
      retain: curvatures.map((h, a) => [curvatures.map((_, b) => (a === b ? Math.sqrt(h) : 0))]),
      forget: [],
      alpha: 0,
      batch: { retain: batchSize, forget: 0 },
      sampling,
    });
  const range = (problem: ReducedProblem, eta: number, scales: readonly number[]) => {
    const r = scales.length;
    const diagonal = (power: number) =>
      Float64Array.from({ length: r * r }, (_, k) => (k % (r + 1) === 0 ? scales[k / (r + 1)]! ** power : 0));
    return periodRange(problem, eta, { root: diagonal(0.5), inverseRoot: diagonal(-0.5) }, 1e-3);
  };
  const twelve = [3, ...repeated(11, 2)];
  const flat = repeated(12, 1);

  it('bernoulli: no sample is taken twice, and no size is set apart', () => {
    const found = range(axes(twelve, 1, 'bernoulli'), 1.5, flat);
    expectRange(found.range, (1 - 4.5) ** 2);
    expect(found).toMatchObject({ excess: 0, sizeLimit: { retain: 12, forget: 0 } });
  });

  it('nor without replacement; with it, it may be', () => {
    // C(12, 6) = 924 subsets are too many to go through.
    expectRange(range(axes(twelve, 6, 'without-replacement'), 5, flat).range, (1 - 2.5) ** 2);
    expectRange(range(axes(twelve, 6, 'with-replacement'), 5, flat).range, (1 - 15) ** 2);
  });

  it('short steps keep the range at 1, where ascent adds all it has', () => {
    expectRange(range(axes(twelve, 1, 'bernoulli'), 0.6, flat).range, 1);
    const ascent = reducedFromSpec({
      retain: [[flat.map((_, b) => (b === 0 ? 0.1 : 0))]],
      forget: flat.map((_, a) => [flat.map((__, b) => (a === b ? 1 : 0))]),
      alpha: 0.5,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    });
    expectRange(range(ascent, 1, flat).range, 1.5 ** 2);
  });

  it('P enters by its condition number, up to where single samples bound it better', () => {
    expectRange(
      range(axes(twelve, 6, 'without-replacement'), 5, [1, 1.3, ...repeated(10, 1.1)]).range,
      1.3 * 1.5 ** 2,
    );
    // Six copies of the longest along its own axis, which no P changes.
    expectRange(
      range(axes(twelve, 6, 'without-replacement'), 5, [1, 200, ...repeated(10, 1.1)]).range,
      (1 - 15) ** 2,
    );
  });
});
