import { proportionUpperBound } from '../../src/statistics/intervals.js';
import { groupedBy, markdownTable, tableAsMarkdown, type StudyTable } from '../shared/tables.js';
import {
  COUNTED_STEPS,
  type Evidence,
  type EvidenceRecord,
  type Forecaster,
  goalShare,
  isCounted,
  isGoalMet,
  type Pair,
  pairsOf,
  type Share,
  stopWindow,
  windowShare,
  windowsOverlap,
} from './evidence.js';

/** What was to be reached, set before the runs. */
const WANTED = { goal: 0.95, window: 0.9 };

/** A forecast is refuted if its share of goal steps is below a half at this confidence: it is wrong more often than right. */
const REFUTED = { share: 0.5, confidence: 0.99 };

/** docs/forecast-evidence.md: a function of the evidence alone. */
export function evidencePage(evidence: Evidence): string {
  const { environment, samples, batch, subjects, records, steps } = evidence;
  const tables = [
    forecasters(evidence),
    groups(evidence),
    failures(evidence),
    missedWindows(evidence),
    times(evidence),
    settings(evidence),
  ];
  return [
    '# Forecasts beside real runs',
    '',
    'Written by `npm run forecast-evidence` from `studies/forecast-evidence/evidence.json`, which that command makes anew: small networks are trained on digits in PyTorch, exported at the weights where unlearning starts, and',
    `unlearned by real loops of PyTorch; [\`forecast\`](forecast.md) is asked about each of them by its command. ${environment}; ${records.length} settings, ${records.flatMap(({ real }) => real.goal).length} runs of up to ${steps} steps, ${samples.retain} retain and ${samples.forget} forget samples, batches of ${batch.retain} and ${batch.forget} in epochs.`,
    '',
    markdownTable(
      [
        ...['network and forget set', 'parameters', 'goal', 'limit', 'retain loss at w\\*', 'forget loss'],
        'held-out accuracy',
      ],
      subjects.map(({ name, parameters, goal, limit, before }) => [
        ...[name, String(parameters), goal, limit, String(before.retain.loss), String(before.forget.loss)],
        String(before.test.accuracy),
      ]),
    ),
    '',
    'Random forgetting takes samples of all classes, and its goal is the loss on held-out samples, as if the sample had never been seen; the forgotten class is digit 3, and its goal the accuracy of guessing.',
    'Rates and limit were chosen by looking at real runs alone; no forecast was mended or dropped after it had been compared.',
    '',
    ...tables.flatMap((table) => [tableAsMarkdown(table), '']),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

const NAMES: Readonly<Record<Forecaster, string>> = {
  same: '`forecast`, the batches of the run',
  other: '`forecast`, another batch order',
  first: '`forecast`, first batch order',
  true: 'second implementation, first batch order',
  frozen: 'wrong: curvature frozen at w* (quadratic forecast)',
  dropped: 'wrong: gradient at w* dropped',
};

function forecasters({ records, steps }: Evidence): StudyTable {
  const rows = (Object.keys(NAMES) as Forecaster[]).map((forecaster) => {
    const pairs = pairsOf(records, forecaster);
    const [goal, window] = [goalShare(pairs), windowShare(pairs, steps)];
    return [
      ...[NAMES[forecaster], shareText(goal), shareText(window), verdict(goal, window)],
      ratioText(goal, REFUTED.confidence),
    ];
  });
  return {
    title: 'What was met',
    note: `A goal step counts if the run or its forecast meets the goal within ${COUNTED_STEPS} steps, and is met if they differ by at most 3 steps or 5 %. Windows count where the run or its forecast has one, and are met if they share a step. Wanted: ${percent(WANTED.goal)} of the goal steps and ${percent(WANTED.window)} of the windows. A forecast is refuted if with ${percent(REFUTED.confidence)} confidence it meets fewer than half of the goal steps (last column: upper bound, as if settings were independent). The second implementation, by NumPy on the exported Jacobian, looks after every step, as the command does: ${late(records)}. The wrong forecasts are the second implementation with one change. With the gradient dropped nothing ever moves from w\\*. Windows are narrow here: ${narrow(records, steps)}.`,
    header: ['forecast', 'goal step', 'stop window', 'verdict', 'goal steps at most'],
    rows,
  };
}

/** A shift of so many steps is allowed to a goal step; a window no wider than that is lost by it. */
const NARROW = 3;

/** How many real windows are narrow, and what becomes of the others. */
function narrow(records: readonly EvidenceRecord[], steps: number): string {
  const windows = pairsOf(records, 'same').flatMap((pair) => {
    const window = stopWindow(pair.real, steps);
    return window === null ? [] : [{ pair, width: window[1] - window[0] + 1 }];
  });
  const wide = windows.filter(({ width }) => width > NARROW).map(({ pair }) => pair);
  return `${windows.length - wide.length} of ${windows.length} real ones have ${NARROW} steps or fewer; of the wider ones the forecast's overlap ${shareText(windowShare(wide, steps))}`;
}

/** How often the command and the second implementation, which look after every step, differ. */
function late(records: readonly EvidenceRecord[]): string {
  const pairs = records.map(({ forecast, true: always }) => [
    forecast.goal[0] ?? Infinity,
    always.goal ?? Infinity,
  ]);
  const later = pairs.filter(([command, always]) => command! > always!).length;
  const earlier = pairs.filter(([command, always]) => command! < always!).length;
  return `the command's goal step is later in ${later} of ${pairs.length} settings, earlier in ${earlier}`;
}

function verdict(goal: Share, window: Share): string {
  if (proportionUpperBound(goal.yes, goal.of, REFUTED.confidence) < REFUTED.share) return 'refuted';
  const missed = [
    goal.yes < WANTED.goal * goal.of ? 'goal steps' : '',
    window.yes < WANTED.window * window.of ? 'windows' : '',
  ].filter(Boolean);
  return missed.length === 0 ? 'as wanted' : `missed: ${missed.join(', ')}`;
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
          [`${name(pair.record)}, order ${pair.order}`, step(pair.real.goal), step(pair.said.goal)],
        ),
      ),
    ],
  };
}

