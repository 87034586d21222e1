import { largestEigenvalue } from '../linalg/symmetric-eigen.js';
import { norm } from '../linalg/vectors.js';
import { escapePrediction } from '../network/escape-prediction.js';
import { fullBatches, splitOf } from '../network/forget-set.js';
import { insideDisplacement, localProblem, type TrainedNetwork } from '../network/linearisation.js';
import { LOSSES, setPerformance } from '../network/losses.js';
import { initialWeights, type PatchData, selectSamples } from '../network/patch-network.js';
import {
  distributionOfSnr,
  drawSignalPlusNoise,
  type SignalPlusNoiseData,
} from '../network/signal-plus-noise.js';
import { trainNetwork } from '../network/training.js';
import { networkUnlearning, unlearningIterates } from '../network/unlearning-run.js';
import { randomSource } from '../statistics/generator.js';
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

/** Steps that escape and forgetting are waited for. */
export const HORIZON = 2000;

/** Growth of the distance from w* that counts as escape, from a start at this share of |w*|. */
export const ESCAPE = { factor: 100, start: 1e-4 };

const TEST_SAMPLES = 400;

/** Escape and forgetting of a network; null: not within HORIZON. */
export interface TrainedOutcome {
  /** lambda_min(D) < 0 at w*. */
  readonly escapes: boolean;
  /** log(1 - eta lambda_min(D)) per step. */
  readonly growth: number;
  readonly predictedSteps: number | null;
  readonly escapeSteps: number | null;
  /** First step at which the mean forget loss is at least that of a network retrained without the forget set. */
  readonly forgottenSteps: number | null;
  /** At that step. */
  readonly retainAccuracy: number | null;
  readonly testAccuracy: number | null;
}

/**
 * Trains one network to interpolation, and another without the forget set, and unlearns the first by full batches with
 * eta = 0.5/lambda_1(K) until it has escaped and forgotten; null if training fails.
 */
export function trainedOutcome(
  setting: OutcomeSetting,
  implementation: UnlearningImplementation,
  words: readonly (string | number)[],
): TrainedOutcome | null {
  const { alpha, samples, forget } = setting;
  const random = randomSource('trained-outcome', ...words);
  const data = drawnSamples(setting.signalToNoise, samples, words);
  const test = drawnSamples(setting.signalToNoise, TEST_SAMPLES, [...words, 'test'], data.signal);
  const split = splitOf(
    samples,
    Array.from({ length: forget }, (_, i) => i),
  );
  const sets = { retain: selectSamples(data, split.retain), forget: selectSamples(data, split.forget), test };
  const trained = trainedOn(data, random);
  const retrained = trainedOn(sets.retain, randomSource('trained-outcome', ...words, 'retrained'));
  if (!trained || !retrained) return null;
  const performance = (weights: Float64Array, name: keyof typeof sets) =>
    setPerformance(NETWORK, weights, sets[name], trained.loss)!;
  const level = performance(retrained.weights, 'forget').meanLoss;
  const settings = { alpha, batch: fullBatches(split), sampling: 'without-replacement' } as const;
  const local = localProblem(trained, split, settings);
  const eta = 0.5 / largestEigenvalue(totalCurvature(local.reduced), local.reduced.dimension);
  const inside = insideDisplacement(local, ESCAPE.start * norm(trained.weights), random);
  const prediction = escapePrediction(local.reduced, eta, inside, { factor: ESCAPE.factor });
  const process = networkUnlearning(trained, split, settings, eta, implementation);
  let escapeSteps: number | null = null;
  let forgotten: Pick<TrainedOutcome, 'forgottenSteps' | 'retainAccuracy' | 'testAccuracy'> | null = null;
  let target = Infinity;
  for (const { step, distance, weights } of unlearningIterates(process, local.lift(inside), random)) {
    if (step === 0) target = ESCAPE.factor * distance;
    if (distance >= target) escapeSteps ??= step;
    if (!forgotten && performance(weights, 'forget').meanLoss >= level) {
      forgotten = {
        forgottenSteps: step,
        retainAccuracy: performance(weights, 'retain').accuracy,
        testAccuracy: performance(weights, 'test').accuracy,
      };
    }
    if ((escapeSteps !== null && forgotten) || step >= HORIZON) break;
  }
  return {
    escapes: prediction.lowest < 0,
    growth: Math.log1p(-eta * prediction.lowest),
    predictedSteps: prediction.escapeStep,
    escapeSteps,
    ...(forgotten ?? { forgottenSteps: null, retainAccuracy: null, testAccuracy: null }),
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
function trainedOn(data: PatchData, random: ReturnType<typeof randomSource>): TrainedNetwork | null {
  const start = initialWeights(NETWORK, 1 / Math.sqrt(NETWORK.dimension), random);
  const loss = LOSSES.squared;
  const { weights, reached } = trainNetwork(NETWORK, start, data, loss);
  return reached ? { network: NETWORK, weights, data, loss } : null;
}

/** Numbers of several networks of one setting: medians, with `..Least` and `..Largest`, and how many got there. */
type OutcomeNumbers = Readonly<Record<string, number | null>>;

const STEPS = ['predictedSteps', 'escapeSteps', 'forgottenSteps'] as const;
const ACCURACIES = ['retainAccuracy', 'testAccuracy'] as const;

/**
 * Outcome of the networks of one setting. A number of steps that was not reached within the horizon counts as later than all
 * that were: the median is null if half of the networks did not get there, the largest if one did not. Accuracies are
 * those of the networks that forgot.
 */
export function outcomeNumbers(outcomes: readonly TrainedOutcome[]): OutcomeNumbers {
  const counted = (name: 'escapeSteps' | 'forgottenSteps'): number =>
    outcomes.filter((outcome) => outcome[name] !== null).length;
  return {
    networks: outcomes.length,
    escaped: counted('escapeSteps'),
    forgot: counted('forgottenSteps'),
    growth: median(outcomes.map(({ growth }) => growth)),
    ...spreads(STEPS, (name) => outcomes.map((outcome) => outcome[name])),
    ...spreads(ACCURACIES, (name) => outcomes.flatMap((outcome) => outcome[name] ?? [])),
  };
}

function spreads<Name extends string>(
  names: readonly Name[],
  valuesOf: (name: Name) => (number | null)[],
): OutcomeNumbers {
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = valuesOf(name);
      const sorted = sortedOf(values);
      return [
        [name, median(values)],
        [`${name}Least`, finite(sorted[0])],
        [`${name}Largest`, finite(sorted.at(-1))],
      ];
    }),
  );
}

/** The upper median; null if it did not happen. */
function median(values: readonly (number | null)[]): number | null {
  return finite(sortedOf(values)[Math.floor(values.length / 2)]);
}

/** Ascending, what did not happen last. */
function sortedOf(values: readonly (number | null)[]): number[] {
  return values.map((value) => value ?? Infinity).sort((a, b) => a - b);
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
