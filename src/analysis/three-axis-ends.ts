import { symmetricEigen, identityMatrix } from '../linalg/symmetric-eigen.js';
import { quadraticForm } from '../linalg/vectors.js';
import { meanHessian } from '../theory/mean-curvature.js';
import { noiseOfGroups } from '../theory/operator/noise-map.js';
import { groupNamed, type ReducedProblem, type SetName } from '../theory/problem.js';
import { isPlain } from '../theory/procedure.js';
import { sharedNoise, steepStep, threeAxes } from '../theory/three-axes.js';
import type { AxisEnds } from './answer.js';
import type { TheoryEstimates } from './estimates.js';

/**
 * Where eta* lies between the two ends that all problems with the same coherences share, and the direction that puts it
 * there: the top eigenvector v of the Perron matrix at eta*. At the lower end v has all of lambda_1(D), of the overlap q
 * and of the noise.
 *
 * @returns null unless D > 0, all samples are known and each step is plain, with bernoulli batches or subsets.
 */
export function threeAxisEnds({
  problem,
  stability,
  etaStar,
  meanCurvature,
}: TheoryEstimates): AxisEnds | null {
  if (problem === null || !isPlain(problem) || !(stability.meanEigenvalues[0]! > 0)) return null;
  const samplings = new Set(problem.groups.map(({ sampling }) => sampling));
  if (samplings.has('with-replacement') || samplings.has('reshuffled')) return null;
  const axes = threeAxes(problem);
  const { perron } = stability.growth(etaStar.value);
  if (!(axes.q < 1) || perron === null) return null;
  const stable = 2 / (axes.delta + sharedNoise(axes));
  const diverges = samplings.has('without-replacement') ? 2 / axes.delta : steepStep(axes);
  const r = problem.dimension;
  const direction = symmetricEigen(perron, r).rows.subarray(-r);
  const curvature = quadraticForm(meanCurvature, direction);
  const overlap = along(problem, 'forget', direction) / along(problem, 'retain', direction);
  const noise = new Float64Array(r * r);
  noiseOfGroups(problem.groups, r)(identityMatrix(r), noise);
  return {
    stable,
    diverges,
    share: diverges > stable ? Math.log(etaStar.value / stable) / Math.log(diverges / stable) : 0,
    q: axes.q,
    weakest: {
      curvature: curvature / axes.delta,
      overlap: axes.q > 0 ? overlap / axes.q : 1,
      noise: quadraticForm(noise, direction) / (sharedNoise(axes) * curvature || Infinity),
    },
  };
}

/** v^T K_g v; 0 for a set that takes no part. */
function along(problem: ReducedProblem, name: SetName, v: Float64Array): number {
  const group = groupNamed(problem, name);
  return group ? group.weight * quadraticForm(meanHessian(group.samples), v) : 0;
}
