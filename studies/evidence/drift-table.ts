import type { CalibrationTable } from '../calibration/table.js';
import { significant } from '../../src/report/number-format.js';
import { sampleQuantiles } from '../../src/statistics/intervals.js';
import { rankSumPValue } from './rank-sum.js';
import { DISTANCES, type Crossings } from './drift-cell.js';
import { FAMILY_ERROR } from './judge.js';
import type { AssessedDriftCell } from './records.js';

/** Full batches: steps may differ by one, or by this share. */
const SHARE = 0.05;

/** How far the linear theory reaches at a minimum where gradients remain, one row a distance. */
export function driftTable(cells: readonly AssessedDriftCell[]): CalibrationTable {
  const tests = DISTANCES.length * Math.max(1, cells.filter(({ cell }) => !cell.full).length);
  const error = FAMILY_ERROR / tests;
  return {
    title: 'Hard labels: a minimum that fits no sample exactly',
    note: `The same logistic regressions, the same w* and so the same D, K, alpha* and eta*, but with the labels themselves. At w* every sample keeps a gradient, so that the step has a drift and additive noise, and a run leaves the neighbourhood of w* within a few steps whatever the growth rates are. The affine theory has both: delta' = A delta - eta g. Measured is the first step at which |w - w*| reaches a share of |w*|. Full batches agree within one step or ${SHARE * 100} % (closed form); drawn batches by the rank-sum test of level ${significant(error)} against 40 runs of the affine process. The ratio is predicted over measured, of full-batch runs. The last columns are the prediction of the theory for fitted minima, which leaves the gradients at w* out.`,
    header: [
      'distance over length of w*',
      'full batches: agree',
      'ratio 5 %',
      'median',
      '95 %',
      'drawn batches: agree',
      'gradients left out: agree',
    ],
    rows: DISTANCES.map((distance, d) => {
      const full = cells.filter(({ cell }) => cell.full);
      const drawn = cells.filter(({ cell }) => !cell.full);
      const pairs = full.flatMap(({ runs }) =>
        runs.map(({ crossings, predicted }) => [crossings[d] ?? null, predicted?.[d] ?? null] as const),
      );
      const ratios = pairs.flatMap(([measured, predicted]) =>
        measured === null || predicted === null ? [] : [predicted / measured],
      );
      return [
        String(distance),
        counted(pairs.map(([measured, predicted]) => close(measured, predicted))),
        ...(sampleQuantiles(ratios, [0.05, 0.5, 0.95]) ?? [null, null, null]).map(significant),
        counted(drawn.map((cell) => pValueAt(cell, d) >= error)),
        counted(
          full.flatMap(({ cell, runs }) =>
            runs.map((run) => close(run.crossings[d] ?? null, cell.withoutDrift[d] ?? null)),
          ),
        ),
      ];
    }),
  };
}

/** Distances never reached are the longest times. */
function pValueAt({ cell, runs }: AssessedDriftCell, d: number): number {
  const time = (crossings: Crossings): number => crossings[d] ?? Infinity;
  return rankSumPValue(
    runs.map(({ crossings }) => time(crossings)),
    cell.affine.map(time),
  );
}

function close(measured: number | null, predicted: number | null): boolean {
  if (measured === null || predicted === null) return measured === predicted;
  return Math.abs(measured - predicted) <= Math.max(1, SHARE * measured);
}

function counted(agree: readonly boolean[]): string {
  return `${agree.filter(Boolean).length} of ${agree.length}`;
}
