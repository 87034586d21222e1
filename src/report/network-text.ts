import { samplingName } from '../harness/instance.js';
import type { Analysis } from '../analysis/answer.js';
import type { BatchGrowth } from '../network/batch-growth.js';
import type { ExperimentSettings } from '../network/experiment-settings.js';
import type { ExperimentResult, UnlearningOutcome } from '../network/network-experiment.js';
import type { GrowthEstimate } from '../unlearning/growth.js';
import { describeComparison } from './network-comparison-text.js';
import { percent, significant } from './number-format.js';
import { textTable } from './table.js';

type Result = ExperimentResult<Analysis>;
type Outcome = UnlearningOutcome<Analysis>;

/** An experiment for a person: the answer, the prediction, the run, and apart from them what lies beyond. */
export function describeExperiment(settings: ExperimentSettings, result: Result): string {
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
          describeComparison(outcome.beyond),
          ...leftOut(settings, outcome),
        ]
      : []),
  ].join('\n');
}

/** Retrained networks that ended dead or diverged are no level to compare with. */
function leftOut({ unlearning: { retrained } }: ExperimentSettings, { beyond }: Outcome): string[] {
  const missing = retrained - beyond.level.networks.length;
  return missing === 0
    ? []
    : [`${missing} of ${retrained} retrained networks are dead or diverged, and left out.`];
}