/** Why stop windows are missed, by who has one. */
function missedWindows({ records, steps }: Evidence): StudyTable {
  const missed = pairsOf(records, 'same').flatMap((pair) => {
    const [real, said] = [stopWindow(pair.real, steps), stopWindow(pair.said, steps)];
    return windowsOverlap(pair, steps) === false ? [{ pair, real, said }] : [];
  });
  const kinds = [
    { kind: 'both have one, without a common step', of: missed.filter(({ real, said }) => real && said) },
    { kind: 'the run alone', of: missed.filter(({ said }) => said === null) },
    { kind: 'the forecast alone', of: missed.filter(({ real }) => real === null) },
  ];
  const isNarrow = (window: readonly [number, number] | null): boolean =>
    window !== null && window[1] - window[0] < NARROW;
  return {
    title: 'Why windows are missed',
    note: `A window begins at the goal and ends before the limit; where a batch swings both in one step there is none. Narrow: ${NARROW} steps or fewer (of the run; of the forecast where it alone has one).`,
    header: ['window', 'missed', 'goal step met all the same', 'narrow'],
    rows: kinds.map(({ kind, of }) => [
      ...[kind, String(of.length), String(of.filter(({ pair }) => isGoalMet(pair)).length)],
      String(of.filter(({ real, said }) => isNarrow(real ?? said)).length),
    ]),
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
        ...[name(record), real.goal.map(step).join(', '), forecast.goal.map(step).join(', ')],
        ...[step(frozen.goal), windows(real), windows(forecast)],
        ...[real.retainLoss[0] ?? null, record.true.retainLoss, frozen.retainLoss].map((loss) =>
          loss === null ? '-' : short(loss),
        ),
      ];
    }),
  };
}

function name({ subject, procedure, lr, weight }: EvidenceRecord): string {
  return `${subject} ${procedure}, lr ${lr}, weight ${weight}`;
}

function step(found: number | null): string {
  return found === null ? '-' : String(found);
}

function shareText({ yes, of }: Share): string {
  return of === 0 ? '-' : `${yes} of ${of} (${percent(yes / of)})`;
}

function ratioText({ yes, of }: Share, confidence: number): string {
  return of === 0 ? '-' : percent(proportionUpperBound(yes, of, confidence));
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

function short(x: number): string {
  return String(Number(x.toPrecision(3)));
}

/** The middle one; of an even number the lower of the two. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1]!;
}
