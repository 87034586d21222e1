import { selectSamples, type PatchData } from '../network/patch-data.js';
import { drawSignalPlusNoise, type SignalPlusNoise } from '../network/signal-plus-noise.js';
import type { RandomSource } from '../random/generator.js';

/**
 * Samples that were never trained on, with which the forget set can be compared: for every forget sample the
 * same number, at least `count` together, of its true class, with flipped label if its label was flipped. With
 * other proportions a network would tell the sets apart by class, whether it has seen them or not.
 *
 * @param labels of the forget set as trained on.
 * @param flipped of each forget sample: true if its label was flipped.
 * @param signal mu of the training data.
 */
export function freshSamples(
  distribution: SignalPlusNoise,
  labels: Float64Array,
  flipped: readonly boolean[],
  count: number,
  random: RandomSource,
  signal: Float64Array,
): PatchData {
  const n = labels.length;
  const patches = 1 + distribution.noisePatches;
  if (n === 0) {
    return { ...emptySamples, patches, dimension: distribution.dimension };
  }
  const copies = Math.max(1, Math.ceil(count / n));
  const positive = labels.reduce((sum, y, j) => sum + ((y === 1) !== flipped[j] ? 1 : 0), 0);
  const drawn = drawSignalPlusNoise({ ...distribution, positives: positive / n }, n * copies, random, signal);
  const byClass = { 1: indicesOf(drawn.labels, 1), '-1': indicesOf(drawn.labels, -1) };
  const chosen = Array.from(labels, (y, j) => {
    const trueClass = flipped[j] ? -y : y;
    return byClass[trueClass === 1 ? 1 : '-1'].splice(0, copies);
  });
  const fresh = selectSamples(drawn, chosen.flat());
  chosen.flat().forEach((_, k) => {
    if (flipped[Math.floor(k / copies)]) fresh.labels[k]! *= -1;
  });
  return fresh;
}

const emptySamples = { sampleCount: 0, inputs: new Float64Array(0), labels: new Float64Array(0) };

function indicesOf(labels: Float64Array, label: 1 | -1): number[] {
  return Array.from(labels.keys()).filter((i) => labels[i] === label);
}
