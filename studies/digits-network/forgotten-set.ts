import { crossCoherence, setCoherence, unlearningCoherence } from '../../src/theory/coherence.js';
import { type RetrainedComparison, retrainedReference } from '../../src/network/retrained-comparison.js';
import { completed } from '../../src/jobs/interrupt.js';
import { comparedRun, type ComparedRun } from '../../src/network/compared-run.js';
import { linearPrediction, type LinearPrediction } from '../../src/network/escape-prediction.js';
import { splitOf } from '../../src/network/forget-set.js';
import type { TrainedNetwork } from '../../src/network/linearisation.js';
import { norm } from '../../src/linalg/vectors.js';
import { selectSamples } from '../../src/network/patch-network.js';
import { randomSource } from '../../src/statistics/generator.js';
import { unlearning } from '../../src/unlearning/process.js';
import { comparisonImages, type TwoDigits } from './images.js';
import type { DigitsNetworkOptions } from './options.js';
import { trainedOn } from './trained.js';

/** A run, and what became of the network. */
export interface JudgedRun {
  /** Forget set and start. */
  readonly name: string;
  readonly run: ComparedRun;
  readonly beyond: RetrainedComparison;
}

/** One forget set with its prediction and its runs. */
export interface ForgottenSet {
  readonly name: string;
  readonly prediction: LinearPrediction;
  readonly coherence: {
    readonly unlearning: number;
    readonly retain: number;
    readonly forget: number;
    readonly cross: number;
    readonly kappa: number;
  };
  /** From delta_0, and from -delta_0: the linear dynamics is the same, up to the sign. */
  readonly runs: readonly JudgedRun[];
}

/** Mixing weight of the ascent. */
export const ALPHA = 0.3;

/** Growth of the displacement that counts as escape. */
export const FACTOR = 100;

/** Displacement relative to |w*|. */
export const DISPLACEMENT = 1e-6;

/** Times of escape that a run lasts. */
const ESCAPES = 8;

/** The linear prediction for one forget set, full batches, at the given step size or 0.5/lambda_1(K). */
export function predictionFor(
  trained: TrainedNetwork,
  forget: readonly number[],
  eta: number | null,
  seed: number,
): LinearPrediction {
  const prediction = linearPrediction(
    trained,
    splitOf(trained.data.sampleCount, forget),
    {
      alpha: ALPHA,
      eta,
      batchRetain: null,
      batchForget: null,
      sampling: 'without-replacement',
      factor: FACTOR,
      displacement: DISPLACEMENT * norm(trained.weights),
    },
    randomSource('digits network', seed, 'displacement'),
  );
  if (!prediction) throw new Error('no image has curvature at w*');
  return prediction;
}

/** Steps of the linear dynamics for a growth by FACTOR in the long run. */
export function escapeTime({ growth }: LinearPrediction): number {
  return Math.log(FACTOR) / growth;
}

/** Predicts, unlearns and judges one forget set. */
export function forgottenSet(
  name: string,
  trained: TrainedNetwork,
  forget: readonly number[],
  eta: number,
  images: TwoDigits,
  { seed, sizes }: DigitsNetworkOptions,
): ForgottenSet {
  const split = splitOf(trained.data.sampleCount, forget);
  const prediction = predictionFor(trained, forget, eta, seed);
  const sets = {
    retain: selectSamples(trained.data, split.retain),
    forget: selectSamples(trained.data, split.forget),
    test: images.heldOut,
    fresh: comparisonImages(images, split.forget),
  };
  const weights = Array.from(
    { length: sizes.retrained },
    (_, k) => trainedOn(sets.retain, sizes.width, ['digits network', seed, 'retrained', k]).weights,
  );
  const reference = retrainedReference(trained, sets, weights);
  const judgedRun = (start: string, sign: 1 | -1): JudgedRun => {
    const displacement = prediction.displacement.map((x) => sign * x);
    const run = completed(
      comparedRun(
        { ...prediction, displacement },
        {
          steps: Math.ceil(ESCAPES * escapeTime(prediction)),
          words: ['digits network', seed, 'run'],
          isForgotten: reference.isForgotten,
          implementation: unlearning,
        },
      ),
    );
    return { name: `${name}, ${start}`, run, beyond: reference.compare(run.snapshots) };
  };
  const { retain, forget: forgotten } = prediction.problem;
  const { sigma, cross } = unlearningCoherence(prediction.local.reduced);
  return {
    name,
    prediction,
    coherence: {
      unlearning: sigma,
      retain: setCoherence(retain),
      forget: setCoherence(forgotten),
      cross,
      kappa: crossCoherence(retain, forgotten).kappa,
    },
    runs: [judgedRun('from delta', 1), judgedRun('from -delta', -1)],
  };
}
