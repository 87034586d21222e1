import { noOptions, study } from '../shared/study.js';
import {
  INTERPOLATING,
  NOT_INTERPOLATING,
  runSetting,
  type NamedSetting,
  type SettingResult,
} from './setting.js';
import { deletionWords } from '../../src/report/network-comparison-text.js';
import type { ComparedNetwork } from '../../src/network/retrained-comparison.js';
import { percent, significant } from '../../src/report/number-format.js';
import { textTable } from '../../src/report/table.js';

/**
 * Escape and deletion in several settings of the two-layer network, and minima that do not interpolate:
 * npm run example:network
 */
export default study({
  name: 'network',
  usage: '',
  options: noOptions,
  run(_, console) {
    const results = (settings: readonly NamedSetting[]) =>
      settings.map((setting) => {
        console.say(setting.name);
        return runSetting(setting);
      });
    const interpolating = results(INTERPOLATING);
    const others = results(NOT_INTERPOLATING);
    console.print(
      `${escapeTable(interpolating)}\n\n${deletionTable(interpolating)}\n\n${driftTable(others)}`,
    );
    return 0;
  },
});

/** Escape in the linear sense: predicted and measured, and what the network at that step is like. */
export function escapeTable(results: readonly SettingResult[]): string {
  return textTable(
    [
      'setting',
      'rel. escape rate',
      'predicted',
      'measured',
      'AUC at w*',
      'ToW at w*',
      'AUC at escape',
      'beside retrained networks',
    ],
    results.map(({ name, prediction, run, beyond }) => {
      const [minimum, escape] = [rowAt(beyond.rows, 'minimum'), rowAt(beyond.rows, 'escape')];
      return [
        name,
        significant(prediction.relativeEscapeRate),
        stepText(run.predictedEscapeStep),
        stepText(run.escapeStep),
        area(minimum),
        minimum?.measures.tugOfWar?.toFixed(2) ?? '-',
        area(escape),
        escape ? deletionWords(escape.verdict) : '-',
      ];
    }),
  );
}

/** Deletion: the networks when the forget set is forgotten, a little later and at the end. */
export function deletionTable(results: readonly SettingResult[]): string {
  const moments = [
    ['forgotten', 'F forgotten'],
    ['later', '3 x as far'],
    ['end', 'end'],
  ] as const;
  return textTable(
    ['setting', 'network', 'step', 'accuracy F', 'R', 'test', 'AUC', 'ToW', 'beside retrained networks'],
    results.flatMap(({ name, beyond }) => [
      ...moments.flatMap(([at, label], k) => {
        const row = rowAt(beyond.rows, at);
        return row ? [[k === 0 ? name : '', label, String(row.step), ...measured(row)]] : [];
      }),
      retrainedRow(beyond),
    ]),
  );
}

/** What is left of the prediction where the gradients at w* do not vanish. */
export function driftTable(results: readonly SettingResult[]): string {
  return textTable(
    [
      'minimum',
      'largest gradient',
      'push',
      'theory',
      'with drift',
      'measured',
      'growth',
      'measured',
      'F forgotten',
      'end: linear',
      'end: network',
      'beside retrained networks',
    ],
    results.map(({ name, training, prediction, run, beyond }) => {
      const last = run.records.at(-1)!;
      return [
        name,
        significant(training.interpolationResidual),
        significant((prediction.eta * prediction.driftLength) / prediction.displacementLength),
        stepText(run.interpolatingEscapeStep),
        stepText(run.predictedEscapeStep),
        stepText(run.escapeStep),
        significant(prediction.growth),
        significant(run.slopeOfForgetting?.measured ?? null),
        stepText(rowAt(beyond.rows, 'forgotten')?.step ?? null),
        significant(last.predicted),
        significant(last.distance),
        deletionWords(beyond.rows.at(-1)!.verdict),
      ];
    }),
  );
}

function rowAt(rows: readonly ComparedNetwork[], at: ComparedNetwork['at']): ComparedNetwork | undefined {
  return rows.find((row) => row.at === at);
}

function measured({ measures, verdict }: ComparedNetwork): string[] {
  const { forget, retain, test, membership, tugOfWar } = measures;
  return [
    ...[forget, retain, test].map((set) => (set ? percent(set.accuracy) : '-')),
    membership ? membership.area.toFixed(2) : '-',
    tugOfWar === null ? '-' : tugOfWar.toFixed(2),
    deletionWords(verdict),
  ];
}

function retrainedRow({ level }: SettingResult['beyond']): string[] {
  const { networks: retrained } = level;
  const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
  const areas = retrained.map(({ membership }) => membership!.area);
  return [
    '',
    'retrained',
    '-',
    ...(['forget', 'retain', 'test'] as const).map((set) =>
      percent(mean(retrained.map((measures) => measures[set]!.accuracy))),
    ),
    mean(areas).toFixed(2),
    level.tugOfWar!.toFixed(2),
    'the level',
  ];
}

function area(row: ComparedNetwork | undefined): string {
  return row?.measures.membership ? row.measures.membership.area.toFixed(2) : '-';
}

function stepText(step: number | null): string {
  return step === null ? '-' : String(step);
}
