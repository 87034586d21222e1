/*
 * `unlearning-stability`: the theory of one problem, and theorems put to the test, those of this package or one's own.
 */

export { analyze } from './analyze.js';
export { defineTheorem } from './define-theorem.js';
export { forecast } from './forecast.js';
export { factorsFromFile } from '../input/problem-input.js';
export { readProblem } from '../input/read-problem.js';
export { recommend } from './analyze.js';
export { replay } from './verify.js';
export { verify } from './verify.js';
export { BUDGETS as budgets } from '../harness/budget.js';
export { InputError } from '../input/input-error.js';
export { linearTheorems, networkTheorems, theorems } from '../../theorems/index.js';

export type { AnalyzeOptions } from './analyze.js';
export type { ForecastDocument } from '../forecast/document.js';
export type { ForecastOptions } from './forecast.js';
export type { InequalityDefinition, ProblemFamily, SideDefinition } from './define-theorem.js';
export type { FactorArray, FactorsInput, NumberList } from '../input/problem-input.js';
export type { ProblemInput, UnsteppedProblem } from '../input/problem-input.js';
export type { ModelInput, ProblemFiles } from '../input/problem-source.js';
export type { ReadOptions, ReadProblem } from '../input/read-problem.js';
export type { SubsetRequest } from '../input/subset-request.js';
export type { TrainingFit } from '../input/training-fit.js';
export type { RecommendOptions } from './analyze.js';
export type { ReplayOptions, VerifyOptions } from './verify.js';
export type { Analysis, TheoremVerdict } from '../analysis/answer.js';
export type { EscapeForecast, EscapeGeometry, ForgetSample } from '../analysis/answer.js';
export type { Obstacle, Recommendation, RecommendedWindow } from '../analysis/recommendation.js';
export type { TensorBackendName } from '../network/gradient-backend.js';
export type { BatchSizes, CurvatureGroup, ReducedProblem, Sampling } from '../theory/problem.js';
export type { ProblemSpec, SampleSpec } from '../theory/problem.js';
export type { Budget, BudgetName } from '../harness/budget.js';
export type { ErrorBudget } from '../harness/verify.js';
export type { Counterexample, ProblemWithStep } from '../harness/counterexample.js';
export type { SavedFailure, TheoremProgress } from '../harness/run-work.js';
export type { MutantSummary, TheoremSummary } from '../harness/summary.js';
export type { Claim, ClaimKind, ExaminationSettings, Mutant } from '../harness/theorem.js';
export type { EscapeClaim } from '../harness/escape-time-claim.js';
export type { Examination, Outcome, PredictedSide } from '../harness/examination.js';
export type { InequalityClaim, Relation } from '../harness/inequality-claim.js';
export type { Instance, NetworkInstance, ProblemInstance, StepChoice } from '../harness/instance.js';
export type { LinearTheorem as ProblemTheorem, ProblemClaim } from '../harness/kinds.js';
export type { OrderClaim } from '../harness/order-claim.js';
export type { SideClaim } from '../harness/side-claim.js';
export type { NetworkTheorem, Theorem } from '../harness/theorem.js';
export type { TypicalClaim } from '../harness/typical-claim.js';
export type { RunVerdict } from '../harness/verdict.js';
export type { AgreementReport } from '../report/agreement.js';
