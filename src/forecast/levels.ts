import { OUTPUT_LOSSES, type LossKind } from '../unlearning/output-loss.js';
import type { OutputSet } from './output-set.js';

/** Mean loss and accuracy of samples; a loss that overflows is Infinity, accuracy null for losses without classes. */
export interface Level {
  readonly loss: number;
  readonly accuracy: number | null;
}

/** A loss or an accuracy that is to be reached, or kept. */
export interface Mark {
  readonly quantity: keyof Level;
  readonly value: number;
}

/** True if the forget set is forgotten: its loss has risen, or its accuracy fallen, to the mark. */
export function isForgotten(level: Level, { quantity, value }: Mark): boolean {
  if (level.loss === Infinity) return true;
  return quantity === 'loss' ? level.loss >= value : level.accuracy !== null && level.accuracy <= value;
}

/** True if the retain set is out of its limit: its loss above, or its accuracy below it; without a limit, if it overflows. */
export function isDamaged(level: Level, limit: Mark | null): boolean {
  if (level.loss === Infinity) return true;
  if (limit === null) return false;
  const { quantity, value } = limit;
  return quantity === 'loss' ? level.loss > value : level.accuracy !== null && level.accuracy < value;
}

/** Numbers of outputs that are worked on at once, at one position: as many rows as a tile of products has. */
const OUTPUTS_AT_ONCE = 256;

/**
 * Levels of some samples at several positions of the weights.
 *
 * @param samples their numbers. @param count positions.
 * @param outputs writes z of samples from .. to-1 of the list: a row an output, a number a position.
 * @param each hears of every sample, by its place in the list, at every position in turn.
 */
export function levelsOf(
  { width, targets }: OutputSet,
  kind: LossKind,
  samples: Int32Array,
  count: number,
  outputs: (from: number, to: number, out: Float64Array) => void,
  each?: (sample: number, position: number, level: Level) => void,
): Level[] {
  const loss = OUTPUT_LOSSES[kind];
  const atOnce = Math.max(1, Math.floor(OUTPUTS_AT_ONCE / width));
  const buffer = new Float64Array(Math.min(atOnce, samples.length) * width * count);
  const z = new Float64Array(width);
  const [sums, rights] = [new Float64Array(count), new Float64Array(count)];
  let classified = false;
  for (let from = 0; from < samples.length; from += atOnce) {
    const to = Math.min(samples.length, from + atOnce);
    outputs(from, to, buffer);
    for (let j = from; j < to; j++) {
      const y = targets.subarray(samples[j]! * width, (samples[j]! + 1) * width);
      for (let k = 0; k < count; k++) {
        for (let i = 0, at = (j - from) * width * count + k; i < width; i++, at += count) z[i] = buffer[at]!;
        const found = loss.value(z, y);
        const value = Number.isFinite(found) ? found : Infinity;
        const isRight = loss.isRight(z, y);
        const accuracy = isRight === null ? null : Number(isRight && value < Infinity);
        sums[k]! += value;
        rights[k]! += accuracy ?? 0;
        classified = accuracy !== null;
        each?.(j, k, { loss: value, accuracy });
      }
    }
  }
  return Array.from(sums, (sum, k) => ({
    loss: sum / samples.length,
    accuracy: classified ? rights[k]! / samples.length : null,
  }));
}

/** The numbers of all samples of a set. */
export function allSamples({ samples }: OutputSet): Int32Array {
  return Int32Array.from({ length: samples }, (_, i) => i);
}

/** Level of a whole set at given outputs, n x c. */
export function levelAt(set: OutputSet, kind: LossKind, outputs: Float64Array): Level {
  const { width } = set;
  const write = (from: number, to: number, z: Float64Array): void =>
    z.set(outputs.subarray(from * width, to * width));
  return levelsOf(set, kind, allSamples(set), 1, write)[0]!;
}
