/** k ascents on the forget set, then m descents on the retain set, over and over. */
export interface Schedule {
  /** k >= 1. */
  readonly ascent: number;
  /** m >= 1. */
  readonly descent: number;
}

/** The optimizer of a problem file, in the words of torch.optim.SGD (dampening 0); all default to the plain step. */
export interface OptimizerSpec {
  /** b in [0, 1): v' = b v + g, w' = w - eta v'. Default 0. */
  readonly momentum?: number;
  /** w' = w - eta (g + b v'). Default false. */
  readonly nesterov?: boolean;
  /** lambda >= 0, added to the gradient as lambda w; with a preconditioner it shrinks w by 1 - eta lambda, as AdamW. Default 0. */
  readonly weightDecay?: number;
  /** c_1 .. c_p > 0: the step moves parameter j by c_j times its update. Default: all 1. */
  readonly preconditioner?: readonly number[];
}

/** The fields of a problem that say by which procedure it is unlearned, beside the sampling of its sets. */
export interface ProcedureSpec {
  readonly optimizer?: OptimizerSpec;
  /** Default: both sets in every step, the simultaneous step. */
  readonly schedule?: Schedule;
  /**
   * For epochs in which the batch size does not divide the number of samples: true leaves out the samples of the last
   * batch (another choice in every epoch), false makes a short batch of them, averaged over its own size.
   */
  readonly dropLast?: boolean;
}

/** A procedure: what is done with the gradients of the drawn batches. The sampling is that of each set. */
export interface Procedure {
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  readonly preconditioner: readonly number[] | null;
  readonly schedule: Schedule | null;
  readonly dropLast: boolean;
}

/** The plain simultaneous step w' = w - eta g. */
export const PLAIN_PROCEDURE: Procedure = {
  momentum: 0,
  nesterov: false,
  weightDecay: 0,
  preconditioner: null,
  schedule: null,
  dropLast: false,
};

/** The procedure that the fields of a problem name; what they leave out is as in the plain step. */
export function procedureFromSpec({ optimizer = {}, schedule, dropLast = false }: ProcedureSpec): Procedure {
  const { momentum = 0, nesterov = false, weightDecay = 0, preconditioner = null } = optimizer;
  return { momentum, nesterov, weightDecay, preconditioner, schedule: schedule ?? null, dropLast };
}

/** One set as a period sees it. */
interface LoadedSet {
  readonly name: 'retain' | 'forget';
  readonly sampling: string;
  readonly batchSize: number;
  readonly samples: { readonly sampleCount: number };
}

/** Batches of one epoch of a set: the last one is left out or short where B does not divide n. */
export function epochSizes({ samples, batchSize }: LoadedSet, dropLast: boolean): number[] {
  const n = samples.sampleCount;
  const whole = Array.from({ length: Math.floor(n / batchSize) }, () => batchSize);
  return n % batchSize === 0 || dropLast ? whole : [...whole, n % batchSize];
}

/** True if the step is w' = w - eta g with both sets in it, each drawn anew, and no state: the operator of section 2. */
export function isPlain(problem: {
  readonly procedure?: Procedure;
  readonly groups: readonly LoadedSet[];
}): boolean {
  const { momentum, weightDecay, schedule } = problem.procedure ?? PLAIN_PROCEDURE;
  return momentum === 0 && weightDecay === 0 && schedule === null && problem.groups.every(isDrawn);
}

/** True if every batch of the set is drawn anew, whatever the batches before it were. */
export function isDrawn({ sampling }: Pick<LoadedSet, 'sampling'>): boolean {
  return sampling !== 'reshuffled';
}

/** A problem as far as it says by which procedure it is unlearned. */
interface ProcedureOfProblem {
  readonly sampling: string | Readonly<Record<LoadedSet['name'], string>>;
  readonly procedure?: Procedure;
}

/** What a problem has beyond the plain step with batches drawn anew, in words; null if it has nothing. */
export function beyondPlain({ sampling, procedure = PLAIN_PROCEDURE }: ProcedureOfProblem): string | null {
  const { momentum, weightDecay, schedule } = procedure;
  if (momentum > 0) return `momentum ${momentum}`;
  if (weightDecay > 0) return `weight decay ${weightDecay}`;
  if (schedule) return `turns of ${schedule.ascent}:${schedule.descent}`;
  const { retain, forget } = typeof sampling === 'string' ? { retain: sampling, forget: sampling } : sampling;
  if (!isDrawn({ sampling: retain })) return 'epochs of the retain set';
  return isDrawn({ sampling: forget }) ? null : 'epochs of the forget set';
}

/** Why `what` cannot be asked of another procedure than the plain step, in words; null if it can. */
export function plainStepFault(what: string, problem: ProcedureOfProblem): string | null {
  const beyond = beyondPlain(problem);
  return beyond === null ? null : `${what} knows the plain step with batches drawn anew; got ${beyond}`;
}

/**
 * The sets that take part in each step of one period, after which everything but the draws repeats: all in a
 * simultaneous step, forget k times and then retain m times in an alternating round. Sets in epochs make the period so
 * long that it ends with the epochs of them all; a loader that is through begins its next epoch on its own.
 */
export function periodSteps<Group extends LoadedSet>(
  groups: readonly Group[],
  { schedule, dropLast }: Procedure,
): readonly (readonly Group[])[] {
  const round = roundSteps(groups, schedule);
  return Array.from({ length: roundsOfPeriod(groups, round, dropLast) }, () => round).flat();
}

function roundSteps<Group extends LoadedSet>(
  groups: readonly Group[],
  schedule: Schedule | null,
): readonly (readonly Group[])[] {
  return schedule === null ? [groups] : alternatingRound(groups, schedule);
}

