import type { BatchSizes } from '../../src/theory/problem.js';

/** First steps at which goal and limit were passed, null: not within the steps of a run. */
export interface Passed {
  readonly goal: number | null;
  readonly limit: number | null;
}

/** With the retain loss at the goal. */
export interface PassedAt extends Passed {
  readonly retainLoss: number | null;
}

/** One setting of one procedure: its real runs and what was said of them; lists hold one entry a batch order. */
export interface EvidenceRecord {
  readonly subject: string;
  readonly procedure: string;
  readonly lr: number;
  readonly weight: number;
  /** In PyTorch; all but the steps are taken at the goal. */
  readonly real: {
    readonly goal: readonly (number | null)[];
    readonly limit: readonly (number | null)[];
    readonly retainLoss: readonly (number | null)[];
    /** |w - w*| / |w*|. */
    readonly moved: readonly (number | null)[];
    /** Share of the activations on the forget set that have another sign than at w*. */
    readonly flipped: readonly (number | null)[];
    /** First step with more than 1 % of them. */
    readonly flippedFrom: readonly (number | null)[];
  };
  /** By the command, on the same batches. */
  readonly forecast: {
    readonly goal: readonly (number | null)[];
    readonly limit: readonly (number | null)[];
  };
  /** The same of Jacobians projected with two seeds, where there are more parameters than columns. */
  readonly projected?: readonly EvidenceRecord['forecast'][];
  /** The first batch order by the second implementation: as it is, and wrong on purpose. */
  readonly true: PassedAt;
  readonly frozen: PassedAt;
  readonly dropped: PassedAt;
  /** Of one processor, for all batch orders. */
  readonly seconds: { readonly real: number; readonly forecast: number };
}

/** A trained network and what is forgotten. */
export interface EvidenceSubject {
  readonly name: string;
  /** As `forecast` calls it. */
  readonly loss: string;
  readonly parameters: number;
  readonly goal: string;
  readonly limit: string;
  readonly exportSeconds: number;
  readonly before: Readonly<
    Record<'retain' | 'forget' | 'test', { readonly loss: number; readonly accuracy: number | null }>
  >;
}

/** Document that real_runs.py writes. */
export interface SubjectRecords {
  readonly environment: string;
  readonly subject: EvidenceSubject;
  readonly records: readonly EvidenceRecord[];
}

/** studies/forecast-evidence/evidence.json. */
export interface Evidence {
  readonly environment: string;
  /** Steps of every run, of which those after `COUNTED_STEPS` only serve its neighbours. */
  readonly steps: number;
  readonly samples: BatchSizes;
  readonly batch: BatchSizes;
  readonly subjects: readonly EvidenceSubject[];
  readonly records: readonly EvidenceRecord[];
}

/** Goal steps up to here are counted. */
export const COUNTED_STEPS = 300;

/** A real run beside one forecast of it. */
export interface Pair {
  readonly record: EvidenceRecord;
  readonly order: number;
  readonly real: Passed;
  readonly said: Passed;
}

/** What a run is held against: the forecast of its own batches, for the first batch order or all, or of the next batch order; or the first order by another way. */
export type Forecaster = 'same' | 'first' | 'other' | 'true' | 'frozen' | 'dropped';

/** Every real run that the forecaster speaks of. */
export function pairsOf(records: readonly EvidenceRecord[], forecaster: Forecaster): Pair[] {
  return records.flatMap((record) => {
    const { real, forecast } = record;
    const at = (passed: EvidenceRecord['real' | 'forecast'], k: number): Passed => ({
      goal: passed.goal[k]!,
      limit: passed.limit[k]!,
    });
    if (forecaster === 'first') return [{ record, order: 0, real: at(real, 0), said: at(forecast, 0) }];
    if (forecaster !== 'same' && forecaster !== 'other') {
      return [{ record, order: 0, real: at(real, 0), said: record[forecaster] }];
    }
    const shift = forecaster === 'same' ? 0 : 1;
    return real.goal.map((_, order) => ({
      ...{ record, order, real: at(real, order) },
      said: at(forecast, (order + shift) % real.goal.length),
    }));
  });
}

/** True if a goal step is counted: the run or its forecast meets the goal in time. */
export function isCounted({ real, said }: Pick<Pair, 'real' | 'said'>): boolean {
  return [real.goal, said.goal].some((step) => step !== null && step <= COUNTED_STEPS);
}

/** True if the goal step is met within 3 steps, or 5 % of the real one; false if only one of the two meets the goal. */
export function isGoalMet({ real, said }: Pick<Pair, 'real' | 'said'>): boolean {
  return isStepMet(real.goal, said.goal);
}

function isStepMet(real: number | null, said: number | null): boolean {
  if (real === null || said === null) return false;
  return Math.abs(said - real) <= Math.max(3, 0.05 * real);
}

/** True if goal and limit are met likewise, or neither of the two leaves the limit: the window lies where it was forecast. */
export function areEndsMet({ real, said }: Pick<Pair, 'real' | 'said'>): boolean {
  const isLimitMet = (real.limit === null && said.limit === null) || isStepMet(real.limit, said.limit);
  return isGoalMet({ real, said }) && isLimitMet;
}

/** First and last step at which to stop; null if the limit is left before or at the goal, or there is no goal. */
export function stopWindow({ goal, limit }: Passed, steps: number): readonly [number, number] | null {
  if (goal === null || (limit !== null && limit <= goal)) return null;
  return [goal, limit === null ? steps : limit - 1];
}

/** Whether the windows of a run and its forecast share a step; null if neither has one. */
export function windowsOverlap({ real, said }: Pick<Pair, 'real' | 'said'>, steps: number): boolean | null {
  const [a, b] = [stopWindow(real, steps), stopWindow(said, steps)];
  if (a === null && b === null) return null;
  return a !== null && b !== null && a[0] <= b[1] && b[0] <= a[1];
}

/** How many of some things are so. */
export interface Share {
  readonly of: number;
  readonly yes: number;
}

/** Goal steps of the counted runs that are met. */
export function goalShare(pairs: readonly Pair[]): Share {
  const counted = pairs.filter(isCounted);
  return { of: counted.length, yes: counted.filter(isGoalMet).length };
}

/** Windows that overlap, of the runs of which one of the two has a window. */
export function windowShare(pairs: readonly Pair[], steps: number): Share {
  return shareOfWindows(pairs, steps, (_, overlap) => overlap);
}

/** Windows that overlap or whose ends are met, of the same runs. */
export function placedShare(pairs: readonly Pair[], steps: number): Share {
  return shareOfWindows(pairs, steps, (pair, overlap) => overlap || areEndsMet(pair));
}

function shareOfWindows(
  pairs: readonly Pair[],
  steps: number,
  isMet: (pair: Pair, overlap: boolean) => boolean,
): Share {
  const found = pairs.flatMap((pair) => {
    const overlap = windowsOverlap(pair, steps);
    return overlap === null ? [] : [isMet(pair, overlap)];
  });
  return { of: found.length, yes: found.filter(Boolean).length };
}
