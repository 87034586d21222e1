import { multiplyTransposedSymmetric } from '../src/linalg/multiply-transposed.js';
import { symmetricEigen, type SymmetricEigen } from '../src/linalg/symmetric-eigen.js';
import { addScaled, transpose } from '../src/linalg/vectors.js';
import { hessianInnerProducts } from '../src/theory/coherence.js';
import { meanSpectrum } from '../src/theory/curvature-signs.js';
import { batchNoise, meanHessian, sampleWeight, totalCurvature } from '../src/theory/mean-curvature.js';
import {
  type CurvatureGroup,
  type FactorSet,
  groupNamed,
  isDrawnBy,
  isRankOne,
  type ReducedProblem,
} from '../src/theory/problem.js';
import { remembered } from '../src/theory/remembered.js';

/** Eigenvalues, ascending, and unit eigenvectors (rows) of D and of K. */
interface Spectra {
  readonly mean: SymmetricEigen;
  readonly total: SymmetricEigen;
}

const spectra = remembered((problem: ReducedProblem): Spectra => ({
  mean: meanSpectrum(problem),
  total: symmetricEigen(totalCurvature(problem), problem.dimension),
}));

/** Eigenvalues of D, ascending, and its unit eigenvectors (rows). */
export function spectrumOfMean(problem: ReducedProblem): SymmetricEigen {
  return spectra(problem).mean;
}

/** lambda_1(D). */
export function largestMeanCurvature(problem: ReducedProblem): number {
  return spectra(problem).mean.values.at(-1)!;
}

/** lambda_1(K). */
export function largestTotalCurvature(problem: ReducedProblem): number {
  return spectra(problem).total.values.at(-1)!;
}

/** Unit top eigenvectors of D and of K. */
export function topEigenvectors(problem: ReducedProblem): Float64Array[] {
  const r = problem.dimension;
  const { mean, total } = spectra(problem);
  return [mean, total].map(({ rows }) => rows.slice((r - 1) * r));
}

/** Smallest eigenvalue of D with its unit eigenvector. */
export function escapeDirection(problem: ReducedProblem): { value: number; direction: Float64Array } {
  const { values, rows } = spectra(problem).mean;
  return { value: values[0]!, direction: rows.slice(0, problem.dimension) };
}

/** True if D is positive definite on U: an eigenvalue that may be rounding is 0 here. */
export function isDescending(problem: ReducedProblem): boolean {
  return escapeDirection(problem).value > 0;
}

/** True if D has a negative eigenvalue. */
export function isEscaping(problem: ReducedProblem): boolean {
  return escapeDirection(problem).value < 0;
}

/** True if lambda_min(D) != 0. */
export function isSigned(problem: ReducedProblem): boolean {
  return isDescending(problem) || isEscaping(problem);
}

/** Curvature below this share of lambda_1(K) may be rounding: neither its sign nor a ratio of two such is an answer. */
const CURVATURE_ROUNDING = 1e-12;

/**
 * 2 d/(s + n), the step above which (1 - eta d)^2 and the noise exceed 1, from d, s = d^2 and the noise n: 0 if d < 0.
 * Where d may be rounding it is taken for the largest number it may be, and nothing is said (Infinity) where the noise
 * may be, too.
 *
 * @param scale of the curvatures that d and n are sums of.
 */
export function steepStep(d: number, square: number, noise: number, scale: number): number {
  const rounding = CURVATURE_ROUNDING * scale;
  if (d < -rounding) return 0;
  if (d > rounding) return (2 * d) / (square + noise);
  return square + noise > rounding * scale ? (2 * rounding) / (square + noise) : Infinity;
}

/** The retain group of a problem of descent alone (alpha = 0). */
export function descentGroup(problem: ReducedProblem): CurvatureGroup {
  const group = groupNamed(problem, 'retain');
  if (!group || problem.alpha !== 0) throw new RangeError(`alpha must be 0; got ${problem.alpha}`);
  return group;
}

/** The problem of descent alone on the retain set of a problem. */
export function descentPart(problem: ReducedProblem): ReducedProblem {
  const groups = problem.groups
    .filter(({ name }) => name === 'retain')
    .map((group) => ({ ...group, weight: 1 }));
  return { ...problem, alpha: 0, groups };
}

/** True if every step has every sample of both sets once: with replacement only single samples do, though nu = 0. */
export function isFull({ groups }: ReducedProblem): boolean {
  return groups.every(
    (group) =>
      batchNoise(group) === 0 && (group.sampling !== 'with-replacement' || group.samples.sampleCount === 1),
  );
}

/** True for descent alone. */
export function isDescentAlone(problem: ReducedProblem): boolean {
  return problem.alpha === 0;
}

/** The hypotheses of D1 to D3: descent alone with bernoulli batches. */
export function isBernoulliDescent(problem: ReducedProblem): boolean {
  return problem.alpha === 0 && isBernoulli(problem);
}

