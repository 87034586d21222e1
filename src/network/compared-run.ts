import { norm } from '../linalg/vectors.js';
import { randomSource } from '../statistics/generator.js';
import { fittedSlope } from '../statistics/rank-tests.js';
import { trajectory } from '../unlearning/growth.js';
import type { UnlearningImplementation } from '../unlearning/process.js';
import { flippedActivations } from './patch-network.js';
import { LATER } from './comparison-limits.js';
import { type LinearPrediction, SMALLEST_DISPLACEMENT } from './escape-prediction.js';
import { affineProcess } from './linearisation.js';
import { networkUnlearning, unlearningIterates } from './unlearning-run.js';
import { outputGradients } from './output-gradients.js';

/** Weights of a network at a milestone of its run. */
export interface Snapshot {
  /** 'later': LATER times as far from w* as where the forget set was forgotten. */
  readonly at: 'escape' | 'forgotten' | 'later' | 'end';
  readonly step: number;
  readonly weights: Float64Array;
}

/** Distance from w* at one step of a run, measured and predicted. */
interface ComparedStep {
  readonly step: number;
  /** |w - w*| of the network. */
  readonly distance: number;
  /** The same of the linear dynamics; null beyond the number range. */
  readonly predicted: number | null;
  /** Activations on the training data that are not what they are at w*. */
  readonly flips: number;
}

/** Run of the real network compared with the linear dynamics on the same batches. */
export interface ComparedRun {
  readonly escapeStep: number | null;
  /** Of the linear dynamics with the gradients at w*, same start, same batches. */
  readonly predictedEscapeStep: number | null;
  /** Of the linear dynamics without them, as if w* interpolated. */
  readonly interpolatingEscapeStep: number | null;
  /** The step that left all bounds; null if none did. */
  readonly divergedAt: number | null;
  /** Steps made within bounds. */
  readonly steps: number;
  /** Largest relative difference of the two distances up to the escape, or the end; without those lost in rounding. */
  readonly largestDifference: number;
  /** Most activations flipped at once before the escape (or the end): with none the linear dynamics is exact. */
  readonly flipsBefore: number;
  /** Activations flipped at the escape, null without one. */
  readonly flipsAtEscape: number | null;
  /**
   * Slope of log|w - w*| per step, fitted over the second half of the way to the measured escape, and the same of the
   * linear dynamics over the same steps; null without an escape, or with one too early for a slope.
   */
  readonly slope: { readonly measured: number; readonly predicted: number } | null;
  /** The same over the second half of the way to the forgetting, where the linear dynamics is left behind. */
  readonly slopeOfForgetting: ComparedRun['slope'];
  readonly records: readonly ComparedStep[];
  readonly snapshots: readonly Snapshot[];
}

/** Length, random numbers and code of a run, and the test of forgetting. */
interface ComparedRunOptions {
  /** Most steps. */
  readonly steps: number;
  /** Words that name the random numbers of the batches. */
  readonly words: readonly (string | number)[];
  /** True once the forget set is forgotten; asked after every step until then. */
  readonly isForgotten: (weights: Float64Array) => boolean;
  readonly implementation: UnlearningImplementation;
}

/** Records between start and end. */
const RECORDS = 10;

