import { type Analysis, analyzeProblem } from '../analysis/analyze.js';
import type { Theorem } from '../harness/theorem.js';
import { norm } from '../linalg/vectors.js';
import { randomSource } from '../random/generator.js';
import { unlearning, type UnlearningImplementation } from '../unlearning/process.js';
import { batchGrowth, type BatchGrowth, hasBatchNoise } from './batch-growth.js';
import { comparedRun, type ComparedRun, escapeVerdict, type EscapeVerdict } from './compared-run.js';
import { chooseForgetSet, drawExperiment, type DrawnData, evaluationSets } from './experiment-data.js';
import type { ExperimentSettings } from './experiment-settings.js';
import type { ForgetSplit } from './forget-set.js';
import { compareGradients, type GradientBackend, type GradientComparison } from './gradient-backend.js';
import { defaultSteps, linearPrediction, type LinearPrediction } from './linear-prediction.js';
import type { TrainedNetwork } from './linearisation.js';
import { LOSSES } from './losses.js';
import {
  forgottenAt,
  retrainedComparison,
  type RetrainedComparison,
  retrainedPerformances,
} from './retrained-comparison.js';
import { trainingFrom, type TrainingProgress, type TrainingResult } from './training.js';

/** What an experiment needs from outside. */
export interface ExperimentHooks {
  readonly theorems: readonly Theorem[];
  /** Null: gradients are not compared. */
  readonly backend: GradientBackend | null;
  readonly signal: StopSignal;
  /** What is being done, with the training progress while a network is trained. */
  readonly onProgress: (doing: string, training: TrainingProgress | null) => void;
  /**
   * Called once the forget set is known, before anything depends on it; may throw to refuse it.
   */
  readonly checkSplit: (split: ForgetSplit) => void;
  /** Default: the real one. */
  readonly implementation?: UnlearningImplementation;
}

/** Everything about a network that is unlearned from where its training ended. */
export interface UnlearningOutcome {
  readonly gradients: GradientComparison | null;
  readonly analysis: Analysis;
  readonly prediction: LinearPrediction;
  readonly run: ComparedRun;
  readonly verdict: EscapeVerdict;
  /** Null for full batches; a text says why growth could not be measured. */
  readonly growth: BatchGrowth | string | null;
  readonly beyond: RetrainedComparison;
}

export interface ExperimentResult {
  readonly drawn: DrawnData;
  readonly training: TrainingResult;
  /** Null if training left no network to unlearn. */
  readonly forgotten: { readonly split: ForgetSplit; readonly scores: Float64Array } | null;
  /** Null if training left nothing to unlearn, or no sample has curvature at w*. */
  readonly outcome: UnlearningOutcome | null;
}

/**
 * Draws data, trains, chooses the forget set, linearises, predicts, unlearns with the real step and judges the
 * result. A function of the settings alone (and of the theorems it is asked to cite).
 *
 * @throws Interrupted between two pieces of work once the signal asks for it.
 */
export async function networkExperiment(
  settings: ExperimentSettings,
  hooks: ExperimentHooks,
): Promise<ExperimentResult> {
  const { seed } = settings;
  const drawn = drawExperiment(settings);
  const { data } = drawn;
  const training = await runInterruptibly(
    trainingFrom(data, settings, ['network', seed]),
    hooks.signal,
    (progress) => hooks.onProgress('training', progress),
  );
  if (training.reason === 'dead' || training.reason === 'diverged') {
    return { drawn, training, forgotten: null, outcome: null };
  }
  const network = { width: settings.width, dimension: data.dimension };
  const trained = { network, weights: training.weights, data, loss: LOSSES[settings.loss] };
  const forgotten = chooseForgetSet(trained, settings);
  hooks.checkSplit(forgotten.split);
  const prediction = linearPrediction(
    trained,
    forgotten.split,
    settings,
    randomSource('network', seed, 'displacement'),
  );
  const outcome =
    prediction && (await unlearned(drawn, trained, training, forgotten.split, prediction, settings, hooks));
  return { drawn, training, forgotten, outcome };
}

async function unlearned(
  drawn: DrawnData,
  trained: TrainedNetwork,
  training: TrainingResult,
  split: ForgetSplit,
  prediction: LinearPrediction,
  settings: ExperimentSettings,
  hooks: ExperimentHooks,
): Promise<UnlearningOutcome> {
  const { seed } = settings;
  const { backend, theorems, signal, onProgress, implementation = unlearning } = hooks;
  const phase = async (doing: string): Promise<void> => {
    onProgress(doing, null);
    await yieldToEvents(signal);
  };
  await phase('gradients by automatic differentiation');
  const gradients = backend && compareGradients(trained, backend);
  await phase('theorems and the exact operator');
  const analysis = analyzeProblem(prediction.problem, prediction.eta, theorems);
  const sets = evaluationSets(drawn, split, settings);
  const weights: Float64Array[] = [];
  for (let k = 0; k < settings.retrained && split.retain.length > 0; k++) {
    const retraining = trainingFrom(sets.retain, retrainingSettings(settings, split), [
      'network',
      seed,
      'retrained',
      k,
    ]);
    const doing = `retraining ${k + 1} of ${settings.retrained}`;
    const result = await runInterruptibly(retraining, signal, (progress) => onProgress(doing, progress));
    if (result.reason !== 'dead' && result.reason !== 'diverged') weights.push(result.weights);
  }
  const retrained = retrainedPerformances(trained, weights, sets);
  await phase('unlearning');
  const run = await runInterruptibly(
    comparedRun(trained, split, prediction, {
      steps: settings.steps ?? defaultSteps(prediction),
      words: ['network', seed, 'run'],
      isForgotten: forgottenAt(trained, retrained, sets),
      implementation,
    }),
    signal,
  );
  let growth: UnlearningOutcome['growth'] = null;
  if (hasBatchNoise(prediction)) {
    await phase('growth near w*');
    growth = batchGrowth(trained, split, prediction, training.interpolationResidual, seed, implementation);
  }
  const beyond = retrainedComparison(trained, run.snapshots, sets, retrained);
  const verdict = escapeVerdict(run, prediction, settings.loss, norm(trained.weights));
  return { gradients, analysis, prediction, run, verdict, growth, beyond };
}

/** A retain set may be smaller than the batches of the training. */
function retrainingSettings(settings: ExperimentSettings, { retain }: ForgetSplit): ExperimentSettings {
  const { batchSize } = settings;
  return { ...settings, batchSize: batchSize && Math.min(batchSize, retain.length) };
}

/** Thrown where an interrupt was seen. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Whether to stop, as an AbortSignal says it. */
export interface StopSignal {
  readonly aborted: boolean;
}

/** Pieces of work between two turns of the event loop: some milliseconds. */
const PIECES = 10;

/** Lets events in, such as a signal. @throws Interrupted if one of them asks to stop. */
export async function yieldToEvents(signal: StopSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted) throw new Interrupted('interrupted');
}

/** The result of work that goes on piece by piece. @throws Interrupted between two pieces. */
export async function runInterruptibly<Piece, Result>(
  work: Generator<Piece, Result>,
  signal: StopSignal,
  onPiece: (piece: Piece) => void = () => undefined,
): Promise<Result> {
  for (let k = 0; ; k++) {
    if (k % PIECES === 0) await yieldToEvents(signal);
    const { value, done } = work.next();
    if (done === true) return value;
    onPiece(value);
  }
}
