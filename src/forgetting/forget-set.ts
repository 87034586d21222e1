import type { PatchData } from '../network/patch-data.js';
import type { RandomSource } from '../random/generator.js';
import { randomSubset } from '../random/subset.js';

/** Numbers of the samples to keep and to forget, both ascending; together they are all samples. */
export interface ForgetSplit {
  readonly retain: readonly number[];
  readonly forget: readonly number[];
}

/** How to choose the n_F = `count` samples to forget. */
export type ForgetChoice =
  | { readonly kind: 'random'; readonly count: number; readonly random: RandomSource }
  /** Random samples of one class; all of it if it has fewer than `count`. */
  | {
      readonly kind: 'class';
      readonly label: 1 | -1;
      readonly count: number;
      readonly random: RandomSource;
    }
  /** By `memorisationScores`; of equal scores the sample of the lower number. */
  | {
      readonly kind: 'most-memorised' | 'least-memorised';
      readonly count: number;
      readonly scores: Float64Array;
    };

/**
 * Splits the samples into retain and forget set. n_F = 0 and n_F = n are allowed here; see `checkMixing`.
 *
 * @throws RangeError unless `count` is an integer in 0..n.
 */
export function forgetSet(data: PatchData, choice: ForgetChoice): ForgetSplit {
  const n = data.sampleCount;
  const { count } = choice;
  if (!Number.isInteger(count) || count < 0 || count > n) {
    throw new RangeError(`the number of samples to forget must be an integer in 0..${n}; got ${count}`);
  }
  return splitOf(n, chosen(data, choice));
}

/** The split that forgets the given samples of n. */
export function splitOf(n: number, forget: readonly number[]): ForgetSplit {
  const forgotten = new Set(forget);
  const all = Array.from({ length: n }, (_, i) => i);
  return {
    retain: all.filter((i) => !forgotten.has(i)),
    forget: all.filter((i) => forgotten.has(i)),
  };
}

/**
 * Without samples to forget only descent is defined, without samples to keep only ascent.
 *
 * @throws RangeError if n_F = 0 and alpha is not 0, or n_R = 0 and alpha is not 1, or alpha outside [0, 1].
 */
export function checkMixing({ retain, forget }: ForgetSplit, alpha: number): void {
  if (!(alpha >= 0 && alpha <= 1)) throw new RangeError(`alpha must be in [0, 1]; got ${alpha}`);
  if (forget.length === 0 && alpha !== 0) {
    throw new RangeError(`alpha must be 0 when no sample is forgotten; got ${alpha}`);
  }
  if (retain.length === 0 && alpha !== 1) {
    throw new RangeError(`alpha must be 1 when every sample is forgotten; got ${alpha}`);
  }
}

function chosen({ labels }: PatchData, choice: ForgetChoice): number[] {
  const all = Array.from(labels.keys());
  switch (choice.kind) {
    case 'random':
      return randomSubset(all, choice.count, choice.random);
    case 'class': {
      const members = all.filter((i) => labels[i] === choice.label);
      return randomSubset(members, Math.min(choice.count, members.length), choice.random);
    }
    case 'most-memorised':
    case 'least-memorised': {
      const { scores } = choice;
      const sign = choice.kind === 'most-memorised' ? -1 : 1;
      return all.sort((i, k) => sign * (scores[i]! - scores[k]!) || i - k).slice(0, choice.count);
    }
  }
}