function answer({ training, outcome }: Result): string {
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

function comparison({ verdict, run, prediction }: Outcome): string {
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

/** What was drawn and which samples are to be forgotten. */
function describeData(
  {
    data: { distribution, samples, labelNoise },
    training: { width },
    unlearning: { forget },
    seed,
  }: ExperimentSettings,
  { drawn, forgotten }: Result,
): string {
  const { dimension, signalNorm, noiseScale, noisePatches } = distribution;
  const { data, flipped, signalToNoise } = drawn;
  const positive = data.labels.filter((y) => y === 1).length;
  const noise =
    labelNoise === 0 ? 'no label flipped' : `${flipped.length} labels flipped (${percent(labelNoise)})`;
  return [
    `data         ${samples} samples of one signal and ${noisePatches} noise patch${noisePatches === 1 ? '' : 'es'} of ${dimension} numbers, seed ${seed}`,
    `             SNR ${significant(signalToNoise)} (|mu| ${significant(signalNorm)}, noise scale ${significant(noiseScale)}); ${positive} labels +1, ${samples - positive} labels -1; ${noise}`,
    `network      two layers, ${width} filter${width === 1 ? '' : 's'} of each sign: ${2 * width * dimension} weights`,
    ...(forgotten ? [`forget       ${forgetLine(forget, forgotten, flipped)}`] : []),
  ].join('\n');
}

function forgetLine(
  rule: string,
  { split, scores }: NonNullable<Result['forgotten']>,
  flipped: readonly number[],
): string {
  const mean = (indices: readonly number[]): number | null =>
    indices.length === 0 ? null : indices.reduce((sum, i) => sum + scores[i]!, 0) / indices.length;
  const mislabelled = split.forget.filter((i) => flipped.includes(i)).length;
  return [
    `${split.forget.length} sample${split.forget.length === 1 ? '' : 's'} (${rule})`,
    ...(mislabelled > 0 ? [`${mislabelled} of them with flipped label`] : []),
    `retain ${split.retain.length}; memorised share ${significant(mean(split.forget))} in F, ${significant(mean(split.retain))} in R`,
  ].join(', ');
}

/** How training ended, how far from an interpolating minimum, and whether a second implementation agrees. */
function describeTraining(
  { training: { batchSize, loss } }: ExperimentSettings,
  { training, outcome }: Result,
): string {
  const method = batchSize === null ? 'full batches' : `mini-batches of ${batchSize}`;
  const ended: Record<string, string> = {
    steps: 'did not converge: no steps left',
    diverged: 'diverged',
    dead: 'dead network',
    stationary: 'a stationary point that does not interpolate',
    stalled: 'hardly falls any more, without interpolation',
  };
  const end = training.reason === null ? 'reached its goal' : ended[training.reason];
  const dead = training.deadSamples > 0 ? `; ${training.deadSamples} samples reach no filter` : '';
  return [
    `training     ${loss} loss, ${method}, ${training.steps} steps to ${significant(training.relativeLoss)} of the initial loss: ${end}${dead}`,
    `             largest per-sample gradient at w* ${significant(training.interpolationResidual)} (the theory assumes 0)`,
    ...(outcome ? [`gradients    ${gradientLine(outcome.gradients)}`] : []),
  ].join('\n');
}

type Gradients = NonNullable<Result['outcome']>['gradients'];

function gradientLine(gradients: Gradients): string {
  if (!gradients) return 'not compared: no TensorFlow.js backend starts';
  const { backend, compared, leftOut, largestDifference } = gradients;
  if (compared === 0) return `not compared with ${backend}: every sample is at a kink in float32`;
  const out = leftOut > 0 ? `; ${leftOut} left out, at a kink in float32` : '';
  const bound = largestDifference === 0 ? '0' : `at most 1e${Math.ceil(Math.log10(largestDifference))}`;
  return `closed form against ${backend} (float32): relative difference ${bound} on ${compared} samples${out}`;
}

/** What the linear theory says at w*. */
function describePrediction(
  { unlearning: { factor } }: ExperimentSettings,
  { analysis, prediction, run }: Outcome,
): string {
  const { coherence, mixing, exact, theorems } = analysis;
  const { eta, lowestD, highestD, highestK, driftLength, restDistance, settings, local } = prediction;
  const { alpha, batch, sampling } = settings;
  const speaking = theorems.filter(({ side }) => side !== 'undecided');
  const atRest = restDistance === null ? '' : `; at rest ${significant(restDistance)} from w*`;
  return [
    'The linear prediction at w*',
    `batches      ${samplingName(sampling)} ${batch.retain} retain / ${batch.forget} forget; rank r = ${local.reduced.dimension}`,
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
function escapeLines({ predictedEscapeStep, interpolatingEscapeStep }: Outcome['run']): string[] {
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

/** What the real network did, beside the linear dynamics with the same batches. */
function describeRun({ run, growth, analysis, verdict }: Outcome): string {
  const { escapeStep, predictedEscapeStep, slope, divergedAt, steps, flipsAtEscape } = run;
  const step = (k: number | null): string => (k === null ? 'none' : `step ${k}`);
  const upTo = escapeStep === null ? `over ${steps} steps` : 'up to the escape';
  return [
    'The run of the network',
    `escape       measured ${step(escapeStep)}, predicted ${step(predictedEscapeStep)}: ${verdict.says}`,
    `distance     differs from the prediction by at most ${significant(run.largestDifference)} of it ${upTo}${flipsAtEscape === null ? '' : `; ${flipsAtEscape} activations flipped there`}`,
    ...(slope
      ? [
          `slope        log distance rises by ${significant(slope.measured)} per step before the escape (linear dynamics: ${significant(slope.predicted)})`,
        ]
      : []),
    divergedAt === null
      ? `end          after ${steps} steps`
      : `end          diverges to infinity: beyond a million times |w*| at step ${divergedAt}`,
    ...(growth === null ? [] : growthLines(growth, analysis.exact.logGrowth)),
    '',
    textTable(
      ['step', '|w - w*|', 'predicted', 'flipped activations'],
      run.records.map(({ step: k, distance, predicted, flips }) => [
        String(k),
        significant(distance),
        significant(predicted),
        String(flips),
      ]),
    ),
  ].join('\n');
}

function growthLines(growth: BatchGrowth | string, logGrowth: number): string[] {
  if (typeof growth === 'string') return [`growth       not measured near w*: ${growth}`];
  const { network, linear, certificate, length } = growth;
  const proven = certificate.side === 'inconclusive' ? 'undecided' : `${certificate.side} (proven)`;
  return [
    `growth       near w*, renormalised to |delta| = ${significant(length)}: 2 gamma of the network ${estimate(network)},`,
    `             of the linear dynamics with the same batches ${estimate(linear)}`,
    `             E|delta|^2 by the certificate on the linear dynamics: ${proven}, ${certificate.samples} pairs of batches; log rho = ${significant(logGrowth)}`,
  ];
}

function estimate({ growth, interval }: GrowthEstimate): string {
  return `${significant(growth)} [${significant(interval.low)}, ${significant(interval.high)}]`;
}
