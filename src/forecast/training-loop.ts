import { scale, addScaled } from '../linalg/vectors.js';
import { OUTPUT_LOSSES } from '../unlearning/output-loss.js';
import type { StepBatches } from './batches.js';
import type { OutputSet } from './output-set.js';
import type { OutputGradient, Route } from './route.js';
import type { ForecastSetting } from './setting.js';

/** delta = vector + pull w*, the vector as a route keeps it. */
export interface Displacement {
  readonly vector: Float64Array;
  /** Coefficient of w*: weights shrink towards 0. */
  pull: number;
}

/** A running optimizer. */
interface Optimizer {
  readonly position: Displacement;
  /** One step; `gradient` is overwritten. */
  step(gradient: Float64Array): void;
}

/** Defaults of PyTorch. */
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Makes the optimizer of a setting. */
export type OptimizerFactory = (setting: ForecastSetting, length: number) => Optimizer;

/** The optimizer of a setting at w*: delta = 0. @param length numbers of a vector. */
export function optimizerOf({ lr, procedure }: ForecastSetting, length: number): Optimizer {
  const position: Displacement = { vector: new Float64Array(length), pull: 0 };
  const first: Displacement = { vector: new Float64Array(length), pull: 0 };
  const second = new Float64Array(procedure.optimizer === 'sgd' ? 0 : length);
  let steps = 0;
  return {
    position,
    step(gradient) {
      steps++;
      if (procedure.optimizer === 'sgd') descend(gradient);
      else adapt(gradient);
    },
  };

  /** torch.optim.SGD: g += lambda w; v = b v + g; w -= lr v, or lr (g + b v). */
  function descend(gradient: Float64Array): void {
    const { momentum, nesterov, weightDecay } = procedure;
    const decay = weightDecay * (1 + position.pull);
    if (weightDecay > 0) addScaled(gradient, weightDecay, position.vector);
    if (momentum === 0) return move(gradient, decay);
    scale(first.vector, momentum);
    addScaled(first.vector, 1, gradient);
    first.pull = momentum * first.pull + decay;
    if (!nesterov) return move(first.vector, first.pull);
    addScaled(gradient, momentum, first.vector);
    move(gradient, decay + momentum * first.pull);
  }

  function move(direction: Float64Array, pull: number): void {
    addScaled(position.vector, -lr, direction);
    position.pull -= lr * pull;
  }

  /** torch.optim.Adam without decay, and AdamW with it: w *= 1 - lr lambda first. */
  function adapt(gradient: Float64Array): void {
    const kept = 1 - lr * procedure.weightDecay;
    if (kept !== 1) scale(position.vector, kept);
    position.pull = (1 + position.pull) * kept - 1;
    const { beta1, beta2, epsilon } = ADAM;
    const rate = lr / (1 - beta1 ** steps);
    const correction = Math.sqrt(1 - beta2 ** steps);
    const { vector } = first;
    for (let k = 0; k < length; k++) {
      const g = gradient[k]!;
      vector[k] = beta1 * vector[k]! + (1 - beta1) * g;
      second[k] = beta2 * second[k]! + (1 - beta2) * g * g;
      position.vector[k]! -= (rate * vector[k]!) / (Math.sqrt(second[k]!) / correction + epsilon);
    }
  }
}

/** A running training loop on the linearised network. */
interface TrainingLoop {
  /** Steps made. */
  readonly steps: number;
  step(): void;
  /** Writes the outputs f* + J delta of samples from .. to-1 of a set to `out`. */
  outputs(set: number, from: number, to: number, out: Float64Array): void;
  /** True once a number of the state is not finite any more. */
  overflowed(): boolean;
  /** delta, as it changes from step to step. */
  readonly position: Displacement;
}

/** PyTorch's clip_grad_norm_ divides by the norm and this. */
const CLIP_ROUNDING = 1e-6;

/**
 * The loop as it stands in a training script, with the true loss: gradients c_i = weight_i grad l_i(z_i) in the outputs at
 * z = f* + J delta, clipped, and the optimizer's step.
 *
 * @param sets retain, forget, and others that are only looked at.
 * @param draw batches of one step after another.
 */
export function trainingLoop(
  sets: readonly OutputSet[],
  setting: ForecastSetting,
  route: Route,
  draw: () => StepBatches,
  optimize: OptimizerFactory = optimizerOf,
): TrainingLoop {
  const loss = OUTPUT_LOSSES[setting.loss];
  const optimizer = optimize(setting, route.length);
  const { position } = optimizer;
  const gradient = new Float64Array(route.length);
  const { clip } = setting.procedure;
  let steps = 0;

  function outputs(set: number, from: number, to: number, out: Float64Array): void {
    const { width, outputs: start, pull } = sets[set]!;
    // Nothing has moved yet.
    if (steps === 0) out.fill(0, 0, (to - from) * width);
    else route.outputs(set, from, to, position.vector, out);
    for (let k = 0, at = from * width; k < (to - from) * width; k++, at++) {
      out[k]! += start[at]! + (pull === null ? 0 : position.pull * pull[at]!);
    }
  }

  /** Adds the gradient of the mean loss over a batch, times the weight. */
  function addGradient(
    set: number,
    batch: StepBatches['retain'],
    weight: number,
    parts: OutputGradient[],
  ): void {
    if (batch === null) return;
    const { width, targets } = sets[set]!;
    const z = new Float64Array(width);
    for (const sample of batch.samples) {
      outputs(set, sample, sample + 1, z);
      const coefficients = loss.gradient(z, targets.subarray(sample * width, (sample + 1) * width));
      scale(coefficients, weight / batch.divisor);
      const part = { set, sample, coefficients };
      route.add(part, gradient);
      parts.push(part);
    }
  }

  return {
    get steps() {
      return steps;
    },
    outputs,
    step() {
      const { retain, forget } = draw();
      const parts: OutputGradient[] = [];
      gradient.fill(0);
      addGradient(0, retain, setting.retainWeight, parts);
      addGradient(1, forget, -setting.forgetWeight, parts);
      if (clip !== null) {
        const share = clip / (Math.sqrt(route.squaredLength(gradient, parts)) + CLIP_ROUNDING);
        if (share < 1) scale(gradient, share);
      }
      optimizer.step(gradient);
      steps++;
    },
    overflowed: () => !Number.isFinite(position.pull) || !position.vector.every(Number.isFinite),
    position,
  };
}
