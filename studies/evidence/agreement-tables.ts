import type { CalibrationTable } from '../calibration/table.js';
import { groupedBy } from '../calibration/tally.js';
import { significant } from '../../src/report/number-format.js';
import { sampleQuantiles } from '../../src/statistics/intervals.js';
import {
  cellError,
  FAMILY_ERROR,
  isHeavyTail,
  judged,
  medianEscape,
  typicalSide,
  type AssessedCell,
} from './judge.js';
import { exactSide, runCount } from './records.js';

/** Groups of cells by model, and all together. */
function byModel(cells: readonly AssessedCell[]): [string, readonly AssessedCell[]][] {
  return [...groupedBy(cells, ({ cell }) => cell.model), ['all', cells]];
}

/** How many cells and runs do what was predicted, one row a model. */
export function agreementTable(cells: readonly AssessedCell[]): CalibrationTable {
  const error = cellError(cells);
  return {
    title: 'Prediction and real runs',
    note: `A cell is a model, a forget set, alpha, batches and eta. _agree_, full batches: every run escapes at the step of the closed form, up to one, or does not escape, as that says, and ends within 1 % of the predicted distance. _agree_, drawn batches: growth of the real runs is that of runs of the linearised process (exact rank-sum test of level ${significant(error)} a cell; the probability of even one false disagreement is at most ${FAMILY_ERROR * 100} %). _side of single runs_: escaped where 2 gamma > 0, shrunk where 2 gamma < 0; _open_: the interval of 2 gamma holds 0, or the run ends between start and escape. _second moment_: sampled steps of the real model prove the side of the exact operator, or the other one, or nothing.`,
    header: [
      'model',
      'cells',
      'real runs',
      'full batches: agree',
      'drawn batches: agree',
      'disagree',
      'runs on the side of 2 gamma',
      'on the other side',
      'open',
      'second moment proven',
      'contradicted',
      'not decided',
      'heavy tail',
    ],
    rows: byModel(cells).map(([model, group]) => {
      const verdicts = group.map((assessed) => ({ full: assessed.cell.full, ...judged(assessed, error) }));
      const count = (full: boolean): string => {
        const ofKind = verdicts.filter((verdict) => verdict.full === full);
        return `${ofKind.filter(({ agrees }) => agrees).length} of ${ofKind.length}`;
      };
      const sides = runSides(group, ({ cell }) => typicalSide(cell));
      const certificates = group.map(({ cell }) =>
        cell.certificate.side === 'inconclusive' ? null : cell.certificate.side === exactSide(cell),
      );
      return [
        model,
        group.length,
        runCount(group),
        count(true),
        count(false),
        verdicts.filter(({ agrees }) => !agrees).length,
        sides.right,
        sides.wrong,
        sides.open,
        certificates.filter((proven) => proven === true).length,
        certificates.filter((proven) => proven === false).length,
        certificates.filter((proven) => proven === null).length,
        group.filter(({ cell }) => isHeavyTail(cell)).length,
      ].map(String);
    }),
  };
}

/** Runs on the predicted side, on the other one, and those of which nothing can be said. */
export function runSides(
  cells: readonly AssessedCell[],
  predicted: (assessed: AssessedCell) => 'escapes' | 'shrinks' | null,
): { readonly right: number; readonly wrong: number; readonly open: number } {
  const counts = { right: 0, wrong: 0, open: 0 };
  for (const assessed of cells) {
    const side = predicted(assessed);
    for (const run of assessed.runs) {
      if (side === null || run.side === 'open') counts.open++;
      else counts[run.side === side ? 'right' : 'wrong']++;
    }
  }
  return counts;
}

/** Predicted over measured steps of escape, one row a model and kind of batches. */
export function escapeTable(cells: readonly AssessedCell[]): CalibrationTable {
  return {
    title: 'Steps of escape',
    note: 'Step at which |delta| is 1000 times what it was, predicted over measured, of all runs where both exist. Full batches: closed form, from the start of the run. Drawn batches: median of 40 runs of the linearised process, which is what a single run can be compared with; _second moment_: the step at which E|delta|^2, iterated exactly, has grown by 1000^2 (from a random direction). Where tails are heavy the second moment is far ahead of what runs do.',
    header: [
      'model',
      'batches',
      'runs',
      'measured steps',
      'ratio 5 %',
      'median',
      '95 %',
      'second moment: 5 %',
      'median',
      '95 %',
    ],
    rows: byModel(cells).flatMap(([model, group]) =>
      [true, false].map((full) => {
        const ofKind = group.filter(({ cell }) => cell.full === full);
        const escapes = ofKind.flatMap(({ cell, runs }) =>
          runs.flatMap(({ escapeStep, predicted }) => {
            const step = predicted ? predicted.escapeStep : medianEscape(cell.linear);
            return escapeStep === null || step === null
              ? []
              : [
                  {
                    measured: escapeStep,
                    single: step / escapeStep,
                    moment: (cell.secondMomentStep ?? NaN) / escapeStep,
                  },
                ];
          }),
        );
        const steps = escapes.map(({ measured }) => measured);
        return [
          model,
          full ? 'full' : 'drawn',
          String(escapes.length),
          escapes.length === 0 ? '-' : `${Math.min(...steps)} .. ${Math.max(...steps)}`,
          ...quantileCells(escapes.map(({ single }) => single)),
          ...quantileCells(escapes.map(({ moment }) => moment).filter(Number.isFinite)),
        ];
      }),
    ),
  };
}

function quantileCells(ratios: readonly number[]): string[] {
  return (sampleQuantiles(ratios, [0.05, 0.5, 0.95]) ?? [null, null, null]).map(significant);
}
