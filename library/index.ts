/*
 * `unlearning-stability`: the theory of one problem, and theorems put to the test, those of this package or one's own.
 */

export { analyze } from './analyze.js';
export { defineTheorem } from './define-theorem.js';
export { factorsFromFile } from './factors-from-file.js';
export { recommend } from './recommend.js';
export { replay } from './replay.js';
export { verify } from './verify.js';
export { BUDGETS as budgets } from '../src/harness/budget.js';
export { InputError } from '../src/data/input-error.js';
export { linearTheorems, networkTheorems, theorems } from '../theorems/index.js';

export type { AnalyzeOptions } from './analyze.js';
export type { InequalityDefinition, ProblemFamily, SideDefinition } from './define-theorem.js';
export type { FactorArray, FactorsInput, NumberList } from './factors-input.js';
export type { ProblemInput, UnsteppedProblem } from './problem-input.js';
export type { RecommendOptions } from './recommend.js';
export type { VerifyOptions } from './verify.js';
export type { Analysis, TheoremVerdict } from '../src/analysis/analyze-problem.js';
export type {
  EscapeForecast,
  EscapeGeometry,
  ForgetSample,
  Obstacle,
  Recommendation,
  RecommendedWindow,
} from '../src/analysis/answer.js';
export type { TensorBackendName } from '../src/backends/gradient-backend.js';
export type { BatchSizes, CurvatureGroup, ReducedProblem, Sampling } from '../src/curvature/problem.js';
export type { ProblemSpec, SampleSpec } from '../src/curvature/problem-spec.js';
export type { Budget, BudgetName, ErrorBudget } from '../src/harness/budget.js';
export type { Counterexample, ProblemWithStep } from '../src/harness/counterexample.js';
export type { Examination, Outcome } from '../src/harness/examination.js';
export type { SavedFailure, TheoremProgress } from '../src/harness/run-options.js';
export type { MutantSummary, TheoremSummary } from '../src/harness/summary.js';
export type {
  Claim,
  EscapeClaim,
  InequalityClaim,
  Mutant,
  NetworkTheorem,
  OrderClaim,
  PredictedSide,
  ProblemClaim,
  ProblemInstance,
  ProblemTheorem,
  Relation,
  SideClaim,
  StepChoice,
  Theorem,
  TypicalClaim,
} from '../src/harness/theorem.js';
export type { RunVerdict } from '../src/harness/verdict.js';
export type { AgreementReport } from '../src/report/agreement.js';
