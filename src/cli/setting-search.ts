import { isDrawn } from '../analysis/analyze.js';
import { mostSweptSteps, type RateSweepRequest } from '../analysis/rate-sweep.js';
import { DEFAULT_REQUEST, type RecommendationRequest } from '../analysis/recommend.js';
import { MOST_RATES, ratesAround } from '../forecast/sweep.js';
import type { ReadProblem } from '../input/read-problem.js';
import type { DrawnProblem } from '../theory/draw-subset.js';
import type { UnlearningProblem } from '../theory/problem.js';
import { plainStepFault } from '../theory/procedure.js';
import {
  BELOW_ONE,
  givenFields,
  type GivenOptions,
  integerOption,
  number,
  optionName,
  parsed,
  readOptions,
  UsageError,
} from './options.js';
import { TRAINING_OPTIONS } from './problem-options.js';

/** Options that say nothing without --recommend, or --sweep. */
export const RECOMMENDATION_OPTIONS = {
  retainShare: number(
    '<x>',
    'share of the retain curvature that may go (--recommend), of growth that the retain loss may have (--sweep) (default: 0.1)',
    BELOW_ONE,
  ),
  batches: parsed(
    '<n,..>',
    'with --recommend: retain batch sizes that may be used, of which the smallest that serves is taken (default: the given one)',
    (sizes, name) => sizes.split(',').map((size) => integerOption(name, size, 1, Number.MAX_SAFE_INTEGER)),
  ),
};

/** Settings to be looked for beside the given one. */
interface SettingSearch {
  readonly recommend: RecommendationRequest | null;
  readonly sweep: RateSweepRequest | null;
}

/**
 * Requests of --recommend and --sweep for a problem that was read.
 *
 * @param request what --recommend asks, by `recommendationRequest`.
 * @throws UsageError if the problem is a subset, or has another procedure than the plain step; or if a sweep would be long.
 */
export function settingSearch(
  given: GivenOptions,
  read: ReadProblem,
  request: RecommendationRequest | null,
  factor: number,
): SettingSearch {
  const { problem, translation } = read;
  const swept = given.sweep === true;
  for (const [option, isAsked] of Object.entries({ '--recommend': request !== null, '--sweep': swept })) {
    if (!isAsked) continue;
    refuseBeyondPlain(option, problem);
    if (isDrawn(problem)) throw new UsageError(refusedForSubset(option, problem));
  }
  const steps = readOptions(TRAINING_OPTIONS, given).steps ?? translation?.steps ?? null;
  const recommend = request && { ...request, steps: steps ?? request.steps };
  if (isDrawn(problem)) return { recommend, sweep: null };
  if (recommend) checkBatches(recommend, problem.retain.sampleCount);
  if (!swept) return { recommend, sweep: null };
  if (steps === null) {
    throw new UsageError('--steps is missing; --sweep needs it, or --epochs beside --lr');
  }
  checkSweep(problem, steps);
  return { recommend, sweep: sweepRequest(given, read, { steps, factor }) };
}

/** The recommendation that is asked for; null for none. @throws UsageError if an option is not allowed, or stands without --recommend. */
export function recommendationRequest(given: GivenOptions, factor: number): RecommendationRequest | null {
  if (given.recommend !== true) {
    const ofSweep = given.sweep === true ? ['steps', 'retainShare'] : [];
    const ofScript = given.lr === undefined ? [] : ['steps'];
    const { steps } = TRAINING_OPTIONS;
    const field = givenFields({ steps, ...RECOMMENDATION_OPTIONS }, given).find(
      (name) => ![...ofSweep, ...ofScript].includes(name),
    );
    if (field === undefined) return null;
    throw new UsageError(
      `--${optionName(field)} is for --recommend, which is missing; got ${String(given[field])}`,
    );
  }
  const { retainShare, batches } = readOptions(RECOMMENDATION_OPTIONS, given);
  return {
    factor,
    steps: DEFAULT_REQUEST.steps,
    retainShareLimit: retainShare ?? DEFAULT_REQUEST.retainShareLimit,
    batches: batches ?? null,
  };
}

/** @throws UsageError if a sweep over so many steps would take longer than a minute, or nothing is to be forgotten. */
function checkSweep(problem: UnlearningProblem, steps: number): void {
  if (problem.alpha === 0) throw new UsageError('--sweep needs a forget set in the step; got alpha 0');
  const most = mostSweptSteps(problem, MOST_RATES);
  if (steps > most)
    throw new UsageError(`--sweep takes at most ${most} steps here, about a minute; got ${steps}`);
}

/** W_R + W_F: the gradients of a script are so many times those of the theory. */
export function weightOf({ retainWeight, forgetWeight }: NonNullable<ReadProblem['translation']>): number {
  return retainWeight + forgetWeight;
}

/** Step sizes around the given one. */
function sweepRequest(
  given: GivenOptions,
  { eta, translation }: ReadProblem,
  { steps, factor }: { readonly steps: number; readonly factor: number },
): RateSweepRequest {
  const { retainShare = DEFAULT_REQUEST.retainShareLimit } = readOptions(RECOMMENDATION_OPTIONS, given);
  const etaOfRate = translation ? weightOf(translation) : null;
  const rates = ratesAround(translation ? translation.lr : eta);
  return { etas: rates.map((rate) => rate * (etaOfRate ?? 1)), etaOfRate, steps, factor, retainShare };
}

/** What was given that neither --recommend nor --sweep knows of, in a line; null if there is nothing. */
export function notSearchedWith(
  { recommend, sweep }: SettingSearch,
  { gradients, clip }: { readonly gradients: boolean; readonly clip: boolean },
): string | null {
  const asked = [recommend && '--recommend', sweep && '--sweep'].filter((word) => word !== null);
  const given = [gradients && 'gradients at w*', clip && '--clip'].filter((word) => word !== false);
  if (asked.length === 0 || given.length === 0) return null;
  return `${asked.join(' and ')}: by curvature alone; ${given.join(' and ')} only for the given setting (forecast takes them in others)`;
}

/** @throws UsageError unless the step is the plain one with batches drawn anew. */
export function refuseBeyondPlain(what: string, problem: ReadProblem['problem']): void {
  const fault = plainStepFault(what, problem);
  if (fault !== null) throw new UsageError(fault);
}

/** Checks the batch sizes to try against the set. @throws UsageError */
function checkBatches({ batches }: RecommendationRequest, samples: number): void {
  const tooLarge = batches?.find((size) => size > samples);
  if (tooLarge === undefined) return;
  throw new UsageError(`--batches must be integers in 1..${samples}; got ${tooLarge}`);
}

function refusedForSubset(option: string, { sets: { retain, forget } }: DrawnProblem): string {
  const way =
    retain.isThinned || forget.isThinned
      ? 'thinned sets are one'
      : `--subset ${Math.max(retain.of, forget.of)} takes all samples`;
  return `${option} must be left out for a subset (${way}); got ${retain.samples.sampleCount} of ${retain.of} and ${forget.samples.sampleCount} of ${forget.of}`;
}
