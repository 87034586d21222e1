import { largestEigenvalue } from '../linalg/symmetric-eigen.js';
import { norm } from '../linalg/vectors.js';
import { escapePrediction } from '../network/escape-prediction.js';
import { fullBatches, splitOf } from '../network/forget-set.js';
import { insideDisplacement, localProblem, type TrainedNetwork } from '../network/linearisation.js';
import { LOSSES } from '../network/losses.js';
import { initialWeights } from '../network/patch-network.js';
import {
  distributionOfSnr,
  drawSignalPlusNoise,
  type SignalPlusNoiseData,
} from '../network/signal-plus-noise.js';
import { trainNetwork } from '../network/training.js';
import { type RunRecord, unlearningRun } from '../network/unlearning-run.js';
import { randomSource } from '../random/generator.js';
import { totalCurvature } from '../theory/mean-curvature.js';
import type { UnlearningImplementation } from '../unlearning/process.js';

/** A network to be trained and unlearned. */
export interface OutcomeSetting {
  readonly samples: number;
  readonly forget: number;
  readonly signalToNoise: number;
  readonly alpha: number;
}

/** d and m of the networks of all maps. */
export const NETWORK = { dimension: 200, width: 10 };

/** Steps after which forgetting is looked at, and up to which escape is waited for. */
export const HORIZON = { outcome: 300, escape: 2000 };

/** Growth of the distance from w* that counts as escape, from a start at this share of |w*|. */
export const ESCAPE = { factor: 100, start: 1e-4 };

const TEST_SAMPLES = 400;

/** Escape and forgetting of a network; numbers are null where there are none. */
interface TrainedOutcome {
  /** lambda_min(D) < 0 at w*. */
  readonly escapes: boolean;
  /** log(1 - eta lambda_min(D)) per step. */
  readonly growth: number;
  readonly predictedSteps: number | null;
  readonly escapeSteps: number | null;
  /** After HORIZON.outcome steps, or the last look before the run left the number range. */
  readonly record: RunRecord;
}

/** Trains one network to interpolation and unlearns it by full batches with eta = 0.5/lambda_1(K); null if training fails. */
export function trainedOutcome(
  setting: OutcomeSetting,
  implementation: UnlearningImplementation,
  words: readonly (string | number)[],
): TrainedOutcome | null {
  const { alpha, samples, forget } = setting;
  const random = randomSource('trained-outcome', ...words);
  const data = drawnSamples(setting.signalToNoise, samples, words);
  const test = drawnSamples(setting.signalToNoise, TEST_SAMPLES, [...words, 'test'], data.signal);
  const trained = trainedOn(data, random);
  if (!trained) return null;
  const split = splitOf(
    samples,
    Array.from({ length: forget }, (_, i) => i),
  );
  const settings = { alpha, batch: fullBatches(split), sampling: 'without-replacement' } as const;
  const local = localProblem(trained, split, settings);
  const eta = 0.5 / largestEigenvalue(totalCurvature(local.reduced), local.reduced.dimension);
  const inside = insideDisplacement(local, ESCAPE.start * norm(trained.weights), random);
  const prediction = escapePrediction(local.reduced, eta, inside, { factor: ESCAPE.factor });
  const displacement = local.lift(inside);
  const run = (steps: number, stopAtEscape: boolean) =>
    unlearningRun(trained, split, settings, {
      eta,
      steps,
      displacement,
      random,
      recordEvery: HORIZON.outcome / 10,
      test,
      escape: { factor: ESCAPE.factor },
      stopAtEscape,
      implementation,
    });
  const outcome = run(HORIZON.outcome, false);
  const waiting = outcome.escapeStep === null && outcome.divergedAt === null;
  return {
    escapes: prediction.lowest < 0,
    growth: Math.log1p(-eta * prediction.lowest),
    predictedSteps: prediction.escapeStep,
    escapeSteps: waiting ? run(HORIZON.escape, true).escapeStep : outcome.escapeStep,
    record: outcome.records.at(-1)!,
  };
}

/** Samples of SNR `signalToNoise` with noise of scale 1. */
export function drawnSamples(
  signalToNoise: number,
  samples: number,
  words: readonly (string | number)[],
  signal?: Float64Array,
): SignalPlusNoiseData {
  const distribution = distributionOfSnr(signalToNoise, NETWORK.dimension);
  return drawSignalPlusNoise(distribution, samples, randomSource('map-data', ...words), signal);
}

/** The network trained from random weights of standard deviation 1/sqrt d; null if it does not interpolate. */
function trainedOn(
  data: SignalPlusNoiseData,
  random: ReturnType<typeof randomSource>,
): TrainedNetwork | null {
  const start = initialWeights(NETWORK, 1 / Math.sqrt(NETWORK.dimension), random);
  const loss = LOSSES.squared;
  const { weights, reached } = trainNetwork(NETWORK, start, data, loss);
  return reached ? { network: NETWORK, weights, data, loss } : null;
}
