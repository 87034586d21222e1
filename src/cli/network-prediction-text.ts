import type { ExperimentSettings } from '../experiment/experiment-settings.js';
import type { UnlearningOutcome } from '../experiment/network-experiment.js';
import { significant } from '../report/number-format.js';
import { textTable } from '../report/text-table.js';

/** What the linear theory says at w*. */
export function describePrediction(
  { factor }: ExperimentSettings,
  { analysis, prediction, run }: UnlearningOutcome,
): string {
  const { coherence, mixing, exact, theorems } = analysis;
  const { eta, lowestD, highestD, highestK, driftLength, restDistance, settings, local } = prediction;
  const { alpha, batch, sampling } = settings;
  const speaking = theorems.filter(({ side }) => side !== 'undecided');
  const atRest = restDistance === null ? '' : `; at rest ${significant(restDistance)} from w*`;
  return [
    'The linear prediction at w*',
    `batches      ${sampling} ${batch.retain} retain / ${batch.forget} forget; rank r = ${local.reduced.dimension}`,
    `coherence    unlearning ${significant(coherence.sigma)}; retain ${ratio(coherence.retain)}, forget ${ratio(coherence.forget)}, cross ${significant(coherence.cross)}`,
    `mixing       alpha ${alpha}, alpha* ${significant(mixing.alphaStar)}; D has eigenvalues ${significant(lowestD)} .. ${significant(highestD)}, lambda_1(K) ${significant(highestK)}`,
    `             relative escape rate |lambda_min(D)|/lambda_1(K) = ${significant(prediction.relativeEscapeRate)}`,
    `step size    eta ${significant(eta)}, eta* ${significant(exact.etaStar)}`,
    `growth       E|delta|^2: log rho = ${significant(exact.logGrowth)} per step, ${exact.side}; mean: log(1 - eta lambda_min(D)) = ${significant(Math.log(Math.abs(1 - eta * lowestD)))}`,
    `start        |delta| = ${significant(prediction.displacementLength)}; escape at ${significant(factor)} times that; no activation flips within ${significant(prediction.activationMargin)}`,
    `drift        the gradients at w* push by |g| = ${significant(driftLength)}, ${significant((eta * driftLength) / prediction.displacementLength)} of |delta| in a step${atRest}`,
    ...escapeLines(run),
    ...(speaking.length === 0
      ? ['theorems     none decides this setting']
      : [
          '',
          textTable(
            ['theorem', 'name', 'says', 'critical step'],
            speaking.map(({ id, name, side, etaThreshold }) => [id, name, side, significant(etaThreshold)]),
          ),
        ]),
  ].join('\n');
}

/** The theory assumes that w* interpolates; where that matters, both times are given. */
function escapeLines({ predictedEscapeStep, interpolatingEscapeStep }: UnlearningOutcome['run']): string[] {
  const time = (step: number | null): string => (step === null ? 'not within the run' : `at step ${step}`);
  if (predictedEscapeStep === interpolatingEscapeStep)
    return [`escape       predicted ${time(predictedEscapeStep)}`];
  return [
    `escape       predicted ${time(predictedEscapeStep)}, by the drift; ${time(interpolatingEscapeStep)} by the theory, which assumes that`,
    '             w* interpolates',
  ];
}

/** The coherence of a set; a dash without samples, or without any curvature. */
function ratio(coherence: number | null): string {
  return significant(Number.isNaN(coherence) ? null : coherence);
}
