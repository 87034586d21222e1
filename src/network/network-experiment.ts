import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { completedUnlessAborted, type PausingWork } from '../jobs/interrupt.js';
import type { ToolIdentity } from '../jobs/machine.js';
import { randomSource } from '../statistics/generator.js';
import type { UnlearningProblem } from '../theory/problem.js';
import { unlearning, type UnlearningImplementation } from '../unlearning/process.js';
import { batchGrowth, type BatchGrowth, hasBatchNoise } from './batch-growth.js';
import { comparedRun, type ComparedRun, escapeVerdict, type EscapeVerdict } from './compared-run.js';
import {
  type DeletionMeasures,
  type RetrainedComparison,
  retrainedReference,
} from './retrained-comparison.js';
import {
  chooseForgetSet,
  drawTrainingData,
  evaluationSets,
  type ExperimentSettings,
  type TrainingData,
  trainingRun,
  type TrainingSettings,
} from './experiment-settings.js';
import type { ForgetSplit } from './forget-set.js';
import { compareGradients, type GradientBackend, type GradientComparison } from './gradient-backend.js';
import { defaultSteps, linearPrediction, type LinearPrediction } from './escape-prediction.js';
import { LOSSES } from './losses.js';
import { parameterCount, type PatchData } from './patch-network.js';
import type { TrainingProgress, TrainingResult } from './training.js';

/** Interrupted experiment: its signal asked for a stop. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Analysis, backend, interrupt and progress of an experiment. */
interface ExperimentHooks<Analysis> {
  /** The linear theory of the problem at step size eta. @param parameters p = 2 m d of the network. */
  readonly analyze: (problem: UnlearningProblem, eta: number, parameters: number) => Analysis;
  /** Null: gradients are not compared. */
  readonly backend: GradientBackend | null;
  readonly signal: AbortSignal;
  /** What is being done, with the training progress while a network is trained. */
  readonly onProgress: (doing: string, training: TrainingProgress | null) => void;
  /** Called once the forget set is known, before anything depends on it; may throw to refuse it. */
  readonly checkSplit: (split: ForgetSplit) => void;
  /** Default: the real one. */
  readonly implementation?: UnlearningImplementation;
}

/** Prediction, run and comparison of a network that is unlearned from where its training ended. */
export interface UnlearningOutcome<Analysis> {
  readonly gradients: GradientComparison | null;
  readonly analysis: Analysis;
  readonly prediction: LinearPrediction;
  readonly run: ComparedRun;
  readonly verdict: EscapeVerdict;
  /** Null for full batches; a text says why growth could not be measured. */
  readonly growth: BatchGrowth | string | null;
  readonly beyond: RetrainedComparison;
}

/** Result of an experiment, as far as it came. */
export interface ExperimentResult<Analysis> {
  readonly drawn: TrainingData;
  readonly training: TrainingResult;
  /** Null if training left no network to unlearn. */
  readonly forgotten: { readonly split: ForgetSplit; readonly scores: Float64Array } | null;
  /** Null if training left nothing to unlearn, or no sample has curvature at w*. */
  readonly outcome: UnlearningOutcome<Analysis> | null;
}

/**
 * Experiment: draws data, trains, chooses the forget set, linearises, predicts, unlearns with the real step and
 * compares the result with retrained networks. A function of the settings alone (and of the analysis asked for).
 *
 * @throws Interrupted between two pieces of work once the signal asks for it.
 */
export async function networkExperiment<Analysis>(
  settings: ExperimentSettings,
  hooks: ExperimentHooks<Analysis>,
): Promise<ExperimentResult<Analysis>> {
  const { seed } = settings;
  const { width, loss } = settings.training;
  const drawn = drawTrainingData(settings.data, seed);
  const { data } = drawn;
  const training = await unlessInterrupted(
    trainingRun(data, settings.training, ['network', seed]),
    hooks.signal,
    (progress) => hooks.onProgress('training', progress),
  );
  if (!isUsable(training)) return { drawn, training, forgotten: null, outcome: null };
  const network = { width, dimension: data.dimension };
  const trained = { network, weights: training.weights, data, loss: LOSSES[loss] };
  const forgotten = chooseForgetSet(trained, settings.unlearning, seed);
  hooks.checkSplit(forgotten.split);
  const start = randomSource('network', seed, 'displacement');
  const prediction = linearPrediction(trained, forgotten.split, settings.unlearning, start);
  const outcome = prediction && (await unlearned(drawn, training, prediction, settings, hooks));
  return { drawn, training, forgotten, outcome };
}

