import { largestEigenvalue } from '../linalg/symmetric-eigen.js';
import { dot, norm, packSymmetric, unpackSymmetric } from '../linalg/vectors.js';
import { meanSpectrum } from '../theory/curvature-signs.js';
import { meanHessian, sampleCurvatures } from '../theory/mean-curvature.js';
import { samplingFactors, secondMomentStep } from '../theory/operator/noise-map.js';
import {
  type CurvatureGroup,
  type FactorSet,
  groupInBasis,
  type ReducedProblem,
  setInBasis,
} from '../theory/problem.js';
import type { ClippingAnswer, MisfitAnswer } from './answer.js';

/** Gradients of the samples at w*, a set each group of a problem. */
type GroupGradients = readonly FactorSet[];

/** Steps that are tried until the push exceeds the start. */
const MOST_STEPS = 1e6;

/**
 * What gradients at w* do to the plain step (P7): the push eta g of the mean, the point -D^{-1} g where the mean rests,
 * and the covariance (1 - T)^{-1} Sigma around it, Sigma = Cov(A mu - eta xi) that of a step at rest.
 *
 * @param onU their coordinates in U. @param holds whether rho(T) < 1. @param start a distance from w*; null: none is asked about.
 */
export function misfitAnswer(
  problem: ReducedProblem,
  gradients: GroupGradients,
  onU: (set: FactorSet) => FactorSet,
  { eta, holds, start }: { eta: number; holds: boolean; start: number | null },
): MisfitAnswer {
  const { values: d, rows } = meanSpectrum(problem);
  const r = d.length;
  const groups = problem.groups.map((group) => groupInBasis(group, rows, r));
  const pushes = gradients.map((set) => setInBasis(onU(set), rows, r));
  const drift = meanGradient(groups, pushes);
  const size = norm(meanGradient(groups, gradients));
  const outside = Math.sqrt(Math.max(0, size ** 2 - norm(drift) ** 2));
  const rest = drift.map((x, a) => -x / d[a]!);
  return {
    drift: size,
    perStep: eta * size,
    outside: outside > OUTSIDE * size ? outside : 0,
    rest: holds
      ? { distance: norm(rest), spread: Math.sqrt(spreadAtRest({ groups, pushes, d, rest, eta })) }
      : null,
    start: start === null ? null : { distance: start, steps: stepsUntil(start, { d, drift, eta }) },
  };
}

/** Share of |g| that lies outside of U by rounding. */
const OUTSIDE = 1e-7;

/** g, in the coordinates of the gradients. */
function meanGradient(groups: readonly CurvatureGroup[], gradients: GroupGradients): Float64Array {
  const { dimension } = gradients[0]!;
  const mean = new Float64Array(dimension);
  groups.forEach(({ sign, weight }, g) => {
    const { factors, sampleCount } = gradients[g]!;
    factors.forEach((x, k) => (mean[k % dimension]! += (sign * weight * x) / sampleCount));
  });
  return mean;
}

/** tr (1 - T)^{-1} Sigma: the mean square distance from the point of rest. */
function spreadAtRest({
  groups,
  pushes,
  d,
  rest,
  eta,
}: {
  groups: readonly CurvatureGroup[];
  pushes: GroupGradients;
  d: Float64Array;
  rest: Float64Array;
  eta: number;
}): number {
  const r = d.length;
  const sigma = new Float64Array(r * r);
  groups.forEach((group, g) => addNoiseAt(rest, group, pushes[g]!, eta, sigma));
  const step = secondMomentStep(groups, d, eta);
  const apply = (x: Float64Array): Float64Array => {
    const moved = unpackSymmetric(x, r);
    step(moved);
    const packed = packSymmetric(moved, r);
    return x.map((value, k) => value - packed[k]!);
  };
  const solution = conjugateGradients(apply, packSymmetric(sigma, r));
  const moment = unpackSymmetric(solution, r);
  return Math.max(
    0,
    d.reduce((sum, _, a) => sum + moment[a * (r + 1)]!, 0),
  );
}

/** out += eta^2 a^2 [k mean u_i u_i^T - k' u u^T], u_i = H_i mu + g_i: the covariance of the batch's part of a step at mu. */
function addNoiseAt(
  mu: Float64Array,
  { samples, weight, sampling, batchSize }: CurvatureGroup,
  { factors: gradients }: FactorSet,
  eta: number,
  out: Float64Array,
): void {
  const { sampleCount: n, offsets, factors } = samples;
  const r = mu.length;
  const { perSample, ofMean } = samplingFactors(sampling, n, batchSize);
  const scale = (eta * weight) ** 2;
  const mean = new Float64Array(r);
  for (let i = 0; i < n; i++) {
    const u = gradients.slice(i * r, (i + 1) * r);
    for (let row = offsets[i]!; row < offsets[i + 1]!; row++) {
      const f = factors.subarray(row * r, (row + 1) * r);
      const along = dot(f, mu);
      for (let a = 0; a < r; a++) u[a]! += along * f[a]!;
    }
    for (let a = 0; a < r; a++) mean[a]! += u[a]! / n;
    addSquare(u, (scale * perSample) / n, out);
  }
  addSquare(mean, -scale * ofMean, out);
}

