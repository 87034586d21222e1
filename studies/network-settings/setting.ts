import { norm } from '../../src/linalg/vectors.js';
import {
  comparedRun,
  type ComparedRun,
  escapeVerdict,
  type EscapeVerdict,
} from '../../src/network/compared-run.js';
import { chooseForgetSet, drawExperiment, evaluationSets } from '../../src/network/experiment-data.js';
import type { ExperimentSettings } from '../../src/network/experiment-settings.js';
import { linearPrediction, type LinearPrediction } from '../../src/network/linear-prediction.js';
import { LOSSES } from '../../src/network/losses.js';
import {
  forgottenAt,
  retrainedComparison,
  type RetrainedComparison,
  retrainedPerformances,
} from '../../src/network/retrained-comparison.js';
import { signalNormOf } from '../../src/network/signal-plus-noise.js';
import { trainingFrom, type TrainingResult } from '../../src/network/training.js';
import { randomSource } from '../../src/random/generator.js';
import { unlearning } from '../../src/unlearning/process.js';

/** One line of the tables, before it is run. */
export interface NamedSetting {
  readonly name: string;
  readonly settings: ExperimentSettings;
  /** eta relative to that of the settings, or to 0.5/lambda_1(K) without one. */
  readonly etaRatio: number;
  /** Start from -delta_0: the linear dynamics is the same, up to the sign. */
  readonly opposite: boolean;
}

/** One setting with everything measured. */
export interface SettingResult {
  readonly name: string;
  readonly training: TrainingResult;
  readonly prediction: LinearPrediction;
  readonly run: ComparedRun;
  readonly verdict: EscapeVerdict;
  readonly beyond: RetrainedComparison;
}

/**
 * Trains, predicts, unlearns and judges one setting; a function of the setting alone.
 *
 * @throws Error if the network is dead: a setting of the tables must not be.
 */
export function runSetting({ name, settings, etaRatio, opposite }: NamedSetting): SettingResult {
  const { seed, width, loss } = settings;
  const drawn = drawExperiment(settings);
  const training = completed(trainingFrom(drawn.data, settings, ['network', seed]));
  const network = { width, dimension: drawn.data.dimension };
  const trained = { network, weights: training.weights, data: drawn.data, loss: LOSSES[loss] };
  const { split } = chooseForgetSet(trained, settings);
  const predicted = (eta: number | null): LinearPrediction => {
    const random = randomSource('network', seed, 'displacement');
    const prediction = linearPrediction(trained, split, { ...settings, eta }, random);
    if (!prediction) throw new Error(`${name}: no sample has curvature at w*`);
    return opposite ? { ...prediction, displacement: prediction.displacement.map((x) => -x) } : prediction;
  };
  const prediction = predicted(etaRatio * predicted(settings.eta).eta);
  const sets = evaluationSets(drawn, split, settings);
  const weights = Array.from(
    { length: settings.retrained },
    (_, k) => completed(trainingFrom(sets.retain, settings, ['network', seed, 'retrained', k])).weights,
  );
  const retrained = retrainedPerformances(trained, weights, sets);
  const run = completed(
    comparedRun(trained, split, prediction, {
      steps: settings.steps ?? stepsOf(prediction),
      words: ['network', seed, 'run'],
      isForgotten: forgottenAt(trained, retrained, sets),
      implementation: unlearning,
    }),
  );
  return {
    name,
    training,
    prediction,
    run,
    verdict: escapeVerdict(run, prediction, loss, norm(training.weights)),
    beyond: retrainedComparison(trained, run.snapshots, sets, retrained),
  };
}

/** Times of escape that a run lasts: the forget set is forgotten after two or three. */
const ESCAPES = 6;

/** Steps of a run that does not escape. */
const WITHOUT_ESCAPE = 400;

function stepsOf({ growth, displacementLength, escapeDistance }: LinearPrediction): number {
  if (!(growth > 0)) return WITHOUT_ESCAPE;
  return Math.ceil((ESCAPES * Math.log(escapeDistance / displacementLength)) / growth);
}

function completed<Result>(work: Generator<unknown, Result>): Result {
  for (;;) {
    const { value, done } = work.next();
    if (done === true) return value;
  }
}

/** What a setting may change. */
type Change = Partial<Omit<ExperimentSettings, 'distribution'>> & {
  readonly snr?: number;
  readonly dimension?: number;
  readonly etaRatio?: number;
  readonly opposite?: boolean;
};

const DIMENSION = 60;

/** 32 samples of 2 x 60 numbers, 8 of them to forget, 600 weights: a setting takes a tenth of a second. */
const BASE: Omit<ExperimentSettings, 'distribution'> = {
  samples: 32,
  forgetCount: 8,
  forget: 'random',
  labelNoise: 0,
  width: 5,
  loss: 'squared',
  batchSize: null,
  stopAt: null,
  alpha: 0.3,
  eta: null,
  batchRetain: null,
  batchForget: null,
  sampling: 'without-replacement',
  steps: null,
  factor: 100,
  displacement: null,
  retrained: 4,
  test: 250,
  seed: 1,
};

/** More samples than weights: 60 of 2 x 5 numbers for 20 weights, so that D can be positive. */
const FEW_WEIGHTS: Change = {
  samples: 60,
  forgetCount: 10,
  dimension: 5,
  width: 2,
  alpha: 0.02,
  steps: 1500,
};

function setting(
  name: string,
  { snr = 1, dimension = DIMENSION, etaRatio = 1, opposite = false, ...change }: Change,
): NamedSetting {
  const distribution = {
    dimension,
    signalNorm: signalNormOf(snr, 1, dimension),
    noiseScale: 1,
    noisePatches: 1,
    positives: 0.5,
  };
  return { name, etaRatio, opposite, settings: { ...BASE, ...change, distribution } };
}

/** Settings that interpolate: what is forgotten, how strong the signal is, how large the steps and batches are. */
export const INTERPOLATING: readonly NamedSetting[] = [
  setting('SNR 0.2', { snr: 0.2 }),
  setting('SNR 1', {}),
  setting('.. from -delta', { opposite: true }),
  setting('SNR 2', { snr: 2 }),
  setting('8 of class +1', { forget: 'class:+1' }),
  setting('all of class +1', { forget: 'class:+1', forgetCount: 16 }),
  setting('most memorised', { forget: 'most-memorised' }),
  setting('least memorised', { forget: 'least-memorised' }),
  setting('eta / 3', { etaRatio: 1 / 3 }),
  setting('8 eta', { etaRatio: 8 }),
  setting('24 eta: overshoot', { etaRatio: 24 }),
  setting('batches 8 / 2', { batchRetain: 8, batchForget: 2 }),
  setting('batches 2 / 1', { batchRetain: 2, batchForget: 1 }),
];

/** Settings that stop short of interpolation, or have no minimum that interpolates. */
export const NOT_INTERPOLATING: readonly NamedSetting[] = [
  setting('interpolates', {}),
  setting('stopped at 1e-12', { stopAt: 1e-12 }),
  setting('stopped at 1e-8', { stopAt: 1e-8 }),
  setting('stopped at 1e-4', { stopAt: 1e-4 }),
  setting('stopped at 1e-2', { stopAt: 1e-2 }),
  setting('logistic loss', { loss: 'logistic' }),
  setting('few weights', FEW_WEIGHTS),
  setting('.. stopped at 1e-2', { ...FEW_WEIGHTS, stopAt: 1e-2 }),
  setting('.. 10 % label noise', { ...FEW_WEIGHTS, labelNoise: 0.1 }),
];
