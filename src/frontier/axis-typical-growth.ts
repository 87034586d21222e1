import type { Sampling } from '../curvature/problem.js';
import { binomialProbabilities } from '../statistics/binomial.js';
import { hypergeometricProbabilities } from '../statistics/hypergeometric.js';
import { samplesPerAxis, type AxisProblem } from './axis-problem.js';

/** log of the square of a factor that is zero to rounding: as `typicalGrowth` counts a displacement of zero. */
const LOG_OF_ZERO = -700;
const ROUNDING = 1e-12;

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
  return factor <= ROUNDING * (1 + descent + ascent) ? LOG_OF_ZERO : 2 * Math.log(factor);
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
  }
}
