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

/** Side of single runs by the growth 2 gamma: null where its interval holds 0. */
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

/**
 * Exact two-sided p-value of the rank-sum test of Wilcoxon (1945) and Mann & Whitney (1947): how likely two samples of
 * one continuous distribution are to differ in location at least as much as these. It assumes nothing else of the
 * distribution: under the hypothesis every choice of ranks of the first sample is equally likely.
 *
 * Values that occur in both samples are put in whatever order speaks least for a difference, so that with ties the p-value is
 * an upper bound.
 *
 * @param values of the first sample, others of the second; Infinity is allowed.
 * @returns twice the smaller tail, at most 1; 1 if a sample is empty.
 * @throws RangeError for a value that is NaN.
 */
export function rankSumPValue(values: readonly number[], others: readonly number[]): number {
  if ([...values, ...others].some(Number.isNaN)) throw new RangeError('a value must be a number; got NaN');
  const [m, n] = [values.length, others.length];
  let wins = 0;
  let ties = 0;
  for (const x of values) {
    for (const y of others) {
      if (x > y) wins++;
      else if (x === y) ties++;
    }
  }
  const counts = winCounts(m, n);
  const total = counts.reduce((a, b) => a + b, 0);
  // The distribution of the number of wins is symmetric about m n / 2.
  const middle = Math.floor((m * n) / 2);
  const fewer = Math.min(middle, wins + ties, m * n - wins);
  const tail = counts.subarray(0, fewer + 1).reduce((a, b) => a + b, 0);
  return Math.min(1, (2 * tail) / total);
}

/**
 * Number of the C(m+n, m) arrangements with u wins of the first sample over the second, u = 0 .. m n: the coefficients of the
 * Gaussian binomial, by the recursion c(m, n; u) = c(m-1, n; u-n) + c(m, n-1; u), which is whether the largest value is of
 * the first sample.
 */
function winCounts(m: number, n: number): Float64Array {
  let row = Array.from({ length: n + 1 }, () => Float64Array.of(1));
  for (let i = 1; i <= m; i++) {
    const next = [Float64Array.of(1)];
    for (let j = 1; j <= n; j++) {
      const counts = new Float64Array(i * j + 1);
      row[j]!.forEach((count, u) => (counts[u + j]! += count));
      next[j - 1]!.forEach((count, u) => (counts[u]! += count));
      next.push(counts);
    }
    row = next;
  }
  return row[n]!;
}
