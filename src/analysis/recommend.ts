import { identityMatrix } from '../linalg/symmetric-eigen.js';
import { criticalMixing, meanHessian } from '../theory/mean-curvature.js';
import {
  type BatchSizes,
  curvatureGroups,
  factorCount,
  type SamplingChoice,
  setInBasis,
  type UnlearningProblem,
} from '../theory/problem.js';
import { secondMomentStep } from '../theory/operator/noise-map.js';
import { reduceSets } from '../theory/reduction.js';
import type { ExpectedOutcome, Recommendation, RecommendedWindow } from './answer.js';
import {
  batchChain,
  type BothSets,
  type EscapeGoal,
  keptDirections,
  type KeptDirections,
  mixingGrid,
  type MixingSplit,
  mixingSplits,
  smallestStep,
} from './tried-settings.js';
import { obstacle } from './obstacle.js';

/** The wanted escape and the batch sizes among which to look for it. */
export interface RecommendationRequest extends EscapeGoal {
  /** Retain batch sizes to try; null: powers of two, the given one and n. Each in 1..n. */
  readonly batches: readonly number[] | null;
}

/** Growth by a thousand within a thousand steps, at most a tenth of the retain curvature going with it. */
export const DEFAULT_REQUEST: RecommendationRequest = {
  steps: 1000,
  factor: 1000,
  retainShareLimit: 0.1,
  batches: null,
};

/** Cost of all evaluations of batches with noise: half a minute or so. Beyond it, smaller batches are tried at fewer mixings. */
const LARGEST_COST = 1.5e9;

/** Margins within this share of the largest are called equal: nobody sets a step size to more digits. */
const EQUAL_MARGINS = 0.01;

/**
 * The settings (eta, alpha, batch sizes) with which the forget directions escape within K steps while the retain
 * directions stay contracting, and the one with the largest margin; or what blocks them all.
 *
 * @param problem its alpha and batch sizes are among those tried.
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
  const splitAt = mixingSplits(sets, retainShareLimit);
  const splits = mixingGrid(alphaStar, problem.alpha).map(splitAt);
  const chain = n.forget === 0 ? [] : batchChain(n, problem.batch, request.batches);
  const mixings = splits.map((split) => ({
    split,
    low: split.keptFrom === null ? null : smallestStep(split, request),
    kept: keptDirections(split, sets, problem.sampling),
  }));
  const isExamined = examined(mixings, chain.length, problem.alpha);
  const region = mixings.flatMap((mixing, i) => {
    onProgress(i / mixings.length);
    return windows(mixing, isExamined(mixing, i) ? chain : chain.slice(-1));
  });
  const best = bestOf(region);
  const outcome = (row: BestWindow, eta: number) =>
    expectedOutcome(splitAt(row.alpha), sets, { eta, batch: row.batch, sampling: problem.sampling }, factor);
  const eta = best && Math.sqrt(best.low) * Math.sqrt(best.high);
  return {
    steps,
    factor,
    retainShareLimit,
    region,
    best: best && { ...best, eta: eta!, outcome: outcome(best, eta!) },
    obstacle: best ? null : obstacle({ problem, sets, splits, alphaStar, chain, goal: request }),
  };
}

interface Mixing {
  readonly split: MixingSplit;
  readonly low: number | null;
  readonly kept: KeptDirections;
}

/** Mixings at which all batch sizes are tried: as many as the cost allows, the given one, and that with the widest window without noise. */
function examined(mixings: readonly Mixing[], batches: number, given: number) {
  const total = mixings.reduce((sum, { low, kept }) => sum + (low === null ? 0 : batches * kept.cost), 0);
  const stride = Math.max(1, Math.ceil(total / LARGEST_COST));
  const room = mixings.map(({ low, kept }) => (low === null ? 0 : kept.withoutNoise / low));
  const widest = room.indexOf(Math.max(...room));
  return ({ split }: Mixing, i: number): boolean => i % stride === 0 || i === widest || split.alpha === given;
}

/** The rows of one mixing; from the largest batches down, until one leaves no window: smaller ones leave none either. */
function windows({ split, low, kept }: Mixing, chain: readonly BatchSizes[]): RecommendedWindow[] {
  let open = split.keptFrom !== null;
  const rows = chain.toReversed().map((batch): RecommendedWindow => {
    const step = open ? kept.criticalStep(batch) : 0;
    const margin = opens(low, step) ? Math.sqrt(step / low!) : null;
    open = margin !== null;
    const high = step > 0 ? step : null;
    return { alpha: split.alpha, batch, low, high, retainShare: split.retainShare, margin };
  });
  return rows.reverse();
}

function opens(low: number | null, high: number): boolean {
  return low !== null && high >= low;
}

type BestWindow = RecommendedWindow & {
  readonly margin: number;
  readonly low: number;
  readonly high: number;
};

/** The row with the largest margin: of nearly equal ones that with the least ascent, then with the largest batches. */
function bestOf(region: readonly RecommendedWindow[]): BestWindow | null {
  const open = region.filter((row): row is BestWindow => row.margin !== null);
  const largest = Math.max(...open.map(({ margin }) => margin));
  const equal = open.filter(({ margin }) => margin >= (1 - EQUAL_MARGINS) * largest);
  return equal.reduce<BestWindow | null>(
    (best, row) => (best?.alpha === undefined || row.alpha <= best.alpha ? row : best),
    null,
  );
}

/** Multiplications that the iteration may take, about ten seconds. */
const MULTIPLICATIONS = 1e10;

/**
 * What is expected at the first step at which the mean has escaped by the factor: T iterated from the identity, on
 * all of U. Null where that takes more than MULTIPLICATIONS, or nothing escapes in the mean.
 */
export function expectedOutcome(
  split: MixingSplit,
  sets: BothSets,
  { eta, batch, sampling }: { eta: number; batch: BatchSizes; sampling: SamplingChoice },
  factor: number,
): ExpectedOutcome | null {
  const { alpha, curvatures, directions, keptFrom } = split;
  const r = curvatures.length;
  if (split.escaping === 0) return null;
  const steps = Math.ceil(Math.log(factor) / Math.log1p(-eta * curvatures[0]!));
  const [retain, forget] = [setInBasis(sets.retain, directions, r), setInBasis(sets.forget, directions, r)];
  if (steps * (factorCount(retain) + factorCount(forget)) * r * r > MULTIPLICATIONS) return null;
  const groups = curvatureGroups({ retain, forget, alpha, batch, sampling });
  const step = secondMomentStep(groups, curvatures, eta);
  const moment = identityMatrix(r);
  const start = losses(moment);
  for (let k = 0; k < steps; k++) step(moment);
  const end = losses(moment);
  const ratio = (name: keyof typeof end): number => Math.min(Number.MAX_VALUE, end[name] / start[name]);
  return { steps, forgetLoss: ratio('forget'), retainLoss: ratio('retain'), keptLoss: ratio('kept') };

  /** Twice the expected losses: tr(Hbar M). */
  function losses(m: Float64Array) {
    const [hR, hF] = [meanHessian(retain), meanHessian(forget)];
    return { retain: inner(hR, m, 0), forget: inner(hF, m, 0), kept: inner(hR, m, keptFrom ?? 0) };
  }

  /** tr(P H P M), P the projector on the coordinates from one on. */
  function inner(h: Float64Array, m: Float64Array, from: number): number {
    let sum = 0;
    for (let a = from; a < r; a++) for (let b = from; b < r; b++) sum += h[a * r + b]! * m[a * r + b]!;
    return sum;
  }
}
