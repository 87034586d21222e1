import { rankOneSet } from '../../curvature/factor-set.js';
import { meanCurvature, totalCurvature } from '../../curvature/mean-curvature.js';
import { gramCoordinates } from '../../curvature/reduction.js';
import type { CurvatureGroup, ReducedProblem } from '../../curvature/problem.js';
import type { CurvatureExtremes } from '../network-claim.js';
import { largestEigenvalue, smallestEigenvalue } from '../../linalg/symmetric-eigen.js';

/** |lambda_min(D)| / lambda_1(K). */
export function relativeEscapeRate({ lowestD, highestK }: CurvatureExtremes): number {
  return -lowestD / highestK;
}

/**
 * Extreme eigenvalues of D and K of rank-one samples with a given Gram matrix (n x n); the first `forget`
 * samples are the forget set, the others the retain set.
 */
export function gramExtremes(
  gram: Float64Array,
  sampleCount: number,
  forget: number,
  alpha: number,
): CurvatureExtremes {
  const { dimension, coordinates } = gramCoordinates(gram, sampleCount);
  const rows = (from: number, to: number) =>
    rankOneSet(coordinates.slice(from * dimension, to * dimension), dimension);
  const all: CurvatureGroup[] = [
    {
      name: 'retain',
      sign: 1,
      weight: 1 - alpha,
      batchSize: sampleCount - forget,
      samples: rows(forget, sampleCount),
    },
    { name: 'forget', sign: -1, weight: alpha, batchSize: forget, samples: rows(0, forget) },
  ];
  const groups = all.filter(({ weight, samples }) => weight > 0 && samples.sampleCount > 0);
  return curvatureExtremes({ dimension, alpha, sampling: 'bernoulli', groups });
}

/** Extreme eigenvalues of D and K of a problem. */
export function curvatureExtremes(problem: ReducedProblem): CurvatureExtremes {
  return {
    lowestD: smallestEigenvalue(meanCurvature(problem), problem.dimension),
    highestK: largestEigenvalue(totalCurvature(problem), problem.dimension),
  };
}
