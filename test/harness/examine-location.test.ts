import { describe, expect, test } from 'vitest';
import { smallBudget } from '../../properties/theorem-property.js';
import { drawnData } from '../../src/harness/drawn-network.js';
import {
  locationClaims,
  measured,
  measuredSpectrum,
  type LocationClaim,
} from '../../src/harness/location-claim.js';
import type { NetworkInstance, NetworkSetting } from '../../src/harness/instance.js';
import { normals, randomSource } from '../../src/statistics/generator.js';
import { medianInterval } from '../../src/statistics/intervals.js';
import { symmetricEigen } from '../../src/linalg/symmetric-eigen.js';
import type { FrequencyClaim } from '../../src/harness/frequency-claim.js';
import { examine } from '../../src/harness/kinds.js';
import type { Mutant } from '../../src/harness/theorem.js';
import { PLAIN_SETTING } from '../../theorems/draws/network-settings.js';
import { relativeDifference } from '../closeness.js';

/** Inner products of up to 60 terms and an eigenvalue of up to 12 rows. */
const ROUNDING = 1e-12;

const settings = smallBudget('X');

function setting(parts: Partial<NetworkSetting> = {}): NetworkSetting {
  return { ...PLAIN_SETTING, samples: 12, dimension: 30, signalToNoise: 1, repeats: 300, ...parts };
}

function instance(parts: Partial<NetworkSetting> = {}): NetworkInstance {
  return { experiment: 'largest-eigenvalue', setting: setting(parts) };
}

function located(limit: number, tolerance: number): LocationClaim {
  return { kind: 'location', limit: () => limit, tolerance: () => tolerance };
}

/** SNR^2 y y^T + Xi Xi^T/(sp^2 d) from the parts of the data. */
function alignedGram(drawn: NetworkSetting, repeat: number): number[][] {
  const { labels, inputs, sampleCount: n, dimension: d } = drawnData(drawn, repeat);
  const noise = Array.from({ length: n }, (_, i) => inputs.subarray((2 * i + 1) * d, (2 * i + 2) * d));
  return noise.map((x, i) =>
    noise.map((y, k) => {
      const inner = x.reduce((sum, value, a) => sum + value * y[a]!, 0);
      return drawn.signalToNoise ** 2 * labels[i]! * labels[k]! + inner / (drawn.noiseScale ** 2 * d);
    }),
  );
}

function top(matrix: number[][]): number {
  return symmetricEigen(Float64Array.from(matrix.flat()), matrix.length).values.at(-1)!;
}

describe('measuredSpectrum', () => {
  test.each([
    { signalToNoise: 0 },
    { signalToNoise: 0.3, noiseScale: 2, positives: 0.25 },
    { signalToNoise: 2, noiseScale: 0.5, positives: 1 },
  ])('is the spectrum of the aligned Gram matrix built from labels, signal and noise: %o', (parts) => {
    const drawn = setting(parts);
    for (const repeat of [0, 1, 7]) {
      const gram = alignedGram(drawn, repeat);
      const mean = gram.reduce((sum, row, i) => sum + row[i]!, 0) / gram.length;
      const sizes = gram.map((row) => row.map(Math.abs));
      expect(
        relativeDifference(measuredSpectrum('largest-eigenvalue', drawn, repeat), top(gram)),
      ).toBeLessThan(ROUNDING);
      expect(
        relativeDifference(measuredSpectrum('coherence', drawn, repeat), top(sizes) / mean),
      ).toBeLessThan(ROUNDING);
    }
  });

  test('the comparison tells the two quantities, and data sets, apart', () => {
    const values = [
      measuredSpectrum('coherence', setting(), 0),
      measuredSpectrum('largest-eigenvalue', setting(), 0),
      measuredSpectrum('largest-eigenvalue', setting(), 1),
    ];
    expect(relativeDifference(values[0]!, values[1]!)).toBeGreaterThan(1e-3);
    expect(relativeDifference(values[1]!, values[2]!)).toBeGreaterThan(1e-3);
  });

  test('an experiment about something else is refused', () => {
    expect(() => measuredSpectrum('noise-norms', setting(), 0)).toThrow(
      'noise-norms is no experiment about a spectrum',
    );
  });
});

