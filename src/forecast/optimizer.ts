import { addScaled, scale } from '../linalg/vectors.js';
import type { ForecastSetting } from './setting.js';

/** delta = vector + pull w*, the vector as a route keeps it. */
export interface Displacement {
  readonly vector: Float64Array;
  /** Coefficient of w*: weights shrink towards 0. */
  pull: number;
}

/** A running optimizer. */
export interface Optimizer {
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
