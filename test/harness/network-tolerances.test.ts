import { describe, expect, test } from 'vitest';
import { smallBudget } from '../../properties/theorem-property.js';
import type { BlockModelClaim } from '../../src/harness/block-model-claim.js';
import type { GramClaim } from '../../src/harness/gram-claim.js';
import type { NetworkInstance } from '../../src/harness/instance.js';
import { examine } from '../../src/harness/kinds.js';
import type { NetworkEscapeClaim } from '../../src/harness/network-escape-claim.js';
import type { Claim, Mutant } from '../../src/harness/theorem.js';
import { closedFormBackend, type GradientBackend } from '../../src/network/gradient-backend.js';
import { PLAIN_SETTING } from '../../theorems/draws/network-settings.js';
import { C1 } from '../../theorems/C1.js';
import { C5 } from '../../theorems/C5.js';
import { C6 } from '../../theorems/C6.js';

function settings(variants: readonly Claim[] = [], backend: GradientBackend | null = null) {
  const mutants = variants.map((claim, k): Mutant => ({
    id: `T-${k}`,
    description: '',
    claim,
    quick: false,
  }));
  return { ...smallBudget('T'), mutants, backend };
}

const small = { ...PLAIN_SETTING, samples: 8, forget: 2, dimension: 30, width: 2, seed: 3 };

describe('the Gram matrix of a network is compared entry by entry:', () => {
  const instance: NetworkInstance = { experiment: 'gradient-gram', setting: small };
  /** One entry off by a share of |grad f_i| |grad f_k|. */
  const off = (share: number, i = 1, k = 4): GramClaim => ({
    ...C1.claim,
    gram(features) {
      const n = features.sampleCount;
      const gram = C1.claim.gram(features).slice();
      gram[i * n + k]! += share * Math.sqrt(gram[i * n + i]! * gram[k * n + k]!);
      return gram;
    },
  });
  const { double, clearly } = C1.claim.tolerance;
  const single = C1.claim.tolerance.single(2);

  test.each([
    [0, 'agree'],
    [0.9, 'agree'],
    [1.1, 'contradict'],
    [-1.1, 'contradict'],
    [NaN, 'contradict'],
  ])('off by %f of the tolerance in float64: %s', (share, outcome) => {
    expect(examine(off(share * double), instance, settings()).outcome).toBe(outcome);
    expect(examine(off(share * double, 7, 0), instance, settings()).outcome).toBe(outcome);
  });

  test('variants are refuted from a thousand times the tolerance on', () => {
    const shares = [0.9, 1.1, -0.9, -1.1].map((share) => off(share * clearly * double));
    expect(examine(C1.claim, instance, settings(shares)).refuted).toEqual(['T-1', 'T-3']);
    expect({ double, clearly }).toEqual({ double: 1e-12, clearly: 1e3 });
  });

  test.each([
    [0.9, 'agree'],
    [1.1, 'contradict'],
    [-1.1, 'contradict'],
  ])('automatic differentiation off by %f of the tolerance in float32: %s', (share, outcome) => {
    // All gradients longer by this factor: every entry is off by its square.
    const factor = Math.sqrt(1 + share * single);
    const backend: GradientBackend = {
      ...closedFormBackend,
      outputGradients: (...given) =>
        closedFormBackend.outputGradients(...given).map((value) => factor * value),
    };
    expect(examine(C1.claim, instance, settings([], backend)).outcome).toBe(outcome);
    // Roundings of a sum over two patches, twice in a product, doubled.
    expect(single).toBe(16 * 2 ** -24);
  });
});

describe('the eigenvalues of the block model are compared to 1e-10 of lambda_1(K):', () => {
  const setting = { ...small, samples: 12, forget: 3, alpha: 0.3, signalToNoise: 0.7 };
  const instance: NetworkInstance = { experiment: 'block-model', setting };
  const off = (lowest: number, highest: number): BlockModelClaim => ({
    ...C5.claim,
    extremes(model) {
      const { lowestD, highestK } = C5.claim.extremes(model);
      return { lowestD: lowestD + lowest * highestK, highestK: highestK * (1 + highest) };
    },
  });

  test.each([
    [0, 0, 'agree'],
    [0.9e-10, 0.9e-10, 'agree'],
    [-0.9e-10, -0.9e-10, 'agree'],
    [1.1e-10, 0, 'contradict'],
    [-1.1e-10, 0, 'contradict'],
    [0, 1.1e-10, 'contradict'],
    [0, -1.1e-10, 'contradict'],
    [NaN, 0, 'contradict'],
    [0, NaN, 'contradict'],
  ])('off by %f and %f: %s', (lowest, highest, outcome) => {
    const claim = off(lowest, highest);
    const result = examine(claim, instance, settings([claim]));
    expect(result.outcome).toBe(outcome);
    expect(result.refuted).toEqual(outcome === 'agree' ? [] : ['T-0']);
  });

  test('a claim of the wrong direction is refuted where the hypothesis of the fall holds, and nowhere else', () => {
    const rising = { ...C5.claim, falling: false };
    const light = { ...instance, setting: { ...setting, alpha: 0.2 } };
    const heavy = { ...instance, setting: { ...setting, alpha: 0.3 } };
    expect(examine(C5.claim, heavy, settings([rising])).refuted).toEqual(['T-0']);
    expect(examine(C5.claim, light, settings([rising])).refuted).toEqual([]);
  });

  test('networks are allowed 15 % at n = 60, d = 1000, m = 50', () => {
    const at = { ...PLAIN_SETTING, samples: 60, dimension: 1000, width: 50 };
    expect(C5.claim.tolerance(at)).toBeCloseTo(0.15, 12);
    expect(C5.claim.tolerance({ ...at, width: 200 })).toBeCloseTo(0.1125, 12);
    expect(C5.claim.tolerance({ ...at, dimension: 4000 })).toBeCloseTo(0.1125, 12);
  });
});

