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
  type ExperimentSettings,
  trainingRun,
} from '../../src/network/experiment-settings.js';
import { linearPrediction, type LinearPrediction } from '../../src/network/linear-prediction.js';
import { LOSSES } from '../../src/network/losses.js';
import { type RetrainedComparison, retrainedReference } from '../../src/network/retrained-comparison.js';
import { completed } from '../../src/jobs/interrupt.js';
import type { TrainingResult } from '../../src/network/training.js';
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
