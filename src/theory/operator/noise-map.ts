import {
  multiplyTransposed,
  multiplyTransposedSymmetric,
  quadraticForms,
} from '../../linalg/multiply-transposed.js';
import { rankOneSums } from '../../linalg/rank-one-sums.js';
import { addScaled, transpose } from '../../linalg/vectors.js';
import { type CurvatureGroup, factorCount, isRankOne, type Sampling } from '../problem.js';
import { meanHessian } from '../mean-curvature.js';

/** out += N(M), or a part of it, for symmetric r x r matrices, row-major. */
export type SymmetricMap = (m: Float64Array, out: Float64Array) => void;

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
    case 'reshuffled':
      throw new RangeError('batches of an epoch depend on each other: no single step has their noise');
  }
}

/**
 * The noise part of the second-moment operator, matrix-free: out = sum over the groups of
 * a_g^2 [k_g mean_i(H_i M H_i) - k'_g Hbar_g M Hbar_g].
 *
 * With N factors in r coordinates one application costs about N r^2 multiplications for rank-one
 * samples (q_i = h_i^T M h_i, then sum_i q_i h_i h_i^T) and 2.5 N r^2 otherwise (G_i = F_i^T M F_i,
 * then sum_i F_i G_i F_i^T), and at most 1.5 r^3 for the mean terms of both groups together.
 *
 * @param groups in the eigenbasis of D.
 * @param d eigenvalues of D, in the same order.
 */
export function noiseMap(groups: readonly CurvatureGroup[], d: Float64Array): SymmetricMap {
  const r = d.length;
  return summed([...perSampleTerms(groups, r), ...meanTerms(groups, d)]);
}

/** The same in any coordinates, of some of the groups: the mean terms cost 3 r^3 for each of them. */
export function noiseOfGroups(groups: readonly CurvatureGroup[], r: number): SymmetricMap {
  const means = groups.flatMap((group) => {
    const { ofMean } = factorsOf(group);
    return ofMean === 0 ? [] : [addedSandwich(meanHessian(group.samples), -(group.weight ** 2) * ofMean, r)];
  });
  return summed([...perSampleTerms(groups, r), ...means]);
}

/** out += scale * E M E for a symmetric E. */
export function addedSandwich(e: Float64Array, scale: number, r: number): SymmetricMap {
  const product = new Float64Array(r * r);
  const sandwich = new Float64Array(r * r);
  return (m, out) => {
    multiplyTransposed(e, r, m, r, r, product);
    addScaled(out, scale, multiplyTransposedSymmetric(product, e, r, r, sandwich));
  };
}

function summed(parts: readonly SymmetricMap[]): SymmetricMap {
  return (m, out) => {
    out.fill(0);
    for (const addPart of parts) addPart(m, out);
  };
}

function factorsOf({ sampling, samples, batchSize }: CurvatureGroup) {
  return samplingFactors(sampling, samples.sampleCount, batchSize);
}

/** Dimensions of which rank-one samples of all groups go together through compiled loops. */
const COMPILED = { from: 32, to: 512 };

/** a^2 k mean_i(H_i M H_i) of some groups; nothing for a full batch. */
function perSampleTerms(groups: readonly CurvatureGroup[], r: number): SymmetricMap[] {
  const noisy = groups.flatMap((group) => {
    const scale = (group.weight ** 2 * factorsOf(group).perSample) / group.samples.sampleCount;
    return scale === 0 ? [] : [{ group, scale }];
  });
  if (noisy.length === 0) return [];
  if (COMPILED.from <= r && r <= COMPILED.to && noisy.every(({ group }) => isRankOne(group.samples)))
    return [rankOneSumTogether(noisy, r)];
  return noisy.map(({ group, scale }) =>
    isRankOne(group.samples) ? rankOneSum(group, scale, r) : generalSum(group, scale, r),
  );
}

/** The sum over all groups of scale * sum_i (h_i^T M h_i) h_i h_i^T. */
function rankOneSumTogether(
  groups: readonly { readonly group: CurvatureGroup; readonly scale: number }[],
  r: number,
): SymmetricMap {
  const count = groups.reduce((sum, { group }) => sum + group.samples.sampleCount, 0);
  const rows = new Float64Array(count * r);
  const weights = new Float64Array(count);
  let first = 0;
  for (const { group, scale } of groups) {
    const { factors, sampleCount } = group.samples;
    rows.set(factors, first * r);
    weights.fill(scale, first, (first += sampleCount));
  }
  return rankOneSums(rows, weights, r);
}

