import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A source of uniform numbers. Everything random in this project takes one as an argument. */
export interface RandomSource {
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number;
  /** 32 random bits, as a signed integer. */
  bits(): number;
  /** Uniform integer in 0 .. bound-1, without modulo bias. */
  integer(bound: number): number;
  /** Standard normal. */
  normal(): number;
}

/**
 * Generator (xoroshiro128+) seeded by the SHA-256 digest of the given words, so that streams with
 * different names are independent for all practical purposes and any stream can be replayed by name.
 *
 * @example randomSource(42, 'verify', 'U3', 17)
 */
export function randomSource(...words: readonly (string | number)[]): RandomSource {
  const digest = createHash('sha256').update(JSON.stringify(words)).digest();
  const state = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
  const generator = xoroshiro128plusFromState(state);
  let spare: number | null = null;
  const uniform = (): number => uniformFloat64(generator);
  return {
    uniform,
    bits: () => generator.next(),
    integer: (bound) => uniformInt(generator, 0, bound - 1),
    normal() {
      if (spare !== null) {
        const value = spare;
        spare = null;
        return value;
      }
      // Box and Muller (1958); 1 - u keeps the logarithm finite.
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}

/** First 31 bits of the SHA-256 digest of the words: a nonnegative integer seed for other libraries. */
export function derivedSeed(...words: readonly (string | number)[]): number {
  return createHash('sha256').update(JSON.stringify(words)).digest().readUInt32LE(0) >>> 1;
}

/** `count` independent normal numbers of the given standard deviation, in the order in which they are drawn. */
export function normals(count: number, random: RandomSource, deviation = 1): Float64Array {
  const drawn = new Float64Array(count);
  for (let k = 0; k < count; k++) drawn[k] = deviation * random.normal();
  return drawn;
}

/**
 * `count` of the given numbers, ascending, each subset equally likely.
 *
 * @throws RangeError unless 0 <= count <= length.
 */
export function randomSubset(from: readonly number[], count: number, random: RandomSource): number[] {
  const n = from.length;
  if (!Number.isInteger(count) || count < 0 || count > n) {
    throw new RangeError(`the size of a subset must be an integer in 0..${n}; got ${count}`);
  }
  const order = Int32Array.from(from.keys());
  shuffleFirst(order, count, random);
  return Array.from(order.subarray(0, count), (k) => from[k]!).sort((a, b) => a - b);
}

/** Puts `count` of the entries first, every choice and order of them equally likely (partial Fisher-Yates shuffle). */
export function shuffleFirst(entries: Int32Array, count: number, random: RandomSource): void {
  for (let k = 0; k < count; k++) {
    const other = k + random.integer(entries.length - k);
    const held = entries[k]!;
    entries[k] = entries[other]!;
    entries[other] = held;
  }
}