/** Run of the real network from the predicted start, and the linear dynamics beside it, one step at a time. */
export function* comparedRun(
  prediction: LinearPrediction,
  { steps, words, isForgotten, implementation }: ComparedRunOptions,
): Generator<number, ComparedRun> {
  const { local, settings, eta, displacement, escapeDistance } = prediction;
  const { trained, split } = local;
  const linearDistances = (drift: boolean): Float64Array =>
    trajectory(affineProcess(local, eta, { drift }), displacement, steps, randomSource(...words)).map(
      Math.sqrt,
    );
  const predicted = linearDistances(true);
  const gradientsAt = outputGradients(trained.network, trained.data);
  const { active } = gradientsAt(trained.weights);
  const flipsAt = (weights: Float64Array) => flippedActivations(active, gradientsAt(weights).active);
  const recordEvery = Math.ceil(steps / RECORDS);
  const distances: number[] = [];
  const records: ComparedStep[] = [];
  const snapshots: Snapshot[] = [];
  let forgottenDistance = Infinity;
  let flipsBefore = 0;

  /** Milestones reached at this step for the first time. */
  function milestones(distance: number, weights: Float64Array): Snapshot['at'][] {
    const open = (at: Snapshot['at']): boolean => snapshots.every((snapshot) => snapshot.at !== at);
    const reached: Snapshot['at'][] = [];
    if (distance >= escapeDistance && open('escape')) reached.push('escape');
    if (open('forgotten') && isForgotten(weights)) {
      reached.push('forgotten');
      forgottenDistance = distance;
    }
    if (distance >= LATER * forgottenDistance && open('later')) reached.push('later');
    return reached;
  }

  const process = networkUnlearning(trained, split, settings, eta, implementation);
  const iterates = unlearningIterates(process, local.lift(displacement), randomSource(...words));
  let current = iterates.next();
  let last = trained.weights;
  while (current.done !== true && current.value.step <= steps) {
    const { step, distance, weights } = current.value;
    last = weights.slice();
    distances.push(distance);
    const reached = milestones(distance, weights);
    for (const at of reached) snapshots.push({ at, step, weights: last });
    // Nearer to w* no activation can flip.
    if (snapshots.every(({ at }) => at !== 'escape') && distance > prediction.activationMargin) {
      flipsBefore = Math.max(flipsBefore, flipsAt(weights));
    }
    if (reached.length > 0 || step % recordEvery === 0 || step === steps) {
      records.push({ step, distance, predicted: finite(predicted[step]!), flips: flipsAt(weights) });
    }
    yield step;
    current = iterates.next();
  }
  snapshots.push({ at: 'end', step: distances.length - 1, weights: last });
  const stepOf = (wanted: Snapshot['at']) => snapshots.find(({ at }) => at === wanted)?.step ?? null;
  const escapeStep = stepOf('escape');
  return {
    escapeStep,
    predictedEscapeStep: firstBeyond(predicted, escapeDistance),
    interpolatingEscapeStep: firstBeyond(linearDistances(false), escapeDistance),
    divergedAt: current.done === true ? current.value : null,
    steps: distances.length - 1,
    largestDifference: largestDifference((escapeStep ?? steps) + 1),
    flipsBefore,
    flipsAtEscape: records.find(({ step }) => step === escapeStep)?.flips ?? null,
    slope: slopes(escapeStep),
    slopeOfForgetting: slopes(stepOf('forgotten')),
    records,
    snapshots,
  };

  function largestDifference(upTo: number): number {
    const smallest = SMALLEST_DISPLACEMENT * norm(trained.weights);
    return distances.slice(0, upTo).reduce((worst, distance, k) => {
      if (predicted[k]! < smallest) return worst;
      return Math.max(worst, Math.abs(distance / predicted[k]! - 1));
    }, 0);
  }

  function slopes(end: number | null): ComparedRun['slope'] {
    const from = Math.floor((end ?? 0) / 2);
    if (end === null || end - from < 2) return null;
    const slopeOf = (values: ArrayLike<number>) =>
      fittedSlope(
        Array.from(values)
          .slice(from, end + 1)
          .map(Math.log),
      );
    return { measured: slopeOf(distances), predicted: slopeOf(predicted) };
  }
}

function firstBeyond(distances: Float64Array, threshold: number): number | null {
  const step = distances.findIndex((distance) => distance >= threshold);
  return step < 0 ? null : step;
}

function finite(x: number): number | null {
  return x < Number.MAX_VALUE ? x : null;
}

/** Verdict on the prediction of a run. */
export interface EscapeVerdict {
  /** 'not comparable' where the linear dynamics is no more than a model. */
  readonly says: 'as predicted' | 'not as predicted' | 'not comparable';
  /** Why it is not comparable; null if it is. */
  readonly reason: string | null;
}

/**
 * Relative difference of the distances, and of the steps of escape besides one step, that rounding of W explains:
 * displacements are at least 1e-10 of |w*|, a million times its rounding.
 */
const ROUNDING_OF_WEIGHTS = 1e-3;

/**
 * Verdict on the step of escape and the distances up to it. The linear dynamics is exact for the squared loss, up to
 * rounding of W, as long as no activation is flipped where the run takes a step.
 */
export function escapeVerdict(run: ComparedRun, prediction: LinearPrediction): EscapeVerdict {
  const { weights, loss } = prediction.local.trained;
  const { escapeStep, predictedEscapeStep, flipsBefore } = run;
  if (flipsBefore > 0) return incomparable(`${flipsBefore} activations are flipped before that`);
  if (loss.name !== 'squared')
    return incomparable(`the linear dynamics is only a model of the ${loss.name} loss`);
  if (prediction.displacementLength < SMALLEST_DISPLACEMENT * norm(weights)) {
    return incomparable('the displacement is lost in the rounding of the weights');
  }
  const allowed = 1 + ROUNDING_OF_WEIGHTS * (predictedEscapeStep ?? 0);
  const agrees =
    escapeStep === null || predictedEscapeStep === null
      ? escapeStep === predictedEscapeStep
      : Math.abs(escapeStep - predictedEscapeStep) <= allowed;
  const near = run.largestDifference <= ROUNDING_OF_WEIGHTS;
  return { says: agrees && near ? 'as predicted' : 'not as predicted', reason: null };
}

function incomparable(reason: string): EscapeVerdict {
  return { says: 'not comparable', reason };
}
