import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { largestEigenvalue, largestMagnitude } from '../linalg/symmetric-eigen.js';
import { norm } from '../linalg/vectors.js';
import { meanHessian, sampleCurvatures } from '../theory/mean-curvature.js';
import type { DrawnProblem, DrawnSet } from '../theory/draw-subset.js';
import {
  type CurvatureGroup,
  curvatureGroups,
  type FactorSet,
  type ReducedProblem,
  scaledSet,
  SET_NAMES,
  type UnlearningProblem,
} from '../theory/problem.js';
import { accuracyOf } from '../theory/rank.js';
import { reduceSets } from '../theory/reduction.js';
import type { ClippingAnswer } from './answer.js';
import { type ExtremeBatch, extremeBatches, extremeCount, mostSamples } from './extreme-batches.js';

/** A group and the gradients of its samples at w*; its curvature from displacements to gradients is sum l r^T. */
interface ClippedGroup extends CurvatureGroup {
  readonly left: FactorSet;
  readonly right: FactorSet;
  /** In coordinates that keep their lengths; null: 0. */
  readonly gradients: FactorSet | null;
}

/** Multiplications that going through all batches may take, about a second, and as many as one batch costs without its products. */
const OPERATIONS = 5e8;
const OF_A_BATCH = 5000;

/**
 * Steps that clipping the norm of their gradient at c leaves as they are: all from within r of w*, where r is the largest
 * number with |g_S| + |C_S| r <= c for all batches S that can be drawn; without gradients that is c/max |C_S| (P6). Beyond
 * it a step moves at most eta c.
 *
 * With a preconditioner C the gradient is clipped in w and the step is C times it. Lengths are those of
 * u = C^{-1/2} (w - w*): r has |C_S C^{1/2}| in place of |C_S|, and a step moves at most eta c max c_j^{1/2}.
 *
 * @param gradients at w*, a set each group, in coordinates that keep their lengths (with C: C^{1/2} g_i in the given
 * parameters); null: 0.
 * @throws RangeError with a preconditioner whose parameters are not known.
 */
export function clippingAnswer(
  problem: ReducedProblem,
  gradients: readonly FactorSet[] | null,
  { clip, eta }: { clip: number; eta: number },
): ClippingAnswer {
  const { groups, given, procedure } = problem;
  if (!given) {
    if (procedure?.preconditioner) throw new RangeError('clipping beside a preconditioner needs parameters');
    const own = groups.map((group, g) => {
      const { samples } = group;
      return { ...group, left: samples, right: samples, gradients: gradients?.[g] ?? null };
    });
    return { norm: clip, ...within(own, clip), perStep: eta * clip, lengths: 'w - w*' };
  }
  const roots = Array.from(given.preconditioner, Math.sqrt);
  const inverse = roots.map((x) => 1 / x);
  const scaled = given.samples.map((set) => scaledSet(set, roots));
  // Products of both with each other count: they are taken to common coordinates.
  const { sets } = reduceSets([...given.samples, ...scaled]);
  const inW = groups.map((group, g) => {
    const samples = sets[g]!;
    const ofGroup = gradients && scaledSet(gradients[g]!, inverse);
    return { ...group, samples, left: samples, right: samples, gradients: ofGroup };
  });
  const inU = inW.map((group, g) => ({ ...group, right: sets[groups.length + g]! }));
  const root = Math.max(...roots);
  return {
    norm: clip,
    ...within(inU, clip, root * largestCurvature(inW)),
    perStep: eta * clip * root,
    lengths: 'C^{-1/2}(w - w*)',
    parameters: { radius: within(inW, clip).radius, perStep: eta * clip * root ** 2 },
  };
}

/**
 * Steps that clipping leaves as they are (`clippingAnswer`), of all samples of a problem of which a subset was drawn: c over a bound of
 * |C_S| that holds whichever samples were drawn. A set of weight a adds at most a min(m h/B, n lambda_1(Hbar)/B) to either
 * end of C_S, h its largest lambda_1(H_i) and m the most samples of a batch; with replacement a h.
 *
 * @throws RangeError for thinned sets, of whose other samples nothing is known.
 */
export function subsetClipping(
  problem: DrawnProblem,
  { clip, eta }: { clip: number; eta: number },
): ClippingAnswer {
  const { retain, forget } = problem.sets;
  const groups = curvatureGroups({ ...problem, retain, forget });
  const bounds = groups.filter(({ weight, samples }) => weight > 0 && samples.of > 0).map(largestPartOfDrawn);
  return {
    norm: clip,
    gradient: 0,
    radius: clip / Math.max(...bounds),
    radiusIs: 'at least',
    enumerated: false,
    perStep: eta * clip,
    lengths: 'w - w*',
  };
}

