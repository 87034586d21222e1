import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchesOf, enumerated, largestDifference, restSetting } from '../../src/harness/exact-rest.js';
import { examine } from '../../src/harness/kinds.js';
import { randomSource } from '../../src/statistics/generator.js';
import { affineSteps, averagedRuns, type RestClaim, type RestRun } from '../../src/harness/rest-claim.js';
import type { ExaminationSettings, Mutant } from '../../src/harness/theorem.js';
import { type CurvatureGroup, rankOneSet, type Sampling } from '../../src/theory/problem.js';
import { tiltedQuadratic } from '../../src/unlearning/factor-quadratic.js';
import {
  unlearning,
  type UnlearningImplementation,
  unlearningProcess,
} from '../../src/unlearning/process.js';
import { P7 } from '../../theorems/P7.js';

/** delta -> a delta + b with a probability, in one parameter. */
const steps = (...all: readonly (readonly [probability: number, a: number, b: number])[]) =>
  all.map(([probability, a, b]) => ({ probability, matrix: Float64Array.of(1, 0, b, a) }));

describe('what all batches say, by hand in one parameter', () => {
  test('mean E b/(1 - E a), and the second moment E(a delta + b)^2', () => {
    const { logGrowth, rest, rates } = enumerated(steps([0.25, 0.5, 1], [0.75, -0.3, 2]), 1);
    const mean = (0.25 * 1 + 0.75 * 2) / (1 - (0.25 * 0.5 - 0.75 * 0.3));
    const [aa, ab, bb] = [0.25 * 0.25 + 0.75 * 0.09, 0.25 * 0.5 - 0.75 * 0.6, 0.25 + 0.75 * 4];
    const second = (2 * ab * mean + bb) / (1 - aa);
    expect(rest!.mean[0]).toBeCloseTo(mean, 12);
    expect(rest!.covariance[0]).toBeCloseTo(second - mean ** 2, 12);
    // Deviations shrink; what is pushed stays.
    expect(logGrowth).toBeCloseTo(0, 9);
    expect(rates[0]).toBeCloseTo(Math.log(aa), 9);
    expect(rates[1]).toBeCloseTo(Math.log(0.25 * 0.0625 + 0.75 * 0.0081), 9);
  });

  test('growth without a rest where E a^2 is 1 or more', () => {
    const grown = enumerated(steps([0.5, 1.4, 1], [0.5, 1, 0]), 1);
    expect([grown.rest, grown.rates[1]]).toEqual([null, Infinity]);
    expect(grown.logGrowth).toBeCloseTo(Math.log((1.96 + 1) / 2), 9);
    expect(enumerated(steps([1, -1, 0.5]), 1).rest).toBeNull();
    // 1 % below it there is one.
    expect(enumerated(steps([1, -Math.sqrt(0.99), 0.5]), 1).rest).not.toBeNull();
  });
});

describe('how far a claim is off', () => {
  const exact = enumerated(steps([0.5, 0.5, 1], [0.5, 0, 3]), 1);
  const { mean, covariance } = exact.rest!;
  const moment = mean[0]! ** 2 + covariance[0]!;
  const off = (growth: number, ofMean: number, ofCovariance: number) =>
    largestDifference(
      {
        logGrowth: () => exact.logGrowth + growth,
        rest: () => ({
          mean: mean.map((x) => x + ofMean),
          covariance: covariance.map((x) => x + ofCovariance),
        }),
      },
      exact,
    );

  test('is the largest of growth, mean and covariance, relative to the second moment', () => {
    expect(off(0, 0, 0)).toBe(0);
    expect(off(0.01, 0, 0)).toBeCloseTo(0.01, 12);
    expect(off(0, 0.01, 0)).toBeCloseTo(0.01 / Math.sqrt(moment), 12);
    expect(off(0, 0, 0.01)).toBeCloseTo(0.01 / moment, 12);
  });

  test('is without bound for what is no number', () => {
    for (const wrong of [off(NaN, 0, 0), off(0, NaN, 0), off(0, 0, NaN)]) expect(wrong).toBe(Infinity);
    expect(largestDifference({ logGrowth: () => NaN }, exact)).toBe(Infinity);
    expect(largestDifference({ logGrowth: () => exact.logGrowth + 0.5 }, exact)).toBeCloseTo(0.5, 12);
  });
});

const group = (lengths: readonly number[], batchSize: number, sampling: Sampling): CurvatureGroup => ({
  ...{ name: 'retain', sign: 1, weight: 1, sampling, batchSize },
  samples: rankOneSet(Float64Array.from(lengths), 1),
});

