import { meanCurvature } from '../curvature/mean-curvature.js';
import type { ReducedProblem } from '../curvature/problem.js';
import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { norm } from '../linalg/vectors.js';
import { escapeDistance, type EscapeThreshold } from './escape-threshold.js';
import { requireFullBatches } from './full-batches.js';

/** What the linear dynamics of full batches does to one displacement. */
export interface EscapePrediction {
  /** lambda_min(D). */
  readonly lowest: number;
  /** Its unit eigenvector, in r coordinates: the direction that grows at that rate from the first step on. */
  readonly direction: Float64Array;
  /**
   * Growth of log|delta_k| per step in the long run, max_a log|1 - eta d_a|: log(1 - eta lambda_min(D)) for
   * step sizes up to 2/(lambda_max + lambda_min).
   */
  readonly growth: number;
  /** log|delta_k|; -Infinity for no displacement. */
  readonly logDistance: (k: number) => number;
  /** First k with |delta_k| at the threshold or beyond, null if there is none. */
  readonly escapeStep: number | null;
}

/**
 * delta_k = (I - eta D)^k delta_0, in the eigenbasis of D:
 *
 *   |delta_k|^2 = sum_a (1 - eta d_a)^{2k} c_a^2.
 *
 * @param displacement delta_0 in r coordinates; what is outside U does not move and is no part of it.
 * @throws RangeError for batches that are not full, or a threshold that makes no sense.
 */
export function escapePrediction(
  problem: ReducedProblem,
  eta: number,
  displacement: Float64Array,
  threshold: EscapeThreshold,
): EscapePrediction {
  requireFullBatches(problem);
  const r = problem.dimension;
  const { values, rows } = symmetricEigen(meanCurvature(problem), r);
  const logGrowths = values.map((d) => Math.log(Math.abs(1 - eta * d)));
  const logParts = eigenCoordinates(rows, displacement).map((c) => Math.log(Math.abs(c)));
  const target = Math.log(escapeDistance(threshold, norm(displacement)));
  const growth = Math.max(...logGrowths);
  return {
    lowest: values[0] ?? 0,
    direction: rows.slice(0, r),
    growth,
    logDistance,
    escapeStep: firstStep(),
  };

  function logDistance(k: number): number {
    // At k = 0 a factor of 0 (eta d_a = 1) counts as 1.
    const logs = logParts.map((part, a) => (k === 0 ? part : part + k * logGrowths[a]!));
    const largest = logs.reduce((x, y) => Math.max(x, y), -Infinity);
    if (largest === -Infinity) return -Infinity;
    return largest + Math.log(logs.reduce((sum, x) => sum + Math.exp(2 * (x - largest)), 0)) / 2;
  }

  /** log|delta_k| is convex in k, so from the first step beyond the threshold on all are: bisection. */
  function firstStep(): number | null {
    if (logDistance(0) >= target) return 0;
    const reaching = logGrowths.some((log, a) => log > 0 && logParts[a]! > -Infinity);
    if (!reaching) return null;
    let below = 0;
    let beyond = 1;
    for (; logDistance(beyond) < target; beyond *= 2) below = beyond;
    while (beyond - below > 1) {
      const middle = Math.floor((below + beyond) / 2);
      if (logDistance(middle) < target) below = middle;
      else beyond = middle;
    }
    return beyond;
  }
}

/** Coordinates of x in the basis whose vectors are the rows of an r x r matrix. */
export function eigenCoordinates(rows: Float64Array, x: Float64Array): Float64Array {
  const r = x.length;
  return x.map((_, a) => {
    let sum = 0;
    for (let i = 0; i < r; i++) sum += rows[a * r + i]! * x[i]!;
    return sum;
  });
}