/** Relative deviation at which inner products still count as equal, or as zero. */
export const STRUCTURE_TOLERANCE = 1e-9;

/** sigma if a set consists of orthogonal groups of sigma identical rank-one samples of a common curvature, else null. */
export const orthogonalGroupSize = remembered((samples: FactorSet): number | null => {
  if (!isRankOne(samples)) return null;
  const n = samples.sampleCount;
  const products = hessianInnerProducts(samples, samples);
  const common = products[0]!;
  const equal = (x: number, y: number): boolean => Math.abs(x - y) <= STRUCTURE_TOLERANCE * common;
  const sizes = Array.from({ length: n }, (_, i) => {
    const row = Array.from(products.subarray(i * n, (i + 1) * n));
    const partners = row.filter((x) => equal(x, common)).length;
    return row.every((x) => equal(x, common) || equal(x, 0)) && equal(row[i]!, common) ? partners : NaN;
  });
  return sizes.every((size) => size === sizes[0]) ? sizes[0]! : null;
});

export function isBernoulli(problem: ReducedProblem): boolean {
  return isDrawnBy(problem, 'bernoulli');
}

/*
 * Moments of the batch noise as the theorems state them: written with the batch noise factor nu and the
 * variance of a mean of B draws, and sharing no code with the exact operator that checks the theorems.
 */

/** N(I): r x r. Bernoulli: sum_i nu_i K_i^2; else a^2 c (mean H_i^2 - Hbar^2), c the variance factor of the mean. */
export const noiseOfIdentity = remembered((problem: ReducedProblem): Float64Array => {
  const r = problem.dimension;
  const sum = new Float64Array(r * r);
  for (const group of problem.groups) {
    const { samples } = group;
    addScaled(sum, sampleFactor(group), sumOfSquares(samples));
    const ofMean = meanFactor(group);
    if (ofMean === 0) continue;
    const hbar = meanHessian(samples);
    const square = multiplyTransposedSymmetric(hbar, hbar, r, r);
    for (let k = 0; k < sum.length; k++) sum[k]! -= ofMean * square[k]!;
  }
  return sum;
});

/** x^T N(x x^T) x for a unit vector x: the variance that batch noise gives the curvature along x. */
export function noiseAlong(problem: ReducedProblem, x: Float64Array): number {
  let sum = 0;
  for (const group of problem.groups) {
    const curvatures = sampleCurvaturesAlong(group, x);
    const squares = curvatures.reduce((total, c) => total + c * c, 0);
    const mean = curvatures.reduce((total, c) => total + c, 0) / curvatures.length;
    sum += sampleFactor(group) * squares - meanFactor(group) * mean * mean;
  }
  return sum;
}

/** x^T H_i x of every sample of the group. */
function sampleCurvaturesAlong(group: CurvatureGroup, x: Float64Array): number[] {
  const { dimension, offsets, factors, sampleCount } = group.samples;
  return Array.from({ length: sampleCount }, (_, i) => {
    let curvature = 0;
    for (let row = offsets[i]!; row < offsets[i + 1]!; row++) {
      let projection = 0;
      for (let a = 0; a < dimension; a++) projection += factors[row * dimension + a]! * x[a]!;
      curvature += projection * projection;
    }
    return curvature;
  });
}

/** Weight of the square of one sample's Hessian. */
export function sampleFactor(group: CurvatureGroup): number {
  const n = group.samples.sampleCount;
  if (group.sampling === 'bernoulli') return batchNoise(group) * sampleWeight(group) ** 2;
  return meanFactor(group) / n;
}

/** Weight of the square of the mean Hessian: a^2/B, with the finite-population correction without replacement. */
export function meanFactor(group: CurvatureGroup): number {
  const n = group.samples.sampleCount;
  const variance = group.weight ** 2 / group.batchSize;
  if (group.sampling === 'bernoulli') return 0;
  if (group.sampling === 'with-replacement') return variance;
  return n === 1 ? 0 : variance * ((n - group.batchSize) / (n - 1));
}

/** sum_i H_i^2 = F^T G: r x r, with the rows g_s = sum_t (f_s . f_t) f_t over the factors t of the sample of s. */
function sumOfSquares({ sampleCount, dimension: r, offsets, factors }: FactorSet): Float64Array {
  const weighted = new Float64Array(factors.length);
  for (let i = 0; i < sampleCount; i++) {
    const [from, to] = [offsets[i]! * r, offsets[i + 1]! * r];
    for (let s = from; s < to; s += r) {
      for (let t = from; t < to; t += r) {
        let inner = 0;
        for (let a = 0; a < r; a++) inner += factors[s + a]! * factors[t + a]!;
        for (let a = 0; a < r; a++) weighted[s + a]! += inner * factors[t + a]!;
      }
    }
  }
  const count = factors.length / r;
  return multiplyTransposedSymmetric(transpose(factors, count, r), transpose(weighted, count, r), r, count);
}