describe('all batches of a set with their probabilities', () => {
  const listed = (batchSize: number, sampling: Sampling) =>
    Object.fromEntries(
      batchesOf(group([1, 2, 3], batchSize, sampling)).map(({ probability, indices }) => [
        indices.join(''),
        Number(probability.toPrecision(12)),
      ]),
    );

  test('pairs of three: each with 1/3 as subsets, with 1/9 in order with replacement', () => {
    const third = Number((1 / 3).toPrecision(12));
    expect(listed(2, 'without-replacement')).toEqual({ '01': third, '02': third, '12': third });
    const words = ['00', '10', '20', '01', '11', '21', '02', '12', '22'];
    const ninth = Number((1 / 9).toPrecision(12));
    expect(listed(2, 'with-replacement')).toEqual(Object.fromEntries(words.map((word) => [word, ninth])));
  });

  test('bernoulli: every sample by itself with B/n', () => {
    const p = [1 / 27, 2 / 27, 4 / 27, 8 / 27].map((x) => Number(x.toPrecision(12)));
    expect(listed(2, 'bernoulli')).toEqual({
      ...{ '': p[0], '0': p[1], '1': p[1], '2': p[1], '01': p[2], '02': p[2], '12': p[2], '012': p[3] },
    });
  });
});

/** Retain samples 1 and 2 with gradients 0.3 and -0.5, forget sample 1.5 with 0.2; w* = 5, eta = 0.1, alpha = 0.25. */
const run: RestRun = {
  problem: {
    ...{ dimension: 1, alpha: 0.25 },
    groups: [
      { ...group([1, 2], 1, 'without-replacement'), weight: 0.75 },
      { ...group([1.5, 0.5], 1, 'without-replacement'), name: 'forget', sign: -1, weight: 0.25 },
    ],
  },
  ...{ eta: 0.1, gradients: [Float64Array.of(0.3, -0.5), Float64Array.of(0.2, 0.4)] },
  ...{ minimum: Float64Array.of(5), implementation: unlearning },
};

test('the real step with every pair of batches: a = 1 - eta (3/4 h_R - 1/4 h_F), b = -eta (3/4 g_R - 1/4 g_F)', () => {
  const found = affineSteps(run).map(({ probability, matrix }) => [probability, matrix[3]!, matrix[2]!]);
  const expected = [[1, 0.3], [4, -0.5]].flatMap(([h, g]) => [[2.25, 0.2], [0.25, 0.4]].map(([k, f]) => [0.25, 1 - 0.1 * (0.75 * h! - 0.25 * k!), -0.1 * (0.75 * g! - 0.25 * f!)])); // prettier-ignore
  expect(found).toHaveLength(4);
  found.forEach((row, k) => row.forEach((x, c) => expect(x).toBeCloseTo(expected[k]![c]!, 12)));
  for (const { matrix } of affineSteps(run)) expect([matrix[0], matrix[1]]).toEqual([1, 0]);
});

describe('averages of runs', () => {
  const exact = enumerated(affineSteps(run), 1);
  const rest = exact.rest!;
  const scaled = (ofMean: number, ofCovariance: number) => ({
    mean: rest.mean.map((x) => ofMean * x),
    covariance: rest.covariance.map((x) => ofCovariance * x),
  });

  test('hold the exact mean and spread for every seed, at their confidence', () => {
    expect(exact.rates[1]).toBeLessThan(-0.05);
    for (let seed = 1; seed <= 8; seed++) {
      expect(averagedRuns(run, rest, exact.rates, [seed])).toMatchObject({ inside: true, conflict: null });
    }
  });

  test('conflict with another mean, and are outside of another spread where fourth moments are tame', () => {
    expect(averagedRuns(run, scaled(1.5, 1), exact.rates, [1])!.conflict).toMatch(/^runs rest at /);
    expect(averagedRuns(run, scaled(1.5, 1), exact.rates, [1])!.inside).toBe(false);
    expect(averagedRuns(run, scaled(1, 3), exact.rates, [1])).toMatchObject({
      inside: false,
      conflict: null,
    });
    expect(averagedRuns(run, scaled(1, 3), [exact.rates[0], -0.01], [1])!.inside).toBe(true);
  });

  test('are Student intervals of 40 runs at 1 - 1e-9, of the runs as they are', () => {
    const { low, high } = (() => {
      const random = randomSource('rest', 3);
      const model = (lengths: readonly number[], gradients: readonly number[]) =>
        tiltedQuadratic(rankOneSet(Float64Array.from(lengths), 1), run.minimum, Float64Array.from(gradients));
      const process = unlearningProcess(
        {
          retain: model([1, 2], [0.3, -0.5]),
          forget: model([1.5, 0.5], [0.2, 0.4]),
          ...{ alpha: 0.25, eta: 0.1, batch: { retain: 1, forget: 1 } },
        },
        'without-replacement',
        run.minimum,
        unlearning,
      );
      const burnIn = Math.ceil(40 / -exact.rates[0]);
      const squares = Array.from({ length: 40 }, () => {
        const w = Float64Array.of(5);
        let sum = 0;
        for (let step = 0; step < burnIn + 1200; step++) {
          process.drawBatches(random);
          process.applyStep(w);
          if (step >= burnIn) sum += (w[0]! - 5 - rest.mean[0]!) ** 2 / 1200;
        }
        return sum;
      });
      const mean = squares.reduce((sum, x) => sum + x, 0) / 40;
      const variance = squares.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 39;
      // The quantile of Student's distribution with 39 degrees of freedom at 1 - 5e-10.
      const half = 7.982130484834926 * Math.sqrt(variance / 40);
      return { low: mean - half, high: mean + half };
    })();
    const { words } = averagedRuns(run, rest, exact.rates, [3])!;
    const [shownLow, shownHigh] = /\[(\S+), (\S+)\]$/.exec(words)!.slice(1).map(Number);
    expect(shownLow! / low).toBeCloseTo(1, 3);
    expect(shownHigh! / high).toBeCloseTo(1, 3);
  });

  test('begin after deviations have shrunk by exp(-40), and are not made where that takes 4000 steps', () => {
    expect(averagedRuns(run, rest, [-0.1, -1], [1])!.steps).toBe(40 * (400 + 1200));
    expect(averagedRuns(run, rest, [-0.01, -1], [1])!.steps).toBe(40 * (4000 + 1200));
    expect(averagedRuns(run, rest, [-0.0099, -1], [1])).toBeNull();
    // From far away the start would show in the mean.
    const far = { ...run, minimum: Float64Array.of(5) };
    const slow = enumerated(affineSteps({ ...far, eta: 0.02 }), 1);
    expect(averagedRuns({ ...far, eta: 0.02 }, slow.rest!, slow.rates, [1])!.inside).toBe(true);
  });
});

