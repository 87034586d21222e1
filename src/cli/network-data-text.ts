import type { ExperimentSettings } from '../experiment/experiment-settings.js';
import type { ExperimentResult } from '../experiment/network-experiment.js';
import { percent, significant } from '../report/number-format.js';

/** What was drawn and which samples are to be forgotten. */
export function describeData(
  { distribution, samples, forget, width, labelNoise, seed }: ExperimentSettings,
  { drawn, forgotten }: ExperimentResult,
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
  { split, scores }: NonNullable<ExperimentResult['forgotten']>,
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
export function describeTraining(
  { batchSize, loss }: ExperimentSettings,
  { training, outcome }: ExperimentResult,
): string {
  const method = batchSize === null ? 'full batches' : `mini-batches of ${batchSize}`;
  const ended: Record<string, string> = {
    steps: 'did not converge: no steps left',
    diverged: 'diverged',
    dead: 'dead network',
    stationary: 'a stationary point that does not interpolate',
    stalled: 'hardly falls any more, without interpolation',
    stopped: 'stopped',
  };
  const end = training.reason === null ? 'reached its goal' : ended[training.reason];
  const dead = training.deadSamples > 0 ? `; ${training.deadSamples} samples reach no filter` : '';
  return [
    `training     ${loss} loss, ${method}, ${training.steps} steps to ${significant(training.relativeLoss)} of the initial loss: ${end}${dead}`,
    `             largest per-sample gradient at w* ${significant(training.interpolationResidual)} (the theory assumes 0)`,
    ...(outcome ? [`gradients    ${gradientLine(outcome.gradients)}`] : []),
  ].join('\n');
}

type Gradients = NonNullable<ExperimentResult['outcome']>['gradients'];

function gradientLine(gradients: Gradients): string {
  if (!gradients) return 'not compared: no TensorFlow.js backend starts';
  const { backend, compared, leftOut, largestDifference } = gradients;
  if (compared === 0) return `not compared with ${backend}: every sample is at a kink in float32`;
  const out = leftOut > 0 ? `; ${leftOut} left out, at a kink in float32` : '';
  const bound = largestDifference === 0 ? '0' : `at most 1e${Math.ceil(Math.log10(largestDifference))}`;
  return `closed form against ${backend} (float32): relative difference ${bound} on ${compared} samples${out}`;
}