describe('the rate of a trained network is met to 1e-5:', () => {
  const setting = { ...small, signalToNoise: 0.5, alpha: 0.3 };
  const instance: NetworkInstance = { experiment: 'escape', setting };
  const faster = (share: number, run = C6.claim.run): NetworkEscapeClaim => ({
    ...C6.claim,
    run,
    growth: (extremes, eta) => (1 + share) * C6.claim.growth(extremes, eta),
  });

  test('the constants are those of the theorem', () => {
    expect(C6.claim.run).toMatchObject({ tolerance: 1e-5, clearly: 10, nearInteger: 1e-4 });
  });

  test.each([
    [0, 'agree'],
    [0.85e-5, 'agree'],
    [-0.85e-5, 'agree'],
    [1.15e-5, 'contradict'],
    [-1.15e-5, 'contradict'],
    [5e-4, 'contradict'],
  ])('claimed %f too fast: %s', (share, outcome) => {
    expect(examine(faster(share), instance, settings()).outcome).toBe(outcome);
  });

  test('variants must be off by ten times as much', () => {
    const shares = [0.9e-4, -0.9e-4, 1.15e-4, -1.15e-4].map((share) => faster(share));
    expect(examine(C6.claim, instance, settings(shares)).refuted).toEqual(['T-2', 'T-3']);
  });

  test('the step of escape is met exactly, however loosely the rate is compared', () => {
    const loose = { ...C6.claim.run, tolerance: 0.5, clearly: 1, factors: [1000] };
    const strict = examine(faster(0, { ...loose, nearInteger: 0 }), instance, settings());
    expect(strict.outcome, strict.evidence).toBe('agree');
    const measured = Number(/measured (\d+)$/.exec(strict.evidence)![1]);
    // The claimed time a quarter of a step before the measured step, a step earlier, and a step later.
    const growth = Math.log(1000);
    const after = (steps: number): NetworkEscapeClaim => ({
      ...faster(0, { ...loose, nearInteger: 0 }),
      growth: () => growth / steps,
    });
    const outcomes = [measured - 0.25, measured - 1.25, measured + 0.75].map(
      (steps) => examine(after(steps), instance, settings()).outcome,
    );
    expect(outcomes).toEqual(['agree', 'contradict', 'contradict']);
  });
});

describe('levels of a trend have networks of their own, as the null law of the test says:', () => {
  /** The numbers after the last colon: one a level. */
  const numbersOf = (evidence: string): string[] =>
    evidence.slice(evidence.lastIndexOf(':') + 1).match(/[\d.]+/g)!;
  const levels = [0.35, 0.35, 0.35, 0.35];
  const setting = { ...small, samples: 12, dimension: 60, width: 8, alpha: 0.3, repeats: 1 };

  test('trained networks of one SNR have different relative escape rates', () => {
    const claim: BlockModelClaim = { ...C5.claim, fall: { ...C5.claim.fall, levels } };
    const instance: NetworkInstance = { experiment: 'trained-network', setting };
    const rates = numbersOf(examine(claim, instance, settings()).evidence);
    expect(rates).toHaveLength(4);
    expect(new Set(rates).size).toBeGreaterThan(2);
  });

  test('unlearned networks of one SNR have different escape times', () => {
    const claim: NetworkEscapeClaim = { ...C6.claim, trend: { ...C6.claim.trend, levels } };
    const instance: NetworkInstance = { experiment: 'escape-trend', setting };
    const times = numbersOf(examine(claim, instance, settings()).evidence);
    expect(times).toHaveLength(4);
    expect(new Set(times).size).toBeGreaterThan(1);
  });
});