test('a set of weight 0 takes no part: no group, no gradients, no batches', () => {
  const problem = {
    ...{ retain: [[[1]], [[2]]], forget: [[[1.5]], [[0.5]]], batch: { retain: 1, forget: 1 } },
    sampling: 'without-replacement',
  } as const;
  const gradients = { retain: [[0.3], [-0.5]], forget: [[0.2], [0.4]] };
  const settingAt = (alpha: number) =>
    restSetting(
      { problem: { ...problem, alpha }, step: { reference: 'absolute', eta: 0.1 }, run: { gradients } },
      0.1,
    );
  const parts = (alpha: number) => {
    const { problem: reduced, gradients: taken } = settingAt(alpha);
    const all = affineSteps({ ...settingAt(alpha), implementation: unlearning });
    return [reduced.groups.map(({ name }) => name), taken.map((one) => Array.from(one)), all.length];
  };
  expect(parts(0)).toEqual([['retain'], [[0.3, -0.5]], 2]);
  expect(parts(1)).toEqual([['forget'], [[0.2, 0.4]], 2]);
  expect(parts(0.25)[2]).toBe(4);
});

describe('the examination', () => {
  const settings: ExaminationSettings = {
    ...{ implementation: unlearning, mutants: [], seed: 1, theoremId: 'P7' },
    ...{ errorProbability: 1e-12, maxSamples: 1500, maxSamplesUndecided: 1500 },
  };
  const claim = P7.claim;
  const instance = fc
    .sample(P7.instances, { seed: 5, numRuns: 40 })
    .find((one) => examine(claim, one, settings).evidence.includes('runs in'))!;
  const off = (share: number): RestClaim => ({
    ...claim,
    rest(setting) {
      const { mean, covariance } = claim.rest(setting);
      return {
        mean,
        covariance: covariance.map((x) => x + share * (mean.reduce((s, y) => s + y * y, 0) + 1)),
      };
    },
  });

  test('contradicts what is off by 1e-4, and lets rounding pass', () => {
    const outcome = (one: RestClaim) => examine(one, instance, settings).outcome;
    expect(outcome(claim)).toBe('agree');
    const scale = largestOff(off(1));
    expect(outcome(off(1e-6 / scale))).toBe('contradict');
    expect(outcome(off(1e-8 / scale))).toBe('agree');
    expect(outcome({ ...claim, logGrowth: () => NaN })).toBe('contradict');
  });

  /** How far a claim is off, as its evidence says. */
  function largestOff(one: RestClaim): number {
    return Number(/apart by (\S+)/.exec(examine(one, instance, settings).evidence)![1]);
  }

  test('refutes the variants that are off by more than 1e-4, of those that apply', () => {
    const scale = largestOff(off(1));
    const mutant = (id: string, one: RestClaim): Mutant => ({
      id,
      description: id,
      claim: one,
      quick: false,
    });
    const mutants = [
      mutant('far', off(1e-3 / scale)),
      mutant('near', off(2e-5 / scale)),
      mutant('elsewhere', { ...off(1), applies: () => false }),
    ];
    expect(examine(claim, instance, { ...settings, mutants }).refuted).toEqual(['far']);
  });

  test('runs that rest elsewhere leave it open, with a conflict', () => {
    /** The sampler of another batch, which the enumeration does not use. */
    const firstSamples: UnlearningImplementation = {
      ...unlearning,
      sampler: (...[, n, batchSize]) => ({
        batch: { indices: Int32Array.from({ length: n }, (_, i) => i), size: batchSize },
        draw: () => undefined,
      }),
    };
    const found = fc
      .sample(P7.instances, { seed: 5, numRuns: 12 })
      .map((one) => examine(claim, one, { ...settings, implementation: firstSamples }));
    const open = found.filter(({ outcome }) => outcome === 'inconclusive');
    expect(open.length).toBeGreaterThan(0);
    expect(open.some(({ conflict }) => conflict?.startsWith('runs rest at ') === true)).toBe(true);
  });
});
