import { criticalMixing } from '../theory/mean-curvature.js';
import type { UnlearningProblem, BatchSizes } from '../theory/problem.js';
import { reduceSets } from '../theory/reduction.js';
import type { Recommendation, RecommendedWindow, Obstacle } from './recommendation.js';
import {
  batchChain,
  type BothSets,
  type EscapeGoal,
  mixingGrid,
  mixingSplits,
  type MixingSplit,
  smallestSteps,
} from './tried-settings.js';
import {
  isOpen,
  type Mixing,
  mixingFor,
  type OpenWindow,
  servingStep,
  type TriedStep,
  windowAt,
  windowCost,
} from './windows.js';
import { crossCoherence, setCoherence } from '../theory/coherence.js';
import { shortNumber } from './answer.js';

/** The wanted escape and the batch sizes among which to look for it. */
export interface RecommendationRequest extends EscapeGoal {
  /** Retain batch sizes that may be used, each in 1..n: a cost, and the smallest that serves is recommended. Null: the given one. */
  readonly batches: readonly number[] | null;
}

/** Growth by a thousand within a thousand steps, at most a tenth of the retain curvature going with it. */
export const DEFAULT_REQUEST: RecommendationRequest = {
  steps: 1000,
  factor: 1000,
  retainShareLimit: 0.1,
  batches: null,
};

/** Cost of all windows of batches with noise: half a minute or so. Beyond it, smaller batches are tried at fewer mixings. */
const LARGEST_COST = 1.5e9;

/** Margins within this share of the largest are called equal: nobody sets a step size to more digits. */
const EQUAL_MARGINS = 0.01;

/** Windows of one pair of batch sizes in which single runs are tried. */
const TRIED_WINDOWS = 4;

/**
 * The settings (eta, alpha) with which the forget directions escape within K steps while the expected kept loss does not
 * rise, by batch sizes; and of the smallest batches that leave one in which single runs serve, too, the one with the
 * largest margin; or what blocks them all.
 *
 * @param problem its alpha is among those tried.
 * @param onProgress called with the share that is done, in [0, 1].
 */
export function recommend(
  problem: UnlearningProblem,
  request: RecommendationRequest = DEFAULT_REQUEST,
  onProgress: (done: number) => void = () => undefined,
): Recommendation {
  const [retain, forget] = reduceSets([problem.retain, problem.forget]).sets as [
    BothSets['retain'],
    BothSets['forget'],
  ];
  const sets = { retain, forget };
  const n = { retain: retain.sampleCount, forget: forget.sampleCount };
  const { steps, factor, retainShareLimit } = request;
  const alphaStar = criticalMixing(retain, forget);
  const mixings = mixingGrid(alphaStar, problem.alpha)
    .map(mixingSplits(sets, retainShareLimit))
    .map((split) => mixingFor(split, sets, problem.sampling, request));
  const chain = n.forget === 0 ? [] : batchChain(n, problem.batch, request.batches ?? [problem.batch.retain]);
  const isExamined = examined(mixings, chain.length, problem.alpha);
  const rows = mixings.map((mixing, i) => {
    onProgress(i / mixings.length);
    if (!isExamined(mixing, i)) return [];
    return chain.map((batch) => ({ mixing, window: windowAt(mixing, batch) }));
  });
  const region = rows.flat().map(({ window }) => window);
  const best = chain.reduce<Best | null>(
    (found, _, k) => found ?? bestOf(rows.flatMap((row) => row.slice(k, k + 1))),
    null,
  );
  return {
    steps,
    factor,
    retainShareLimit,
    region,
    best,
    obstacle: best ? null : obstacle({ problem, sets, mixings, alphaStar, chain, goal: request }),
  };
}

type Best = OpenWindow & TriedStep;

/** Mixings that are tried: as many as the cost allows, the given one, and that with the widest window without noise. */
function examined(mixings: readonly Mixing[], batches: number, given: number) {
  const total = mixings.reduce((sum, mixing) => sum + (mixing.low === null ? 0 : windowCost(mixing)), 0);
  const stride = Math.max(1, Math.ceil((batches * total) / LARGEST_COST));
  const rooms = mixings.map(room);
  const widest = rooms.indexOf(Math.max(...rooms));
  return ({ split }: Mixing, i: number): boolean => i % stride === 0 || i === widest || split.alpha === given;
}

