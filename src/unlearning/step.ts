import type { BatchSizes, SetName } from '../theory/problem.js';
import type { Procedure } from '../theory/procedure.js';
import type { Batch } from './batch-sampler.js';
import { addBatchGradient, type PerSampleModel } from './per-sample-model.js';

/** The two models with their weights in the step, the step size and the batch sizes. */
export interface StepSettings {
  readonly retain: PerSampleModel;
  readonly forget: PerSampleModel;
  /** Mixing weight of the ascent, in [0, 1]. */
  readonly alpha: number;
  /** Step size, > 0. */
  readonly eta: number;
  /** Divisors of the two gradient sums: the batch sizes, also where bernoulli batches come out larger. */
  readonly batch: BatchSizes;
  /** What is done with the gradient; default: the plain step. */
  readonly procedure?: Procedure;
}

/**
 * One step, in place, with g written into `gradient` (p numbers). A set that takes no part in it has an empty batch.
 *
 * @param state w, and after it the velocity where the procedure has momentum.
 */
export type UnlearningStep = (
  settings: StepSettings,
  retainBatch: Batch,
  forgetBatch: Batch,
  state: Float64Array,
  gradient: Float64Array,
) => void;

/**
 * Gradient unlearning: descent on the retain batch, ascent on the forget batch,
 *
 *   w' = w - eta [ (1-alpha)/B_R sum_{i in S_R} grad l_i(w) - alpha/B_F sum_{j in S_F} grad l_j(w) ],
 *
 * or what the optimizer of the procedure makes of that gradient.
 *
 * It works also on several parameter vectors that stand one after the other, with as long a gradient and as many
 * velocities after them all.
 */
export const unlearningStep: UnlearningStep = (settings, retainBatch, forgetBatch, state, gradient) => {
  const { retain, forget } = settings;
  const p = gradient.length;
  const w = state.length === p ? state : state.subarray(0, p);
  gradient.fill(0);
  addBatchGradient(retain, w, retainBatch, gradientScale(settings, 'retain'), gradient);
  addBatchGradient(forget, w, forgetBatch, gradientScale(settings, 'forget'), gradient);
  moveState(settings, state, gradient);
};

/** The signed weight of a set's gradient sum in the step. */
export function gradientScale({ alpha, batch }: StepSettings, name: SetName): number {
  return name === 'retain' ? (1 - alpha) / batch.retain : -alpha / batch.forget;
}

/** Moves a state by a step with a given gradient. */
export function moveState(
  { eta, procedure }: StepSettings,
  state: Float64Array,
  gradient: Float64Array,
): void {
  const p = gradient.length;
  if (procedure) optimizerStep(procedure, eta, state.subarray(0, p), state.subarray(p), gradient);
  else for (let a = 0; a < p; a++) state[a]! -= eta * gradient[a]!;
}

/**
 * The update of torch.optim.SGD (dampening 0) from a gradient; with a preconditioner C that of AdamW with frozen second
 * moments: the decay shrinks w, and the update is C times that of SGD.
 */
function optimizerStep(
  { momentum, nesterov, weightDecay, preconditioner }: Procedure,
  eta: number,
  w: Float64Array,
  velocity: Float64Array,
  gradient: Float64Array,
): void {
  for (let a = 0; a < w.length; a++) {
    let update = gradient[a]!;
    if (preconditioner) w[a]! *= 1 - eta * weightDecay;
    else update += weightDecay * w[a]!;
    if (momentum > 0) {
      velocity[a] = momentum * velocity[a]! + update;
      update = nesterov ? update + momentum * velocity[a]! : velocity[a]!;
    }
    w[a]! -= eta * (preconditioner ? preconditioner[a % preconditioner.length]! * update : update);
  }
}

/** Several states (w, v), m x 2p, as all w and behind them all v: 2 x m p. */
export function velocitiesBehind(rows: Float64Array, p: number, out: Float64Array): void {
  const half = rows.length / 2;
  for (let k = 0, row = 0; k < half; k += p, row += 2 * p) {
    for (let a = 0; a < p; a++) {
      out[k + a] = rows[row + a]!;
      out[half + k + a] = rows[row + p + a]!;
    }
  }
}

/** The way back: each w with its v beside it. */
export function velocitiesBeside(states: Float64Array, p: number, out: Float64Array): void {
  const half = states.length / 2;
  for (let k = 0, row = 0; k < half; k += p, row += 2 * p) {
    for (let a = 0; a < p; a++) {
      out[row + a] = states[k + a]!;
      out[row + p + a] = states[half + k + a]!;
    }
  }
}
