import { randomSource } from '../random/generator.js';
import type { EvaluationSets } from './deletion-measures.js';
import type { ExperimentSettings } from './experiment-settings.js';
import { forgetSet, type ForgetSplit, memorisationScores } from './forget-set.js';
import type { TrainedNetwork } from './linearisation.js';
import { flipLabels, selectSamples } from './patch-data.js';
import {
  drawSignalPlusNoise,
  freshSamples,
  signalNormOf,
  type SignalPlusNoiseData,
} from './signal-plus-noise.js';

/** Training data of an experiment. */
export interface DrawnData {
  /** With the flipped labels. */
  readonly data: SignalPlusNoiseData;
  /** The samples with a flipped label. */
  readonly flipped: readonly number[];
  /** |mu|/(sp sqrt d). */
  readonly signalToNoise: number;
}

/** Draws the training data of an experiment. */
export function drawExperiment({ distribution, samples, labelNoise, seed }: ExperimentSettings): DrawnData {
  const clean = drawSignalPlusNoise(distribution, samples, randomSource('network', seed, 'data'));
  const { signalNorm, noiseScale, dimension } = distribution;
  return {
    ...flipLabels(clean, labelNoise, randomSource('network', seed, 'label noise')),
    signalToNoise: signalNorm / signalNormOf(1, noiseScale, dimension),
  };
}

/** The forget set of an experiment, with how much of each sample the network has memorised. */
export function chooseForgetSet(
  { network, weights, data }: TrainedNetwork,
  { forget, forgetCount: count, seed }: ExperimentSettings,
): { split: ForgetSplit; scores: Float64Array } {
  const scores = memorisationScores(network, weights, data);
  const random = randomSource('network', seed, 'forget');
  switch (forget) {
    case 'random':
      return { scores, split: forgetSet(data, { kind: 'random', count, random }) };
    case 'class:+1':
    case 'class:-1': {
      const label = forget === 'class:+1' ? 1 : -1;
      return { scores, split: forgetSet(data, { kind: 'class', label, count, random }) };
    }
    case 'most-memorised':
    case 'least-memorised':
      return { scores, split: forgetSet(data, { kind: forget, count, scores }) };
  }
}

/** The sets on which the networks of an experiment are judged; test and fresh samples are drawn here. */
export function evaluationSets(
  { data, flipped }: DrawnData,
  { retain, forget }: ForgetSplit,
  { distribution, test, seed }: ExperimentSettings,
): EvaluationSets {
  const forgotten = selectSamples(data, forget);
  const random = (word: string) => randomSource('network', seed, word);
  return {
    retain: selectSamples(data, retain),
    forget: forgotten,
    test: drawSignalPlusNoise(distribution, test, random('test'), data.signal),
    fresh: freshSamples(
      distribution,
      forgotten.labels,
      forget.map((i) => flipped.includes(i)),
      test,
      random('fresh'),
      data.signal,
    ),
  };
}
