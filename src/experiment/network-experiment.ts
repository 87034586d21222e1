import { analyzeProblem, type Analysis } from '../analysis/analyze-problem.js';
import type { GradientBackend } from '../backends/gradient-backend.js';
import type { ForgetSplit } from '../forgetting/forget-set.js';
import type { TrainedNetwork } from '../forgetting/local-problem.js';
import type { Theorem } from '../harness/theorem.js';
import { norm } from '../linalg/vectors.js';
import { LOSSES } from '../network/losses.js';
import type { TrainingProgress, TrainingResult } from '../network/training.js';
import { randomSource } from '../random/generator.js';
import { unlearning, type UnlearningImplementation } from '../unlearning/process.js';
import { batchGrowth, hasBatchNoise, type BatchGrowth } from './batch-growth.js';
import { beyondEscape, forgottenAt, retrainedStandings, type BeyondEscape } from './beyond-escape.js';
import { compareGradients, type GradientComparison } from './compare-gradients.js';
import { chooseForgetSet, drawExperiment, type DrawnData } from './draw-experiment.js';
import type { ExperimentSettings } from './experiment-settings.js';
import { followedRun, type FollowedRun } from './followed-run.js';
import { judgedSets } from './judged-sets.js';
import { escapeVerdict, type EscapeVerdict } from './escape-verdict.js';
import { linearPrediction, type LinearPrediction } from './linear-prediction.js';
import { defaultSteps } from './default-steps.js';
import { trainingFrom } from './train-network.js';
import { inTurns, nextTurn, type StopSignal } from './turns.js';

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
  readonly run: FollowedRun;
  readonly verdict: EscapeVerdict;
  /** Null for full batches; a text says why growth could not be measured. */
  readonly growth: BatchGrowth | string | null;
  readonly beyond: BeyondEscape;
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
  const training = await inTurns(trainingFrom(data, settings, ['network', seed]), hooks.signal, (progress) =>
    hooks.onProgress('training', progress),
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
    await nextTurn(signal);
  };
  await phase('gradients by automatic differentiation');
  const gradients = backend && compareGradients(trained, backend);
  await phase('theorems and the exact operator');
  const analysis = analyzeProblem(prediction.problem, prediction.eta, theorems);
  const sets = judgedSets(drawn, split, settings);
  const weights: Float64Array[] = [];
  for (let k = 0; k < settings.retrained && split.retain.length > 0; k++) {
    const retraining = trainingFrom(sets.retain, retrainingSettings(settings, split), [
      'network',
      seed,
      'retrained',
      k,
    ]);
    const doing = `retraining ${k + 1} of ${settings.retrained}`;
    const result = await inTurns(retraining, signal, (progress) => onProgress(doing, progress));
    if (result.reason !== 'dead' && result.reason !== 'diverged') weights.push(result.weights);
  }
  const retrained = retrainedStandings(trained, weights, sets);
  await phase('unlearning');
  const run = await inTurns(
    followedRun(trained, split, prediction, {
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
  const beyond = beyondEscape(trained, run.snapshots, sets, retrained);
  const verdict = escapeVerdict(run, prediction, settings.loss, norm(trained.weights));
  return { gradients, analysis, prediction, run, verdict, growth, beyond };
}

/** A retain set may be smaller than the batches of the training. */
function retrainingSettings(settings: ExperimentSettings, { retain }: ForgetSplit): ExperimentSettings {
  const { batchSize } = settings;
  return { ...settings, batchSize: batchSize && Math.min(batchSize, retain.length) };
}
