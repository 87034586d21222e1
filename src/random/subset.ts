import type { RandomSource } from './generator.js';

/**
 * `count` of the given numbers, ascending, each subset equally likely (partial Fisher-Yates shuffle).
 *
 * @throws RangeError unless 0 <= count <= length.
 */
export function randomSubset(from: readonly number[], count: number, random: RandomSource): number[] {
  const n = from.length;
  if (!Number.isInteger(count) || count < 0 || count > n) {
    throw new RangeError(`the size of a subset must be an integer in 0..${n}; got ${count}`);
  }
  const order = [...from];
  for (let k = 0; k < count; k++) {
    const other = k + random.integer(n - k);
    const held = order[k]!;
    order[k] = order[other]!;
    order[other] = held;
  }
  return order.slice(0, count).sort((a, b) => a - b);
}
