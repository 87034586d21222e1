import { largestEigenvalue } from '../../src/linalg/symmetric-eigen.js';
import type { ForgettingSettings, LocalProblem } from '../../src/network/linearisation.js';
import { criticalMixing, totalCurvature } from '../../src/theory/mean-curvature.js';
import { exactStability, type ExactStability } from '../../src/theory/operator/exact-stability.js';
import type { BatchSizes, Sampling } from '../../src/theory/problem.js';
import { type Subject, subjectName } from './subject.js';

/**
 * Distance from w* at which runs start, relative to |w*|. At FACTOR times that, where they escape, the losses are still
 * quadratic to 1e-4; at 1/FACTOR of it rounding of w is not yet felt.
 */
export const START = 1e-7;

/** A run has escaped at this multiple of its start, and has come back at its inverse. */
export const FACTOR = 1000;

/** Most steps of a run. */
export const MAX_STEPS = 10_000;

/** Ends of a run. */
export const LIMITS = { factor: FACTOR, maxSteps: MAX_STEPS };

/** Real runs of a cell: from two starts where nothing is drawn, else with batches of their own. */
export const REAL_RUNS = { full: 2, batches: 5 };

/** Runs of the linearised process that a cell's real runs are compared with. */
export const LINEAR_RUNS = 40;

/** Step size as a multiple of eta*, or where eta* is 0 (the mean escapes at every step size) of 1/lambda_1(K). */
const STEP_RATIOS = { ofCritical: [0.6, 0.9, 1.1, 1.5], ofInverseCurvature: [0.25, 1] };

/** alpha as a multiple of alpha*, or where alpha* is 0 as a number. */
const MIXINGS = { ofCritical: [0.5, 0.9, 1.5, 2], absolute: [0, 0.1, 0.3] };

/** One setting of the grid, before anything is computed. */
export interface PlannedCell {
  readonly subject: Subject;
  readonly mixing: { readonly unit: 'alpha*' | '1'; readonly ratio: number };
  readonly batch: BatchSizes;
  readonly step: { readonly unit: 'eta*' | '1/lambda_1(K)'; readonly ratio: number };
}

/** Batches of one sample on average, of a few, and whole sets. */
function batchSizes({ retain, forget }: BatchSizes): BatchSizes[] {
  return [
    { retain: 1, forget: 1 },
    { retain: 8, forget: 4 },
    { retain, forget },
  ];
}

/**
 * The grid of a subject: mixings below and above alpha*, batches, steps on both sides of eta*.
 *
 * @param alphaStar of the subject.
 */
export function plannedCells(subject: Subject, alphaStar: number): PlannedCell[] {
  const mixings =
    alphaStar > 0
      ? MIXINGS.ofCritical.map((ratio) => ({ unit: 'alpha*' as const, ratio, holds: ratio < 1 }))
      : MIXINGS.absolute.map((ratio) => ({ unit: '1' as const, ratio, holds: ratio === 0 }));
  return mixings.flatMap(({ unit, ratio, holds }) =>
    batchSizes(subject.counts).flatMap((batch) => {
      const steps = holds
        ? STEP_RATIOS.ofCritical.map((step) => ({ unit: 'eta*' as const, ratio: step }))
        : STEP_RATIOS.ofInverseCurvature.map((step) => ({ unit: '1/lambda_1(K)' as const, ratio: step }));
      return steps.map((step) => ({ subject, mixing: { unit, ratio }, batch, step }));
    }),
  );
}

/** Names a cell in the log and in its random numbers. */
export function cellKey({ subject, mixing, batch, step }: PlannedCell): string {
  return [
    subjectName(subject),
    `alpha ${mixing.ratio}${mixing.unit === '1' ? '' : ` ${mixing.unit}`}`,
    `batches ${batch.retain}/${batch.forget}`,
    `eta ${step.ratio} ${step.unit}`,
  ].join(', ');
}

export function isFull({ subject: { counts }, batch }: PlannedCell): boolean {
  return batch.retain === counts.retain && batch.forget === counts.forget;
}

/** Batches of one sample are drawn sample by sample (bernoulli), as the theorems on coherence assume; others as subsets. */
export function samplingOf({ batch }: PlannedCell): Sampling {
  return batch.retain === 1 ? 'bernoulli' : 'without-replacement';
}

/** The part of the grid on which minima with gradients are looked at: one mixing on each side, drawn and full batches. */
export function driftCells(subject: Subject, alphaStar: number): PlannedCell[] {
  return plannedCells(subject, alphaStar).filter(
    ({ mixing, batch, step }) =>
      [0.5, 2].includes(mixing.ratio) && batch.retain > 1 && [0.6, 0.25].includes(step.ratio),
  );
}

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
