import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { addRankOne, trace } from '../linalg/vectors.js';
import type { EscapeForecast, EscapeGeometry } from './answer.js';
import type { TheoryEstimates } from './estimates.js';
import type { SecondMoment } from './second-moment.js';

/** Growth rates and spectrum from which steps to escape follow. */
interface ForecastInput {
  readonly eta: number;
  /** Smallest and largest eigenvalue of D on U; an end that is 0 within rounding is given as 0. */
  readonly lambdaMin: number;
  readonly lambdaMax: number;
  /** log rho(T). */
  readonly logGrowth: number;
  /** Interval of the simulated 2 gamma. */
  readonly typical: { readonly low: number; readonly high: number };
  /** log growth of the mean a step (null: not known), where it is not that of I - eta D. */
  readonly meanGrowth?: number | null;
}

/**
 * Steps until the displacement has grown by a factor, of its mean, of its second moment, and of single runs.
 *
 * @param factor > 1. @throws RangeError if it is not.
 */
export function escapeForecast(input: ForecastInput, factor: number): EscapeForecast {
  if (!(factor > 1 && Number.isFinite(factor)))
    throw new RangeError(`factor must be > 1 and finite; got ${factor}`);
  const { logGrowth, typical } = input;
  const log = Math.log(factor);
  const mean = input.meanGrowth === undefined ? logMeanGrowth(input) : (input.meanGrowth ?? 0);
  return {
    factor,
    mean: mean > 0 ? log / mean : null,
    secondMoment: logGrowth > 0 ? (2 * log) / logGrowth : null,
    typical: typical.low > 0 ? { low: (2 * log) / typical.high, high: (2 * log) / typical.low } : null,
  };
}

/** log of the spectral radius of I - eta D, if above 0: 1 - eta lambda_min, or eta lambda_max - 1 where the step overshoots. */
function logMeanGrowth({ eta, lambdaMin, lambdaMax }: Omit<ForecastInput, 'logGrowth' | 'typical'>) {
  const ascent = lambdaMin < 0 ? Math.log1p(-eta * lambdaMin) : 0;
  const overshoot = eta * lambdaMax > 2 ? Math.log1p(eta * lambdaMax - 2) : 0;
  return Math.max(ascent, overshoot);
}

/** Growth of the second moment at a step size. */
interface GrowthAt {
  readonly eta: number;
  readonly logGrowth: number;
  /** Perron matrix of the states, the displacement first; null where it is not known. */
  readonly perron: Float64Array | null;
}

/**
 * The directions in which the model leaves, and the share of every forget sample along them.
 *
 * @param ids of all forget samples by their row; null: they have none.
 */
export function escapeGeometry(
  estimates: Pick<TheoryEstimates, 'dimension' | 'stability' | 'sharesAlong'>,
  growth: GrowthAt,
  ids: readonly number[] | null = null,
): EscapeGeometry {
  const { dimension: r, stability } = estimates;
  const { kind, projector } = escapingPart(stability, growth);
  const { retain, forget, samples } = estimates.sharesAlong(projector);
  return {
    kind,
    directions: trace(projector, r),
    retainShare: retain,
    forgetShare: forget,
    samples: samples
      .sort((a, b) => a.share - b.share || a.index - b.index)
      .map((sample) => (ids ? { ...sample, id: ids[sample.index]! } : sample)),
  };
}

/** P, r x r. */
function escapingPart(
  stability: SecondMoment,
  { eta, logGrowth, perron }: GrowthAt,
): { kind: EscapeGeometry['kind']; projector: Float64Array } {
  const { dimension: r, meanDirections } = stability;
  const leaving = stability.leaving(eta) ?? [];
  if (leaving.length > 0) return { kind: 'mean', projector: projectorOn(meanDirections, leaving, r) };
  if (logGrowth <= 0 || perron === null) return { kind: 'none', projector: new Float64Array(r * r) };
  const s = Math.sqrt(perron.length);
  const ofPosition = Float64Array.from({ length: r * r }, (_, k) => perron[Math.floor(k / r) * s + (k % r)]!);
  const top = symmetricEigen(ofPosition, r).values.at(-1)!;
  const kind = (stability.meanGrowth?.(eta) ?? 0) > 0 ? 'both' : 'noise';
  return { kind, projector: ofPosition.map((x) => x / top) };
}

/** Projector onto the span of some rows of an orthonormal basis. */
function projectorOn(basis: Float64Array, chosen: readonly number[], r: number): Float64Array {
  const matrix = new Float64Array(r * r);
  for (const k of chosen) addRankOne(matrix, 1, basis, r, k * r);
  return matrix;
}
