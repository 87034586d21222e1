import type { EscapeForecast } from './answer.js';

/** What the forecast is made from. */
export interface ForecastInput {
  readonly eta: number;
  /** Smallest and largest eigenvalue of D on U; an end that is 0 within rounding is given as 0. */
  readonly lambdaMin: number;
  readonly lambdaMax: number;
  /** log rho(T). */
  readonly logGrowth: number;
  /** Interval of the simulated 2 gamma. */
  readonly typical: { readonly low: number; readonly high: number };
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
  const mean = logMeanGrowth(input);
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
