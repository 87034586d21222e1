import type { BatchSizes, CurvatureGroup, SetName } from '../theory/problem.js';
import { multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { largestEigenvalue } from '../linalg/symmetric-eigen.js';
import { meanHessian } from '../theory/mean-curvature.js';
import { binomialProbabilities } from '../statistics/intervals.js';
import { boundsOfSizes, momentsFrom, smallestLimit, sum } from './size-bounds.js';
import type { StepFrame } from './step-frame.js';

/**
 * Bounds on Y = P^{-1/2} B P B^T P^{-1/2} that the problem itself guarantees: batches within `sizeLimit` have
 * Y <= range * I; the larger ones (bernoulli sampling only) add at most `excess` * I to E Y.
 */
export interface StepRange {
  readonly range: number;
  readonly excess: number;
  readonly sizeLimit: BatchSizes;
}

/** The same for one step, with what a bound on the product of several needs. */
export interface BoundedStep extends StepRange {
  /** Steps G whose convex hull has in it all that the range is of; null if there are too many. */
  readonly extremes: (() => Float64Array[]) | null;
  /** Bound on the mean norm of Y over all batches. */
  readonly mean: number;
}

/** Up to this many distinct pairs of batches the range is their exact maximum. */
const ENUMERATED_BATCHES = 500;

/** Up to this many pairs of samples the range is taken over their hull; above, by the triangle inequality. */
export const HULL_PAIRS = 1500;

/** A factor for rounding in the computed bound. */
const RANGE_ROUNDING = 1 + 1e-9;

/**
 * Range of one step's Y = G G^T over all batches.
 *
 * G is affine in the mean curvature of the batches (`StepFrame`). For a batch of s samples that mean lies in the convex
 * hull of the samples', and the norm of G is convex: its maximum is attained with s copies of one sample of each set.
 * Where a batch has no copies, `orderRange` may be smaller.
 *
 * @param groups that take part in the step. @param allowance how much `excess` may be (bernoulli sampling).
 */
export function stepRange(
  groups: readonly CurvatureGroup[],
  frame: StepFrame,
  allowance: number,
): BoundedStep {
  const moves = groups.map((group) => sampleMoves(group, frame));
  const ordered = orderRange(groups, frame);
  if (groups.some(hasRandomSize)) {
    const apart = bernoulliRange(groups, frame, moves, allowance);
    return ordered.range < apart.range ? ordered : apart;
  }
  const sizeLimit = limits(
    groups,
    groups.map((group) => group.batchSize),
  );
  const repeats = groups.some(({ sampling }) => sampling === 'with-replacement');
  const subsets = repeats ? null : enumeratedMoves(groups, moves);
  const extremes = subsets ? () => allSteps(frame.base, subsets) : hullSteps(frame, moves);
  const hull = extremes === null ? Infinity : largestNorm(extremes(), frame.size);
  const among = (subsets ? hull : Math.min(triangle(frame, moves), hull)) * RANGE_ROUNDING;
  const range = Math.min(among, ordered.range);
  return { range, excess: 0, sizeLimit, extremes, mean: range };
}

/**
 * The range of a step on r coordinates over batches of distinct samples, of any size: with X and Z the parts of it that all
 * retain samples and all forget samples make, kept I - X <= A <= kept I + Z, so |A| <= max(lambda_1(X) - kept,
 * kept + lambda_1(Z)), and Y <= cond(P) |A|^2.
 */
function orderRange(groups: readonly CurvatureGroup[], { ordered }: StepFrame): BoundedStep {
  const sizeLimit = limits(
    groups,
    groups.map(({ samples }) => samples.sampleCount),
  );
  const distinct = groups.every(({ sampling }) => sampling !== 'with-replacement');
  let range = Infinity;
  if (ordered && distinct) {
    const { eta, kept, rootNorm, inverseNorm } = ordered;
    let norm = Math.abs(kept);
    for (const { samples, sign, weight, batchSize } of groups) {
      const most =
        ((eta * weight * samples.sampleCount) / batchSize) *
        largestEigenvalue(meanHessian(samples), samples.dimension);
      norm = Math.max(norm, sign > 0 ? most - kept : most + kept);
    }
    range = norm ** 2 * rootNorm * inverseNorm * RANGE_ROUNDING;
  }
  return { range, excess: 0, sizeLimit, extremes: null, mean: range };
}

/** True for bernoulli batches that are not whole: their size is drawn. */
export function hasRandomSize({ sampling, batchSize, samples }: CurvatureGroup): boolean {
  return sampling === 'bernoulli' && batchSize < samples.sampleCount;
}

/** Moves of every sample of one group (that of a batch which is B copies of it), and their norms. */
interface GroupMoves {
  readonly moves: readonly Float64Array[];
  readonly norms: readonly number[];
}

function sampleMoves(group: CurvatureGroup, frame: StepFrame): GroupMoves {
  const moves = frame.moves(group);
  return { moves, norms: moves.map((move) => Math.sqrt(squaredNorm(move, frame.size))) };
}

/** Norm of Y by the triangle inequality, at given scales of the moves. */
function triangle(frame: StepFrame, groups: readonly GroupMoves[], scales = groups.map(() => 1)): number {
  const base = Math.sqrt(squaredNorm(frame.base, frame.size));
  return (base + groups.reduce((sum, { norms }, g) => sum + scales[g]! * Math.max(...norms), 0)) ** 2;
}

/** Makes all steps with one sample of each group; null if there are too many. */
function hullSteps(
  frame: StepFrame,
  groups: readonly GroupMoves[],
  scales = groups.map(() => 1),
): (() => Float64Array[]) | null {
  const pairs = groups.reduce((product, { moves }) => product * moves.length, 1);
  if (pairs > HULL_PAIRS) return null;
  return () =>
    allSteps(
      frame.base,
      groups.map(({ moves }, g) => moves.map((move) => move.map((x) => scales[g]! * x))),
    );
}

/** Largest |G|^2 of `hullSteps`, for one group or two: of most steps the Frobenius norm says that they are not it. */
function largestOfHull(frame: StepFrame, groups: readonly GroupMoves[], scales: readonly number[]): number {
  const [first, second] = groups;
  const none = { moves: [new Float64Array(frame.base.length)] };
  const step = new Float64Array(frame.base.length);
  let largest = 0;
  for (const x of first!.moves) {
    for (const z of (second ?? none).moves) {
      let square = 0;
      for (let k = 0; k < step.length; k++) {
        const entry = frame.base[k]! - scales[0]! * x[k]! - (scales[1] ?? 0) * z[k]!;
        step[k] = entry;
        square += entry * entry;
      }
      if (square * RANGE_ROUNDING > largest) largest = Math.max(largest, squaredNorm(step, frame.size));
    }
  }
  return largest;
}

/** base - sum of one matrix from each list, for all choices. */
function allSteps(base: Float64Array, lists: readonly (readonly Float64Array[])[]): Float64Array[] {
  return lists.reduce<Float64Array[]>(
    (steps, moves) => steps.flatMap((step) => moves.map((move) => step.map((x, k) => x - move[k]!))),
    [base],
  );
}

/** Largest |G|^2 of a list. */
export function largestNorm(steps: readonly Float64Array[], m: number): number {
  return steps.reduce((largest, step) => Math.max(largest, squaredNorm(step, m)), 0);
}

/** The mean moves of all subsets of size B, or null if there are too many. */
function enumeratedMoves(
  groups: readonly CurvatureGroup[],
  moves: readonly GroupMoves[],
): Float64Array[][] | null {
  const sizes = groups.map(({ samples, batchSize }) => choose(samples.sampleCount, batchSize));
  if (sizes.reduce((a, b) => a * b, 1) > ENUMERATED_BATCHES) return null;
  return groups.map((group, g) => subsetMeans(moves[g]!.moves, group.batchSize));
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
function bernoulliRange(
  groups: readonly CurvatureGroup[],
  frame: StepFrame,
  moves: readonly GroupMoves[],
  allowance: number,
): BoundedStep {
  const base = Math.sqrt(squaredNorm(frame.base, frame.size));
  const laws = groups.map((group, g) => ({
    norms: sizeNorms(group, moves[g]!),
    probabilities: sizeProbabilities(group),
  }));
  const share = allowance / groups.length;
  const cuts = groups.map((group, g) =>
    hasRandomSize(group) ? smallestLimit(base, laws[g]!, laws[1 - g], share) : group.batchSize,
  );
  // Beyond the first limit whatever the other size is, and beyond the second one alone.
  const [first, second] = laws;
  const beyond = boundsOfSizes(base, first!, second && momentsFrom(0, second));
  const beside = second && boundsOfSizes(base, first!, momentsFrom(cuts[1]! + 1, second));
  const excess = sum(beyond.subarray(cuts[0]! + 1)) + (beside ? sum(beside.subarray(0, cuts[0]! + 1)) : 0);
  const mean = sum(beyond);
  const corners = groups
    .map((group, g) => (hasRandomSize(group) ? [0, cuts[g]! / group.batchSize] : [1]))
    .reduce<number[][]>((all, scales) => all.flatMap((first) => scales.map((x) => [...first, x])), [[]]);
  const hulls = corners.map((scales) => hullSteps(frame, moves, scales));
  const extremes = hulls.includes(null) ? null : () => hulls.flatMap((hull) => hull!());
  const pairs = moves.reduce((product, group) => product * group.moves.length, 1);
  const hull = corners.map((scales) => {
    const bound = triangle(frame, moves, scales);
    return pairs > HULL_PAIRS ? bound : Math.min(bound, largestOfHull(frame, moves, scales));
  });
  const within = (base + laws.reduce((total, { norms }, g) => total + norms[cuts[g]!]!, 0)) ** 2;
  return {
    range: Math.min(Math.max(base ** 2, ...hull), within) * RANGE_ROUNDING,
    excess: excess * RANGE_ROUNDING,
    sizeLimit: limits(groups, cuts),
    extremes,
    mean: mean * RANGE_ROUNDING,
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
