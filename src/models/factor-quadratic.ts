import type { FactorSet } from '../curvature/factor-set.js';
import { batchGradient } from './batch-gradient.js';
import type { PerSampleModel } from './per-sample-model.js';

/**
 * The quadratic model of given curvature: l_i(w) = |F_i^T (w - w*)|^2 / 2, so grad l_i(w*) = 0 and
 * H_i = F_i F_i^T everywhere.
 *
 * @param minimiser w*, of the dimension of the factors.
 */
export function factorQuadratic(set: FactorSet, minimiser: Float64Array): PerSampleModel {
  const { dimension, offsets, factors } = set;
  const ofBatch = batchGradient(set);
  const displacement = new Float64Array(dimension);
  const projection = (w: Float64Array, row: number): number => {
    let sum = 0;
    for (let a = 0; a < dimension; a++) sum += factors[row * dimension + a]! * (w[a]! - minimiser[a]!);
    return sum;
  };
  return {
    sampleCount: set.sampleCount,
    parameterCount: dimension,
    loss(w, i) {
      let sum = 0;
      for (let row = offsets[i]!; row < offsets[i + 1]!; row++) sum += projection(w, row) ** 2;
      return sum / 2;
    },
    addGradient(w, i, scale, out) {
      for (let row = offsets[i]!; row < offsets[i + 1]!; row++) {
        const push = scale * projection(w, row);
        for (let a = 0; a < dimension; a++) out[a]! += push * factors[row * dimension + a]!;
      }
    },
    addBatchGradient(w, { indices, size }, scale, out) {
      for (let a = 0; a < dimension; a++) displacement[a] = w[a]! - minimiser[a]!;
      ofBatch(displacement, indices, size, scale, out);
    },
  };
}
