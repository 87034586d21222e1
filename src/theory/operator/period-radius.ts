import { largestEigenpair } from '../../linalg/davidson.js';
import { dominantEigenpair } from '../../linalg/dominant-eigenpair.js';
import { identityMatrix } from '../../linalg/symmetric-eigen.js';
import { packSymmetric, trace, unpackSymmetric } from '../../linalg/vectors.js';
import type { ExactValue } from './exact-stability.js';
import { type Crossing, type PeriodMaps, twoSided } from './period-operator.js';

/** Residual of an eigenpair that is asked for its sign alone. */
const ROUGH = 1e-5;

/** Radius of the second-moment operator of a period, over its scale, and its eigenvector in the cone, packed. */
interface PeriodRadius {
  readonly value: number;
  readonly relativeError: number;
  readonly iterations: number;
  readonly vector: Float64Array;
}

/**
 * The radius of a period's operator on symmetric s x s matrices: by Davidson's iteration if it is self-adjoint, else by
 * Arnoldi's, with the error that both eigenvectors leave if it is asked for.
 *
 * @param start inside the cone, packed.
 */
export function periodRadius(
  maps: Pick<PeriodMaps, 'forward' | 'adjoint'>,
  s: number,
  start: Float64Array,
  {
    selfAdjoint,
    rough,
    withError,
  }: { readonly selfAdjoint: boolean; readonly rough: boolean; readonly withError: boolean },
): PeriodRadius {
  const options = { tolerance: rough ? ROUGH : 1e-12 };
  const { vector, iterations, ...top } = selfAdjoint
    ? largestEigenpair(maps.forward, start, rough ? options : {})
    : dominantEigenpair(maps.forward, start, options);
  if (trace(unpackSymmetric(vector, s), s) < 0) vector.forEach((x, k) => (vector[k] = -x));
  const { value, relativeError } =
    !withError || selfAdjoint
      ? { value: top.value, relativeError: top.residual / Math.abs(top.value) }
      : twoSided(maps, vector, packSymmetric(identityMatrix(s), s));
  return { value, relativeError, iterations, vector };
}

/** A critical step size. */
export interface ProcedureStep extends ExactValue {
  /** True where a stable step size above it is not ruled out: `value` is the first crossing, on a grid of step sizes. */
  readonly firstCrossingOnly: boolean;
}

/** The step size of a crossing, with the error of the growth there over its slope. */
export function crossedStep(
  found: Crossing | null,
  iterations: number,
  growthError: (eta: number) => number,
): ProcedureStep {
  const none = { relativeError: 0, iterations, firstCrossingOnly: true };
  if (!found) return { ...none, value: Infinity };
  if (found.eta === 0) return { ...none, value: 0 };
  const relativeError = (found.relativeError ?? growthError(found.eta)) / Math.abs(found.slope);
  return { ...none, value: found.eta, relativeError };
}
