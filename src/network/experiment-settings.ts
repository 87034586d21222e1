import { randomSource } from '../statistics/generator.js';
import type { Sampling } from '../theory/problem.js';
import { forgetSet, type ForgetSplit, memorisationScores } from './forget-set.js';
import type { TrainedNetwork } from './linearisation.js';
import { type LossName, LOSSES } from './losses.js';
import { flipLabels, initialWeights, type PatchData, selectSamples } from './patch-network.js';
import {
  drawSignalPlusNoise,
  freshSamples,
  signalNormOf,
  type SignalPlusNoise,
  type SignalPlusNoiseData,
} from './signal-plus-noise.js';
import {
  INITIAL_SCALE,
  INTERPOLATION,
  trainingSteps,
  type TrainingProgress,
  type TrainingResult,
} from './training.js';

/** Settings of one experiment: data, network with its training, and unlearning; plain numbers and words. */
export interface ExperimentSettings {
  readonly data: DataSettings;
  readonly training: TrainingSettings;
  readonly unlearning: UnlearningSettings;
  readonly seed: number;
}

/** Training and test samples. */
export interface DataSettings {
  readonly distribution: SignalPlusNoise;
  /** Training samples. */
  readonly samples: number;
  /** Share of training labels that are flipped. */
  readonly labelNoise: number;
  /** Test samples. */
  readonly test: number;
}

/** Network and training method. */
export interface TrainingSettings {
  /** m: filters of each sign. */
  readonly width: number;
  readonly loss: LossName;
  /** Null: full batches. */
  readonly batchSize: number | null;
  /** Stop at this share of the initial loss, to get a minimum that does not interpolate; null: interpolate. */
  readonly stopAt: number | null;
}

/** Forget set, unlearning step, threshold of escape, and the retrained networks to compare with. */
export interface UnlearningSettings {
  readonly forgetCount: number;
  readonly forget: ForgetRule;
  readonly alpha: number;
  /** Null: half of 1/lambda_1(K). */
  readonly eta: number | null;
  /** Null: all samples of the set. */
  readonly batchRetain: number | null;
  readonly batchForget: number | null;
  readonly sampling: Sampling;
  /** Null: several times the predicted time of escape. */
  readonly steps: number | null;
  /** Growth of the displacement that counts as escape, > 1. */
  readonly factor: number;
  /** Length of the displacement at the start; null: as large as keeps all activations until the escape. */
  readonly displacement: number | null;
  /** Networks retrained without the forget set. */
  readonly retrained: number;
}

/** Rule by which the forget set is chosen. */
type ForgetRule = (typeof FORGET_RULES)[number];

export const FORGET_RULES = ['random', 'class:+1', 'class:-1', 'most-memorised', 'least-memorised'] as const;

/** Training data of an experiment. */
export interface TrainingData {
  /** With the flipped labels. */
  readonly data: SignalPlusNoiseData;
  /** The samples with a flipped label. */
  readonly flipped: readonly number[];
  /** |mu|/(sp sqrt d). */
  readonly signalToNoise: number;
}

/** Draw of the training data of an experiment. */
export function drawTrainingData(settings: DataSettings, seed: number): TrainingData {
  const { distribution, samples, labelNoise } = settings;
  const clean = drawSignalPlusNoise(distribution, samples, randomSource('network', seed, 'data'));
  const { signalNorm, noiseScale, dimension } = distribution;
  return {
    ...flipLabels(clean, labelNoise, randomSource('network', seed, 'label noise')),
    signalToNoise: signalNorm / signalNormOf(1, noiseScale, dimension),
  };
}

/**
 * Training of a network on data from random initial weights, step by step.
 *
 * @param words that name its random numbers.
 */
export function trainingRun(
  data: PatchData,
  { width, loss, batchSize, stopAt }: TrainingSettings,
  words: readonly (string | number)[],
): Generator<TrainingProgress, TrainingResult> {
  const network = { width, dimension: data.dimension };
  const start = initialWeights(network, INITIAL_SCALE, randomSource(...words, 'start'));
  const random = randomSource(...words, 'batches');
  return trainingSteps(network, start, data, LOSSES[loss], {
    ...(batchSize !== null && { method: { kind: 'mini-batch', batchSize, random } }),
    ...(stopAt === null ? { tolerance: INTERPOLATION } : { stopAt }),
  });
}

/** Forget set of an experiment, with the memorisation score of every sample. */
export function chooseForgetSet(
  { network, weights, data }: TrainedNetwork,
  { forget, forgetCount: count }: UnlearningSettings,
  seed: number,
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

/** Sets of samples on which a network is evaluated. */
export interface EvaluationSets {
  readonly forget: PatchData;
  readonly retain: PatchData;
  /** Drawn like the training samples, never trained on, with their true labels. */
  readonly test: PatchData;
  /** Never trained on, with classes and flipped labels in the proportions of the forget set. */
  readonly fresh: PatchData;
}

/** The sets on which the networks of an experiment are evaluated; test and fresh samples are drawn here. */
export function evaluationSets(
  { data, flipped }: TrainingData,
  { retain, forget }: ForgetSplit,
  { distribution, test }: DataSettings,
  seed: number,
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
