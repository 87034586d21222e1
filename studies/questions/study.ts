import { noOptions, study } from '../shared/study.js';
import { percent, significant } from '../../src/report/number-format.js';
import { textTable } from '../../src/report/table.js';
import { sampleQuantiles } from '../../src/statistics/intervals.js';
import { factorQuadratic } from '../../src/unlearning/factor-quadratic.js';
import { unlearningProcess } from '../../src/unlearning/process.js';
import { rankOneSet } from '../../src/theory/problem.js';
import { criticalMixing } from '../../src/theory/mean-curvature.js';
import { randomSource } from '../../src/statistics/generator.js';
import {
  INTERPOLATING,
  NOT_INTERPOLATING,
  runSetting,
  type SettingResult,
} from '../network-settings/setting.js';

/** The tables of docs/questions.md: npm run example:questions */
export default study({
  name: 'questions',
  usage: '',
  options: noOptions,
  run(_, console) {
    for (const table of [gradientTable, alignedTable, successTable, memorisationTable, noiseTable]) {
      console.print(`${table()}\n`);
    }
    return 0;
  },
});

/** Networks of every line. */
const NETWORKS = 9;

/** Settings of docs/network.md by name, with seeds of their own. */
function networks(name: string, count = NETWORKS): SettingResult[] {
  const named = [...INTERPOLATING, ...NOT_INTERPOLATING].find((setting) => setting.name === name);
  if (!named) throw new Error(`setting must be one of docs/network.md; got ${name}`);
  return Array.from({ length: count }, (_, k) =>
    runSetting({ ...named, settings: { ...named.settings, seed: 101 + k } }),
  );
}

/** Median of the numbers there are, and their range: "12 (9 .. 15)"; how many there are if some are missing. */
export function medianAndRange(values: readonly (number | null | undefined)[]): string {
  const known = values.filter((x) => x !== null && x !== undefined).sort((a, b) => a - b);
  if (known.length === 0) return '-';
  const [middle] = sampleQuantiles(known, [0.5])!;
  const missing = known.length < values.length ? `, ${known.length} of ${values.length}` : '';
  return `${significant(middle!)} (${significant(known[0]!)} .. ${significant(known.at(-1)!)}${missing})`;
}

type Moment = 'minimum' | 'escape' | 'forgotten' | 'later' | 'end';

const rowAt = ({ beyond }: SettingResult, at: Moment) => beyond.rows.find((row) => row.at === at);

/** Distance of the predictions to those of retrained networks, relative to that of the retrained networks to each other. */
function relativeDistance(result: SettingResult, at: Moment): number | null {
  const own = rowAt(result, at)?.measures.distance?.mean;
  const level = result.beyond.level.distance?.mean;
  return own !== undefined && level !== undefined ? own / level : null;
}

/** Is every sample's gradient zero, and what if it is not. */
export function gradientTable(
  names = ['interpolates', 'stopped at 1e-8', 'stopped at 1e-4', 'stopped at 1e-2'],
): string {
  const rows = names.map((name) => {
    const results = networks(name);
    return [
      name,
      medianAndRange(results.map(({ training }) => training.interpolationResidual)),
      medianAndRange(results.map(({ run }) => run.interpolatingEscapeStep)),
      medianAndRange(results.map(({ run }) => run.predictedEscapeStep)),
      medianAndRange(results.map(({ run }) => run.escapeStep)),
    ];
  });
  return textTable(
    ['minimum', 'largest gradient', 'escape: as if 0', 'with the gradients', 'measured'],
    rows,
  );
}

/** Retain and forget samples that are all one and the same, e_1: what the ascent does to the retain loss. */
export function alignedTable(alphas: readonly number[] = [0.1, 0.4, 0.6, 0.9]): string {
  const set = (n: number) =>
    rankOneSet(
      Float64Array.from({ length: 2 * n }, (_, k) => (k % 2 ? 0 : 1)),
      2,
    );
  const [retain, forget] = [set(9), set(3)];
  const minimum = new Float64Array(2);
  const rows = alphas.map((alpha) => {
    const settings = {
      retain: factorQuadratic(retain, minimum),
      forget: factorQuadratic(forget, minimum),
      ...{ alpha, eta: 0.5, batch: { retain: 9, forget: 3 } },
    };
    const process = unlearningProcess(settings, 'without-replacement', minimum);
    const random = randomSource('questions', 'aligned');
    const w = Float64Array.of(1, 0);
    for (let k = 0; k < 20; k++) {
      process.drawBatches(random);
      process.applyStep(w);
    }
    return [String(alpha), significant(w[0]! ** 2)];
  });
  const table = textTable(['alpha', 'retain loss after 20 steps / before'], rows);
  return `${table}\nalpha* ${significant(criticalMixing(retain, forget))}; the minimum of the retain loss alone is the minimum of both: the model without the forget set is w* itself`;
}

