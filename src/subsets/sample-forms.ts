import { isRankOne, type FactorSet } from '../curvature/factor-set.js';
import { multiplyTransposed, quadraticForms } from '../linalg/multiply-transposed.js';

/** tr(A H_i) of every sample, for a symmetric r x r matrix A. */
export function sampleForms(samples: FactorSet, a: Float64Array): Float64Array {
  const { dimension, sampleCount, offsets, factors } = samples;
  const forms = quadraticForms(a, factors, offsets[sampleCount]!, dimension);
  if (isRankOne(samples)) return forms;
  return Float64Array.from({ length: sampleCount }, (_, i) =>
    forms.subarray(offsets[i], offsets[i + 1]).reduce((sum, x) => sum + x, 0),
  );
}

/** tr(M H_i M H_i) = |F_i^T M F_i|^2 of every sample, for a symmetric r x r matrix M. */
export function squaredForms(samples: FactorSet, m: Float64Array): Float64Array {
  const { dimension: r, sampleCount, offsets, factors } = samples;
  if (isRankOne(samples)) return sampleForms(samples, m).map((x) => x * x);
  const products = multiplyTransposed(factors, offsets[sampleCount]!, m, r, r);
  return Float64Array.from({ length: sampleCount }, (_, i) => {
    let sum = 0;
    for (let s = offsets[i]!; s < offsets[i + 1]!; s++) {
      for (let t = offsets[i]!; t < offsets[i + 1]!; t++) {
        let entry = 0;
        for (let a = 0; a < r; a++) entry += products[s * r + a]! * factors[t * r + a]!;
        sum += entry * entry;
      }
    }
    return sum;
  });
}
