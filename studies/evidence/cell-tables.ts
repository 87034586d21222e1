import { significant } from '../../src/report/number-format.js';
import type { StudyTable } from '../shared/tables.js';
import type { CellRecord } from './assess-cell.js';
import { type AssessedCell, cellError, isHeavyTail, judged, medianEscape } from './judge.js';
import { exactSide } from './log.js';

/** Verdicts of theorems on the cells, beside the certificates. */
export function theoremTable(cells: readonly AssessedCell[]): StudyTable {
  const ids = [...new Set(cells.flatMap(({ cell }) => Object.keys(cell.theorems)))];
  return {
    title: 'Theorems on these data',
    note: 'Cells on which a theorem takes a side, those among them where sampled steps of the real model prove that side, and those where they prove the other. Theorems that are not listed take no side on any cell.',
    header: ['theorem', 'decides', 'of cells', 'proven', 'contradicted'],
    rows: ids
      .sort((a, b) => order(a) - order(b))
      .map((id) => {
        const decided = cells.filter(({ cell }) => id in cell.theorems);
        const sides = decided.map(({ cell }) =>
          cell.certificate.side === 'inconclusive' ? null : cell.certificate.side === cell.theorems[id],
        );
        return [
          id,
          decided.length,
          cells.length,
          sides.filter((right) => right === true).length,
          sides.filter((right) => right === false).length,
        ].map(String);
      }),
  };
}

/** D1 .. D9 before U1 .. U14. */
function order(id: string): number {
  return (id.startsWith('D') ? 0 : 100) + Number(id.slice(1));
}

/** The cells where almost every run shrinks while the second moment grows. */
export function heavyTailTable(cells: readonly AssessedCell[]): StudyTable {
  return {
    title: 'Heavy tails',
    note: 'Cells with 2 gamma < 0 < log rho: E|delta|^2 grows, carried by rare runs, while almost every single run shrinks. Theory predicts both, and both are seen: the certificate on the left, the runs on the right. A vote of runs would call these cells stable.',
    header: [
      'cell',
      'log rho',
      'second moment by certificate',
      '2 gamma',
      'linear runs that escape',
      'real runs that escape',
    ],
    rows: cells
      .filter(({ cell }) => isHeavyTail(cell))
      .map(({ cell, runs }) => [
        cell.cell,
        significant(cell.logGrowth),
        cell.certificate.side,
        interval(cell),
        `${cell.linear.filter(({ escapeStep }) => escapeStep !== null).length} of ${cell.linear.length}`,
        `${runs.filter(({ side }) => side === 'escapes').length} of ${runs.length}`,
      ]),
  };
}

/** Every cell, one row each. */
export function cellTable(cells: readonly AssessedCell[]): StudyTable {
  const error = cellError(cells);
  return {
    title: 'All cells',
    note: 'Predicted: exact side and growth log rho of E|delta|^2, 2 gamma of single runs, steps of escape (full batches: closed form, one a run; drawn batches: median of the linear runs, brackets how many of 40 escape). Measured: the certificate, the steps of escape of the real runs ("-": none up to the end), the judgement with the p-value of the rank-sum test.',
    header: [
      'cell',
      'eta/eta*',
      'eta lambda_1(K)',
      'log rho',
      '2 gamma',
      'theorems',
      'certificate',
      'escape predicted',
      'escape measured',
      'judgement',
    ],
    rows: cells.map((assessed) => {
      const { cell, runs } = assessed;
      const { agrees, pValue } = judged(assessed, error);
      return [
        cell.cell,
        significant(cell.stepRatio),
        significant(cell.curvatureStep),
        `${significant(cell.logGrowth)} ${exactSide(cell)}`,
        cell.full ? significant(cell.typical.low) : interval(cell),
        Object.keys(cell.theorems).join(' ') || '-',
        `${cell.certificate.side} (${cell.certificate.samples})`,
        cell.full ? runs.map(({ predicted }) => predicted!.escapeStep ?? '-').join(' ') : linearEscape(cell),
        runs.map(({ escapeStep }) => escapeStep ?? '-').join(' '),
        `${agrees ? 'agrees' : 'DISAGREES'}${pValue === null ? '' : ` p ${significant(pValue)}`}${isHeavyTail(cell) ? ', heavy tail' : ''}`,
      ];
    }),
  };
}

/** Cells where prediction and runs differ, with what was measured about it. */
export function disagreementTable(cells: readonly AssessedCell[]): StudyTable | null {
  const error = cellError(cells);
  const rows = cells
    .filter((assessed) => !judged(assessed, error).agrees)
    .map(({ cell, runs }) => [
      cell.cell,
      runs.map(({ escapeStep }) => escapeStep ?? '-').join(' '),
      cell.full ? runs.map(({ predicted }) => predicted!.escapeStep ?? '-').join(' ') : linearEscape(cell),
      cell.full ? runs.map(({ predicted }) => significant(predicted!.logError)).join(' ') : '-',
      runs.map(({ flips }) => flips ?? '-').join(' '),
    ]);
  if (rows.length === 0) return null;
  return {
    title: 'Disagreements',
    note: 'Every cell where the runs do not do what was predicted: none is left out anywhere above. _error_: log of the real over the predicted distance at the end; _flipped_: activations of the network at the end of each run that are not what they are at w*; with any, its losses are no longer the quadratic ones of the theory.',
    header: ['cell', 'escape measured', 'predicted', 'error', 'flipped'],
    rows,
  };
}

function interval({ typical: { low, high } }: CellRecord): string {
  return `[${significant(low)}, ${significant(high)}]`;
}

function linearEscape({ linear }: CellRecord): string {
  const escaped = linear.filter(({ escapeStep }) => escapeStep !== null).length;
  return `${medianEscape(linear) ?? '-'} (${escaped})`;
}

/** By how much the growth of all real runs is changed. */
const SCALES = [1, 0.9, 1.02, 1.1, 1.5, 2];

/**
 * What the comparison can see: the same judgements with the measured growth of every run multiplied by a number, as if the theory were
 * off by that much.
 */
export function resolutionTable(cells: readonly AssessedCell[]): StudyTable {
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