/**
 * Why nothing can be said of clipping, in words; null if it can: beside a preconditioner it needs w itself, and of a subset
 * the largest sample.
 */
export function clippingFault(problem: UnlearningProblem | DrawnProblem): string | null {
  const subset = 'sets' in problem ? problem.sets : null;
  const thinned = subset && SET_NAMES.find((name) => subset[name].isThinned);
  if (thinned) {
    const { of, samples } = subset[thinned];
    return `it is not answered for thinned sets, whose largest sample is not known; got ${samples.sampleCount} of ${of} ${thinned} samples`;
  }
  const parameters = problem.procedure?.preconditioner?.length;
  const dimension = 'sets' in problem ? null : problem.retain.dimension;
  if (parameters === undefined || parameters === dimension) return null;
  const why = dimension === null ? 'a subset cannot be seen' : 'fewer rows were reduced to their span';
  return `beside a preconditioner clipping needs all samples in their parameters, as a problem file holds them; ${parameters} parameters of ${why}`;
}

/** The radius, by all batches or by bounds. @param bound of |C_S|, where there is another one. */
function within(
  groups: readonly ClippedGroup[],
  clip: number,
  bound = Infinity,
): Pick<ClippingAnswer, 'gradient' | 'radius' | 'radiusIs' | 'enumerated'> {
  if (!isEnumerable(groups)) {
    const gradient = groups.reduce((sum, group) => sum + largestGradient(group), 0);
    const radius = Math.max(0, (clip - gradient) / Math.min(bound, largestCurvature(groups)));
    return { gradient, radius, radiusIs: 'at least', enumerated: false };
  }
  let [gradient, radius] = [0, Infinity];
  const [first, second] = groups;
  for (const one of extremeBatches(first!)) {
    const ofFirst = batchOf(first!, one);
    for (const other of second ? extremeBatches(second) : [null]) {
      const { curvature, gradient: own } = other
        ? together(ofFirst, batchOf(second!, other))
        : measured(ofFirst);
      gradient = Math.max(gradient, own);
      if (own > clip) radius = 0;
      else if (curvature > 0) radius = Math.min(radius, (clip - own) / curvature);
    }
  }
  // |g_S + C_S delta| may stay below |g_S| + |C_S| |delta| in every direction.
  const attained = gradient === 0 || radius === 0 || radius === Infinity;
  return { gradient, radius, radiusIs: attained ? 'exact' : 'at least', enumerated: true };
}

/** True if all batches are soon gone through; one alone, of all samples, costs no more than D. */
function isEnumerable(groups: readonly ClippedGroup[]): boolean {
  const pairs = groups.reduce((product, group) => product * extremeCount(group), 1);
  const r = groups[0]!.left.dimension;
  const factors = groups.reduce((sum, group) => {
    const { samples } = group;
    const drawn = group.sampling === 'with-replacement' ? 1 : mostSamples(group);
    return sum + (drawn * samples.offsets[samples.sampleCount]!) / samples.sampleCount;
  }, 0);
  return pairs === 1 || pairs * (OF_A_BATCH + 10 * r ** 3 + factors * r ** 2) <= OPERATIONS;
}

/** The signed parts of a batch in C_S (r x r) and g_S, and a size below which C_S is rounding. */
interface BatchPart {
  readonly curvature: Float64Array;
  readonly gradient: Float64Array;
  readonly rounding: number;
}

function batchOf(
  { sign, weight, left, right, gradients }: ClippedGroup,
  { indices, share }: ExtremeBatch,
): BatchPart {
  const scale = sign * weight * share;
  const r = left.dimension;
  const rows = indices.flatMap((i) =>
    Array.from({ length: left.offsets[i + 1]! - left.offsets[i]! }, (_, k) => left.offsets[i]! + k),
  );
  const m = rows.length;
  const columns = ({ factors }: FactorSet): Float64Array => {
    const out = new Float64Array(r * m);
    rows.forEach((row, k) => {
      for (let a = 0; a < r; a++) out[a * m + k] = factors[row * r + a]!;
    });
    return out;
  };
  const [of, by] = [columns(left), left === right ? null : columns(right)];
  const curvature = multiplyTransposed(of, r, by ?? of, r, m).map((x) => scale * x);
  const gradient = new Float64Array(gradients?.dimension ?? 0);
  for (const i of indices) {
    for (let a = 0; a < gradient.length; a++)
      gradient[a]! += scale * gradients!.factors[i * gradient.length + a]!;
  }
  // Factors that change by a share u each change their products by at most 2 u + u^2 of their lengths.
  const { precision } = accuracyOf([left, right]);
  const rounding = 3 * precision * Math.abs(scale) * norm(of) * norm(by ?? of);
  return { curvature, gradient, rounding };
}