/** Is escape success: what networks are at the escape, when the forget set is forgotten, three times as far, and at the end. */
export function successTable(results: readonly SettingResult[] = networks('SNR 1')): string {
  const moments = [
    ['minimum', 'at w*'],
    ['escape', 'at the escape'],
    ['forgotten', 'F forgotten'],
    ['later', '3 x as far'],
    ['end', 'end'],
  ] as const;
  const rows = moments.map(([at, label]) => {
    const there = results.flatMap((result) => rowAt(result, at) ?? []);
    return [
      label,
      medianAndRange(there.map(({ step }) => step)),
      medianAndRange(there.map(({ measures }) => measures.test?.accuracy)),
      medianAndRange(results.map((result) => relativeDistance(result, at))),
      `${there.filter(({ verdict }) => verdict?.deleted).length} of ${there.length}`,
    ];
  });
  return textTable(['network', 'step', 'test accuracy', 'distance to retrained', 'deleted'], rows);
}

/**
 * Are memorised samples easier to remove: by which measure. Below the table in how many pairs, the same data and the same
 * network before unlearning, the most memorised samples have the smaller number.
 */
export function memorisationTable(): string {
  const names = ['least memorised', 'SNR 1', 'most memorised'];
  const sets = names.map((name) => networks(name));
  const rows = sets.map((results, k) => {
    const name = names[k]!;
    return [
      name === 'SNR 1' ? 'random' : name,
      medianAndRange(results.map(({ run }) => run.escapeStep)),
      medianAndRange(results.map((result) => rowAt(result, 'forgotten')?.step)),
      medianAndRange(results.map((result) => relativeDistance(result, 'forgotten'))),
      medianAndRange(results.map((result) => relativeDistance(result, 'later'))),
      percentOf(results, 'forgotten'),
      percentOf(results, 'later'),
      medianAndRange(results.map((result) => rowAt(result, 'forgotten')?.measures.tugOfWar)),
      medianAndRange(results.map((result) => rowAt(result, 'later')?.measures.tugOfWar)),
    ];
  });
  const header = [
    'forget set',
    'escape',
    'F forgotten',
    'distance there',
    '3 x as far',
    'deleted there',
    '3 x as far',
    'ToW there',
    '3 x as far',
  ];
  const [least, , most] = sets as [SettingResult[], SettingResult[], SettingResult[]];
  const smaller = (of: (result: SettingResult) => number | null | undefined): string => {
    const pairs = least.map((one, k) => [of(one), of(most[k]!)] as const);
    const fewer = pairs.filter(([a, b]) => typeof a === 'number' && typeof b === 'number' && b < a).length;
    return `${fewer} of ${pairs.length}`;
  };
  const pairs = [
    `escape ${smaller(({ run }) => run.escapeStep)}`,
    `F forgotten ${smaller((result) => rowAt(result, 'forgotten')?.step)}`,
    `distance there ${smaller((result) => relativeDistance(result, 'forgotten'))}`,
  ];
  return `${textTable(header, rows)}\n\nmost below least memorised, in pairs of one network: ${pairs.join(', ')}`;
}

function percentOf(results: readonly SettingResult[], at: Moment): string {
  const rows = results.flatMap((result) => rowAt(result, at) ?? []);
  return rows.length === 0
    ? '-'
    : percent(rows.filter(({ verdict }) => verdict?.deleted).length / rows.length);
}

/** What the noise is in the study over SNR. */
export function noiseTable(): string {
  const rows = ['SNR 0.2', 'SNR 1', 'SNR 2'].map((name) => {
    const results = networks(name);
    return [
      name,
      medianAndRange(results.map(({ prediction }) => prediction.relativeEscapeRate)),
      medianAndRange(results.map(({ run }) => run.escapeStep)),
      medianAndRange(results.map((result) => rowAt(result, 'forgotten')?.step)),
      medianAndRange(results.map((result) => rowAt(result, 'forgotten')?.measures.test?.accuracy)),
    ];
  });
  return textTable(['data', 'rel. escape rate', 'escape', 'F forgotten', 'test accuracy there'], rows);
}
