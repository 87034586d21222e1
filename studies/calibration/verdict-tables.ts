import { BUDGETS } from '../../src/harness/budget.js';
import { percent, significant } from '../../src/report/number-format.js';
import { CERTIFICATES, NAIVE_PROCEDURES, type Calibration, type CalibrationVerdict } from './calibration.js';
import { CALIBRATED_BUDGETS, CERTIFICATE_ERROR, type CalibratedBudget } from './certificate.js';
import { TYPICAL_CONFIDENCE } from './known-instance.js';
import type { CalibrationTable } from './table.js';
import { BOUND_CONFIDENCE, groupedBy, tally } from './tally.js';

/** Certificates of one budget by ratio. */
function certificateTable(calibration: Calibration, budget: CalibratedBudget): CalibrationTable {
  const { name } = CERTIFICATES[CALIBRATED_BUDGETS.indexOf(budget)]!;
  const verdicts = verdictsOf(calibration, name);
  const row = (label: string, of: readonly CalibrationVerdict[]): string[] => {
    const { decisions, wrong, wrongBound, inconclusive, medianSamples, ninthDecileSamples } = tally(of);
    return [
      label,
      String(decisions),
      String(wrong),
      `<= ${percent(wrongBound)}`,
      percent(inconclusive / decisions),
      samplesNeeded(medianSamples, budget),
      samplesNeeded(ninthDecileSamples, budget),
    ];
  };
  return {
    title: `Certificates, budget ${budget}`,
    note: `At most ${samples(BUDGETS[budget].maxSamples)} samples (pairs of batches) a decision, error probability ${CERTIFICATE_ERROR} a certificate. The bound is the exact (Clopper-Pearson) upper bound on the probability of a wrong verdict on such instances, at confidence ${BOUND_CONFIDENCE}; it is what counting alone can show, and the error probability of a certificate is what the proof shows. Median and 90 % are the samples within which half and nine tenths of all decisions fell, inconclusive ones included; where fewer fell, more than the budget is needed.`,
    header: ['eta/eta*', 'decisions', 'wrong', 'bound', 'inconclusive', 'median samples', '90 %'],
    rows: [
      ...[...groupedBy(verdicts, ({ ratio }) => ratio)].map(([ratio, of]) => row(String(ratio), of)),
      row('all', verdicts),
    ],
  };
}

export function certificateTables(calibration: Calibration): CalibrationTable[] {
  return CALIBRATED_BUDGETS.map((budget) => certificateTable(calibration, budget));
}

const COMPARED = [CERTIFICATES[0]!, ...NAIVE_PROCEDURES].map(({ name }) => name);

/** Wrong verdicts of all procedures by ratio. */
export function comparisonTable(calibration: Calibration): CalibrationTable {
  const verdicts = calibration.problems.flatMap((problem) => problem.verdicts);
  const row = (label: string, of: readonly CalibrationVerdict[]): string[] => [
    label,
    ...COMPARED.map((name) => wrongShare(of.filter(({ procedure }) => procedure === name))),
  ];
  return {
    title: 'Wrong verdicts of all procedures',
    note: 'The same instances: share of wrong verdicts, and in brackets that of inconclusive ones where there are any.',
    header: ['eta/eta*', ...COMPARED],
    rows: [
      ...[...groupedBy(verdicts, ({ ratio }) => ratio)].map(([ratio, of]) => row(String(ratio), of)),
      row('all', verdicts),
    ],
  };
}

/** The same on the instances in the heavy-tail zone alone. */
export function heavyTailTable(calibration: Calibration): CalibrationTable {
  const verdicts = calibration.problems.flatMap((problem) => problem.verdicts);
  const instances = calibration.problems.flatMap((problem) => problem.instances);
  const above = calibration.size.ratios.filter((ratio) => ratio > 1);
  const row = (label: string, ratios: readonly number[]): string[] => {
    const at = instances.filter(({ ratio }) => ratios.includes(ratio));
    const within = verdicts.filter(({ ratio, heavyTail }) => heavyTail && ratios.includes(ratio));
    return [
      label,
      `${at.filter(({ heavyTail }) => heavyTail).length} of ${at.length}`,
      ...COMPARED.map((name) => wrongShare(within.filter(({ procedure }) => procedure === name))),
    ];
  };
  return {
    title: 'The heavy-tail zone',
    note: `Instances with log rho > 0 (exact) and 2 gamma < 0 (the upper end of its ${percent(TYPICAL_CONFIDENCE)} interval is below 0): E|delta_k|^2 grows while almost every single run shrinks. All of them diverge in the sense of the theory; a vote of single runs, or the share of runs that grow, tends against the truth as the runs get longer, however many there are. The mean norm is right only where the rare runs that carry it are among the 200.`,
    header: ['eta/eta*', 'in the zone', ...COMPARED],
    rows: [...above.map((ratio) => row(String(ratio), [ratio])), row('all', above)],
  };
}

function verdictsOf({ problems }: Calibration, name: string): CalibrationVerdict[] {
  return problems.flatMap(({ verdicts }) => verdicts.filter(({ procedure }) => procedure === name));
}

function wrongShare(verdicts: readonly CalibrationVerdict[]): string {
  if (verdicts.length === 0) return '-';
  const { decisions, wrong, inconclusive } = tally(verdicts);
  const share = percent(wrong / decisions);
  return inconclusive === 0 ? share : `${share} (${percent(inconclusive / decisions)})`;
}

function samplesNeeded(count: number | null, budget: CalibratedBudget): string {
  return count === null ? `> ${samples(BUDGETS[budget].maxSamples)}` : samples(count);
}

/** A count with separators, to three digits. */
function samples(count: number): string {
  const rounded = Number(count.toPrecision(3));
  return rounded >= 1e4 ? `${significant(rounded / 1000)}k` : String(rounded);
}
