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

/**
 * Level of some samples.
 *
 * @param samples their numbers. @param outputs writes z of samples from .. to-1.
 * @param each hears of every sample, by its place in the list.
 */
export function levelOf(
  { width, targets }: OutputSet,
  kind: LossKind,
  samples: Int32Array,
  outputs: (from: number, to: number, out: Float64Array) => void,
  each?: (k: number, level: Level) => void,
): Level {
  const loss = OUTPUT_LOSSES[kind];
  const buffer = new Float64Array(width * AT_ONCE);
  let [sum, right] = [0, 0];
  let classified = false;
  for (let k = 0; k < samples.length;) {
    const from = samples[k]!;
    let count = 1;
    while (count < AT_ONCE && samples[k + count] === from + count) count++;
    outputs(from, from + count, buffer);
    for (let j = 0; j < count; j++, k++) {
      const z = buffer.subarray(j * width, (j + 1) * width);
      const y = targets.subarray((from + j) * width, (from + j + 1) * width);
      const found = loss.value(z, y);
      const value = Number.isFinite(found) ? found : Infinity;
      const isRight = loss.isRight(z, y);
      const accuracy = isRight === null ? null : Number(isRight && value < Infinity);
      sum += value;
      right += accuracy ?? 0;
      classified = accuracy !== null;
      each?.(k, { loss: value, accuracy });
    }
  }
  return { loss: sum / samples.length, accuracy: classified ? right / samples.length : null };
}

/** Neighbouring samples whose outputs are computed together. */
const AT_ONCE = 16;

/** Level of a whole set at given outputs, n x c. */
export function levelAt(set: OutputSet, kind: LossKind, outputs: Float64Array): Level {
  const all = Int32Array.from({ length: set.samples }, (_, i) => i);
  return levelOf(set, kind, all, (from, to, z) => z.set(outputs.subarray(from * set.width, to * set.width)));
}
