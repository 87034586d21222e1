import { largestEigenpair } from '../linalg/davidson.js';
import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { largestEigenvalue } from '../linalg/symmetric-eigen.js';
import { matrixTimesVector, transpose } from '../linalg/vectors.js';
import {
  meanCurvature,
  meanHessian,
  relativeEigenvalues,
  sampleCurvatures,
  sampleWeight,
  totalCurvature,
} from './mean-curvature.js';
import {
  type CurvatureGroup,
  factorCount,
  type FactorSet,
  groupNamed,
  isRankOne,
  type ReducedProblem,
  type Sampling,
} from './problem.js';
import { remembered } from './remembered.js';

/** Unlearning coherence of the alpha-weighted problem and its three blocks. */
export interface UnlearningCoherence {
  /** sigma = lambda_1(S) / max_i lambda_1(K_i), at least 1. */
  readonly sigma: number;
  /** lambda_1(S), S_ij = sqrt(tr(K_i K_j)) over all samples. */
  readonly lambda1S: number;
  /** max_i lambda_1(K_i). */
  readonly largestSample: number;
  /** lambda_1(S_RR), 0 without retain samples. */
  readonly retainBlock: number;
  /** lambda_1(S_FF), 0 without forget samples. */
  readonly forgetBlock: number;
  /** Spectral norm of S_RF, the cross coherence. */
  readonly cross: number;
  /** lambda_1 of [[s_R, x], [x, s_F]]: the three-axis upper bound on lambda1S. */
  readonly threeAxisBound: number;
}

/**
 * c = n lambda_1(Hbar)/max_i lambda_1(H_i) of one set, between 1/rank(H_i) and its coherence: how many of its strongest
 * sample its mean holds along one direction. With nu = n/B - 1, batches leave at least the share c/(c + nu) of the step
 * sizes of full batches (D2), and no more for some sets (D3). 1 for a set without curvature.
 */
export function alignedSamples(set: FactorSet): number {
  return alignedOf(set.sampleCount, meanHessian(set), set.dimension, Math.max(...sampleCurvatures(set)));
}

/** n lambda_1(Hbar)/largest from n, Hbar (r x r) and the largest lambda_1(H_i). */
export function alignedOf(n: number, mean: Float64Array, r: number, largest: number): number {
  return largest > 0 ? (n * largestEigenvalue(mean, r)) / largest : 1;
}

/**
 * Share of the step sizes of full batches that batches of size B leave for sure: those with
 * eta ((1-k') lambda_1(Hbar) + k max_i lambda_1(H_i)) < 2 are stable, k and k' those of the sampling. With bernoulli
 * batches k = nu/n and k' = 0, which is c/(c + nu) (D2, attained by D3); subsets are at least as stable. With
 * replacement k = k' = 1/B.
 *
 * @param aligned c = n lambda_1(Hbar)/max_i lambda_1(H_i); @param n samples of the set.
 */
export function fullBatchShare(aligned: number, n: number, batchSize: number, sampling: Sampling): number {
  if (sampling === 'with-replacement') return 1 / (1 + (n / aligned - 1) / batchSize);
  return aligned / (aligned + n / batchSize - 1);
}

/** Coherence along the three axes, of the alpha-weighted curvatures K_i = beta_i H_i. */
export const unlearningCoherence = remembered((problem: ReducedProblem): UnlearningCoherence => {
  const retain = groupNamed(problem, 'retain');
  const forget = groupNamed(problem, 'forget');
  const largestSample = Math.max(
    ...problem.groups.map((group) => sampleWeight(group) * Math.max(...sampleCurvatures(group.samples))),
  );
  const blocks = coherenceBlocks(problem);
  const matrix = assembled(blocks);
  const lambda1S = perronValue(matrix, Math.sqrt(matrix.length));
  const [retainBlock, forgetBlock] = [ownValue(blocks, retain), ownValue(blocks, forget)];
  const cross = blocks.cross
    ? spectralNorm(blocks.cross, retain!.samples.sampleCount, forget!.samples.sampleCount)
    : 0;
  return {
    sigma: lambda1S / largestSample,
    lambda1S,
    largestSample,
    retainBlock,
    forgetBlock,
    cross,
    threeAxisBound: (retainBlock + forgetBlock) / 2 + Math.hypot((retainBlock - forgetBlock) / 2, cross),
  };
});

/** Blocks of S = [[own, cross], [crossTransposed, own]]: of a problem with one group its own alone. */
interface CoherenceBlocks {
  readonly groups: ReducedProblem['groups'];
  readonly own: readonly Float64Array[];
  readonly cross: Float64Array | null;
  readonly crossTransposed: Float64Array | null;
}

function coherenceBlocks({ groups }: ReducedProblem): CoherenceBlocks {
  const own = groups.map((group) => weightedBlock(group, group));
  const [first, second] = groups;
  if (!first || !second) return { groups, own, cross: null, crossTransposed: null };
  const cross = weightedBlock(first, second);
  // Sums over several factors are taken in another order the other way round, and differ by rounding.
  const turned = isRankOne(first.samples) && isRankOne(second.samples);
  const crossTransposed = turned
    ? transpose(cross, first.samples.sampleCount, second.samples.sampleCount)
    : weightedBlock(second, first);
  return { groups, own, cross, crossTransposed };
}

/** lambda_1 of the block of S of one group, 0 without it. */
function ownValue({ groups, own }: CoherenceBlocks, group: CurvatureGroup | undefined): number {
  return group ? perronValue(own[groups.indexOf(group)]!, group.samples.sampleCount) : 0;
}

