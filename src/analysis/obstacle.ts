import { crossCoherence, setCoherence } from '../theory/coherence.js';
import type { BatchSizes, UnlearningProblem } from '../theory/problem.js';
import { type Obstacle, shortNumber } from './answer.js';
import {
  batchChain,
  type BothSets,
  type EscapeGoal,
  keptDirections,
  type KeptDirections,
  type MixingSplit,
  smallestStep,
  smallestSteps,
} from './tried-settings.js';

/** A search that found no setting. */
interface Search {
  readonly problem: Pick<UnlearningProblem, 'batch' | 'sampling'>;
  readonly sets: BothSets;
  /** All mixings tried, ascending. */
  readonly splits: readonly MixingSplit[];
  readonly alphaStar: number;
  /** Batch sizes tried, ascending. */
  readonly chain: readonly BatchSizes[];
  readonly goal: EscapeGoal;
}

/** The axis of coherence that leaves no setting, found by leaving out one demand after the other. */
export function obstacle(search: Search): Obstacle {
  const { sets, splits, goal, problem } = search;
  const escaping = splits.filter((split) => split.escaping > 0);
  if (escaping.length === 0) {
    return {
      axis: 'forget',
      reason:
        'no forget sample has curvature, so that ascent moves nothing: alpha* = 1, at no mixing the mean escapes',
    };
  }
  const candidates = escaping
    .filter(({ keptFrom }) => keptFrom !== null)
    .map((split) => {
      const low = smallestStep(split, goal);
      const kept = keptDirections(split, sets, problem.sampling);
      return { split, low, kept, room: low === null ? 0 : kept.withoutNoise / low };
    });
  if (candidates.length === 0) return tooMuchRetained(search, escaping);
  const widest = candidates.reduce((best, candidate) => (candidate.room > best.room ? candidate : best));
  return widest.room >= 1
    ? tooMuchNoise(search, widest.split, widest.low!, widest.kept)
    : tooFewSteps(search, candidates);
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
function tooMuchNoise(
  { problem, sets, chain, goal }: Search,
  split: MixingSplit,
  low: number,
  kept: KeptDirections,
): Obstacle {
  const { sampling, batch: given } = problem;
  const n = { retain: sets.retain.sampleCount, forget: sets.forget.sampleCount };
  const tried = chain.at(-1)!;
  const quiet = (size: number): number => (sampling === 'with-replacement' ? Infinity : size);
  const high = kept.criticalStep(tried);
  const withoutRetainNoise = kept.criticalStep({ ...tried, retain: quiet(n.retain) });
  const withoutForgetNoise = kept.criticalStep({ ...tried, forget: quiet(n.forget) });
  const axis = withoutRetainNoise < low && withoutForgetNoise >= low ? 'forget' : 'retain';
  const coherence = setCoherence(sets[axis]);
  const enough = batchChain(n, given, null).find((batch) => kept.criticalStep(batch) >= low);
  return {
    axis,
    reason:
      `the noise of ${axis} batches: with batches ${pair(tried)} the kept directions hold only for eta < ${shortNumber(high)}, and the escape` +
      ` within ${goal.steps} steps needs eta >= ${shortNumber(low)} (alpha ${shortNumber(split.alpha)}); without batch noise they would hold for` +
      ` eta < ${shortNumber(kept.withoutNoise)}. The ${axis} coherence is ${shortNumber(coherence)} (${n[axis]} samples), the batch noise n/B - 1` +
      ` is ${shortNumber(n[axis] / tried[axis] - 1)}; ` +
      (enough ? `batches ${pair(enough)} would do` : 'no batches up to the whole sets would do'),
  };
}

/** Not even batches without noise leave a window. */
function tooFewSteps(
  { sets, goal }: Search,
  candidates: readonly { split: MixingSplit; low: number | null; kept: KeptDirections; room: number }[],
): Obstacle {
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
