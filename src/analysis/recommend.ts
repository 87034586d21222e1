import { criticalMixing } from '../theory/mean-curvature.js';
import type { UnlearningProblem } from '../theory/problem.js';
import { reduceSets } from '../theory/reduction.js';
import type { Recommendation, RecommendedWindow } from './recommendation.js';
import { obstacle } from './obstacle.js';
import { batchChain, type BothSets, type EscapeGoal, mixingGrid, mixingSplits } from './tried-settings.js';
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
  const room = mixings.map(({ low, kept }) => (low === null ? 0 : kept.withoutNoise / low));
  const widest = room.indexOf(Math.max(...room));
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
