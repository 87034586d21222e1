import { dot, norm } from '../linalg/vectors.js';
import type { RandomSource } from '../statistics/generator.js';
import type { ReducedProblem } from '../theory/problem.js';
import {
  unlearning,
  type UnlearningImplementation,
  unlearningProcess,
  type UnlearningProcess,
} from '../unlearning/process.js';
import { escapeDistance, type EscapeThreshold } from './escape-prediction.js';
import { checkMixing, type ForgetSplit } from './forget-set.js';
import type { ForgettingSettings, LocalProblem, TrainedNetwork } from './linearisation.js';
import { setPerformance, type SetPerformance } from './losses.js';
import { networkModel } from './network-model.js';
import { outputGradients } from './output-gradients.js';
import { flippedActivations, type PatchData, selectSamples } from './patch-network.js';

/** Iterate of an unlearning run. */
interface Iterate {
  /** Steps made. */
  readonly step: number;
  /** Changed by the next step: copy what is to be kept. */
  readonly weights: Float64Array;
  /** |w - w*|. */
  readonly distance: number;
}

/** Distance from w* that counts as divergence, over |w*| + |displacement|: no run comes back from there. */
const BLOW_UP = 1e6;

/**
 * Real descent-ascent step on a network, with sets of weight zero left out.
 *
 * @throws RangeError for an empty set of nonzero weight, or batch sizes that do not fit.
 */
export function networkUnlearning(
  { network, weights, data, loss }: TrainedNetwork,
  split: ForgetSplit,
  { alpha, batch, sampling }: ForgettingSettings,
  eta: number,
  implementation: UnlearningImplementation = unlearning,
): UnlearningProcess {
  checkMixing(split, alpha);
  const model = (indices: readonly number[]) => networkModel(network, selectSamples(data, indices), loss);
  const retain = model(alpha < 1 ? split.retain : []);
  const forget = model(alpha > 0 ? split.forget : []);
  return unlearningProcess({ retain, forget, alpha, eta, batch }, sampling, weights, implementation);
}

/**
 * Iterates of unlearning from w* + displacement, the start first; the caller looks at them and may stop.
 *
 * @param displacement w - w* at the start, 2 m d numbers.
 * @returns the step that went beyond BLOW_UP (|w*| + |displacement|) or left the number range; there is no end
 * otherwise.
 * @throws RangeError for a displacement that is not as long as w*.
 */
export function* unlearningIterates(
  process: UnlearningProcess,
  displacement: Float64Array,
  random: RandomSource,
): Generator<Iterate, number> {
  const { minimum } = process;
  if (displacement.length !== minimum.length) {
    throw new RangeError(`the displacement must be ${minimum.length} numbers; got ${displacement.length}`);
  }
  const blowUp = BLOW_UP * (norm(minimum) + norm(displacement));
  const w = minimum.map((x, a) => x + displacement[a]!);
  const delta = new Float64Array(w.length);
  for (let step = 0; ; step++) {
    for (let a = 0; a < w.length; a++) delta[a] = w[a]! - minimum[a]!;
    const distance = norm(delta);
    if (!(distance <= blowUp)) return step;
    yield { step, weights: w, distance };
    process.drawBatches(random);
    process.applyStep(w);
  }
}

/**
 * The unlearning of a real network seen in the r coordinates of U: from coordinates x the network starts at
 * w* + length * x, makes its step, and x becomes the projection of where it is then, divided by the length.
 *
 * With the length inside the activation margin the network is linear around w*, so that growth over many
 * steps can be measured on it although its runs would soon leave that range: what measures growth may
 * rescale x, and the network starts again as near to w* as before.
 *
 * @param process of the network (`networkUnlearning`).
 * @param length at most `renormalisationLength` for displacements of length 1.
 */
export function networkInCoordinates(
  process: UnlearningProcess,
  { reduced, lift, project }: LocalProblem,
  length: number,
): UnlearningProcess {
  const { minimum } = process;
  return {
    ...process,
    minimum: new Float64Array(reduced.dimension),
    applyStep(x) {
      const displacement = lift(x.map((value) => length * value));
      const w = minimum.map((value, a) => value + displacement[a]!);
      process.applyStep(w);
      const moved = project(w.map((value, a) => value - minimum[a]!));
      for (let a = 0; a < x.length; a++) x[a] = moved[a]! / length;
    },
    together: undefined,
  };
}

