import { factorCount, isRankOne } from '../curvature/factor-set.js';
import { meanHessian } from '../curvature/mean-curvature.js';
import type { CurvatureGroup, Sampling } from '../curvature/problem.js';
import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { addScaled, transpose } from '../linalg/vectors.js';

/** out = N(M) for symmetric r x r matrices, row-major. */
export type NoiseMap = (m: Float64Array, out: Float64Array) => void;

/** Factors k and k' of section 2: the noise is a^2 [k mean_i(H_i M H_i) - k' Hbar M Hbar]. */
export function samplingFactors(
  sampling: Sampling,
  n: number,
  batchSize: number,
): { perSample: number; ofMean: number } {
  switch (sampling) {
    case 'bernoulli':
      return { perSample: (1 / batchSize) * (1 - batchSize / n), ofMean: 0 };
    case 'with-replacement':
      return { perSample: 1 / batchSize, ofMean: 1 / batchSize };
    case 'without-replacement': {
      const k = n === 1 ? 0 : (n - batchSize) / (batchSize * (n - 1));
      return { perSample: k, ofMean: k };
    }
  }
}

/**
 * The noise part of the second-moment operator, matrix-free: the sum over the groups of
 * a_g^2 [k_g mean_i(H_i M H_i) - k'_g Hbar_g M Hbar_g].
 *
 * With N factors in r coordinates one application costs about 3 N r^2 operations for rank-one samples
 * (q_i = h_i^T M h_i, then sum_i q_i h_i h_i^T) and 4 N r^2 otherwise (G_i = F_i^T M F_i, then
 * sum_i F_i G_i F_i^T), plus 3 r^3 for each group with a mean term.
 */
export function noiseMap(groups: readonly CurvatureGroup[], sampling: Sampling, r: number): NoiseMap {
  const parts = groups.flatMap((group) => groupNoise(group, sampling, r));
  const part = new Float64Array(r * r);
  return (m, out) => {
    out.fill(0);
    for (const addTo of parts) {
      addTo(m, part);
      addScaled(out, 1, part);
    }
  };
}

function groupNoise(group: CurvatureGroup, sampling: Sampling, r: number): NoiseMap[] {
  const { samples, batchSize, weight } = group;
  const n = samples.sampleCount;
  const { perSample, ofMean } = samplingFactors(sampling, n, batchSize);
  const maps: NoiseMap[] = [];
  if (perSample > 0) {
    const scale = (weight ** 2 * perSample) / n;
    maps.push(isRankOne(samples) ? rankOneSum(group, scale, r) : generalSum(group, scale, r));
  }
  if (ofMean > 0) maps.push(meanTerm(meanHessian(samples), -(weight ** 2) * ofMean, r));
  return maps;
}

/** scale * sum_i (h_i^T M h_i) h_i h_i^T. */
function rankOneSum(group: CurvatureGroup, scale: number, r: number): NoiseMap {
  const rows = group.samples.factors;
  const n = group.samples.sampleCount;
  const columns = transpose(rows, n, r);
  const weighted = new Float64Array(r * n);
  const products = new Float64Array(n * r);
  const q = new Float64Array(n);
  return (m, out) => {
    multiplyTransposed(rows, n, m, r, r, products);
    for (let i = 0; i < n; i++) {
      let form = 0;
      for (let a = i * r; a < (i + 1) * r; a++) form += products[a]! * rows[a]!;
      q[i] = scale * form;
    }
    for (let a = 0; a < r; a++) {
      for (let i = 0; i < n; i++) weighted[a * n + i] = q[i]! * columns[a * n + i]!;
    }
    multiplyTransposedSymmetric(weighted, columns, r, n, out);
  };
}

/** scale * sum_i F_i (F_i^T M F_i) F_i^T. */
function generalSum(group: CurvatureGroup, scale: number, r: number): NoiseMap {
  const { factors, offsets, sampleCount } = group.samples;
  const count = factorCount(group.samples);
  const columns = transpose(factors, count, r);
  const weighted = new Float64Array(r * count);
  const products = new Float64Array(count * r);
  return (m, out) => {
    multiplyTransposed(factors, count, m, r, r, products);
    weighted.fill(0);
    for (let i = 0; i < sampleCount; i++) {
      for (let s = offsets[i]!; s < offsets[i + 1]!; s++) {
        for (let t = offsets[i]!; t < offsets[i + 1]!; t++) {
          let entry = 0;
          for (let a = 0; a < r; a++) entry += products[s * r + a]! * factors[t * r + a]!;
          for (let a = 0; a < r; a++) weighted[a * count + s]! += scale * entry * columns[a * count + t]!;
        }
      }
    }
    multiplyTransposedSymmetric(weighted, columns, r, count, out);
  };
}

/** scale * Hbar M Hbar. */
function meanTerm(hbar: Float64Array, scale: number, r: number): NoiseMap {
  const half = new Float64Array(r * r);
  return (m, out) => {
    multiplyTransposed(hbar, r, m, r, r, half);
    multiplyTransposedSymmetric(half, hbar, r, r, out);
    for (let k = 0; k < out.length; k++) out[k]! *= scale;
  };
}
