/** One way that a period can go: it takes a displacement x of the state to matrix x, s x s and row-major. */
export interface DrawnPeriod {
  readonly probability: number;
  readonly matrix: Float64Array;
}

/** T(M) = E[B M B^T] for the matrix B of a period, on symmetric s x s matrices, row-major; `out` is overwritten. */
export interface MomentMap {
  readonly forward: (moment: Float64Array, out: Float64Array) => void;
  /** E[B^T M B]. */
  readonly adjoint: (moment: Float64Array, out: Float64Array) => void;
}

/** The exact second moment of a period: every way that it can go, or the operator where those are too many. */
export type PeriodMoment = readonly DrawnPeriod[] | MomentMap;

/** A procedure of the caller's own, linear in the displacement of its state: what the exact theory needs of it. */
export interface LinearProcedure {
  /** s, numbers of a state: the parameters, a velocity and whatever else is carried from period to period. */
  readonly stateDimension: number;
  /** Vectors of s/parts numbers that a state consists of, each with a unit of its own; default 1. */
  readonly parts?: number;
  /** Steps of a period; default 1. */
  readonly period?: number;
  /** A step size > 0 such that, if it is stable, so is every smaller one. */
  readonly smallStep: number;
  /** True if T is self-adjoint, as it is where every period is as likely as its transpose. Default: it need not be. */
  readonly selfAdjoint?: boolean;
  /** The second moment of a period at a step size. */
  moment(eta: number): PeriodMoment;
}

/** Every way that a period can go; null if the procedure gives its operator alone. @throws RangeError if they are none. */
export function drawnPeriods(procedure: LinearProcedure, eta: number): readonly DrawnPeriod[] | null {
  const moment = procedure.moment(eta);
  return isList(moment) ? checkedPeriods(moment, procedure.stateDimension) : null;
}

/** True if every way that a period can go is listed. */
export function isList(moment: PeriodMoment): moment is readonly DrawnPeriod[] {
  return Array.isArray(moment);
}

/** Share by which what a caller gives may be off by rounding: probabilities from 1, products of probes from each other. */
export const GIVEN_ROUNDING = 1e-9;

/** @throws RangeError unless they are s x s matrices with probabilities that add up to 1. */
export function checkedPeriods(periods: readonly DrawnPeriod[], s: number): readonly DrawnPeriod[] {
  const total = periods.reduce((sum, { probability }) => sum + probability, 0);
  if (!periods.every(({ probability }) => probability > 0) || !(Math.abs(total - 1) <= GIVEN_ROUNDING))
    throw new RangeError(`probabilities of periods must be > 0 and add up to 1; got ${total}`);
  for (const { matrix } of periods) {
    if (matrix.length !== s * s || !matrix.every(Number.isFinite))
      throw new RangeError(`matrix of a period must have ${s} x ${s} finite numbers; got ${matrix.length}`);
  }
  return periods;
}

/** @throws RangeError unless sizes are positive integers that fit, and `smallStep` is a step size. */
export function checkProcedure({ stateDimension, parts = 1, period = 1, smallStep }: LinearProcedure): void {
  for (const [name, value] of Object.entries({ stateDimension, parts, period })) {
    if (!(Number.isInteger(value) && value > 0))
      throw new RangeError(`${name} must be an integer > 0; got ${value}`);
  }
  if (stateDimension % parts !== 0)
    throw new RangeError(`parts must divide the ${stateDimension} numbers of a state; got ${parts}`);
  if (!(smallStep > 0) || !Number.isFinite(smallStep))
    throw new RangeError(`smallStep must be > 0 and finite; got ${smallStep}`);
}