/**
 * Of the windows of one pair of batch sizes the first in which single runs serve, from the largest margin down; of nearly
 * equal ones that with the least ascent.
 */
function bestOf(
  rows: readonly { readonly mixing: Mixing; readonly window: RecommendedWindow }[],
): Best | null {
  const open = rows.flatMap(({ mixing, window }) => (isOpen(window) ? [{ mixing, window }] : []));
  const level = ({ window }: (typeof open)[number]): number =>
    Math.floor(Math.log(window.margin) / -Math.log1p(-EQUAL_MARGINS));
  open.sort((a, b) => level(b) - level(a) || a.window.alpha - b.window.alpha);
  for (const { mixing, window } of open.slice(0, TRIED_WINDOWS)) {
    const step = servingStep(mixing, window);
    if (step) return { ...window, ...step };
  }
  return null;
}

/** A search that found no setting. */
interface Search {
  readonly problem: Pick<UnlearningProblem, 'batch' | 'sampling'>;
  readonly sets: BothSets;
  /** All mixings, ascending. */
  readonly mixings: readonly Mixing[];
  readonly alphaStar: number;
  /** Batch sizes tried, ascending. */
  readonly chain: readonly BatchSizes[];
  readonly goal: EscapeGoal;
}

/** The axis of coherence that leaves no setting, found by leaving out one demand after the other. */
function obstacle(search: Search): Obstacle {
  const escaping = search.mixings.filter(({ split }) => split.escaping > 0);
  if (escaping.length === 0) {
    return {
      axis: 'forget',
      reason:
        'no forget sample has curvature, so that ascent moves nothing: alpha* = 1, at no mixing the mean escapes',
    };
  }
  const candidates = escaping.filter(({ split }) => split.keptFrom !== null);
  if (candidates.length === 0) {
    return tooMuchRetained(
      search,
      escaping.map(({ split }) => split),
    );
  }
  const widest = widestOf(candidates);
  return room(widest) >= 1 ? tooMuchNoise(search, widest) : tooFewSteps(search, candidates);
}

/** At every mixing too much of the retain curvature escapes. */
function tooMuchRetained({ sets, alphaStar, goal }: Search, escaping: readonly MixingSplit[]): Obstacle {
  const least = escaping.reduce((best, split) => (split.retainShare < best.retainShare ? split : best));
  const { chi2, kappa } = crossCoherence(sets.retain, sets.forget);
  return {
    axis: 'cross',
    reason:
      `at every alpha above alpha* = ${shortNumber(alphaStar)} what escapes takes at least ${shortNumber(least.retainShare)} of the retain curvature with it` +
      ` (at alpha ${shortNumber(least.alpha)}), more than the limit ${shortNumber(goal.retainShareLimit)}: the forget samples pull along directions` +
      ` that hold the retain set (chi2 ${shortNumber(chi2)}, kappa ${shortNumber(kappa)})`,
  };
}

/** Batches without noise would leave a window at this mixing. */
function tooMuchNoise(search: Search, mixing: Mixing): Obstacle {
  const { problem, sets, chain, goal } = search;
  const { sampling, batch: given } = problem;
  const n = { retain: sets.retain.sampleCount, forget: sets.forget.sampleCount };
  const tried = chain.at(-1)!;
  const quiet = (size: number): number => (sampling === 'with-replacement' ? Infinity : size);
  const opens = (batch: BatchSizes): boolean => isOpen(windowAt(mixing, batch));
  const isForget =
    opens({ ...tried, forget: quiet(n.forget) }) && !opens({ ...tried, retain: quiet(n.retain) });
  const axis = isForget ? 'forget' : 'retain';
  const enough = batchChain(n, given, 'all').find((batch) => serves(mixing, batch));
  const factor = factorThatDoes(search, mixing, tried);
  const remedies = [
    enough ? `batches ${pair(enough)} would do` : 'no batches up to the whole sets would do',
    ...(factor === null ? [] : [`growth by a factor of ${shortNumber(factor)} would do with those tried`]),
  ];
  return {
    axis,
    reason:
      `the noise of ${axis} batches: ${noiseReason(mixing, tried, goal)}. The ${axis} coherence is` +
      ` ${shortNumber(setCoherence(sets[axis]))} (${n[axis]} samples), the batch noise n/B - 1 is` +
      ` ${shortNumber(n[axis] / tried[axis] - 1)}; ${remedies.join(', ')}`,
  };
}

