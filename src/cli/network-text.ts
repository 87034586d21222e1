import type { ExperimentSettings } from '../experiment/experiment-settings.js';
import type { ExperimentResult, UnlearningOutcome } from '../experiment/network-experiment.js';
import { significant } from '../report/number-format.js';
import { describeBeyond } from './network-beyond-text.js';
import { describeData, describeTraining } from './network-data-text.js';
import { describePrediction } from './network-prediction-text.js';
import { describeRun } from './network-run-text.js';

/** An experiment for a person: the answer, the prediction, the run, and apart from them what lies beyond. */
export function describeExperiment(settings: ExperimentSettings, result: ExperimentResult): string {
  const { outcome } = result;
  return [
    answer(result),
    '',
    describeData(settings, result),
    describeTraining(settings, result),
    ...(outcome
      ? [
          '',
          describePrediction(settings, outcome),
          '',
          describeRun(outcome),
          '',
          describeBeyond(outcome.beyond),
          ...leftOut(settings, outcome),
        ]
      : []),
  ].join('\n');
}

/** Retrained networks that ended dead or diverged are no level to compare with. */
function leftOut({ retrained }: ExperimentSettings, { beyond }: UnlearningOutcome): string[] {
  const missing = retrained - beyond.retrained.length;
  return missing === 0
    ? []
    : [`${missing} of ${retrained} retrained networks are dead or diverged, and left out.`];
}

function answer({ training, outcome }: ExperimentResult): string {
  if (outcome) return comparison(outcome);
  switch (training.reason) {
    case 'dead':
      return 'nothing to unlearn: every filter is inactive on every patch (a dead network); try another seed or a larger --width';
    case 'diverged':
      return 'nothing to unlearn: training diverged';
    default:
      return 'nothing to compare: no sample has curvature at w*, so the linear theory says nothing';
  }
}

function comparison({ verdict, run, prediction }: UnlearningOutcome): string {
  const { escapeStep, predictedEscapeStep, steps } = run;
  const measured =
    escapeStep === null
      ? `the network does not escape within ${steps} steps`
      : `the network escapes at step ${escapeStep}`;
  const predicted = predictedEscapeStep === null ? 'none within them' : `step ${predictedEscapeStep}`;
  if (verdict.reason !== null)
    return `${verdict.says}: ${measured}; predicted ${predicted}, but ${verdict.reason}`;
  return `${verdict.says}: ${measured} (predicted ${predicted}); growth ${significant(prediction.growth)} per step`;
}
