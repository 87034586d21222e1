import { emptySet, rankOneSet, type FactorSet } from '../curvature/factor-set.js';
import type { CurvatureGroup, ReducedProblem, Sampling } from '../curvature/problem.js';
import { factorQuadratic } from '../models/factor-quadratic.js';
import { axisQuadratic, type AxisSamples } from '../models/axis-quadratic.js';
import {
  unlearningProcess,
  type UnlearningImplementation,
  type UnlearningProcess,
} from '../unlearning/process.js';

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
  const retain: CurvatureGroup = { name: 'retain', sign: 1, weight: 1 - alpha, batchSize, samples: set };
  const forget: CurvatureGroup = { name: 'forget', sign: -1, weight: alpha, batchSize, samples: set };
  const groups = [retain, forget].filter(({ weight }) => weight > 0);
  return { dimension: kept.length, alpha, sampling, groups };
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
export function samplesPerAxis({ axes, axisOf }: AxisSamples): Int32Array {
  const counts = new Int32Array(axes);
  for (const a of axisOf) if (a >= 0) counts[a]!++;
  return counts;
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