/** Which of the demands the noise breaks, from the coarsest on. */
function noiseReason(
  { split, low, kept, path }: Mixing,
  tried: BatchSizes,
  { steps, factor }: EscapeGoal,
): string {
  const high = kept.criticalStep(tried);
  const need = `the escape within ${steps} steps needs eta >= ${shortNumber(low!)} (alpha ${shortNumber(split.alpha)})`;
  if (high < low!) {
    return (
      `with batches ${pair(tried)} the kept directions hold only for eta < ${shortNumber(high)}, and ${need}; without` +
      ` batch noise they would hold for eta < ${shortNumber(kept.withoutNoise)}`
    );
  }
  const loss = path().expected({ eta: low!, batch: tried }, factor)?.keptLoss ?? 0;
  return loss > 1
    ? `${need}, and there batches ${pair(tried)} carry so much of what escapes into the kept directions that their expected loss is ${shortNumber(loss)} times that of the start`
    : `with batches ${pair(tried)} the mean serves, but single runs do not: too few of them escape within ${steps} steps, or too many lose what is to be kept`;
}

/**
 * The largest growth, of the wanted one halved again and again, for which these batches leave a setting at the mixing with
 * the widest window without noise, or at the one given; null if none does.
 */
function factorThatDoes(
  { problem, sets, goal, mixings }: Search,
  { split }: Mixing,
  batch: BatchSizes,
): number | null {
  for (let factor = goal.factor / 2; factor > LEAST_FACTOR; factor /= 2) {
    const asked = (chosen: MixingSplit): Mixing =>
      mixingFor(chosen, sets, problem.sampling, { ...goal, factor });
    const widest = widestOf(mixings.map((mixing) => asked(mixing.split)));
    if (serves(widest, batch) || serves(asked(split), batch)) return factor;
  }
  return null;
}

/** True if batches of these sizes leave a setting at a mixing. */
function serves(mixing: Mixing, batch: BatchSizes): boolean {
  const window = windowAt(mixing, batch);
  return isOpen(window) && servingStep(mixing, window) !== null;
}

/** The mixing with the widest window without batch noise. */
function widestOf(mixings: readonly Mixing[]): Mixing {
  return mixings.reduce((best, mixing) => (room(mixing) > room(best) ? mixing : best));
}

function room({ low, kept }: Mixing): number {
  return low === null ? 0 : kept.withoutNoise / low;
}

/** Less growth is hardly an escape. */
const LEAST_FACTOR = 2;

/** Not even batches without noise leave a window. */
function tooFewSteps({ sets, goal }: Search, candidates: readonly Mixing[]): Obstacle {
  const needs = candidates.map(({ split, kept }) => smallestSteps(split, goal.factor, kept.withoutNoise));
  const least = needs.reduce((best, steps, i) => (steps < needs[best]! ? i : best), 0);
  const { split, kept } = candidates[least]!;
  const enough = needs[least]!;
  const escape = Math.expm1(Math.log(goal.factor) / goal.steps) / -split.curvatures[0]!;
  const need =
    escape > kept.withoutNoise
      ? `growth by the factor ${shortNumber(goal.factor)} within ${goal.steps} steps needs eta >= ${shortNumber(escape)}, and the kept directions hold only for eta < ${shortNumber(kept.withoutNoise)}`
      : `no step size halves the retain loss along the kept directions within ${goal.steps} steps`;
  const remedy = Number.isFinite(enough) ? `${enough} steps would do` : 'no number of steps would do';
  return {
    axis: 'steps',
    reason:
      `not even batches without noise leave a step size: at alpha ${shortNumber(split.alpha)} ${need}; ${remedy}.` +
      ` D has eigenvalues ${shortNumber(split.curvatures[0]!)} .. ${shortNumber(split.curvatures.at(-1)!)} there; the forget coherence is` +
      ` ${shortNumber(setCoherence(sets.forget))} (${sets.forget.sampleCount} samples)`,
  };
}

function pair({ retain, forget }: BatchSizes): string {
  return `${retain} / ${forget}`;
}
