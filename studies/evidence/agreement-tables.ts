import { significant } from '../../src/report/number-format.js';
import { sampleQuantiles } from '../../src/statistics/intervals.js';
import { groupedBy, type StudyTable } from '../shared/tables.js';
import {
  type AssessedCell,
  cellError,
  FAMILY_ERROR,
  isHeavyTail,
  judged,
  judgedSwapped,
  medianEscape,
  typicalSide,
} from './judge.js';
import { exactSide, runCount } from './log.js';

/** Groups of cells by model, and all together. */
function byModel(cells: readonly AssessedCell[]): [string, readonly AssessedCell[]][] {
  return [...groupedBy(cells, ({ cell }) => cell.model), ['all', cells]];
}

/** How many cells and runs do what was predicted, one row a model. */
export function agreementTable(cells: readonly AssessedCell[]): StudyTable {
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
export function escapeTable(cells: readonly AssessedCell[]): StudyTable {
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

/** The wrong predictions beside the right ones. */
export function wrongPredictionsTable(cells: readonly AssessedCell[]): StudyTable {
  const error = cellError(cells);
  const moment = (side: (assessed: AssessedCell) => string): string[] => {
    const proven = cells.filter(({ cell }) => cell.certificate.side !== 'inconclusive');
    return tallied(proven.map((assessed) => side(assessed) === assessed.cell.certificate.side));
  };
  const single = (predicted: (assessed: AssessedCell) => 'escapes' | 'shrinks' | null): string[] => {
    const { right, wrong } = runSides(cells, predicted);
    return [String(right + wrong), String(wrong), share(right, right + wrong)];
  };
  const escape = (judge: typeof judged): string[] =>
    tallied(cells.map((assessed) => judge(assessed, error).agrees));
  const asRun = (side: string) => (side === 'diverges' ? 'escapes' : 'shrinks');
  const rows: [string, string, string[]][] = [
    ['growth and step of escape, by cell', 'as above', escape(judged)],
    ['', 'wrong: alpha and 1 - alpha exchanged', escape(judgedSwapped)],
    ['side of single runs', '2 gamma', single(({ cell }) => typicalSide(cell))],
    ['', 'wrong: log rho, of the second moment', single(({ cell }) => asRun(exactSide(cell)))],
    ['', 'wrong: noise ignored (mean path)', single(({ cell }) => asRun(cell.wrongRules['noise ignored']))],
    [
      '',
      'wrong: coherence ignored (sigma = 1)',
      single(({ cell }) => asRun(cell.wrongRules['coherence ignored'])),
    ],
    [
      '',
      'wrong: alpha and 1 - alpha exchanged',
      single(({ cell }) => asRun(cell.wrongRules['alpha exchanged'])),
    ],
    ['proven side of the second moment', 'exact operator', moment(({ cell }) => exactSide(cell))],
    ['', 'wrong: majority of the single runs', moment(majoritySide)],
    ['', 'wrong: noise ignored (mean path)', moment(({ cell }) => cell.wrongRules['noise ignored'])],
    ['', 'wrong: coherence ignored (sigma = 1)', moment(({ cell }) => cell.wrongRules['coherence ignored'])],
    ['', 'wrong: alpha and 1 - alpha exchanged', moment(({ cell }) => cell.wrongRules['alpha exchanged'])],
  ];
  return {
    title: 'Wrong predictions',
    note: 'The comparison must be able to fail. The same runs judged by the same rules against predictions that are wrong on purpose: alpha taken for 1 - alpha; batch noise left out; the coherence sigma left out of U3, read as a rule for both sides; the side of the second moment read as that of single runs; and a majority vote of single runs read as the side of the second moment.',
    header: ['what is predicted', 'by', 'decided', 'wrong', 'right'],
    rows: rows.map(([what, by, counts]) => [what, by, ...counts]),
  };
}

/** The naive vote: more than half of the runs escaped. */
function majoritySide({ runs }: AssessedCell): 'diverges' | 'stable' {
  return 2 * runs.filter(({ side }) => side === 'escapes').length > runs.length ? 'diverges' : 'stable';
}

function tallied(right: readonly boolean[]): string[] {
  const count = right.filter(Boolean).length;
  return [String(right.length), String(right.length - count), share(count, right.length)];
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
}
