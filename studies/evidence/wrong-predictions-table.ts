import type { CalibrationTable } from '../calibration/table.js';
import { runSides } from './agreement-tables.js';
import { cellError, judged, judgedSwapped, typicalSide, type AssessedCell } from './judge.js';
import { exactSide } from './records.js';

/** The wrong predictions beside the right ones. */
export function wrongPredictionsTable(cells: readonly AssessedCell[]): CalibrationTable {
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
