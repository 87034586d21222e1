import { matrixTimesVector, norm } from '../../src/linalg/vectors.js';
import { symmetricEigen } from '../../src/linalg/symmetric-eigen.js';
import { escapeDistance, type EscapeThreshold } from '../../src/network/escape-prediction.js';
import { meanCurvature } from '../../src/theory/mean-curvature.js';
import type { ReducedProblem } from '../../src/theory/problem.js';

/** Path of full batches with the gradients at w*. */
interface DriftPrediction {
  /** |delta_k| inside U for k = 0 .. escape or the last step. */
  readonly distances: Float64Array;
  /** First k with |delta_k| at the threshold or beyond; null if there is none up to the last step. */
  readonly escapeStep: number | null;
}

/**
 * The affine dynamics of full batches around a minimum that does not interpolate,
 * delta_{k+1} = (I - eta D) delta_k - eta g on U, in the eigenbasis of D. For the squared loss it is exact as
 * long as no activation flips.
 *
 * @param drift g in r coordinates (`drift`).
 * @param displacement delta_0 in r coordinates; zero to start at w*.
 * @throws RangeError for a threshold that makes no sense.
 */
export function driftPrediction(
  problem: ReducedProblem,
  eta: number,
  drift: Float64Array,
  displacement: Float64Array,
  threshold: EscapeThreshold,
  maxSteps: number,
): DriftPrediction {
  const { values, rows } = symmetricEigen(meanCurvature(problem), problem.dimension);
  const push = matrixTimesVector(rows, drift);
  const position = matrixTimesVector(rows, displacement);
  const target = escapeDistance(threshold, norm(displacement));
  const distances = [norm(position)];
  for (let k = 0; distances[k]! < target && k < maxSteps; k++) {
    values.forEach((d, a) => (position[a] = position[a]! - eta * (d * position[a]! + push[a]!)));
    distances.push(norm(position));
  }
  const last = distances.length - 1;
  return {
    distances: Float64Array.from(distances),
    escapeStep: distances[last]! >= target ? last : null,
  };
}
