import { addBatchGradient, type PerSampleModel } from '../models/per-sample-model.js';
import type { Batch } from './batch-sampler.js';

/** What one gradient unlearning step needs besides the batches and the parameters. */
export interface StepSettings {
  readonly retain: PerSampleModel;
  readonly forget: PerSampleModel;
  /** Mixing weight of the ascent, in [0, 1]. */
  readonly alpha: number;
  /** Step size, > 0. */
  readonly eta: number;
  /** Divisors of the two gradient sums: the batch sizes, also where bernoulli batches come out larger. */
  readonly batch: { readonly retain: number; readonly forget: number };
}

/** One descent-ascent step, in place: w -= eta * g, with g written into `gradient` (same length as w). */
export type UnlearningStep = (
  settings: StepSettings,
  retainBatch: Batch,
  forgetBatch: Batch,
  w: Float64Array,
  gradient: Float64Array,
) => void;

/**
 * Gradient unlearning: descent on the retain batch, ascent on the forget batch,
 *
 *   w' = w - eta [ (1-alpha)/B_R sum_{i in S_R} grad l_i(w) - alpha/B_F sum_{j in S_F} grad l_j(w) ].
 */
export const unlearningStep: UnlearningStep = (settings, retainBatch, forgetBatch, w, gradient) => {
  const { retain, forget, alpha, eta, batch } = settings;
  for (let a = 0; a < gradient.length; a++) gradient[a] = 0;
  addBatchGradient(retain, w, retainBatch, (1 - alpha) / batch.retain, gradient);
  addBatchGradient(forget, w, forgetBatch, -alpha / batch.forget, gradient);
  for (let a = 0; a < w.length; a++) w[a]! -= eta * gradient[a]!;
};
