import { BLACK, PIXEL_COUNT, type Digits } from '../shared/digit-images.js';
import { selectSamples, type PatchData } from '../../src/network/patch-network.js';
import { randomSource, randomSubset } from '../../src/statistics/generator.js';
import type { DigitsNetworkOptions } from './options.js';

/** Images of two digits, some of which are trained on. */
export interface TwoDigits {
  /** Training images, the flipped labels flipped: one patch of 64 pixels each. */
  readonly training: PatchData;
  /** Rows of the training images in the file, from 0. */
  readonly rows: readonly number[];
  /** The training images with a flipped label, ascending. */
  readonly flipped: readonly number[];
  /** All other images of the two digits, with their true labels. */
  readonly heldOut: PatchData;
}

/** Pixels in 0..1 minus their mean over all images of the two digits: a network without biases needs it. */
export function twoDigits(
  { pixels, labels }: Digits,
  { digits, seed, sizes }: DigitsNetworkOptions,
): TwoDigits {
  const chosen = Array.from(labels.keys()).filter((i) => digits.includes(labels[i]!));
  const n = chosen.length;
  const inputs = new Float64Array(n * PIXEL_COUNT);
  chosen.forEach((i, k) => {
    for (let c = 0; c < PIXEL_COUNT; c++) inputs[k * PIXEL_COUNT + c] = pixels[i * PIXEL_COUNT + c]! / BLACK;
  });
  for (let c = 0; c < PIXEL_COUNT; c++) {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += inputs[k * PIXEL_COUNT + c]!;
    for (let k = 0; k < n; k++) inputs[k * PIXEL_COUNT + c]! -= sum / n;
  }
  const all: PatchData = {
    sampleCount: n,
    patches: 1,
    dimension: PIXEL_COUNT,
    inputs,
    labels: Float64Array.from(chosen, (i) => (labels[i] === digits[0] ? 1 : -1)),
  };
  const numbers = Array.from({ length: n }, (_, k) => k);
  const random = (word: string) => randomSource('digits network', seed, word);
  const trained = randomSubset(numbers, sizes.images, random('training images'));
  const training = selectSamples(all, trained);
  const positions = Array.from(trained.keys());
  const flipped = randomSubset(positions, sizes.forgetCount, random('flipped labels'));
  for (const i of flipped) training.labels[i]! *= -1;
  const seen = new Set(trained);
  return {
    training,
    rows: trained.map((k) => chosen[k]!),
    flipped,
    heldOut: selectSamples(
      all,
      numbers.filter((k) => !seen.has(k)),
    ),
  };
}

/**
 * Held-out images to compare a forget set with: for every forgotten image the same number of its true class,
 * with flipped label if its label was flipped.
 *
 * @param forget numbers of training images.
 */
export function comparisonImages(
  { training, flipped, heldOut }: TwoDigits,
  forget: readonly number[],
): PatchData {
  const wrong = new Set(flipped);
  const trueLabel = (i: number): number => (wrong.has(i) ? -1 : 1) * training.labels[i]!;
  const left = new Map(
    [1, -1].map((y) => [y, Array.from(heldOut.labels.keys()).filter((k) => heldOut.labels[k] === y)]),
  );
  const copies = Math.min(
    ...[1, -1].map((y) => {
      const wanted = forget.filter((i) => trueLabel(i) === y).length;
      return wanted === 0 ? Infinity : Math.floor(left.get(y)!.length / wanted);
    }),
  );
  const taken = forget.map((i) => left.get(trueLabel(i))!.splice(0, copies));
  const fresh = selectSamples(heldOut, taken.flat());
  forget.forEach((i, j) => {
    for (let k = j * copies; wrong.has(i) && k < (j + 1) * copies; k++) fresh.labels[k]! *= -1;
  });
  return fresh;
}
