import type { BatchSizes, CurvatureGroup, ReducedProblem, SetName } from '../theory/problem.js';
import { multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { identityMatrix, largestEigenvalue } from '../linalg/symmetric-eigen.js';
import { meanHessian } from '../theory/mean-curvature.js';
import { matrixTimesVector } from '../linalg/vectors.js';
import { binomialProbabilities } from '../statistics/discrete-distributions.js';

/**
 * Bounds on Y = P^{-1/2} A P A P^{-1/2} that the problem itself guarantees: batches within `sizeLimit` have
 * Y <= range * I; the larger ones (bernoulli sampling only) add at most `excess` * I to E Y.
 */
export interface StepRange {
  readonly range: number;
  readonly excess: number;
  readonly sizeLimit: BatchSizes;
}

/** Up to this many distinct pairs of batches the range is their exact maximum. */
const ENUMERATED_BATCHES = 500;

/** Up to this many pairs of samples the range is taken over their hull; above, by the triangle inequality. */
const HULL_PAIRS = 1500;

/** A factor for rounding in the computed bound. */
const RANGE_ROUNDING = 1 + 1e-9;

/**
 * Range of Y over all batches.
 *
 * A = I - eta sum_g sign_g a_g/B_g sum_{S_g} H_i, so Y = G G^T with G = I - eta sum_g ... H~_i and H~_i =
 * P^{-1/2} H_i P^{1/2}. For a batch of s samples their mean lies in the convex hull of the H~_i, and the
 * norm of G is convex: its maximum is attained with s copies of one sample of each set. Where a batch has no copies,
 * `orderRange` may be smaller.
 *
 * @param root P^{1/2}, r x r; @param inverseRoot P^{-1/2}.
 * @param allowance how much `excess` may be (bernoulli sampling).
 */
export function stepRange(
  problem: ReducedProblem,
  eta: number,
  root: Float64Array,
  inverseRoot: Float64Array,
  allowance: number,
): StepRange {
  const moves = problem.groups.map((group) => sampleMoves(group, eta, root, inverseRoot));
  const ordered = orderRange(problem, eta, root, inverseRoot);
  if (problem.groups.some(hasRandomSize)) {
    const apart = bernoulliRange(problem, moves, allowance);
    return ordered.range < apart.range ? ordered : apart;
  }
  const sizeLimit = limits(
    problem.groups,
    problem.groups.map((group) => group.batchSize),
  );
  const repeats = problem.groups.some(({ sampling }) => sampling === 'with-replacement');
  const subsets = repeats ? null : enumeratedMoves(problem, moves);
  const range = subsets ? enumeratedRange(subsets, problem.dimension) : hullRange(moves, problem);
  return { range: Math.min(range * RANGE_ROUNDING, ordered.range), excess: 0, sizeLimit };
}

/**
 * The range over batches of distinct samples, of any size: with X and Z the parts of the step that all retain samples and
 * all forget samples make, I - X <= A <= I + Z, so |A| <= max(lambda_1(X) - 1, 1 + lambda_1(Z)), and Y <= cond(P) |A|^2.
 */
function orderRange(
  problem: ReducedProblem,
  eta: number,
  root: Float64Array,
  inverseRoot: Float64Array,
): StepRange {
  const r = problem.dimension;
  let norm = 1;
  for (const { samples, sign, weight, batchSize } of problem.groups) {
    const most =
      ((eta * weight * samples.sampleCount) / batchSize) * largestEigenvalue(meanHessian(samples), r);
    norm = Math.max(norm, sign > 0 ? most - 1 : most + 1);
  }
  const distinct = problem.groups.every(({ sampling }) => sampling !== 'with-replacement');
  const range = distinct ? norm ** 2 * squaredNorm(root, r) * squaredNorm(inverseRoot, r) : Infinity;
  const all = problem.groups.map(({ samples }) => samples.sampleCount);
  return { range: range * RANGE_ROUNDING, excess: 0, sizeLimit: limits(problem.groups, all) };
}

/** True for bernoulli batches that are not whole: their size is drawn. */
function hasRandomSize({ sampling, batchSize, samples }: CurvatureGroup): boolean {
  return sampling === 'bernoulli' && batchSize < samples.sampleCount;
}

/** Moves eta sign_g a_g H~_i of every sample of one group (the step of a batch that is B copies of it). */
interface GroupMoves {
  readonly moves: readonly Float64Array[];
  readonly norms: readonly number[];
}

function sampleMoves(
  group: CurvatureGroup,
  eta: number,
  root: Float64Array,
  inverseRoot: Float64Array,
): GroupMoves {
  const { samples, sign, weight } = group;
  const r = samples.dimension;
  const moves = Array.from({ length: samples.sampleCount }, (_, i) => {
    const move = new Float64Array(r * r);
    for (let row = samples.offsets[i]!; row < samples.offsets[i + 1]!; row++) {
      const f = samples.factors.subarray(row * r, (row + 1) * r);
      const left = matrixTimesVector(inverseRoot, f);
      const right = matrixTimesVector(root, f);
      for (let a = 0; a < r; a++) {
        for (let b = 0; b < r; b++) move[a * r + b]! += eta * sign * weight * left[a]! * right[b]!;
      }
    }
    return move;
  });
  return { moves, norms: moves.map((move) => Math.sqrt(squaredNorm(move, r))) };
}

/** max |I - sum_g move|^2 over all choices of one sample from each group. */
function hullRange(
  groups: readonly GroupMoves[],
  problem: ReducedProblem,
  scales = groups.map(() => 1),
): number {
  const pairs = groups.reduce((product, { moves }) => product * moves.length, 1);
  const triangle = (1 + groups.reduce((sum, { norms }, g) => sum + scales[g]! * Math.max(...norms), 0)) ** 2;
  if (pairs > HULL_PAIRS) return triangle;
  return Math.min(
    triangle,
    enumeratedRange(
      groups.map(({ moves }, g) => moves.map((move) => move.map((x) => scales[g]! * x))),
      problem.dimension,
    ),
  );
}

/** max |I - sum of one matrix from each list|^2 over all choices. */
function enumeratedRange(lists: readonly (readonly Float64Array[])[], r: number): number {
  let largest = 0;
  const visit = (g: number, step: Float64Array): void => {
    if (g === lists.length) {
      largest = Math.max(largest, squaredNorm(step, r));
      return;
    }
    for (const move of lists[g]!)
      visit(
        g + 1,
        step.map((x, k) => x - move[k]!),
      );
  };
  visit(0, identityMatrix(r));
  return largest;
}

/** The mean moves of all subsets of size B, or null if there are too many. */
function enumeratedMoves(problem: ReducedProblem, moves: readonly GroupMoves[]): Float64Array[][] | null {
  const sizes = problem.groups.map(({ samples, batchSize }) => choose(samples.sampleCount, batchSize));
  if (sizes.reduce((a, b) => a * b, 1) > ENUMERATED_BATCHES) return null;
  return problem.groups.map((group, g) => subsetMeans(moves[g]!.moves, group.batchSize));
}

function subsetMeans(moves: readonly Float64Array[], size: number): Float64Array[] {
  const means: Float64Array[] = [];
  const visit = (from: number, left: number, sum: Float64Array): void => {
    if (left === 0) {
      means.push(sum.map((x) => x / size));
      return;
    }
    for (let i = from; i <= moves.length - left; i++)
      visit(
        i + 1,
        left - 1,
        sum.map((x, k) => x + moves[i]![k]!),
      );
  };
  visit(0, size, new Float64Array(moves[0]!.length));
  return means;
}

/**
 * Bernoulli batches: sizes up to the smallest limits whose excess is within the allowance get a range,
 * the larger ones their exact probability times their norm bound.
 */
function bernoulliRange(problem: ReducedProblem, moves: readonly GroupMoves[], allowance: number): StepRange {
  const growths = problem.groups.map((group, g) => sizeNorms(group, moves[g]!));
  const probabilities = problem.groups.map(sizeProbabilities);
  const share = allowance / problem.groups.length;
  const cuts = problem.groups.map((group, g) =>
    hasRandomSize(group) ? smallestLimit(g, growths, probabilities, share) : group.batchSize,
  );
  let excess = 0;
  visitSizes(growths, probabilities, (sizes, probability, bound) => {
    if (sizes.some((size, g) => size > cuts[g]!)) excess += probability * bound;
  });
  const corners = problem.groups.map((group, g) =>
    hasRandomSize(group) ? [0, cuts[g]! / group.batchSize] : [1],
  );
  let range = 1;
  for (const first of corners[0]!) {
    for (const second of corners[1] ?? [0]) {
      const hull = hullRange(moves, problem, problem.groups.length === 1 ? [first] : [first, second]);
      range = Math.max(range, hull);
    }
  }
  const triangle = (1 + growths.reduce((sum, norms, g) => sum + norms[cuts[g]!]!, 0)) ** 2;
  return {
    range: Math.min(range, triangle) * RANGE_ROUNDING,
    excess: excess * RANGE_ROUNDING,
    sizeLimit: limits(problem.groups, cuts),
  };
}

/** Probabilities of the sizes 0 .. n of a batch. */
function sizeProbabilities(group: CurvatureGroup): Float64Array {
  const { sampleCount: n } = group.samples;
  if (hasRandomSize(group)) return binomialProbabilities(n, group.batchSize / n);
  return Float64Array.from({ length: n + 1 }, (_, size) => Number(size === group.batchSize));
}

/** Upper bounds on |move| for batches of 0 .. n samples: the s largest norms, over B; all the largest where they repeat. */
function sizeNorms(group: CurvatureGroup, { norms }: GroupMoves): number[] {
  const sorted = [...norms].sort((a, b) => b - a);
  if (group.sampling === 'with-replacement') sorted.fill(sorted[0]!);
  const bounds = [0];
  for (const norm of sorted) bounds.push(bounds.at(-1)! + norm / group.batchSize);
  return bounds;
}

/** Smallest size of group g such that the larger ones add at most `share` to E Y. */
function smallestLimit(
  g: number,
  growths: readonly number[][],
  probabilities: readonly Float64Array[],
  share: number,
): number {
  const added = new Float64Array(growths[g]!.length);
  visitSizes(growths, probabilities, (sizes, probability, bound) => {
    added[sizes[g]!]! += probability * bound;
  });
  let limit = added.length - 1;
  for (let tail = added[limit]!; limit > 0 && tail <= share; tail += added[limit]!) limit--;
  return limit;
}

/** Runs through all pairs of batch sizes with their probability and the bound (1 + sum of norms)^2 on Y. */
function visitSizes(
  growths: readonly number[][],
  probabilities: readonly Float64Array[],
  visit: (sizes: readonly number[], probability: number, bound: number) => void,
): void {
  const [first, second] = growths;
  first!.forEach((u, s) => {
    const p = probabilities[0]![s]!;
    if (!second) visit([s], p, (1 + u) ** 2);
    else second.forEach((v, t) => visit([s, t], p * probabilities[1]![t]!, (1 + u + v) ** 2));
  });
}

function limits(groups: readonly CurvatureGroup[], sizes: readonly number[]): BatchSizes {
  const of = (name: SetName): number => {
    const g = groups.findIndex((group) => group.name === name);
    return g === -1 ? 0 : sizes[g]!;
  };
  return { retain: of('retain'), forget: of('forget') };
}

function squaredNorm(matrix: Float64Array, r: number): number {
  return largestEigenvalue(multiplyTransposedSymmetric(matrix, matrix, r, r), r);
}

function choose(n: number, k: number): number {
  let product = 1;
  for (let i = 1; i <= k; i++) product *= (n - k + i) / i;
  return Math.round(product);
}
