import { rankSumPValue } from './rank-sum.js';
import type { CellRecord, RunRecord } from './assess-cell.js';
import type { LinearRun } from './predictions.js';
import type { RunSide } from './run-to-threshold.js';

/** A cell of the log with its runs. */
export interface AssessedCell {
  readonly cell: CellRecord;
  readonly runs: readonly RunRecord[];
}

/** Probability that any cell with drawn batches is called a disagreement although the theory holds, at most, over all of them. */
export const FAMILY_ERROR = 0.01;

/** With full batches: steps of escape may differ by one, distances at the end of a run by a percent. */
const TOLERANCE = { steps: 1, logDistance: 0.01 };

/** Whether the runs of a cell do what was predicted. */
export interface Judgement {
  readonly agrees: boolean;
  /** Drawn batches: exact p-value of the growth of the real runs among that of the linear ones; null for full batches. */
  readonly pValue: number | null;
}

/**
 * Full batches: every run escapes at the step of the closed form, up to one, or does not, as that says, and ends within a percent of
 * the predicted distance. Drawn batches: the growths of the real runs and those of the linearised process, both from random
 * directions with batches of their own, are samples of one distribution (exact rank-sum test).
 *
 * @param error level of the test.
 */
export function judged({ cell, runs }: AssessedCell, error: number): Judgement {
  if (!cell.full) return rankJudgement(runs, cell.linear, error);
  const agrees = runs.every(
    ({ escapeStep, predicted }) =>
      sameStep(escapeStep, predicted!.escapeStep) && Math.abs(predicted!.logError) <= TOLERANCE.logDistance,
  );
  return { agrees, pValue: null };
}

/** The same for the prediction with alpha and 1 - alpha exchanged, without the distances. */
export function judgedSwapped({ cell, runs }: AssessedCell, error: number): Judgement {
  if (!cell.full) return rankJudgement(runs, cell.swapped, error);
  const agrees = runs.every(({ escapeStep, predicted }) =>
    sameStep(escapeStep, predicted!.swappedEscapeStep),
  );
  return { agrees, pValue: null };
}

function rankJudgement(runs: readonly RunRecord[], linear: readonly LinearRun[], error: number): Judgement {
  const pValue = rankSumPValue(
    runs.map(({ growth }) => growth),
    linear.map(({ growth }) => growth),
  );
  return { agrees: pValue >= error, pValue };
}

function sameStep(measured: number | null, predicted: number | null): boolean {
  if (measured === null || predicted === null) return measured === predicted;
  return Math.abs(measured - predicted) <= TOLERANCE.steps;
}

/** The level of each test such that all of them together stay within FAMILY_ERROR. */
export function cellError(cells: readonly AssessedCell[]): number {
  return FAMILY_ERROR / Math.max(1, cells.filter(({ cell }) => !cell.full).length);
}

/** What single runs do by the growth 2 gamma: null where its interval holds 0. */
export function typicalSide({ typical }: CellRecord): Exclude<RunSide, 'open'> | null {
  if (typical.low > 0) return 'escapes';
  return typical.high < 0 ? 'shrinks' : null;
}

/** Almost every run shrinks while E|delta|^2 grows. */
export function isHeavyTail(cell: CellRecord): boolean {
  return cell.logGrowth > 0 && cell.typical.high < 0;
}

/** Median of the steps of escape of the linear runs; null if fewer than half of them escape. */
export function medianEscape(linear: readonly LinearRun[]): number | null {
  const steps = linear.map(({ escapeStep }) => escapeStep ?? Infinity).sort((a, b) => a - b);
  const middle = steps[Math.floor((steps.length - 1) / 2)] ?? Infinity;
  return Number.isFinite(middle) ? middle : null;
}
