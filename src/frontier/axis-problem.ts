import { binomialProbabilities, hypergeometricProbabilities } from '../statistics/intervals.js';
import {
  curvatureGroups,
  emptySet,
  type FactorSet,
  rankOneSet,
  type ReducedProblem,
  type Sampling,
} from '../theory/problem.js';
import { factorQuadratic } from '../unlearning/factor-quadratic.js';
import { axisQuadratic, type AxisSamples } from '../unlearning/per-sample-model.js';
import {
  type UnlearningImplementation,
  unlearningProcess,
  type UnlearningProcess,
} from '../unlearning/process.js';
import type { CellProblem } from './linear-map.js';

/** A problem whose retain set and forget set are one and the same list of samples along coordinates. */
export interface AxisProblem {
  readonly samples: AxisSamples;
  readonly alpha: number;
  /** B_R = B_F. */
  readonly batchSize: number;
  readonly sampling: Sampling;
}

/**
 * The problem for the exact theory, on all axes or on some of them; samples on the other axes stay in the set,
 * with a factor of zero, so that the batches are the same.
 */
export function axisReducedProblem(
  { samples, alpha, batchSize, sampling }: AxisProblem,
  kept: readonly number[] = Array.from({ length: samples.axes }, (_, a) => a),
): ReducedProblem {
  const set = axisFactors(samples, kept);
  const batch = { retain: batchSize, forget: batchSize };
  const both = curvatureGroups({ retain: set, forget: set, alpha, batch, sampling });
  const groups = both.filter(({ weight }) => weight > 0);
  return { dimension: kept.length, alpha, groups };
}

/**
 * One axis for each number of samples that lie on one. The problem on them has the same rho(T): T is diagonal on the
 * entries M_ab with E[A_a A_b], at most the larger of E[A_a^2] and E[A_b^2], and axes with equally many samples
 * have equal ones.
 */
export function representativeAxes(samples: AxisSamples): number[] {
  const counts = samplesPerAxis(samples);
  return [...new Set(counts)].map((count) => counts.indexOf(count));
}

/** Number of samples on each axis. */
function samplesPerAxis({ axes, axisOf }: AxisSamples): Int32Array {
  const counts = new Int32Array(axes);
  for (const a of axisOf) if (a >= 0) counts[a]!++;
  return counts;
}

/** The problem of a cell with its representative axes and the exact growth of single runs. */
export function axisCellProblem(problem: AxisProblem): CellProblem {
  return {
    problem: axisReducedProblem(problem),
    representative: axisReducedProblem(problem, representativeAxes(problem.samples)),
    typical: (eta) => axisTypicalGrowth(problem, eta),
  };
}

/** The real process from the minimum 0, at a cost per step that grows with the batch and the axes alone. */
export function axisProcess(
  { samples, alpha, batchSize, sampling }: AxisProblem,
  eta: number,
  implementation: UnlearningImplementation,
): UnlearningProcess {
  const minimum = new Float64Array(samples.axes);
  const retain = axisQuadratic(samples);
  const forget = alpha === 0 ? factorQuadratic(emptySet(samples.axes), minimum) : retain;
  const settings = { retain, forget, alpha, eta, batch: { retain: batchSize, forget: batchSize } };
  return unlearningProcess(settings, sampling, minimum, implementation);
}

/** Factors sqrt(curvature) e_a on the kept axes: n x kept.length. */
function axisFactors({ axisOf, curvature }: AxisSamples, kept: readonly number[]): FactorSet {
  const r = kept.length;
  const place = new Map(kept.map((axis, k) => [axis, k]));
  const rows = new Float64Array(axisOf.length * r);
  axisOf.forEach((axis, i) => {
    const k = place.get(axis);
    if (k !== undefined) rows[i * r + k] = Math.sqrt(curvature);
  });
  return rankOneSet(rows, r);
}

/** log of the square of a factor that is zero to rounding: as `typicalGrowth` counts a displacement of zero. */
const LOG_OF_ZERO = -700;
const ZERO_FACTOR = 1e-12;

/**
 * Growth 2 gamma of single runs, exactly: along each axis a run is a product of independent factors 1 - eta X, so
 * 2 gamma = max over the axes of E log (1 - eta X)^2, with X the curvature that one pair of batches shows there.
 */
export function axisTypicalGrowth(problem: AxisProblem, eta: number): number {
  const counts = new Set(samplesPerAxis(problem.samples));
  return Math.max(...[...counts].map((count) => alongAxis(problem, eta, count)));
}

/** E log (1 - eta X)^2 on an axis with so many samples. */
function alongAxis({ samples, alpha, batchSize, sampling }: AxisProblem, eta: number, count: number): number {
  const drawn = drawnProbabilities(sampling, samples.axisOf.length, count, batchSize);
  const forget = alpha === 0 ? Float64Array.of(1) : drawn;
  const unit = (eta * samples.curvature) / batchSize;
  let sum = 0;
  drawn.forEach((p, k) => {
    forget.forEach((q, l) => {
      if (p * q > 0) sum += p * q * logSquare((1 - alpha) * unit * k, alpha * unit * l);
    });
  });
  return sum;
}

/** log (1 - descent + ascent)^2. */
function logSquare(descent: number, ascent: number): number {
  const factor = Math.abs(1 - descent + ascent);
  return factor <= ZERO_FACTOR * (1 + descent + ascent) ? LOG_OF_ZERO : 2 * Math.log(factor);
}

/** Probabilities of how many of `count` samples among n a batch has, repeats counted. */
function drawnProbabilities(sampling: Sampling, n: number, count: number, batchSize: number): Float64Array {
  switch (sampling) {
    case 'bernoulli':
      return binomialProbabilities(count, batchSize / n);
    case 'with-replacement':
      return binomialProbabilities(batchSize, count / n);
    case 'without-replacement':
      return hypergeometricProbabilities(n, count, batchSize);
    case 'reshuffled':
      throw new RangeError('batches of an epoch depend on each other; a map has batches drawn anew');
  }
}

/**
 * Groups of sigma identical samples along orthogonal axes, as in D3, the curvature such that lambda_1(H) = 1; the coherence
 * is sigma. Where sigma does not divide n the last n mod sigma samples have no curvature.
 *
 * @param sigma in 1..n.
 */
export function groupedFamily(sigma: number, n: number): AxisSamples {
  const axes = Math.floor(n / sigma);
  const axisOf = Int32Array.from({ length: n }, (_, i) => (i < axes * sigma ? Math.floor(i / sigma) : -1));
  return { axes, axisOf, curvature: n / sigma };
}
