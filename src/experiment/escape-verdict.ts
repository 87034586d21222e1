import type { LossName } from '../network/losses.js';
import type { FollowedRun } from './followed-run.js';
import { SMALLEST_DISPLACEMENT, type LinearPrediction } from './linear-prediction.js';

/** Whether a run did what was predicted. */
export interface EscapeVerdict {
  /** 'not comparable' where the linear dynamics is no more than a model. */
  readonly says: 'as predicted' | 'not as predicted' | 'not comparable';
  /** Why it is not comparable; null if it is. */
  readonly reason: string | null;
}

/**
 * Relative difference of the distances, and of the steps of escape besides one step, that rounding of W explains:
 * displacements are at least 1e-10 of |w*|, a million times its rounding.
 */
const ROUNDING = 1e-3;

/**
 * Compares the steps of escape, and the distances up to it. The linear dynamics is exact for the squared loss, up to rounding of W, as long as
 * no activation is flipped where the run takes a step.
 *
 * @param weightLength |w*|.
 */
export function escapeVerdict(
  run: FollowedRun,
  prediction: LinearPrediction,
  loss: LossName,
  weightLength: number,
): EscapeVerdict {
  const { escapeStep, predictedEscapeStep, flipsBefore } = run;
  if (flipsBefore > 0) return incomparable(`${flipsBefore} activations are flipped before that`);
  if (loss !== 'squared') return incomparable(`the linear dynamics is only a model of the ${loss} loss`);
  if (prediction.displacementLength < SMALLEST_DISPLACEMENT * weightLength) {
    return incomparable('the displacement is lost in the rounding of the weights');
  }
  const allowed = 1 + ROUNDING * (predictedEscapeStep ?? 0);
  const agrees =
    escapeStep === null || predictedEscapeStep === null
      ? escapeStep === predictedEscapeStep
      : Math.abs(escapeStep - predictedEscapeStep) <= allowed;
  const near = run.largestDifference <= ROUNDING;
  return { says: agrees && near ? 'as predicted' : 'not as predicted', reason: null };
}

function incomparable(reason: string): EscapeVerdict {
  return { says: 'not comparable', reason };
}
