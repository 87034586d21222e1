import type { RandomSource } from '../random/generator.js';
import {
  type BatchSizes,
  emptySet,
  groupNamed,
  type ReducedProblem,
  type Sampling,
  type SetName,
} from '../theory/problem.js';
import { type Batch, batchSampler, type BatchSampler, emptySampler } from './batch-sampler.js';
import { factorQuadratic } from './factor-quadratic.js';
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

/** The two pieces of unlearning code that are put to the test; broken ones take their place in tests. */
export interface UnlearningImplementation {
  readonly step: UnlearningStep;
  readonly sampler: (sampling: Sampling, n: number, batchSize: number) => BatchSampler;
}

/** The real implementation. */
export const unlearning: UnlearningImplementation = { step: unlearningStep, sampler: batchSampler };

/** A running unlearning process around a minimum w*. */
export interface UnlearningProcess {
  /** w*, where every gradient vanishes. */
  readonly minimum: Float64Array;
  /** Draws the next pair of batches. */
  drawBatches(random: RandomSource): void;
  /** Sizes of the batches drawn last; the object stays the same and changes with the next draw. */
  batchSizes(): BatchSizes;
  /** Moves w by one step with the batches drawn last; several parameter vectors may share them. */
  applyStep(w: Float64Array): void;
}

/** Descent-ascent on two models around their common minimum. */
export function unlearningProcess(
  settings: StepSettings,
  sampling: Sampling,
  minimum: Float64Array,
  implementation: UnlearningImplementation = unlearning,
): UnlearningProcess {
  const retain = samplerOf(settings.retain, settings.batch.retain);
  const forget = samplerOf(settings.forget, settings.batch.forget);
  const gradient = new Float64Array(minimum.length);
  const sizes = { retain: retain.batch.size, forget: forget.batch.size };
  return {
    minimum,
    drawBatches(random) {
      retain.draw(random);
      forget.draw(random);
      sizes.retain = retain.batch.size;
      sizes.forget = forget.batch.size;
    },
    batchSizes: () => sizes,
    applyStep(w) {
      implementation.step(settings, retain.batch, forget.batch, w, gradient);
    },
  };

  function samplerOf(model: PerSampleModel, batchSize: number): BatchSampler {
    if (model.sampleCount === 0) return emptySampler();
    return implementation.sampler(sampling, model.sampleCount, batchSize);
  }
}

/** The process on the quadratic models with the curvature of a reduced problem; its minimum is 0. */
export function linearisedProcess(
  problem: ReducedProblem,
  eta: number,
  implementation: UnlearningImplementation = unlearning,
): UnlearningProcess {
  const minimum = new Float64Array(problem.dimension);
  const model = (name: SetName) =>
    factorQuadratic(groupNamed(problem, name)?.samples ?? emptySet(problem.dimension), minimum);
  const batchSize = (name: SetName) => groupNamed(problem, name)?.batchSize ?? 1;
  const settings = {
    retain: model('retain'),
    forget: model('forget'),
    alpha: problem.alpha,
    eta,
    batch: { retain: batchSize('retain'), forget: batchSize('forget') },
  };
  return unlearningProcess(settings, problem.sampling, minimum, implementation);
}

/**
 * Runs one drawn step from several displacements with the same batches: row a of `out` is A times row a
 * of `directions`, where A is the step matrix of the linearised process.
 *
 * @param directions m x r displacements from the minimum, row-major; `out` has the same shape.
 * @param w room for r numbers, so that a loop over many draws need not make any.
 */
export function stepDirections(
  process: UnlearningProcess,
  random: RandomSource,
  directions: Float64Array,
  out: Float64Array,
  w: Float64Array = new Float64Array(process.minimum.length),
): void {
  const { minimum } = process;
  const r = minimum.length;
  process.drawBatches(random);
  for (let from = 0; from < directions.length; from += r) {
    for (let a = 0; a < r; a++) w[a] = minimum[a]! + directions[from + a]!;
    process.applyStep(w);
    for (let a = 0; a < r; a++) out[from + a] = w[a]! - minimum[a]!;
  }
}
