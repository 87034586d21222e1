/*
 * `unlearning-stability/theory`: what theorems are made of, and the exact theory that they are compared with.
 */

export { reducedProblem } from './problem-input.js';

export { problemFromSpec } from '../src/curvature/problem-spec.js';
export { groupNamed, SAMPLINGS } from '../src/curvature/problem.js';
export {
  emptySet,
  factorCount,
  factorSet,
  isRankOne,
  rankOneSet,
  sampleFactors,
} from '../src/curvature/factor-set.js';
export { gramMatrix, reduceProblem, reduceSets } from '../src/curvature/reduction.js';
export {
  batchNoise,
  meanCurvature,
  meanHessian,
  relativeEigenvalues,
  sampleCurvatures,
  sampleWeight,
  totalCurvature,
} from '../src/curvature/mean-curvature.js';
export { criticalMixing } from '../src/curvature/critical-mixing.js';
export {
  coherenceMatrix,
  crossCoherence,
  curvatureCancellation,
  setCoherence,
  unlearningCoherence,
} from '../src/coherence/axes.js';
export { coherenceBlock, hessianInnerProducts } from '../src/coherence/coherence-matrix.js';
export { pairwiseCoherence } from '../src/coherence/pairwise.js';
export { largestEigenvalue, smallestEigenvalue, symmetricEigen } from '../src/linalg/symmetric-eigen.js';
export { dot, norm, quadraticForm, trace } from '../src/linalg/vectors.js';
export {
  escapeDirection,
  isBernoulli,
  isDescending,
  isEscaping,
  largestMeanCurvature,
  largestTotalCurvature,
  topEigenvectors,
} from '../theorems/spectrum.js';
export { noiseAlong, noiseOfIdentity } from '../theorems/noise-moments.js';

// The exact theory: what a prediction is checked against, so it must not be made of it.
export { exactStability } from '../src/stability/exact-stability.js';
export { exactCriticalMixing } from '../src/stability/exact-mixing.js';

export type { ProblemSpec, SampleSpec } from '../src/curvature/problem-spec.js';
export type {
  BatchSizes,
  CurvatureGroup,
  ReducedProblem,
  Sampling,
  UnlearningProblem,
} from '../src/curvature/problem.js';
export type { FactorSet } from '../src/curvature/factor-set.js';
export type { CrossCoherence, UnlearningCoherence } from '../src/coherence/axes.js';
export type { SymmetricEigen } from '../src/linalg/symmetric-eigen.js';
export type { ExactStability, ExactValue, SecondMomentGrowth } from '../src/stability/exact-stability.js';
export type { FactorArray, FactorsInput, NumberList } from './factors-input.js';
export type { ProblemInput } from './problem-input.js';
