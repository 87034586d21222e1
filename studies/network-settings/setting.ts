import {
  comparedRun,
  type ComparedRun,
  escapeVerdict,
  type EscapeVerdict,
} from '../../src/network/compared-run.js';
import {
  chooseForgetSet,
  drawTrainingData,
  evaluationSets,
  type DataSettings,
  type ExperimentSettings,
  trainingRun,
  type TrainingSettings,
  type UnlearningSettings,
} from '../../src/network/experiment-settings.js';
import { linearPrediction, type LinearPrediction } from '../../src/network/escape-prediction.js';
import { LOSSES } from '../../src/network/losses.js';
import { type RetrainedComparison, retrainedReference } from '../../src/network/retrained-comparison.js';
import { completed } from '../../src/jobs/interrupt.js';
import { distributionOfSnr } from '../../src/network/signal-plus-noise.js';
import type { TrainingResult } from '../../src/network/training.js';
import { randomSource } from '../../src/statistics/generator.js';
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
  const { data, training: how, unlearning: step, seed } = settings;
  const drawn = drawTrainingData(data, seed);
  const training = completed(trainingRun(drawn.data, how, ['network', seed]));
  const network = { width: how.width, dimension: drawn.data.dimension };
  const trained = { network, weights: training.weights, data: drawn.data, loss: LOSSES[how.loss] };
  const { split } = chooseForgetSet(trained, step, seed);
  const predicted = (eta: number | null): LinearPrediction => {
    const random = randomSource('network', seed, 'displacement');
    const prediction = linearPrediction(trained, split, { ...step, eta }, random);
    if (!prediction) throw new Error(`${name}: no sample has curvature at w*`);
    return opposite ? { ...prediction, displacement: prediction.displacement.map((x) => -x) } : prediction;
  };
  const prediction = predicted(etaRatio * predicted(step.eta).eta);
  const sets = evaluationSets(drawn, split, data, seed);
  const weights = Array.from(
    { length: step.retrained },
    (_, k) => completed(trainingRun(sets.retain, how, ['network', seed, 'retrained', k])).weights,
  );
  const reference = retrainedReference(trained, sets, weights);
  const run = completed(
    comparedRun(prediction, {
      steps: step.steps ?? stepsOf(prediction),
      words: ['network', seed, 'run'],
      isForgotten: reference.isForgotten,
      implementation: unlearning,
    }),
  );
  return {
    name,
    training,
    prediction,
    run,
    verdict: escapeVerdict(run, prediction),
    beyond: reference.compare(run.snapshots),
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

/** Changes to the base setting. */
interface Change {
  readonly snr?: number;
  readonly dimension?: number;
  readonly data?: Partial<Omit<DataSettings, 'distribution'>>;
  readonly training?: Partial<TrainingSettings>;
  readonly unlearning?: Partial<UnlearningSettings>;
  readonly etaRatio?: number;
  readonly opposite?: boolean;
}

const DIMENSION = 60;

/** 32 samples of 2 x 60 numbers, 8 of them to forget, 600 weights: a setting takes a tenth of a second. */
const BASE: ExperimentSettings = {
  data: { distribution: distributionOfSnr(1, DIMENSION), samples: 32, labelNoise: 0, test: 250 },
  training: { width: 5, loss: 'squared', batchSize: null, stopAt: null },
  unlearning: {
    forgetCount: 8,
    forget: 'random',
    alpha: 0.3,
    eta: null,
    batchRetain: null,
    batchForget: null,
    sampling: 'without-replacement',
    steps: null,
    factor: 100,
    displacement: null,
    retrained: 4,
  },
  seed: 1,
};

/** More samples than weights: 60 of 2 x 5 numbers for 20 weights, so that D can be positive. */
const FEW_WEIGHTS = {
  data: { samples: 60 },
  dimension: 5,
  training: { width: 2 },
  unlearning: { forgetCount: 10, alpha: 0.02, steps: 1500 },
} satisfies Change;

function setting(name: string, change: Change): NamedSetting {
  const { snr = 1, dimension = DIMENSION, etaRatio = 1, opposite = false } = change;
  const settings = {
    data: { ...BASE.data, ...change.data, distribution: distributionOfSnr(snr, dimension) },
    training: { ...BASE.training, ...change.training },
    unlearning: { ...BASE.unlearning, ...change.unlearning },
    seed: BASE.seed,
  };
  return { name, etaRatio, opposite, settings };
}

/** Settings that interpolate: what is forgotten, how strong the signal is, how large the steps and batches are. */
export const INTERPOLATING: readonly NamedSetting[] = [
  setting('SNR 0.2', { snr: 0.2 }),
  setting('SNR 1', {}),
  setting('.. from -delta', { opposite: true }),
  setting('SNR 2', { snr: 2 }),
  setting('8 of class +1', { unlearning: { forget: 'class:+1' } }),
  setting('all of class +1', { unlearning: { forget: 'class:+1', forgetCount: 16 } }),
  setting('most memorised', { unlearning: { forget: 'most-memorised' } }),
  setting('least memorised', { unlearning: { forget: 'least-memorised' } }),
  setting('eta / 3', { etaRatio: 1 / 3 }),
  setting('8 eta', { etaRatio: 8 }),
  setting('24 eta: overshoot', { etaRatio: 24 }),
  setting('batches 8 / 2', { unlearning: { batchRetain: 8, batchForget: 2 } }),
  setting('batches 2 / 1', { unlearning: { batchRetain: 2, batchForget: 1 } }),
];

/** Settings that stop short of interpolation, or have no minimum that interpolates. */
export const NOT_INTERPOLATING: readonly NamedSetting[] = [
  setting('interpolates', {}),
  setting('stopped at 1e-12', { training: { stopAt: 1e-12 } }),
  setting('stopped at 1e-8', { training: { stopAt: 1e-8 } }),
  setting('stopped at 1e-4', { training: { stopAt: 1e-4 } }),
  setting('stopped at 1e-2', { training: { stopAt: 1e-2 } }),
  setting('logistic loss', { training: { loss: 'logistic' } }),
  setting('few weights', FEW_WEIGHTS),
  setting('.. stopped at 1e-2', { ...FEW_WEIGHTS, training: { ...FEW_WEIGHTS.training, stopAt: 1e-2 } }),
  setting('.. 10 % label noise', { ...FEW_WEIGHTS, data: { ...FEW_WEIGHTS.data, labelNoise: 0.1 } }),
];