function together(one: BatchPart, other: BatchPart) {
  return measured({
    curvature: one.curvature.map((x, k) => x + other.curvature[k]!),
    gradient: one.gradient.map((x, a) => x + other.gradient[a]!),
    rounding: one.rounding + other.rounding,
  });
}

/** |C_S|, 0 where it may be rounding, and |g_S|. */
function measured({ curvature, gradient, rounding }: BatchPart) {
  const size = matrixNorm(curvature);
  return { curvature: size <= rounding ? 0 : size, gradient: norm(gradient) };
}

/** Largest singular value of a square matrix. */
function matrixNorm(matrix: Float64Array): number {
  const r = Math.sqrt(matrix.length);
  const size = largestMagnitude(matrix);
  if (size === 0) return 0;
  const scaled = matrix.map((x) => x / size);
  return size * Math.sqrt(largestEigenvalue(multiplyTransposed(scaled, r, scaled, r, r), r));
}

/** A bound of |C_S|: in w of a difference of two positive semidefinite matrices, else of a sum. */
function largestCurvature(groups: readonly ClippedGroup[]): number {
  const bounds = groups.map((group) => {
    const { left, right, weight } = group;
    if (left !== right) return weight * largestMean(group, productLengths(left, right));
    return largestPart(
      group,
      left.sampleCount,
      meanHessian(left),
      largestMean(group, sampleCurvatures(left)),
    );
  });
  const isDifference = groups.every(({ left, right }) => left === right);
  return isDifference ? Math.max(...bounds) : bounds.reduce((sum, x) => sum + x, 0);
}

/**
 * Bound of either end of a group's part in C_S: a times the smaller of n lambda_1(Hbar)/B and `strongest`, a bound of the sum
 * over a batch of lambda_1(H_i)/B; with replacement, and without Hbar, `strongest` alone.
 */
function largestPart(
  { weight, sampling, batchSize }: Pick<CurvatureGroup, 'weight' | 'sampling' | 'batchSize'>,
  n: number,
  mean: Float64Array | null,
  strongest: number,
): number {
  if (sampling === 'with-replacement' || mean === null) return weight * strongest;
  const all = (n / batchSize) * largestEigenvalue(mean, Math.sqrt(mean.length));
  return weight * Math.min(all, strongest);
}

/** @throws RangeError for a thinned set. */
function largestPartOfDrawn(group: CurvatureGroup<DrawnSet>): number {
  const { sampling, batchSize, samples } = group;
  const { of: n, mean, largestCurvature: largest, isThinned } = samples;
  if (isThinned)
    throw new RangeError('clipping needs the largest curvature of all samples; got thinned sets');
  const most = mostSamples({ sampling, batchSize, samples: { sampleCount: n } });
  return largestPart(
    group,
    n,
    mean,
    sampling === 'with-replacement' ? largest : (most / batchSize) * largest,
  );
}

/** Bounds of |sum l r^T| of single samples: sum |l| |r|. */
function productLengths(left: FactorSet, right: FactorSet): Float64Array {
  const { dimension: r, offsets, sampleCount } = left;
  const length = ({ factors }: FactorSet, row: number): number =>
    norm(factors.subarray(row * r, (row + 1) * r));
  return Float64Array.from({ length: sampleCount }, (_, i) => {
    let sum = 0;
    for (let row = offsets[i]!; row < offsets[i + 1]!; row++) sum += length(left, row) * length(right, row);
    return sum;
  });
}

/** A bound of the part of a group in |g_S|. */
function largestGradient(group: ClippedGroup): number {
  const { gradients, weight } = group;
  if (!gradients) return 0;
  const { sampleCount: n, factors, dimension: p } = gradients;
  const sizes = Float64Array.from({ length: n }, (_, i) => norm(factors.subarray(i * p, (i + 1) * p)));
  return weight * largestMean(group, sizes);
}

/** The largest sum over a batch, over B, of numbers >= 0 of the samples: no batch holds more than the largest. */
function largestMean(group: ClippedGroup, ofSamples: Float64Array): number {
  if (group.sampling === 'with-replacement') return Math.max(...ofSamples);
  const largest = ofSamples.toSorted().subarray(ofSamples.length - mostSamples(group));
  return largest.reduce((sum, x) => sum + x, 0) / group.batchSize;
}