describe('the quantities of normal sets, by hand for one coordinate', () => {
  const one = (parts: Partial<NetworkSetting>) => setting({ dimension: 1, samples: 8, forget: 0, ...parts });
  /** Curvatures of the samples of both sets. */
  const curvatures = ({ samples, forget, seed }: NetworkSetting, repeat: number) => {
    const random = randomSource('gaussian sets', seed, repeat);
    const squares = (n: number) => Array.from(normals(n, random), (x) => x * x);
    return { retain: squares(samples - forget), forget: squares(forget) };
  };
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

  test('critical mixing 1/(1 + mu), mu the forget over the retain curvature', () => {
    for (const repeat of [0, 3]) {
      const drawn = one({ forget: 3, seed: 7 });
      const { retain, forget } = curvatures(drawn, repeat);
      const expected = 1 / (1 + mean(forget) / mean(retain));
      expect(measured('critical-mixing', drawn, repeat)).toBeCloseTo(expected, 12);
    }
  });

  test('critical step 2 h/(h^2 + Var) of descent with bernoulli batches, and 2/h with all samples', () => {
    for (const batch of [1, 3, 8, 20]) {
      const drawn = one({ batch, seed: 5 });
      const { retain } = curvatures(drawn, 2);
      const size = Math.min(batch, 8);
      const [h, p] = [mean(retain), size / 8];
      const variance = retain.reduce((sum, x) => sum + p * (1 - p) * x * x, 0) / size ** 2;
      expect(measured('critical-step', drawn, 2)).toBeCloseTo((2 * h) / (h ** 2 + variance), 10);
    }
  });

  test('mean-field step 2/(h (1 + nu/n)), and 2/h with all samples', () => {
    for (const batch of [1, 3, 8]) {
      const drawn = one({ batch, seed: 5 });
      const h = mean(curvatures(drawn, 1).retain);
      const expected = 2 / (h * (1 + (8 / batch - 1) / 8));
      expect(measured('mean-field-step', drawn, 1)).toBeCloseTo(expected, 10);
    }
  });

  test('seeds and repeats have data of their own', () => {
    const values = [0, 1].flatMap((seed) =>
      [0, 1].map((repeat) => measured('critical-step', one({ seed }), repeat)),
    );
    expect(new Set(values).size).toBe(4);
  });
});

describe('examineLocation', () => {
  const drawn = Array.from({ length: 300 }, (_, repeat) =>
    measuredSpectrum('largest-eigenvalue', setting(), repeat),
  ).sort((x, y) => x - y);
  const median = (drawn[149]! + drawn[150]!) / 2;
  const spread = (drawn[299]! - drawn[0]!) / 2;

  test.each([
    ['agree', 'an interval that holds that of the median', median, spread],
    ['contradict', 'one above it', median + 3 * spread, spread],
    ['contradict', 'one below it', median - 3 * spread, spread],
    ['inconclusive', 'one within it', median, 1e-6 * spread],
    ['inconclusive', 'one that overlaps it', median + spread, spread],
    ['inconclusive', 'no number', NaN, spread],
  ])('%s: %s', (outcome, _, limit, tolerance) => {
    expect(examine(located(limit, tolerance), instance(), settings).outcome).toBe(outcome);
  });

  test('the interval is that of the median at the error of one verdict, which is one certificate', () => {
    const { low, high } = medianInterval(drawn, settings.errorProbability);
    const { evidence } = examine(located(median, spread), instance(), settings);
    expect(evidence).toContain(`in [${low.toFixed(4)}, ${high.toFixed(4)}], `);
    const edge = (limit: number, tolerance: number) =>
      examine(located(limit, tolerance), instance(), settings).outcome;
    const [middle, half] = [(low + high) / 2, (high - low) / 2];
    expect([edge(middle, 1.001 * half), edge(middle, 0.999 * half)]).toEqual(['agree', 'inconclusive']);
    // Just apart from either end, and just not.
    expect([edge(low - 1.001 * half, half), edge(low - 0.999 * half, half)]).toEqual([
      'contradict',
      'inconclusive',
    ]);
    expect([edge(high + 1.001 * half, half), edge(high + 0.999 * half, half)]).toEqual([
      'contradict',
      'inconclusive',
    ]);
    expect(locationClaims.certificates(0)).toBe(1);
  });

  test('too few data sets have no interval and decide nothing', () => {
    for (const limit of [median, median + 100]) {
      const { outcome } = examine(located(limit, spread), instance({ repeats: 30 }), settings);
      expect(outcome).toBe('inconclusive');
    }
  });

  test('one interval serves the claim and its variants: refuted are those apart from it, and those alone', () => {
    const variants: [string, LocationClaim | FrequencyClaim][] = [
      ['apart', located(median + 3 * spread, spread)],
      ['overlapping', located(median + spread, spread)],
      ['no number', located(NaN, spread)],
      ['other kind', { kind: 'frequency', violated: () => true }],
    ];
    const mutants = variants.map(([id, claim]): Mutant => ({ id, description: id, claim, quick: false }));
    const result = examine(located(median, spread), instance(), { ...settings, mutants });
    expect(result.refuted).toEqual(['apart']);
    expect(result.certificates).toBe(1);
    expect(result.samples).toBe(300);
    expect(result.evidence).toMatch(
      /^median of 300 data sets in \[[\d.]+, [\d.]+\], predicted [\d.]+ \+- [\d.]+$/,
    );
  });

  test('the same instance gives the same examination, another seed another interval', () => {
    const claim = located(median, spread);
    const first = examine(claim, instance(), settings);
    expect(examine(claim, instance(), settings)).toEqual(first);
    expect(examine(claim, instance({ seed: 1 }), settings).evidence).not.toBe(first.evidence);
  });
});
