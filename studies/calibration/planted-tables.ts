import { percent, significant } from '../../src/report/number-format.js';
import type { Calibration } from './calibration.js';
import { SAMPLES_PER_LOOK, SAMPLES_PER_RUN } from './false-alarms.js';
import { FREQUENCY_LIMIT } from './naive/draw-frequencies.js';
import type { SamplerTrial } from './sampler-trials.js';
import type { CalibrationTable } from './table.js';

/** Correct and biased samplers, and the planted heavy-tail instance, before all procedures. */
export function samplerTable({ planted }: Calibration): CalibrationTable {
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
export function falseAlarmTable({ planted }: Calibration): CalibrationTable {
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

function signed(x: number): string {
  return `${x > 0 ? '+' : ''}${x.toFixed(3)}`;
}
