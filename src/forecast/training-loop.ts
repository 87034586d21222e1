import { scale } from '../linalg/vectors.js';
import { OUTPUT_LOSSES } from '../unlearning/output-loss.js';
import type { StepBatches } from './batches.js';
import { type Displacement, type OptimizerFactory, optimizerOf } from './optimizer.js';
import type { OutputSet } from './output-set.js';
import type { OutputGradient, Route } from './route.js';
import type { ForecastSetting } from './setting.js';

/** A running training loop on the linearised network. */
export interface TrainingLoop {
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