/** The coherence matrix S of the alpha-weighted problem: n x n over all active samples, retain first. */
export function coherenceMatrix(problem: ReducedProblem): Float64Array {
  return assembled(coherenceBlocks(problem));
}

function assembled({ groups, own, cross, crossTransposed }: CoherenceBlocks): Float64Array {
  const [first = 0, second = 0] = groups.map(({ samples }) => samples.sampleCount);
  const n = first + second;
  const matrix = new Float64Array(n * n);
  const place = (
    block: Float64Array | null | undefined,
    width: number,
    row: number,
    column: number,
  ): void => {
    if (!block) return;
    for (let from = 0, at = row * n + column; from < block.length; at += n - width) {
      for (const end = from + width; from < end; from++, at++) matrix[at] = block[from]!;
    }
  };
  place(own[0], first, 0, 0);
  place(cross, second, 0, first);
  place(crossTransposed, first, first, 0);
  place(own[1], second, first, first);
  return matrix;
}

/** Block of S between two groups: sqrt(tr(K_i K_j)), n x m. */
function weightedBlock(left: CurvatureGroup, right: CurvatureGroup): Float64Array {
  const scale = Math.sqrt(sampleWeight(left) * sampleWeight(right));
  return coherenceBlock(left.samples, right.samples, scale);
}

/** Coherence of one set by itself, from its unweighted H_i: lambda_1(S) / max_i lambda_1(H_i) (Dexter et al.). */
export function setCoherence(set: FactorSet): number {
  const matrix = coherenceBlock(set, set);
  return perronValue(matrix, set.sampleCount) / Math.max(...sampleCurvatures(set));
}

/** Mean-square cross coherence and its normalised form. */
export interface CrossCoherence {
  /** chi2 = tr(Hbar_R Hbar_F), the mean of tr(H_i H_j) over all pairs. */
  readonly chi2: number;
  /** kappa = chi2 / lambda_1(Hbar_F)^2. */
  readonly kappa: number;
}

/** chi2 and kappa of two unweighted sets in common coordinates. */
export function crossCoherence(retain: FactorSet, forget: FactorSet): CrossCoherence {
  return coherenceWith(retain)(forget);
}

const coherenceWith = remembered((retain: FactorSet) =>
  remembered((forget: FactorSet): CrossCoherence => {
    const products = hessianInnerProducts(retain, forget);
    const chi2 = products.reduce((a, b) => a + b, 0) / products.length;
    return { chi2, kappa: chi2 / largestEigenvalue(meanHessian(forget), forget.dimension) ** 2 };
  }),
);

/** omega = lambda_1 of K relative to D; D must be positive definite on U. */
export function curvatureCancellation(problem: ReducedProblem): number {
  return relativeEigenvalues(totalCurvature(problem), meanCurvature(problem), problem.dimension).at(-1)!;
}

/** tr(H_i H_j) for all samples i of one set and j of another (or the same): n x m, row-major. */
export function hessianInnerProducts(left: FactorSet, right: FactorSet): Float64Array {
  return left === right ? ownInnerProducts(left) : innerProducts(left, right);
}

/** Those of one set: every coherence of it starts from them. */
const ownInnerProducts = remembered((set: FactorSet) => innerProducts(set, set));

function innerProducts(left: FactorSet, right: FactorSet): Float64Array {
  const rows = factorCount(left);
  const columns = factorCount(right);
  const gram =
    left === right
      ? multiplyTransposedSymmetric(left.factors, left.factors, rows, left.dimension)
      : multiplyTransposed(left.factors, rows, right.factors, columns, left.dimension);
  if (isRankOne(left) && isRankOne(right)) {
    for (let k = 0; k < gram.length; k++) gram[k]! *= gram[k]!;
    return gram;
  }
  const out = new Float64Array(left.sampleCount * right.sampleCount);
  for (let i = 0; i < left.sampleCount; i++) {
    for (let j = 0; j < right.sampleCount; j++) {
      let sum = 0;
      for (let s = left.offsets[i]!; s < left.offsets[i + 1]!; s++) {
        for (let t = right.offsets[j]!; t < right.offsets[j + 1]!; t++) sum += gram[s * columns + t]! ** 2;
      }
      out[i * right.sampleCount + j] = sum;
    }
  }
  return out;
}

/** Block of the coherence matrix: entries scale * sqrt(tr(H_i H_j)) = |H_i^{1/2} H_j^{1/2}|_F, n x m. */
export function coherenceBlock(left: FactorSet, right: FactorSet, scale = 1): Float64Array {
  const products = hessianInnerProducts(left, right);
  const block = new Float64Array(products.length);
  for (let k = 0; k < block.length; k++) block[k] = scale * Math.sqrt(products[k]!);
  return block;
}

/** Largest eigenvalue of a symmetric n x n matrix with nonnegative entries (Perron: a positive start suffices). */
export function perronValue(matrix: Float64Array, n: number): number {
  if (matrix.every((x) => x === 0)) return 0;
  const start = new Float64Array(n).fill(1);
  return largestEigenpair((x, out) => matrixTimesVector(matrix, x, out), start).value;
}

/** Spectral norm of an n x m matrix with nonnegative entries. */
export function spectralNorm(matrix: Float64Array, n: number, m: number): number {
  if (matrix.every((x) => x === 0)) return 0;
  return Math.sqrt(perronValue(multiplyTransposedSymmetric(matrix, matrix, n, m), n));
}
