import { outputGradients } from './output-gradients.js';
import { selectSamples, type PatchData } from './patch-data.js';
import type { RandomSource } from '../random/generator.js';
import type { UnlearningImplementation } from '../unlearning/process.js';
import { flippedActivations } from './activation-margin.js';
import { escapeDistance, type EscapeThreshold } from './escape-prediction.js';
import type { ForgetSplit } from './forget-set.js';
import type { ForgettingSettings, TrainedNetwork } from './linearisation.js';
import { setPerformance, type SetPerformance } from './losses.js';
import { networkUnlearning, unlearningIterates, type Iterate } from './network-unlearning.js';

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
export interface RunRecord {
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