/** scale * sum_i (h_i^T M h_i) h_i h_i^T. */
function rankOneSum(group: CurvatureGroup, scale: number, r: number): SymmetricMap {
  const rows = group.samples.factors;
  const n = group.samples.sampleCount;
  const columns = transpose(rows, n, r);
  const weighted = new Float64Array(r * n);
  const sum = new Float64Array(r * r);
  return (m, out) => {
    const forms = quadraticForms(m, rows, n, r);
    for (let a = 0; a < r; a++) {
      for (let i = 0; i < n; i++) weighted[a * n + i] = scale * forms[i]! * columns[a * n + i]!;
    }
    addScaled(out, 1, multiplyTransposedSymmetric(weighted, columns, r, n, sum));
  };
}

/** scale * sum_i F_i (F_i^T M F_i) F_i^T. */
function generalSum(group: CurvatureGroup, scale: number, r: number): SymmetricMap {
  const { factors, offsets, sampleCount } = group.samples;
  const count = factorCount(group.samples);
  const columns = transpose(factors, count, r);
  const weighted = new Float64Array(r * count);
  const products = new Float64Array(count * r);
  const sum = new Float64Array(r * r);
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
    addScaled(out, 1, multiplyTransposedSymmetric(weighted, columns, r, count, sum));
  };
}

/**
 * -sum_g k'_g E_g M E_g with E_g = a_g Hbar_g. Since D = E_R - E_F is diagonal here, one dense E = E_F
 * serves both: E_R M E_R = (D + E) M (D + E). With one group E_R = D (or E_F = -D) and all is diagonal.
 */
function meanTerms(groups: readonly CurvatureGroup[], d: Float64Array): SymmetricMap[] {
  const factors = groups.map((group) => factorsOf(group).ofMean);
  if (factors.every((factor) => factor === 0)) return [];
  if (groups.length === 1) return [(m, out) => addDiagonalSandwich(m, d, -factors[0]!, out)];
  const r = d.length;
  const [ofRetain, ofForget] = [factors[0]!, factors[1]!];
  const forget = groups[1]!;
  const e = meanHessian(forget.samples).map((x) => forget.weight * x);
  const product = new Float64Array(r * r);
  const sandwich = new Float64Array(r * r);
  return [
    (m, out) => {
      multiplyTransposed(e, r, m, r, r, product);
      multiplyTransposedSymmetric(product, e, r, r, sandwich);
      addScaled(out, -(ofRetain + ofForget), sandwich);
      addDiagonalSandwich(m, d, -ofRetain, out);
      for (let a = 0; a < r; a++) {
        for (let b = 0; b < r; b++) {
          out[a * r + b]! -= ofRetain * (d[a]! * product[b * r + a]! + product[a * r + b]! * d[b]!);
        }
      }
    },
  ];
}

/** out += scale * D M D. */
function addDiagonalSandwich(m: Float64Array, d: Float64Array, scale: number, out: Float64Array): void {
  const r = d.length;
  for (let a = 0; a < r; a++) {
    for (let b = 0; b < r; b++) out[a * r + b]! += scale * d[a]! * d[b]! * m[a * r + b]!;
  }
}

/**
 * One application of T, in place: M becomes E[A M A], the second moment of the displacement a step later.
 *
 * @param groups in the eigenbasis of D. @param d eigenvalues of D, in the same order.
 * @returns a function of a symmetric r x r matrix, row-major.
 */
export function secondMomentStep(
  groups: readonly CurvatureGroup[],
  d: Float64Array,
  eta: number,
): (m: Float64Array) => void {
  const r = d.length;
  const addNoise = noiseMap(groups, d);
  const noise = new Float64Array(r * r);
  return (m) => {
    addNoise(m, noise);
    for (let a = 0; a < r; a++) {
      for (let b = 0; b < r; b++) {
        const k = a * r + b;
        m[k] = (1 - eta * d[a]!) * (1 - eta * d[b]!) * m[k]! + eta * eta * noise[k]!;
      }
    }
  };
}