function roundsOfPeriod<Group extends LoadedSet>(
  groups: readonly Group[],
  round: readonly (readonly Group[])[],
  dropLast: boolean,
): number {
  return groups
    .filter((group) => !isDrawn(group))
    .reduce((least, group) => {
      const uses = round.filter((step) => step.includes(group)).length;
      const epoch = epochSizes(group, dropLast).length;
      return leastCommonMultiple(least, epoch / greatestCommonDivisor(epoch, uses));
    }, 1);
}

function alternatingRound<Group extends LoadedSet>(groups: readonly Group[], schedule: Schedule): Group[][] {
  const [forget, retain] = (['forget', 'retain'] as const).map((name) =>
    groups.filter((g) => g.name === name),
  );
  return [
    ...Array.from({ length: schedule.ascent }, () => forget!),
    ...Array.from({ length: schedule.descent }, () => retain!),
  ];
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function leastCommonMultiple(a: number, b: number): number {
  return (a / greatestCommonDivisor(a, b)) * b;
}

/** A problem as far as its procedure must fit it. */
interface FittedProblem {
  readonly alpha: number;
  readonly parameters: number;
  /** Sets with samples. */
  readonly groups: readonly LoadedSet[];
}

/**
 * Fault of the fields of a procedure, in one line that names the field, its value and what is allowed; null if
 * nothing is.
 */
export function procedureFault(
  spec: ProcedureSpec,
  { alpha, parameters, groups }: FittedProblem,
): string | null {
  const { momentum, nesterov, weightDecay, preconditioner, schedule } = procedureFromSpec(spec);
  if (!(momentum >= 0 && momentum < 1)) return `optimizer.momentum must be in [0, 1); got ${momentum}`;
  if (nesterov && momentum === 0) return 'optimizer.nesterov needs a momentum in (0, 1); got momentum 0';
  if (!(weightDecay >= 0 && Number.isFinite(weightDecay))) {
    return `optimizer.weightDecay must be a finite number >= 0; got ${weightDecay}`;
  }
  if (weightDecay > LARGEST_DECAY) {
    return `optimizer.weightDecay must be in 0..${LARGEST_DECAY}, as curvatures are; got ${weightDecay}`;
  }
  if (preconditioner && preconditioner.length !== parameters) {
    return `optimizer.preconditioner must have ${parameters} numbers, one a parameter; got ${preconditioner.length}`;
  }
  const bad = preconditioner?.findIndex((c) => !(c > 0 && Number.isFinite(c))) ?? -1;
  if (bad >= 0)
    return `optimizer.preconditioner[${bad}] must be a finite number > 0; got ${preconditioner![bad]}`;
  const far = preconditioner?.find(isOutOfRange);
  if (far !== undefined)
    return `optimizer.preconditioner: its numbers must be in ${ALLOWED_SIZES}; got ${far}`;
  return (schedule && scheduleFault(schedule, alpha)) ?? epochFault(spec.dropLast, groups);
}

/** Squares of curvatures must not overflow: those of factors of 1e70 are as large. */
const LARGEST_DECAY = 1e140;

/** Largest number of a set or a preconditioner, and over the smallest 1: fourth powers must neither overflow nor vanish. */
const LARGEST_NUMBER = 1e70;

/** The sizes that such numbers may have, as messages say it. */
export const ALLOWED_SIZES = '1e-70..1e70';

/** True if its fourth power would overflow, or vanish. @param size > 0. */
export function isOutOfRange(size: number): boolean {
  return size > LARGEST_NUMBER || size < 1 / LARGEST_NUMBER;
}

/** Most ascents or descents of a round: ten epochs of a million samples in batches of a thousand. */
export const MOST_IN_A_ROUND = 10_000;

function scheduleFault(schedule: Schedule, alpha: number): string | null {
  for (const field of ['ascent', 'descent'] as const) {
    const steps = schedule[field];
    if (!(Number.isInteger(steps) && steps > 0 && steps <= MOST_IN_A_ROUND)) {
      return `schedule.${field} must be an integer in 1..${MOST_IN_A_ROUND}; got ${steps}`;
    }
  }
  return alpha > 0 && alpha < 1
    ? null
    : `schedule alternates two sets: alpha must be in (0, 1); got ${alpha}`;
}

function epochFault(dropLast: boolean | undefined, groups: readonly LoadedSet[]): string | null {
  const epochs = groups.filter((group) => !isDrawn(group));
  if (dropLast !== undefined && epochs.length === 0) {
    const schemes = new Set(groups.map(({ sampling }) => sampling));
    return `dropLast is for sampling reshuffled alone; got ${[...schemes].join(' and ')}`;
  }
  const uneven = epochs.find(({ batchSize, samples }) => samples.sampleCount % batchSize !== 0);
  if (dropLast !== undefined || !uneven) return null;
  const { name, batchSize, samples } = uneven;
  return `batch.${name} must divide its ${samples.sampleCount} samples in epochs, or dropLast say what the loader does: true leaves the last batch out, false makes it short; got ${batchSize}`;
}

/** Most steps of a period of an analysis, which goes through periods whole. */
const MOST_PERIOD = 100_000;

/** Fault of a procedure whose period is too long, as `procedureFault` says it. */
export function periodFault(spec: ProcedureSpec, groups: readonly LoadedSet[]): string | null {
  const { schedule, dropLast } = procedureFromSpec(spec);
  const round = roundSteps(groups, schedule);
  const steps = round.length * roundsOfPeriod(groups, round, dropLast);
  return steps <= MOST_PERIOD
    ? null
    : `sampling: epochs must end together within ${MOST_PERIOD} steps; got ${steps}, as batches of an epoch and steps of a round share few factors`;
}
