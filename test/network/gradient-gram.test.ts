import { describe, expect, test } from 'vitest';
import { multiplyTransposed } from '../../src/linalg/multiply-transposed.js';
import { curvatureGram, gradientGram } from '../../src/network/output-gradients.js';
import { LOSSES } from '../../src/network/losses.js';
import { perSampleGradients } from '../../src/network/gradient-backend.js';
import { networkModel } from '../../src/network/network-model.js';
import { networkOutputs, type PatchData } from '../../src/network/patch-network.js';
import { largestDifference } from '../closeness.js';
import { DIFFERENCE_STEP, networkSample, type NetworkSample } from '../sample-networks.js';

/** Sums of a few hundred products in float64, in another order. */
const ROUNDING = 1e-13;

const SHAPES = [
  { width: 1, dimension: 2, samples: 1, patches: 1 },
  { width: 3, dimension: 5, samples: 7, patches: 2 },
  { width: 2, dimension: 30, samples: 6, patches: 3 },
  { width: 5, dimension: 4, samples: 9, patches: 1 },
];

function gramOfGradients({ network, weights, data }: NetworkSample): Float64Array {
  const n = data.sampleCount;
  const gradients = perSampleGradients(network, weights, data);
  return multiplyTransposed(gradients, n, gradients, n, weights.length);
}

describe.each(SHAPES)('of $samples samples with $patches patches, width $width, d $dimension,', (shape) => {
  const sample = networkSample(shape, 'gram');
  const { network, weights, data } = sample;
  const n = data.sampleCount;

  test('gradientGram holds the inner products of the gradients', () => {
    expect(largestDifference(gradientGram(network, weights, data), gramOfGradients(sample))).toBeLessThan(
      ROUNDING,
    );
  });

  test.each(Object.values(LOSSES))("curvatureGram carries sqrt(l''_i l''_k), $name loss", (loss) => {
    const outputs = networkOutputs(network, weights, data);
    const second = outputs.map((f, i) => loss.secondDerivative(f, data.labels[i]!));
    const expected = gramOfGradients(sample).map(
      (g, ik) => g * Math.sqrt(second[Math.floor(ik / n)]! * second[ik % n]!),
    );
    expect(largestDifference(curvatureGram(network, weights, data, loss), expected)).toBeLessThan(ROUNDING);
  });
});

describe('gradientGram', () => {
  const sample = networkSample({ width: 3, dimension: 5, samples: 7, patches: 2 }, 'gram');
  const { network, weights, data } = sample;

  test('is exactly symmetric', () => {
    const gram = gradientGram(network, weights, data);
    for (let i = 0; i < 7; i++) for (let k = 0; k < 7; k++) expect(gram[i * 7 + k]).toBe(gram[k * 7 + i]);
  });

  test("is computed by hand for one signal and one noise patch: |mu|^2 y y' A + <xi, xi'> B over m^2", () => {
    // mu = (2, 0), y = 1, -1; xi = (0, 1), (0, 3). Filters: + (1, 1), (-1, 1); - (1, -1), (-1, -1).
    const inputs = Float64Array.of(2, 0, /**/ 0, 1, /**/ -2, 0, /**/ 0, 3);
    const byHand: PatchData = {
      sampleCount: 2,
      patches: 2,
      dimension: 2,
      inputs,
      labels: Float64Array.of(1, -1),
    };
    const filters = Float64Array.of(1, 1, /**/ -1, 1, /**/ 1, -1, /**/ -1, -1);
    // Active on mu: filters 0 and 2; on -mu: 1 and 3; on both noises: 0 and 1.
    const gram = gradientGram({ width: 2, dimension: 2 }, filters, byHand);
    expect(Array.from(gram)).toEqual([
      (4 * 2 + 1 * 2) / 4,
      (0 + 3 * 2) / 4,
      (0 + 3 * 2) / 4,
      (4 * 2 + 9 * 2) / 4,
    ]);
  });

  test('is not the Gram matrix of gradients without the mask, the sign of F_- in one sample or the factor 1/m', () => {
    const right = gradientGram(network, weights, data);
    const gradients = perSampleGradients(network, weights, data);
    const of = (rows: Float64Array) => multiplyTransposed(rows, 7, rows, 7, weights.length);
    const mirrored = perSampleGradients(
      network,
      weights.map((w) => -w),
      data,
    );
    const oneSample = gradients.map((x, k) => (k < 30 && k >= 15 ? -x : x));
    for (const wrong of [
      of(gradients.map((x, k) => x + mirrored[k]!)),
      of(oneSample),
      of(gradients.map((x) => 3 * x)),
    ]) {
      expect(largestDifference(right, wrong)).toBeGreaterThan(1e-3);
    }
  });
});

test("the curvature factors are those of the Hessian: it moves a gradient by l'' <grad f, delta> grad f", () => {
  const { network, weights, data } = networkSample(
    { width: 2, dimension: 4, samples: 1, patches: 2 },
    'hessian',
  );
  const loss = LOSSES.logistic;
  const model = networkModel(network, data, loss);
  const gradientAt = (w: Float64Array) => {
    const out = new Float64Array(w.length);
    model.addGradient(w, 0, 1, out);
    return out;
  };
  const f = perSampleGradients(network, weights, data);
  const shifted = (sign: number) => gradientAt(weights.map((w, k) => w + sign * DIFFERENCE_STEP * f[k]!));
  const [up, down] = [shifted(1), shifted(-1)];
  // H f for f = grad f is l'' |f|^2 f, so <f, H f> = l'' |f|^4.
  const alongF = f.reduce((sum, x, k) => sum + (x * (up[k]! - down[k]!)) / (2 * DIFFERENCE_STEP), 0);
  const norm4 = f.reduce((sum, x) => sum + x * x, 0) ** 2;
  const [entry] = curvatureGram(network, weights, data, loss);
  const squaredNorm = Math.sqrt(norm4);
  // Rounding of 1e-16 over the step, and h^2 times derivatives of order 1.
  expect(Math.abs(alongF / squaredNorm - entry!) / entry!).toBeLessThan(1e-7);
  expect(Math.abs(alongF / squaredNorm - squaredNorm) / entry!).toBeGreaterThan(0.1);
});
