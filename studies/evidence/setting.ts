import { criticalMixing } from '../../src/theory/critical-mixing.js';
import { totalCurvature } from '../../src/theory/mean-curvature.js';
import type { LocalProblem, ForgettingSettings } from '../../src/network/linearisation.js';
import { largestEigenvalue } from '../../src/linalg/symmetric-eigen.js';
import { exactStability, type ExactStability } from '../../src/theory/operator/exact-stability.js';
import { samplingOf, type PlannedCell } from './design.js';
import type { Subject } from './subject.js';

/** A cell of the grid with its numbers. */
export interface Setting {
  readonly settings: ForgettingSettings;
  readonly local: LocalProblem;
  readonly exact: ExactStability;
  /** eta*, 0 where D has a negative eigenvalue. */
  readonly etaStar: number;
  readonly eta: number;
}

/** alpha* of a subject: 0 where the forget set reaches out of the span of the retain set. */
export function subjectCriticalMixing(subject: Subject): number {
  const { problem } = subject.local({ alpha: 0.5, batch: subject.counts, sampling: 'without-replacement' });
  return criticalMixing(problem.retain, problem.forget);
}

/** The numbers of a planned cell. */
export function settingOf(cell: PlannedCell, alphaStar: number): Setting {
  const { subject, mixing, batch, step } = cell;
  const alpha = mixing.unit === 'alpha*' ? mixing.ratio * alphaStar : mixing.ratio;
  const settings = { alpha, batch, sampling: samplingOf(cell) };
  const local = subject.local(settings);
  const exact = exactStability(local.reduced);
  const etaStar = exact.criticalStep().value;
  const unit = step.unit === 'eta*' ? etaStar : 1 / largestCurvature(local);
  return { settings, local, exact, etaStar, eta: step.ratio * unit };
}

/** lambda_1(K). */
export function largestCurvature({ reduced }: LocalProblem): number {
  return largestEigenvalue(totalCurvature(reduced), reduced.dimension);
}