async function unlearned<Analysis>(
  drawn: TrainingData,
  training: TrainingResult,
  prediction: LinearPrediction,
  settings: ExperimentSettings,
  hooks: ExperimentHooks<Analysis>,
): Promise<UnlearningOutcome<Analysis>> {
  const { seed } = settings;
  const { backend, signal, onProgress, implementation = unlearning } = hooks;
  const { trained, split } = prediction.local;
  const phase = async (doing: string): Promise<void> => {
    onProgress(doing, null);
    await eventLoopTurn();
    if (signal.aborted) throw new Interrupted('interrupted');
  };
  await phase('gradients by automatic differentiation');
  const gradients = backend && compareGradients(trained, backend);
  await phase('theorems and the exact operator');
  const analysis = hooks.analyze(prediction.problem, prediction.eta, parameterCount(trained.network));
  const sets = evaluationSets(drawn, split, settings.data, seed);
  const retrained = await retrainedWeights(sets.retain, settings, hooks);
  const reference = retrainedReference(trained, sets, retrained);
  await phase('unlearning');
  const run = await unlessInterrupted(
    comparedRun(prediction, {
      steps: settings.unlearning.steps ?? defaultSteps(prediction),
      words: ['network', seed, 'run'],
      isForgotten: reference.isForgotten,
      implementation,
    }),
    signal,
  );
  let growth: BatchGrowth | string | null = null;
  if (hasBatchNoise(prediction)) {
    await phase('growth near w*');
    growth = batchGrowth(prediction, training.interpolationResidual, seed, implementation);
  }
  const beyond = reference.compare(run.snapshots);
  return { gradients, analysis, prediction, run, verdict: escapeVerdict(run, prediction), growth, beyond };
}

/** Weights of the networks retrained on the retain set; those that end dead or diverged are left out. */
async function retrainedWeights<Analysis>(
  retain: PatchData,
  { training, unlearning: { retrained }, seed }: ExperimentSettings,
  { signal, onProgress }: ExperimentHooks<Analysis>,
): Promise<Float64Array[]> {
  const weights: Float64Array[] = [];
  for (let k = 0; k < retrained && retain.sampleCount > 0; k++) {
    const retraining = trainingRun(retain, fittingBatch(training, retain), ['network', seed, 'retrained', k]);
    const doing = `retraining ${k + 1} of ${retrained}`;
    const result = await unlessInterrupted(retraining, signal, (progress) => onProgress(doing, progress));
    if (isUsable(result)) weights.push(result.weights);
  }
  return weights;
}

/** Training settings for a set that may be smaller than their batches. */
function fittingBatch(training: TrainingSettings, { sampleCount }: PatchData): TrainingSettings {
  const { batchSize } = training;
  return { ...training, batchSize: batchSize && Math.min(batchSize, sampleCount) };
}

/** Result of work that is done piece by piece. @throws Interrupted between two pieces. */
async function unlessInterrupted<Result, Piece>(
  work: PausingWork<Result, Piece>,
  signal: AbortSignal,
  onPiece?: (piece: Piece) => void,
): Promise<Result> {
  const result = await completedUnlessAborted(work, signal, onPiece);
  if (result === null) throw new Interrupted('interrupted');
  return result;
}

/** True for a network that can be unlearned, or compared with. */
function isUsable({ reason }: TrainingResult): boolean {
  return reason !== 'dead' && reason !== 'diverged';
}

/** An experiment as plain numbers, in the layout that scripts rely on; arrays of weights are left out. */
export function experimentRecord<Analysis>(
  { name, version, commit }: ToolIdentity,
  settings: ExperimentSettings,
  { drawn, training, forgotten, outcome }: ExperimentResult<Analysis>,
): object {
  return {
    schemaVersion: 1,
    kind: 'network',
    tool: { name, version, commit },
    settings: settingsRecord(settings),
    data: {
      signalToNoise: drawn.signalToNoise,
      labels: Array.from(drawn.data.labels),
      flipped: drawn.flipped,
    },
    training: without(training, 'weights'),
    forget: forgotten && {
      samples: forgotten.split.forget,
      memorisation: Array.from(forgotten.scores),
    },
    ...(outcome && unlearningRecord(outcome)),
  };
}

/** The settings of all three parts beside each other. */
function settingsRecord({ data, training, unlearning, seed }: ExperimentSettings) {
  const { distribution, samples, labelNoise, test } = data;
  const { forgetCount, forget, retrained, ...step } = unlearning;
  return {
    distribution,
    samples,
    forgetCount,
    forget,
    ...training,
    labelNoise,
    ...step,
    retrained,
    test,
    seed,
  };
}

/** The part of a record that is about unlearning, beside what was predicted; `beyond` is no part of the prediction. */
function unlearningRecord<Analysis>({
  gradients,
  analysis,
  prediction,
  run,
  verdict,
  growth,
  beyond,
}: UnlearningOutcome<Analysis>) {
  return {
    gradients,
    prediction: {
      analysis,
      ...without(prediction, 'local', 'problem', 'displacement'),
      escapeStep: run.predictedEscapeStep,
      escapeStepWithoutDrift: run.interpolatingEscapeStep,
    },
    run: { verdict, ...without(run, 'snapshots', 'predictedEscapeStep', 'interpolatingEscapeStep') },
    growth: typeof growth === 'string' ? { unmeasured: growth } : growth,
    beyond: {
      retrained: beyond.level.networks.map(measuresRecord),
      reference: { distance: beyond.level.distance, tugOfWar: beyond.level.tugOfWar },
      rows: beyond.rows.map(({ at, step, measures, verdict: judged }) => ({
        at,
        step,
        ...measuresRecord(measures),
        verdict: judged,
      })),
    },
  };
}

function measuresRecord(measures: DeletionMeasures): Omit<DeletionMeasures, 'testOutputs'> {
  return without(measures, 'testOutputs');
}

function without<T extends object, K extends keyof T>(record: T, ...fields: readonly K[]): Omit<T, K> {
  const kept = Object.entries(record).filter(([field]) => !fields.includes(field as K));
  return Object.fromEntries(kept) as Omit<T, K>;
}
