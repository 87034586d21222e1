/*
 * `unlearning-stability/theory`: what theorems are made of, and the exact theory that they are compared with.
 */

export { reducedProblem } from '../input/problem-input.js';

export { problemFromSpec } from '../theory/problem.js';
export { groupNamed, SAMPLINGS } from '../theory/problem.js';
export { emptySet, factorCount, factorSet, isRankOne, rankOneSet, sampleFactors } from '../theory/problem.js';
export { gramMatrix, reduceProblem, reduceSets } from '../theory/reduction.js';
export {
  batchNoise,
  meanCurvature,
  meanHessian,
  relativeEigenvalues,
  sampleCurvatures,
  sampleWeight,
  totalCurvature,
} from '../theory/mean-curvature.js';
export { criticalMixing } from '../theory/mean-curvature.js';
export {
  coherenceMatrix,
  crossCoherence,
  curvatureCancellation,
  setCoherence,
  unlearningCoherence,
} from '../theory/coherence.js';
export { coherenceBlock, hessianInnerProducts } from '../theory/coherence.js';
export { pairwiseCoherence } from '../theory/pairwise-coherence.js';
export { largestEigenvalue, smallestEigenvalue, symmetricEigen } from '../linalg/symmetric-eigen.js';
export { dot, norm, quadraticForm, trace } from '../linalg/vectors.js';
export {
  escapeDirection,
  isBernoulli,
  isDescending,
  isEscaping,
  largestMeanCurvature,
  largestTotalCurvature,
  topEigenvectors,
} from '../../theorems/curvature-terms.js';
export { noiseAlong, noiseOfIdentity } from '../../theorems/curvature-terms.js';

// The exact theory: what a prediction is checked against, so it must not be made of it.
export { exactStability } from '../theory/operator/exact-stability.js';
export { procedureStability } from '../theory/operator/procedure-stability.js';
export { exactCriticalMixing } from '../theory/operator/exact-stability.js';

// A procedure of the caller's own: its exact theory, the certificate of its side, and its growth from its steps.
export { linearStability } from '../theory/operator/linear-stability.js';
export { decideLinearSide } from '../decision/linear-side.js';
export { populationGrowth, typicalGrowth } from '../unlearning/growth.js';
export { randomSource } from '../statistics/generator.js';

export type { DecisionOptions, ObservedSide, SideVerdict } from '../decision/decide-side.js';
export type { DrawnPeriod, LinearProcedure, MomentMap, PeriodMoment } from '../theory/linear-procedure.js';
export type { LinearStability } from '../theory/operator/linear-stability.js';
export type { GrowthEstimate, MovingProcess } from '../unlearning/growth.js';
export type { Interval } from '../statistics/intervals.js';
export type { RandomSource } from '../statistics/generator.js';
export type { ProblemSpec, SampleSpec } from '../theory/problem.js';
export type {
  BatchSizes,
  CurvatureGroup,
  ReducedProblem,
  Sampling,
  SamplingChoice,
  UnlearningProblem,
} from '../theory/problem.js';
export type { OptimizerSpec, Procedure, ProcedureSpec, Schedule } from '../theory/procedure.js';
export type {
  ProcedureGrowth,
  ProcedureStability,
  ProcedureStep,
  Unavailable,
} from '../theory/operator/procedure-stability.js';
export type { FactorSet } from '../theory/problem.js';
export type { CrossCoherence, UnlearningCoherence } from '../theory/coherence.js';
export type { SymmetricEigen } from '../linalg/symmetric-eigen.js';
export type { ExactStability, ExactValue, SecondMomentGrowth } from '../theory/operator/exact-stability.js';
export type { FactorArray, FactorsInput, NumberList } from '../input/problem-input.js';
export type { ProblemInput } from '../input/problem-input.js';
