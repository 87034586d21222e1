import type { FactorSet } from '../curvature/factor-set.js';
import { dot } from '../linalg/vectors.js';
import type { PerSampleModel } from './per-sample-model.js';

/**
 * Losses of a scalar output expanded to second order around w* = 0: (<phi_i, x> + s_i)^2 / 2 for every sample i, so
 * that grad l_i(0) = s_i phi_i. With all s_i = 0 it is the quadratic model of a minimum that interpolates.
 *
 * @param factors one row phi_i a sample.
 * @param pushes s_i: n numbers.
 */
export function pushedQuadratic(
  { sampleCount, factors, dimension }: FactorSet,
  pushes: Float64Array,
): PerSampleModel {
  const residual = (x: Float64Array, i: number): number => dot(factor(i), x) + pushes[i]!;
  const factor = (i: number): Float64Array => factors.subarray(i * dimension, (i + 1) * dimension);
  return {
    sampleCount,
    parameterCount: dimension,
    loss: (x, i) => residual(x, i) ** 2 / 2,
    addGradient(x, i, scale, out) {
      const along = scale * residual(x, i);
      const row = factor(i);
      for (let a = 0; a < dimension; a++) out[a]! += along * row[a]!;
    },
  };
}
