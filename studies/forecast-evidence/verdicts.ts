import { proportionUpperBound } from '../../src/statistics/intervals.js';
import type { StudyTable } from '../shared/tables.js';
import {
  COUNTED_STEPS,
  type Evidence,
  type EvidenceRecord,
  type Forecaster,
  goalShare,
  isCounted,
  pairsOf,
  placedShare,
  type Share,
  windowShare,
} from './evidence.js';

/** What was to be reached, set before the runs. */
const WANTED = { goal: 0.95, window: 0.9 };

/** A forecast is refuted if its share of goal steps is below a half at this confidence: it is wrong more often than right. */
const REFUTED = { share: 0.5, confidence: 0.99 };

const NAMES: Readonly<Record<Forecaster, string>> = {
  same: '`forecast`, the batches of the run',
  other: '`forecast`, another batch order',
  first: '`forecast`, first batch order',
  true: 'second implementation, first batch order',
  frozen: 'wrong: curvature frozen at w* (quadratic forecast)',
  dropped: 'wrong: gradient at w* dropped',
};

/** What each forecaster met. */
export function forecasterTable({ subjects, records, steps }: Evidence): StudyTable {
  const isSquared = (name: string): boolean =>
    subjects.some((subject) => subject.name === name && subject.loss === 'squared');
  const rows = (Object.keys(NAMES) as Forecaster[]).map((forecaster) => {
    const asked = records.filter(({ subject }) => forecaster !== 'frozen' || !isSquared(subject));
    const pairs = pairsOf(asked, forecaster);
    const [goal, window] = [goalShare(pairs), windowShare(pairs, steps)];
    return [
      ...[NAMES[forecaster], shareText(goal), shareText(window), shareText(placedShare(pairs, steps))],
      ...[verdict(goal, window), ratioText(goal, REFUTED.confidence)],
    ];
  });
  return {
    title: 'What was met',
    note: `A goal step counts if the run or its forecast meets the goal within ${COUNTED_STEPS} steps, and is met if they differ by at most 3 steps or 5 %. Windows count where the run or its forecast has one, and are met if they share a step; those in the next column also if they do not, but goal and limit are both met within the same 3 steps or 5 %, as wide as many windows are. Wanted: ${percent(WANTED.goal)} of the goal steps and ${percent(WANTED.window)} of the windows that share a step. A forecast is refuted if with ${percent(REFUTED.confidence)} confidence it meets fewer than half of the goal steps (last column: upper bound, as if settings were independent). The second implementation, by NumPy on the exported Jacobian, looks after every step, as the command does: ${late(records)}. The wrong forecasts are the second implementation with one change. Of the squared loss a frozen curvature is the true one, and is left out here. With the gradient dropped nothing ever moves from w\\*.`,
    header: [
      ...['forecast', 'goal step', 'window shares a step', 'or both ends met', 'verdict'],
      'goal steps at most',
    ],
    rows,
  };
}

/** What the runs are of, by data and optimizer. */
const KINDS: readonly (readonly [string, (record: EvidenceRecord) => boolean])[] = [
  ['digits, SGD in three ways', ({ subject, procedure }) => isDigits(subject) && procedure !== 'adam'],
  ['digits, Adam', ({ subject, procedure }) => isDigits(subject) && procedure === 'adam'],
  ['breast cancer, 32 units', ({ subject }) => subject.startsWith('cancer-')],
  ['breast cancer, 512 units', ({ subject }) => subject.startsWith('cancer512-')],
  ['regression that interpolates', ({ subject }) => subject.startsWith('regression-')],
];

function isDigits(subject: string): boolean {
  return /^(mlp|cnn)-/.test(subject);
}

/** What the command met, by kind of run. */
export function kindTable({ records, steps }: Evidence): StudyTable {
  const rows = KINDS.map(([kind, isOf]) => {
    const pairs = pairsOf(records.filter(isOf), 'same');
    const [goal, window] = [goalShare(pairs), windowShare(pairs, steps)];
    const counted = pairs.filter(isCounted);
    const moved = counted.flatMap(({ record, order }) => record.real.moved[order] ?? []);
    const late = counted.flatMap(({ real, said }) =>
      real.goal === null || said.goal === null ? [] : [(said.goal - real.goal) / real.goal],
    );
    return [
      ...[kind, shareText(goal), shareText(window), shareText(placedShare(pairs, steps))],
      ...[verdict(goal, window), percent(median(late)), short(median(moved))],
    ];
  });
  return {
    title: 'By data and optimizer',
    note: 'On the batches of the run. Late: the median by which the forecast of a goal step is late. Moved: the median of |w - w\\*| / |w\\*| at the real goal step. What a forecast leaves out grows with that: of the networks for breast cancer the narrow one leaves its linearisation, so that long runs are forecast too early, and the wide one less. The minimum that interpolates is left by both sets at once: few of its runs have a window.',
    header: [
      ...['runs', 'goal step', 'window shares a step', 'or both ends met', 'verdict', 'late', 'moved'],
    ],
    rows,
  };
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

/** How tables call a setting. */
export function recordName({ subject, procedure, lr, weight }: EvidenceRecord): string {
  return `${subject} ${procedure}, lr ${lr}, weight ${weight}`;
}

/** A step, or a dash. */
export function stepText(found: number | null): string {
  return found === null ? '-' : String(found);
}

/** 12 of 13 (92.3 %), or a dash. */
export function shareText({ yes, of }: Share): string {
  return of === 0 ? '-' : `${yes} of ${of} (${percent(yes / of)})`;
}

/** Upper bound of the proportion that a share estimates, or a dash. */
function ratioText({ yes, of }: Share, confidence: number): string {
  return of === 0 ? '-' : percent(proportionUpperBound(yes, of, confidence));
}

/** Per cent, to a tenth. */
function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

/** Three digits. */
export function short(x: number): string {
  return String(Number(x.toPrecision(3)));
}

/** The middle one; of an even number the lower of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1]!;
}