/**
 * The largest length from which no step of any batches reaches half the activation margin:
 * |A| <= 1 + eta max(|retain part|, |forget part|), each part at most its weight times the largest sample curvature,
 * times n/B for bernoulli batches, which can be all samples.
 */
export function renormalisationLength(problem: ReducedProblem, eta: number, margin: number): number {
  const parts = problem.groups.map(({ weight, batchSize, sampling, samples }) => {
    const { factors, dimension, sampleCount } = samples;
    let largest = 0;
    for (let i = 0; i < factors.length; i += dimension) {
      const factor = factors.subarray(i, i + dimension);
      largest = Math.max(largest, dot(factor, factor));
    }
    return weight * largest * (sampling === 'bernoulli' ? sampleCount / batchSize : 1);
  });
  return margin / (2 * (1 + eta * Math.max(...parts)));
}

/** Step size, length and start of a run, and what is recorded of it. */
interface RunOptions {
  /** Step size, > 0. */
  readonly eta: number;
  /** K: most steps. */
  readonly steps: number;
  /** w - w* at the start, 2 m d numbers; default zero. */
  readonly displacement?: Float64Array;
  /** Of the batches; full batches without replacement draw nothing. */
  readonly random: RandomSource;
  /** Steps between two records, >= 1; default 1. First and last step are recorded in any case. */
  readonly recordEvery?: number;
  readonly test?: PatchData;
  readonly escape?: EscapeThreshold;
  /** End the run with the escape; default false. */
  readonly stopAtEscape?: boolean;
  /** Default: the real one. */
  readonly implementation?: UnlearningImplementation;
}

/** Network at one step of a run. */
interface RunRecord {
  readonly step: number;
  /** |w - w*|. */
  readonly distance: number;
  /** Null for a set without samples. */
  readonly retain: SetPerformance | null;
  readonly forget: SetPerformance | null;
  readonly test: SetPerformance | null;
  /** Activations on the training data that are not what they are at w*. */
  readonly flips: number;
}

/** Records and distances of a run. */
interface UnlearningRun {
  readonly records: readonly RunRecord[];
  /** |w - w*| after every step made, all finite; entry 0 is that of the start. */
  readonly distances: Float64Array;
  /** First step with |w - w*| at the threshold or beyond; null without one. */
  readonly escapeStep: number | null;
  /** The step that diverged (`unlearningIterates`), not among the distances; null if none did. */
  readonly divergedAt: number | null;
}

/**
 * Run from w* + displacement with the descent-ascent code of all models.
 *
 * @throws RangeError for an empty set of nonzero weight, batch sizes that do not fit, or a displacement that
 * is not 2 m d numbers.
 */
export function unlearningRun(
  trained: TrainedNetwork,
  split: ForgetSplit,
  settings: ForgettingSettings,
  options: RunOptions,
): UnlearningRun {
  const { network, weights: minimum, data, loss } = trained;
  const { steps, random, recordEvery = 1, stopAtEscape = false } = options;
  const { displacement = new Float64Array(minimum.length) } = options;
  const process = networkUnlearning(trained, split, settings, options.eta, options.implementation);
  const iterates = unlearningIterates(process, displacement, random);
  const sets = { retain: selectSamples(data, split.retain), forget: selectSamples(data, split.forget) };
  const gradientsAt = outputGradients(network, data);
  const { active } = gradientsAt(minimum);
  const records: RunRecord[] = [];
  const distances: number[] = [];
  let target = Infinity;
  let escapeStep: number | null = null;
  for (;;) {
    const { value, done } = iterates.next();
    if (done === true) {
      // Beyond every threshold, even if the distance is not a number.
      if (options.escape) escapeStep ??= value;
      return { records, distances: Float64Array.from(distances), escapeStep, divergedAt: value };
    }
    const { step, distance } = value;
    distances.push(distance);
    if (step === 0 && options.escape) target = escapeDistance(options.escape, distance);
    if (distance >= target) escapeStep ??= step;
    const last = step >= steps || (stopAtEscape && escapeStep !== null);
    if (last || step % recordEvery === 0) records.push(record(value));
    if (last) return { records, distances: Float64Array.from(distances), escapeStep, divergedAt: null };
  }

  function record({ step, weights, distance }: Iterate): RunRecord {
    const performance = (set: PatchData) => setPerformance(network, weights, set, loss);
    return {
      step,
      distance,
      retain: performance(sets.retain),
      forget: performance(sets.forget),
      test: options.test ? performance(options.test) : null,
      flips: flippedActivations(active, gradientsAt(weights).active),
    };
  }
}