function addSquare(u: Float64Array, scale: number, out: Float64Array): void {
  const r = u.length;
  for (let a = 0; a < r; a++) for (let b = 0; b < r; b++) out[a * r + b]! += scale * u[a]! * u[b]!;
}

/** Relative residual at which an equation is solved, and the iterations that it may take. */
const SOLVED = 1e-12;
const ITERATIONS = 5000;

/** x with A x = b, for a self-adjoint positive definite A (Hestenes and Stiefel, 1952). */
function conjugateGradients(apply: (x: Float64Array) => Float64Array, b: Float64Array): Float64Array {
  const x = new Float64Array(b.length);
  const residual = b.slice();
  let direction = b.slice();
  let square = dot(residual, residual);
  const enough = SOLVED ** 2 * square;
  for (let k = 0; k < ITERATIONS && square > enough; k++) {
    const image = apply(direction);
    const length = square / dot(direction, image);
    for (let a = 0; a < x.length; a++) {
      x[a]! += length * direction[a]!;
      residual[a]! -= length * image[a]!;
    }
    const next = dot(residual, residual);
    direction = residual.map((value, a) => value + (next / square) * direction[a]!);
    square = next;
  }
  return x;
}

/**
 * First step after which the mean displacement that the push made, -eta sum_{j<k} (I - eta D)^j g, is longer than what any
 * start at that distance has become, at most distance |(I - eta D)^k|; null if that takes more than MOST_STEPS.
 */
function stepsUntil(
  distance: number,
  { d, drift, eta }: { d: Float64Array; drift: Float64Array; eta: number },
): number | null {
  const pushed = new Float64Array(d.length);
  let logStart = Math.log(distance);
  const rate = Math.log(Math.max(...d.map((x) => Math.abs(1 - eta * x))));
  for (let k = 1; k <= MOST_STEPS; k++) {
    for (let a = 0; a < d.length; a++) pushed[a] = (1 - eta * d[a]!) * pushed[a]! - eta * drift[a]!;
    logStart += rate;
    if (Math.log(norm(pushed)) > logStart) return k;
  }
  return null;
}

/**
 * What clipping the norm of a step's gradient at c leaves as it is (P6): all steps from within
 * |delta| <= (c - max |g_S|)/max |C_S|, with bounds of both over the batches that can be drawn. Beyond it a step moves at
 * most eta c.
 *
 * @param gradients at w*, a set each group, in coordinates that keep their lengths; null: 0.
 */
export function clippingAnswer(
  { groups, dimension: r }: ReducedProblem,
  gradients: GroupGradients | null,
  { clip, eta }: { clip: number; eta: number },
): ClippingAnswer {
  const curvatures = groups.map((group) => group.weight * largestBatchCurvature(group, r));
  const pushes = groups.map(({ weight, sampling, batchSize }, g) => {
    if (!gradients) return 0;
    const { factors, sampleCount: n, dimension: p } = gradients[g]!;
    const sizes = Array.from({ length: n }, (_, i) => norm(factors.subarray(i * p, (i + 1) * p)));
    const all = sizes.reduce((sum, x) => sum + x, 0) / batchSize;
    return weight * largestOfBatches(sampling, all, Math.max(...sizes));
  });
  const gradient = pushes.reduce((sum, x) => sum + x, 0);
  // Both sets together: the difference of two positive semidefinite matrices.
  const radius = Math.max(0, (clip - gradient) / Math.max(...curvatures));
  return { norm: clip, gradient, radius, perStep: eta * clip };
}

/** Largest lambda_1 of the mean curvature of a batch: of all samples at once, or of the strongest alone. */
function largestBatchCurvature({ samples, sampling, batchSize }: CurvatureGroup, r: number): number {
  const all = (samples.sampleCount / batchSize) * largestEigenvalue(meanHessian(samples), r);
  const strongest = Math.max(...sampleCurvatures(samples));
  return largestOfBatches(sampling, all, strongest);
}

/** The largest mean of a batch from the sum of all samples over B, and from the largest sample. */
function largestOfBatches(sampling: CurvatureGroup['sampling'], all: number, largest: number): number {
  if (sampling === 'bernoulli') return all;
  return sampling === 'without-replacement' ? Math.min(all, largest) : largest;
}
