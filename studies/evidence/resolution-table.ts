import type { CalibrationTable } from '../calibration/table.js';
import { significant } from '../../src/report/number-format.js';
import { cellError, judged, type AssessedCell } from './judge.js';

/** By how much the growth of all real runs is changed. */
const SCALES = [1, 0.9, 1.02, 1.1, 1.5, 2];

/**
 * What the comparison can see: the same judgements with the measured growth of every run multiplied by a number, as if the theory were
 * off by that much.
 */
export function resolutionTable(cells: readonly AssessedCell[]): CalibrationTable {
  const error = cellError(cells);
  return {
    title: 'What the comparison can see',
    note: 'The same judgements after the growth of every real run is multiplied by a number, as if the theory were wrong by that factor. Full batches show 2 %. Drawn batches differ from run to run, so that one cell shows large errors only; all cells together show small ones: _pooled_ is the sum over cells of the number of pairs in which a real run moves farther from its start per step than a linear one, less its mean if the theory holds, over its standard deviation (about normal, as cells are independent: beyond 4 by chance in 1 of 16,000).',
    header: ['growth times', 'full batches: refuted', 'drawn batches: refuted', 'pooled'],
    rows: SCALES.map((factor) => {
      const scaled = cells.map((assessed) => withGrowthTimes(assessed, factor));
      const refuted = (full: boolean): string => {
        const ofKind = scaled.filter(({ cell }) => cell.full === full);
        return `${ofKind.filter((assessed) => !judged(assessed, error).agrees).length} of ${ofKind.length}`;
      };
      return [String(factor), refuted(true), refuted(false), significant(pooledDeviation(scaled))];
    }),
  };
}

/** The measured growths, and so the distances at the ends of runs, of a cell changed; steps of escape in proportion. */
function withGrowthTimes({ cell, runs }: AssessedCell, factor: number): AssessedCell {
  return {
    cell,
    runs: runs.map((run) => ({
      ...run,
      growth: factor * run.growth,
      escapeStep: run.escapeStep === null ? null : Math.ceil(run.escapeStep / factor),
      predicted: run.predicted && {
        ...run.predicted,
        logError: run.predicted.logError + (factor - 1) * run.growth * run.steps,
      },
    })),
  };
}

/** Sum of the statistics of Mann and Whitney over cells with drawn batches, less its mean, over its standard deviation. */
export function pooledDeviation(cells: readonly AssessedCell[]): number {
  let deviation = 0;
  let variance = 0;
  for (const { cell, runs } of cells) {
    if (cell.full) continue;
    const [m, n] = [runs.length, cell.linear.length];
    for (const run of runs) {
      for (const linear of cell.linear)
        deviation += Math.sign(Math.abs(run.growth) - Math.abs(linear.growth)) / 2;
    }
    variance += (m * n * (m + n + 1)) / 12;
  }
  return deviation / Math.sqrt(variance);
}
