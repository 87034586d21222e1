import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { largestMagnitude, symmetricEigen } from '../linalg/symmetric-eigen.js';
import { transpose } from '../linalg/vectors.js';
import { factorCount, type FactorSet } from './factor-set.js';
import {
  curvatureGroups,
  type CurvatureGroup,
  type ReducedProblem,
  type UnlearningProblem,
} from './problem.js';

/**
 * Gram eigenvalues at most this share of the largest one count as zero. A Gram matrix of N factors
 * carries rounding of about N * 1e-16 of its largest eigenvalue; a thousand factors stay below.
 */
export const RANK_TOLERANCE = 1e-11;

/** Gram matrix Gamma = [f_i . f_j] of all factors of the sets in order: N x N, row-major. */
export function gramMatrix(sets: readonly FactorSet[]): Float64Array {
  const { rows, count, dimension } = stackFactors(sets);
  return multiplyTransposedSymmetric(rows, rows, count, dimension);
}

/**
 * Coordinates with a given Gram matrix: Gamma = V diag(g) V^T, keep the r eigenvalues above
 * tolerance * g_max; row i of the N x r result is factor i in r coordinates.
 */
export function gramCoordinates(
  gram: Float64Array,
  count: number,
  tolerance: number = RANK_TOLERANCE,
): { dimension: number; coordinates: Float64Array } {
  const { values, rows } = symmetricEigen(gram, count);
  const kept = keptEigenvalues(values, tolerance);
  const coordinates = new Float64Array(count * kept.length);
  kept.forEach((k, column) => {
    const root = Math.sqrt(values[k]!);
    for (let i = 0; i < count; i++) coordinates[i * kept.length + column] = root * rows[k * count + i]!;
  });
  return { dimension: kept.length, coordinates };
}

/**
 * The same sets in r coordinates of the joint span of their factors. All inner products are kept, so
 * every quantity of the theory is; p enters only through the Gram matrix (or, if p < N, through the
 * p x p second-moment matrix, which has the same nonzero eigenvalues).
 */
export function reduceSets(
  sets: readonly FactorSet[],
  tolerance: number = RANK_TOLERANCE,
): { dimension: number; sets: FactorSet[] } {
  const { rows, count, dimension: p } = stackFactors(sets);
  const scale = largestMagnitude(rows);
  if (scale === 0) return { dimension: 0, sets: unstackFactors(sets, new Float64Array(0), 0) };
  const scaled = rows.map((x) => x / scale);
  const reduced = p < count ? principalCoordinates(scaled, count, p, tolerance) : fromGram();
  const coordinates = reduced.coordinates.map((x) => x * scale);
  return { dimension: reduced.dimension, sets: unstackFactors(sets, coordinates, reduced.dimension) };

  function fromGram(): { dimension: number; coordinates: Float64Array } {
    return gramCoordinates(multiplyTransposedSymmetric(scaled, scaled, count, p), count, tolerance);
  }
}

/** The problem on U: sets of weight zero left out, the others in r = dim U coordinates. */
export function reduceProblem(
  problem: UnlearningProblem,
  tolerance: number = RANK_TOLERANCE,
): ReducedProblem {
  const active = activeGroups(problem);
  const { dimension, sets } = reduceSets(
    active.map((group) => group.samples),
    tolerance,
  );
  const groups = active.map((group, g) => ({ ...group, samples: sets[g]! }));
  return { dimension, alpha: problem.alpha, sampling: problem.sampling, groups };
}

/** `reduceProblem` of sets in coordinates of their joint span, which is U already where both take part. */
export function reduceSpanned(problem: UnlearningProblem): ReducedProblem {
  const groups = activeGroups(problem);
  if (groups.length < 2) return reduceProblem(problem);
  return { dimension: problem.retain.dimension, alpha: problem.alpha, sampling: problem.sampling, groups };
}

/** The groups of both sets, but for those of weight zero. */
function activeGroups(problem: UnlearningProblem): CurvatureGroup[] {
  return curvatureGroups(problem).filter(({ weight, samples }) => weight > 0 && samples.sampleCount > 0);
}

function principalCoordinates(rows: Float64Array, count: number, p: number, tolerance: number) {
  const columns = transpose(rows, count, p);
  const { values, rows: axes } = symmetricEigen(multiplyTransposedSymmetric(columns, columns, p, count), p);
  const kept = keptEigenvalues(values, tolerance);
  const basis = new Float64Array(kept.length * p);
  kept.forEach((k, row) => basis.set(axes.subarray(k * p, (k + 1) * p), row * p));
  return { dimension: kept.length, coordinates: multiplyTransposed(rows, count, basis, kept.length, p) };
}

/** Indices of the eigenvalues above tolerance * largest, largest first. */
function keptEigenvalues(ascending: Float64Array, tolerance: number): number[] {
  const cut = tolerance * (ascending.at(-1) ?? 0);
  const kept: number[] = [];
  for (let k = ascending.length - 1; k >= 0 && ascending[k]! > cut; k--) kept.push(k);
  return kept;
}

function stackFactors(sets: readonly FactorSet[]) {
  const dimension = sets[0]?.dimension ?? 0;
  if (sets.length === 1) return { rows: sets[0]!.factors, count: factorCount(sets[0]!), dimension };
  const count = sets.reduce((sum, set) => sum + factorCount(set), 0);
  const rows = new Float64Array(count * dimension);
  let row = 0;
  for (const set of sets) {
    if (set.dimension !== dimension) {
      throw new RangeError(`all sets must have factors of one length; got ${dimension} and ${set.dimension}`);
    }
    rows.set(set.factors, row * dimension);
    row += factorCount(set);
  }
  return { rows, count, dimension };
}

function unstackFactors(
  sets: readonly FactorSet[],
  coordinates: Float64Array,
  dimension: number,
): FactorSet[] {
  let row = 0;
  return sets.map((set) => {
    const from = row * dimension;
    row += factorCount(set);
    const { sampleCount, offsets } = set;
    return { dimension, sampleCount, offsets, factors: coordinates.slice(from, row * dimension) };
  });
}
