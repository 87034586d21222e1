import { rankOneSet, type FactorSet } from '../../src/theory/problem.js';
import type { PerSampleModel } from '../../src/unlearning/per-sample-model.js';

/**
 * Linear regression with squared loss l_i(w) = (x_i . w - y_i)^2 / 2. H_i = x_i x_i^T everywhere.
 *
 * @param features n x p, row-major.
 * @param labels n numbers. With labels x_i . w* of a teacher w*, every sample is fitted exactly at w*.
 */
export function linearLeastSquares(
  features: Float64Array,
  labels: Float64Array,
): PerSampleModel & { readonly curvature: FactorSet } {
  const sampleCount = labels.length;
  const p = features.length / sampleCount;
  if (!Number.isInteger(p)) {
    throw new RangeError(
      `features must be ${sampleCount} rows of one length; got ${features.length} numbers`,
    );
  }
  const residual = (w: Float64Array, i: number): number => {
    let sum = -labels[i]!;
    for (let a = 0; a < p; a++) sum += features[i * p + a]! * w[a]!;
    return sum;
  };
  return {
    sampleCount,
    parameterCount: p,
    curvature: rankOneSet(features, p),
    loss: (w, i) => residual(w, i) ** 2 / 2,
    addGradient(w, i, scale, out) {
      const push = scale * residual(w, i);
      for (let a = 0; a < p; a++) out[a]! += push * features[i * p + a]!;
    },
  };
}

/** Labels x_i . w* of a linear teacher: n numbers for n x p features. */
export function teacherLabels(features: Float64Array, teacher: Float64Array): Float64Array {
  const p = teacher.length;
  return Float64Array.from({ length: features.length / p }, (_, i) =>
    teacher.reduce((sum, weight, a) => sum + weight * features[i * p + a]!, 0),
  );
}
