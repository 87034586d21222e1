import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { congruence } from '../curvature/mean-curvature.js';
import { symmetricEigen, type SymmetricEigen } from '../linalg/symmetric-eigen.js';
import { addScaled, trace } from '../linalg/vectors.js';
import { rotateGroup } from '../stability/exact-stability.js';
import { noiseMap, type SymmetricMap } from '../stability/noise-map.js';
import { operatorStability, type ExactStability } from '../stability/operator-stability.js';
import { estimatedCurvature, type EstimatedGroup, type EstimatedProblem } from './estimated-problem.js';
import { sampleWeights, scaledSamples } from './estimated-set.js';

/** The second-moment theory with estimated means in place of the unknown ones, and the noise factors of all n samples. */
export function estimatedStability(
  problem: EstimatedProblem,
  mean: SymmetricEigen = symmetricEigen(estimatedCurvature(problem), problem.dimension),
): ExactStability {
  const r = problem.dimension;
  const perSample = perSampleNoise(problem, mean.rows, mean.values);
  const ofMeans = meanNoise(problem, mean.rows);
  return operatorStability({
    mean,
    noise: (m, out) => {
      perSample(m, out);
      ofMeans(m, out);
    },
    total: problem.groups.reduce((sum, { part }) => sum + trace(part, r), 0),
  });
}

/**
 * a^2 k sum_i w_i H_i M H_i of all groups. `noiseMap` means over m samples without weights: H_i times sqrt(w_i m) has
 * them, and a bernoulli batch of size 1/(k + 1/m) the factor k.
 */
function perSampleNoise(problem: EstimatedProblem, basis: Float64Array, d: Float64Array): SymmetricMap {
  const groups = problem.groups
    .filter(({ perSample }) => perSample > 0)
    .map(({ name, sign, weight, set, perSample }) => {
      const weights = sampleWeights(set);
      const m = weights.length;
      const samples = scaledSamples(set.samples, (i) => Math.sqrt(weights[i]! * m));
      const batchSize = 1 / (perSample + 1 / m);
      return rotateGroup({ name, sign, weight, batchSize, samples }, basis, d.length);
    });
  return noiseMap(groups, d, 'bernoulli');
}

/** out -= sum_g k'_g E_g M E_g, E_g = a_g Hbar_g. */
function meanNoise(problem: EstimatedProblem, basis: Float64Array): SymmetricMap {
  const r = problem.dimension;
  const terms = problem.groups
    .filter(({ ofMean }) => ofMean > 0)
    .map(({ ofMean, part }: EstimatedGroup) => ({ ofMean, part: congruence(basis, part, r, r) }));
  const product = new Float64Array(r * r);
  const sandwich = new Float64Array(r * r);
  return (m, out) => {
    for (const { ofMean, part } of terms) {
      multiplyTransposed(part, r, m, r, r, product);
      multiplyTransposedSymmetric(product, part, r, r, sandwich);
      addScaled(out, -ofMean, sandwich);
    }
  };
}
