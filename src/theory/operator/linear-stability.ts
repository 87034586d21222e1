import { multiplyTransposed } from '../../linalg/multiply-transposed.js';
import { identityMatrix, largestMagnitude } from '../../linalg/symmetric-eigen.js';
import { addScaled, dot, packSymmetric, transpose, unpackSymmetric } from '../../linalg/vectors.js';
import {
  checkedPeriods,
  checkProcedure,
  type DrawnPeriod,
  isList,
  type LinearProcedure,
  type MomentMap,
  GIVEN_ROUNDING,
} from '../linear-procedure.js';
import { firstCrossing, type PeriodMaps } from './period-operator.js';
import { crossedStep, periodRadius } from './period-radius.js';
import type { ProcedureGrowth, ProcedureStability } from './procedure-stability.js';

/** The exact second-moment theory of a procedure of the caller's own. */
export type LinearStability = Pick<
  ProcedureStability,
  'stateDimension' | 'period' | 'growth' | 'criticalStep' | 'applyPeriod'
>;

/**
 * The exact theory of a procedure from its second-moment operator, as that of the procedures of the package: growth with
 * its error, and eta* as the first crossing from `smallStep` on.
 *
 * @throws RangeError if the dimensions are not positive integers, and from its functions if a step size is not positive,
 * probabilities do not add up to 1, a matrix has another size, or a map is not the adjoint that it is said to be.
 */
export function linearStability(procedure: LinearProcedure): LinearStability {
  const { stateDimension: s, period = 1, smallStep, selfAdjoint = false } = procedure;
  checkProcedure(procedure);
  const identity = packSymmetric(identityMatrix(s), s);

  function radius(eta: number, rough: boolean, withError: boolean) {
    const maps = momentMaps(procedure, eta);
    const image = new Float64Array(identity.length);
    maps.forward(identity, image);
    // No displacement is left after a period.
    if (image.every((x) => x === 0))
      return { value: Math.log(Number.MIN_VALUE), relativeError: 0, iterations: 1, vector: identity };
    const found = periodRadius(maps, s, identity, { selfAdjoint, rough, withError });
    return { ...found, value: Math.log(Math.max(found.value, Number.MIN_VALUE)) + maps.logScale };
  }

  function growth(eta: number): ProcedureGrowth {
    const { value: logGrowthPerPeriod, relativeError, iterations, vector } = radius(eta, false, true);
    const value = logGrowthPerPeriod / period;
    const perron = unpackSymmetric(vector, s);
    return { value, logGrowth: value, logGrowthPerPeriod, perron, relativeError, iterations };
  }

  return {
    stateDimension: s,
    period,
    growth,
    criticalStep() {
      let iterations = 0;
      const found = firstCrossing((eta, rough) => {
        const rate = radius(eta, rough, false);
        iterations += rate.iterations;
        return { value: rate.value };
      }, smallStep);
      return crossedStep(found, iterations, (eta) => growth(eta).relativeError);
    },
    applyPeriod(eta, moment) {
      const { forward, logScale } = momentMaps(procedure, eta);
      const out = new Float64Array(identity.length);
      forward(packSymmetric(moment, s), out);
      return unpackSymmetric(out, s).map((x) => x * Math.exp(logScale));
    },
  };
}

/** The maps of a procedure at a step size, on packed matrices. */
function momentMaps(procedure: LinearProcedure, eta: number): PeriodMaps {
  if (!(eta > 0) || !Number.isFinite(eta)) throw new RangeError(`eta must be > 0 and finite; got ${eta}`);
  const { stateDimension: s, selfAdjoint = false } = procedure;
  const given = procedure.moment(eta);
  const { logScale, ...map } = isList(given)
    ? momentOfPeriods(checkedPeriods(given, s), s)
    : { ...given, logScale: 0 };
  const packed = (apply: MomentMap['forward']) => (m: Float64Array, out: Float64Array) => {
    const image = new Float64Array(s * s);
    apply(unpackSymmetric(m, s), image);
    packSymmetric(image, s, out);
  };
  const maps = { forward: packed(map.forward), adjoint: packed(map.adjoint), logScale };
  checkAdjoint(maps, s, selfAdjoint);
  return maps;
}

/** Matrices are divided by their largest entry, so that no square of theirs overflows. */
function momentOfPeriods(periods: readonly DrawnPeriod[], s: number): MomentMap & { logScale: number } {
  const scale = Math.max(...periods.map(({ matrix }) => largestMagnitude(matrix))) || 1;
  const scaled = periods.map(({ probability, matrix }) => {
    const rows = matrix.map((x) => x / scale);
    return { probability, rows, columns: transpose(rows, s, s) };
  });
  const along = (side: 'rows' | 'columns') => (moment: Float64Array, out: Float64Array) => {
    out.fill(0);
    for (const period of scaled) {
      const half = multiplyTransposed(period[side], s, moment, s, s);
      addScaled(out, period.probability, multiplyTransposed(half, s, period[side], s, s));
    }
  };
  return { forward: along('rows'), adjoint: along('columns'), logScale: 2 * Math.log(scale) };
}

/** <N, T M> = <T* N, M> on two probes, and T = T* if the operator is said to be self-adjoint. */
function checkAdjoint({ forward, adjoint }: PeriodMaps, s: number, selfAdjoint: boolean): void {
  const probe = (phase: number): Float64Array =>
    Float64Array.from({ length: (s * (s + 1)) / 2 }, (_, k) => Math.cos(1 + phase + k * k * Math.SQRT2));
  const [m, n] = [probe(0), probe(1)];
  const image = new Float64Array(m.length);
  const moved = (map: PeriodMaps['forward'], x: Float64Array): Float64Array => {
    map(x, image);
    return image.slice();
  };
  const [tm, back] = [moved(forward, m), moved(adjoint, n)];
  const size = Math.sqrt(dot(tm, tm) * dot(n, n)) + Math.sqrt(dot(back, back) * dot(m, m));
  const isOff = (one: number, other: number): boolean => !(Math.abs(one - other) <= GIVEN_ROUNDING * size);
  if (isOff(dot(n, tm), dot(back, m)))
    throw new RangeError('adjoint must be that of forward: <N, forward(M)> = <adjoint(N), M>');
  if (selfAdjoint && isOff(dot(n, tm), dot(moved(forward, n), m)))
    throw new RangeError('selfAdjoint must be false: <N, T(M)> is not <T(N), M>');
}
