import { BUDGETS } from '../../src/harness/budget.js';
import { percent, significant } from '../../src/report/number-format.js';
import { groupedBy, type StudyTable } from '../shared/tables.js';
import { type Calibration, type CalibrationVerdict, CERTIFICATES, NAIVE_PROCEDURES } from './calibration.js';
import { SAMPLES_PER_LOOK, SAMPLES_PER_RUN } from './false-alarms.js';
import { TYPICAL_CONFIDENCE } from './known-instance.js';
import { CALIBRATED_BUDGETS, type CalibratedBudget, CERTIFICATE_ERROR } from './procedures.js';
import { NULL_LEVEL, type ProcedureCalibration } from './procedure-certificates.js';
import { FREQUENCY_LIMIT, type SamplerTrial } from './sampler-trials.js';
import { BOUND_CONFIDENCE, type JudgedVerdict, tally } from './tally.js';

/** Certificates of one budget by ratio. */
function certificateTable(calibration: Calibration, budget: CalibratedBudget): StudyTable {
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

export function certificateTables(calibration: Calibration): StudyTable[] {
  return CALIBRATED_BUDGETS.map((budget) => certificateTable(calibration, budget));
}

const COMPARED = [CERTIFICATES[0]!, ...NAIVE_PROCEDURES].map(({ name }) => name);

/** Wrong verdicts of all procedures by ratio. */
export function comparisonTable(calibration: Calibration): StudyTable {
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
export function heavyTailTable(calibration: Calibration): StudyTable {
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

function wrongShare(verdicts: readonly JudgedVerdict[]): string {
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

/** Correct and biased samplers, and the planted heavy-tail instance, before all procedures. */
export function samplerTable({ planted }: Calibration): StudyTable {
  const trials = [planted.heavyTail, ...planted.biased.flat()];
  return {
    title: 'A biased one-step sampler, and a planted heavy-tail instance',
    note: `The growth rates are those of the process as it runs. First row: a correct sampler in the heavy-tail zone. Then two instances on which the correct sampler is stable and the biased one diverges; each procedure is handed the problem that the code claims to solve. Frequencies: the usual unit test of a sampler, which counts how often each sample is drawn in 1,000 batches; largest deviation in standard errors, passed up to ${FREQUENCY_LIMIT}. Procedures: wrong verdicts on the side of the process as it runs (inconclusive ones in brackets). The last column is what the certificate took.`,
    header: [
      'sampler',
      'log rho',
      '2 gamma',
      'truth',
      'frequencies',
      ...trials[0]!.tallies.keys(),
      'median samples',
    ],
    rows: trials.map(trialRow),
  };
}

function trialRow({
  sampler,
  logGrowth,
  typical,
  truth,
  frequencyDeviation,
  tallies,
}: SamplerTrial): string[] {
  const passed = frequencyDeviation <= FREQUENCY_LIMIT;
  const [first] = tallies.values();
  return [
    sampler,
    signed(logGrowth),
    `${signed(typical.low)} .. ${signed(typical.high)}`,
    truth,
    `${passed ? 'passed' : 'failed'} (${frequencyDeviation.toFixed(1)})`,
    ...[...tallies.values()].map(({ wrong, decisions, inconclusive }) =>
      inconclusive === 0 ? `${wrong} of ${decisions}` : `${wrong} of ${decisions} (${inconclusive})`,
    ),
    significant(first!.medianSamples),
  ];
}

/** Repeated looks at the threshold itself. */
export function falseAlarmTable({ planted }: Calibration): StudyTable {
  return {
    title: 'Repeated looks, exactly at the threshold',
    note: `One coordinate, at the critical step itself: the mean of A^2 is 1 and the share of growing steps is known. ${SAMPLES_PER_RUN.toLocaleString('en-US')} one-step samples a run. A false alarm is an interval that excludes the true value: at the one look at the end, or at some look after every ${SAMPLES_PER_LOOK} samples, as in "sample until it is significant". For the certificate, asked with the same level as its error probability, any verdict is a false alarm. Share of runs with a false alarm:`,
    header: [
      'nominal level',
      'runs',
      'Wilson, one look',
      'Wilson, repeated',
      'normal interval of the mean, repeated',
      'certificate',
    ],
    rows: planted.falseAlarms.map(({ level, runs, ...alarms }) => [
      percent(level),
      String(runs),
      ...[alarms.wilsonOnce, alarms.wilsonRepeated, alarms.meanRepeated, alarms.certificate].map((count) =>
        percent(count / runs),
      ),
    ]),
  };
}

/** The certificates of procedures whose operator is not self-adjoint: beside the first crossing, and exactly there. */
export function procedureTables(procedures: readonly ProcedureCalibration[]): StudyTable[] {
  const ratios = [...new Set(procedures.flatMap(({ verdicts }) => verdicts.map(({ ratio }) => ratio)))];
  const rows = [...groupedBy(procedures, ({ name }) => name)];
  return [
    {
      title: 'Procedures whose operator is not self-adjoint',
      note: `Momentum, alternating steps (k ascents : m descents) and, as a user's own with the list of its steps (\`decideLinearSide\`), quasi-hyperbolic momentum with nu = 0.7, on problems of one to three parameters with batches of one; budget quick, error probability ${CERTIFICATE_ERROR} a certificate; rho is known by enumeration of all periods, and eta is a ratio of its first crossing of 1. Share of wrong verdicts, in brackets that of inconclusive ones, and the median number of samples, each a period (with momentum: a step).`,
      header: ['procedure', ...ratios.map(String), 'all'],
      rows: rows.map(([name, of]) => {
        const verdicts = of.flatMap((found) => found.verdicts);
        const parts = [...ratios.map((ratio) => verdicts.filter((v) => v.ratio === ratio)), verdicts];
        return [
          name,
          ...parts.map((part) => `${wrongShare(part)}; ${samplesNeeded(tally(part).medianSamples, 'quick')}`),
        ];
      }),
    },
    {
      title: 'The same, exactly at the crossing',
      note: `One good pilot, then over and over trials and a test of either side at level ${NULL_LEVEL}: any certificate is false. Tests that were begun, and the share of false certificates among them. The tests of matrices are bounds over all directions; with one parameter and alternating steps there is one.`,
      header: ['procedure', 'parameters', 'runs', 'diverges: begun', 'false', 'stable: begun', 'false'],
      rows: procedures.map(({ name, parameters, runs, begun, wrong }) => [
        name,
        String(parameters),
        String(runs),
        ...(['diverges', 'stable'] as const).flatMap((side) => [
          String(begun[side]),
          begun[side] === 0 ? '-' : percent(wrong[side] / begun[side]),
        ]),
      ]),
    },
  ];
}

function signed(x: number): string {
  return `${x > 0 ? '+' : ''}${x.toFixed(3)}`;
}
