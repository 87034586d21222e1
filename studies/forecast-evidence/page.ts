import { markdownTable } from '../../src/report/table.js';
import { groupedBy, tableAsMarkdown, type StudyTable } from '../shared/tables.js';
import {
  areEndsMet,
  type Evidence,
  type EvidenceRecord,
  goalShare,
  isCounted,
  isGoalMet,
  type Pair,
  pairsOf,
  stopWindow,
  windowShare,
  windowsOverlap,
} from './evidence.js';
import { forecasterTable, kindTable, median, recordName, shareText, short, stepText } from './verdicts.js';

/** docs/forecast-evidence.md: a function of the evidence alone. */
export function evidencePage(evidence: Evidence): string {
  const { environment, samples, batch, subjects, records, steps } = evidence;
  const tables = [
    forecasterTable(evidence),
    kindTable(evidence),
    groups(evidence),
    failures(evidence),
    missedWindows(evidence),
    projections(evidence),
    times(evidence),
    settings(evidence),
  ];
  return [
    '# Forecasts beside real runs',
    '',
    'Written by `npm run forecast-evidence` from `studies/forecast-evidence/evidence.json`, which that command makes anew: small networks are trained in PyTorch, exported at the weights where unlearning starts, and',
    `unlearned by real loops of PyTorch; [\`forecast\`](forecast.md) is asked about each of them by its command. ${environment}; ${records.length} settings, ${records.flatMap(({ real }) => real.goal).length} runs of up to ${steps} steps, ${samples.retain} retain and ${samples.forget} forget samples, batches of ${batch.retain} and ${batch.forget} in epochs, by SGD, SGD with momentum, one ascent and three descents in turn, and Adam.`,
    '',
    ...markdownTable(
      [
        ...['network and forget set', 'loss', 'parameters', 'goal', 'limit', 'retain loss at w\\*'],
        ...['forget loss', 'held-out loss', 'accuracy'],
      ],
      subjects.map(({ name, loss, parameters, goal, limit, before: { retain, forget, test } }) => [
        ...[name, loss, String(parameters), goal, limit, String(retain.loss), String(forget.loss)],
        ...[String(test.loss), test.accuracy === null ? '-' : String(test.accuracy)],
      ]),
      [],
    ),
    '',
    'Random forgetting takes samples of all classes, and its goal is the loss on held-out samples, as if the sample had never been seen; the forgotten class is digit 3, and its goal the accuracy of guessing.',
    'mlp and cnn see digits (studies/data); cancer the breast cancer table of scikit-learn (Debian package python3-sklearn; 30 numbers, yes or no), with 32 ReLU units, cancer512 with 512; regression its diabetes table (10 numbers, a real target), fitted by 64 tanh units until nothing is left of the loss: it interpolates.',
    'Rates and limits were chosen by looking at real runs alone; no forecast was mended or dropped after it had been compared. cancer512 was added after cancer, to see whether width mends it.',
    '',
    ...tables.flatMap((table) => [tableAsMarkdown(table), '']),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function groups({ records, steps }: Evidence): StudyTable {
  const ofGroup = groupedBy(records, ({ subject, procedure }) => `${subject} ${procedure}`);
  const rows = [...ofGroup.values()].map((group) => {
    const pairs = pairsOf(group, 'same');
    const counted = pairs.filter(isCounted);
    const differences = counted.flatMap(({ real, said }) =>
      real.goal === null || said.goal === null ? [] : [said.goal - real.goal],
    );
    const ratios = (way: 'true' | 'frozen'): string => {
      const found = group.flatMap((record) => {
        const [said, own] = [record[way].retainLoss, record.real.retainLoss[0]];
        return said === null || typeof own !== 'number' ? [] : [said / own];
      });
      if (found.length === 0) return '-';
      return [Math.min(...found), median(found), Math.max(...found)].map(short).join(' / ');
    };
    const { subject, procedure } = group[0]!;
    return [
      ...[subject, procedure, shareText(goalShare(pairs)), shareText(windowShare(pairs, steps))],
      ...[differences.length === 0 ? '-' : `${Math.min(...differences)} .. ${Math.max(...differences)}`],
      ...[ratios('true'), ratios('frozen')],
    ];
  });
  return {
    title: 'By network and procedure',
    note: 'On the batches of the run. Difference: steps by which the forecast is late. Retain loss at the goal, each at its own goal step: forecast over real, least, median and largest over the settings in which both meet the goal, first batch order; beside it that of the quadratic forecast.',
    header: [
      ...['network and forget set', 'procedure', 'goal step', 'stop window', 'difference'],
      ...['retain loss, forecast / real', 'quadratic / real'],
    ],
    rows,
  };
}

function failures({ records }: Evidence): StudyTable {
  const counted = pairsOf(records, 'same').filter(isCounted);
  const row = (pairs: readonly Pair[], [first, ...rest]: readonly string[]): string[] => {
    const at = (pick: 'moved' | 'flipped' | 'flippedFrom'): string => {
      const found = pairs.flatMap(({ record, order }) => record.real[pick][order] ?? []);
      return found.length === 0 ? '-' : short(median(found));
    };
    return [first!, ...rest, at('moved'), at('flipped'), at('flippedFrom')];
  };
  const missed = counted.filter((pair) => !isGoalMet(pair));
  return {
    title: 'Where it fails',
    note: 'The forecast keeps the Jacobian of w\\*. How far the weights have moved at the real goal step (|w - w\\*| / |w\\*|), the share of ReLU activations on the forget set that have flipped by then, and the first step with more than 1 % of them flipped: every goal step that is missed, below the median of all.',
    header: ['run', 'real', 'forecast', 'moved', 'flipped', '1 % flipped from step'],
    rows: [
      row(
        counted.filter((pair) => isGoalMet(pair)),
        ['met, median', '', ''],
      ),
      row(missed, ['missed, median', '', '']),
      ...missed.map((pair) =>
        row(
          [pair],
          [
            `${recordName(pair.record)}, order ${pair.order}`,
            stepText(pair.real.goal),
            stepText(pair.said.goal),
          ],
        ),
      ),
    ],
  };
}

/** A shift of so many steps is allowed to a goal step; a window no wider than that is lost by it. */
const NARROW = 3;

/** Why stop windows are missed, by the width of the real one. */
function missedWindows({ records, steps }: Evidence): StudyTable {
  const found = pairsOf(records, 'same').flatMap((pair) => {
    const overlap = windowsOverlap(pair, steps);
    const real = stopWindow(pair.real, steps);
    return overlap === null ? [] : [{ pair, overlap, width: real === null ? 0 : real[1] - real[0] + 1 }];
  });
  const widths: readonly (readonly [string, (width: number) => boolean])[] = [
    ['none: the forecast alone has one', (width) => width === 0],
    [`1 to ${NARROW} steps`, (width) => width > 0 && width <= NARROW],
    [`${NARROW + 1} to ${5 * NARROW} steps`, (width) => width > NARROW && width <= 5 * NARROW],
    ['more', (width) => width > 5 * NARROW],
  ];
  return {
    title: 'Why windows are missed',
    note: `By the width of the real window, which begins at the goal and ends before the limit; where a batch swings both in one step there is none. Both sides look for the same thresholds on the same samples after every step of the same batches. A forecast that is a step or two off, as a goal step may be, misses a window of ${NARROW} steps or fewer; the last column counts the missed windows of which an end is off by more than 3 steps and 5 %.`,
    header: ['real window', 'counted', 'shares no step', 'goal step met all the same', 'an end is off'],
    rows: widths.map(([words, isOf]) => {
      const own = found.filter(({ width }) => isOf(width));
      const missed = own.filter(({ overlap }) => !overlap).map(({ pair }) => pair);
      return [
        ...[words, String(own.length), String(missed.length), String(missed.filter(isGoalMet).length)],
        String(missed.filter((pair) => !areEndsMet(pair)).length),
      ];
    }),
  };
}

/** Forecasts on projected Jacobians beside those on whole ones, and beside real runs. */
function projections({ records, steps }: Evidence): StudyTable {
  const own = records.filter(({ projected }) => projected !== undefined);
  const seeds = own[0]?.projected?.keys() ?? [];
  const shift = (marks: readonly (readonly [number | null, number | null])[]): string => {
    const shifts = marks.flatMap(([whole, cut]) =>
      whole === null || cut === null ? [] : [Math.abs(cut - whole)],
    );
    return shifts.length === 0 ? '-' : `${median(shifts)}, ${Math.max(...shifts)} of ${shifts.length}`;
  };
  const row = (
    words: string,
    pick: (record: EvidenceRecord) => EvidenceRecord['forecast'],
  ): readonly string[] => {
    const pairs = pairsOf(
      own.map((record) => ({ ...record, forecast: pick(record) })),
      'same',
    );
    const marks = (mark: 'goal' | 'limit') =>
      own.flatMap((record) =>
        record.forecast[mark].map((whole, order) => [whole, pick(record)[mark][order]!] as const),
      );
    return [
      ...[words, shareText(goalShare(pairs)), shareText(windowShare(pairs, steps))],
      ...[shift(marks('goal')), shift(marks('limit'))],
    ];
  };
  const names = [...new Set(own.map(({ subject }) => subject))].join(', ');
  return {
    title: 'What a projection costs',
    note: `${names} without Adam, which needs the parameters: forecasts on all columns and on the 4,096 that the export keeps by default, by the seed of its signs. Shift: of the step of the goal, or at which the limit is left, against the forecast on all columns: median and largest, of those with both.`,
    header: ['Jacobian', 'goal step met', 'window shares a step', 'goal shifted by', 'limit shifted by'],
    rows: [
      row('all columns', ({ forecast }) => forecast),
      ...Array.from(seeds, (seed) => row(`projected, seed ${seed}`, ({ projected }) => projected![seed]!)),
    ],
  };
}

/** Settings of a sweep. */
const SWEEP = 10;

function times({ subjects, records }: Evidence): StudyTable {
  const rows = subjects.map(({ name: subject, exportSeconds }) => {
    const own = records.filter((record) => record.subject === subject);
    const ofSweep = (pick: (record: EvidenceRecord) => number): number =>
      (SWEEP * own.reduce((sum, record) => sum + pick(record), 0)) / own.length;
    return [
      ...[subject, short(exportSeconds), short(ofSweep(({ seconds }) => seconds.forecast))],
      short(ofSweep(({ seconds }) => seconds.real)),
    ];
  });
  return {
    title: 'Time',
    note: 'Seconds of one processor for a sweep of ten settings with three batch orders each, by the mean of all settings. Real runs look at every sample after every step and end when goal and limit are passed; forecasts go on to the last step, and start the program anew for each setting. With networks as small as these a sweep of real runs is the cheaper one ([what it costs](forecast.md#what-it-costs)).',
    header: ['network and forget set', 'export, once', 'ten forecasts', 'ten settings of real runs'],
    rows,
  };
}

function settings({ records, steps }: Evidence): StudyTable {
  return {
    title: 'Every setting',
    note: `Goal steps and stop windows of the batch orders, first those of the real runs; frozen: the quadratic forecast. It, and the retain loss at the goal, are of the first batch order. A dash: not within ${steps} steps, no window.`,
    header: [
      ...['setting', 'goal, real', 'goal, forecast', 'frozen', 'window, real', 'window, forecast'],
      ...['retain loss at the goal, real', 'forecast', 'frozen'],
    ],
    rows: records.map((record) => {
      const { real, forecast, frozen } = record;
      const windows = (passed: EvidenceRecord['real' | 'forecast']): string =>
        passed.goal
          .map((goal, k) => stopWindow({ goal, limit: passed.limit[k]! }, steps)?.join('-') ?? '-')
          .join(', ');
      return [
        ...[recordName(record), real.goal.map(stepText).join(', '), forecast.goal.map(stepText).join(', ')],
        ...[stepText(frozen.goal), windows(real), windows(forecast)],
        ...[real.retainLoss[0] ?? null, record.true.retainLoss, frozen.retainLoss].map((loss) =>
          loss === null ? '-' : short(loss),
        ),
      ];
    }),
  };
}
