import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { type RandomSource, randomSubset } from '../statistics/generator.js';
import type { BatchSizes } from '../theory/problem.js';
import { gradientGram, outputGradients, squaredGradientNorms } from './output-gradients.js';
import type { PatchData, PatchNetwork } from './patch-network.js';

/** Split into retain and forget set: numbers of the samples, both ascending; together they are all samples. */
export interface ForgetSplit {
  readonly retain: readonly number[];
  readonly forget: readonly number[];
}

/** Choice of the n_F = `count` samples to forget. */
type ForgetChoice =
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
 * Split into retain and forget set. n_F = 0 and n_F = n are allowed here; see `checkMixing`.
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

/** Split that forgets the given samples of n. */
export function splitOf(n: number, forget: readonly number[]): ForgetSplit {
  const forgotten = new Set(forget);
  const all = Array.from({ length: n }, (_, i) => i);
  return {
    retain: all.filter((i) => !forgotten.has(i)),
    forget: all.filter((i) => forgotten.has(i)),
  };
}

/** Batch sizes that are the whole sets. */
export function fullBatches({ retain, forget }: ForgetSplit): BatchSizes {
  return { retain: retain.length, forget: forget.length };
}

/**
 * Condition on alpha: without samples to forget only descent is defined, without samples to keep only ascent.
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

/**
 * How much a trained network has learned a sample by heart: n numbers, larger is more. The noise share where
 * samples have a signal patch and noise patches, the leave-one-out influence where they are one patch.
 */
export function memorisationScores(
  network: PatchNetwork,
  weights: Float64Array,
  data: PatchData,
): Float64Array {
  return data.patches > 1
    ? noiseShares(network, weights, data)
    : leaveOneOutInfluence(network, weights, data);
}

/**
 * Share of |grad f_i|^2 that comes from the noise patches, those after the first: in [0, 1], for noise
 * orthogonal to the signal exactly. 0 for a sample that no filter sees.
 */
export function noiseShares(network: PatchNetwork, weights: Float64Array, data: PatchData): Float64Array {
  const { active } = outputGradients(network, data)(weights);
  const signal = squaredGradientNorms(network, active, data, { first: 0, end: 1 });
  const noise = squaredGradientNorms(network, active, data, { first: 1, end: data.patches });
  return noise.map((square, i) => (square === 0 ? 0 : square / (square + signal[i]!)));
}

/** Gram eigenvalues are raised by this share of the largest, so that equal samples leave a regular matrix. */
const RIDGE = 1e-11;

/**
 * y_i (f_i - f_{-i}(x_i)): how much of its margin a sample owes to itself, where f_{-i} is the shortest
 * solution in the output gradients at W that keeps all other outputs. In closed form, with G = `gradientGram`,
 *
 *   f_i - f_{-i}(x_i) = (G^-1 f)_i / (G^-1)_ii.
 *
 * 0 for a sample that occurs twice, or that no filter sees. The score is the change of output of
 * Feldman & Zhang (2020), linearised at W.
 */
export function leaveOneOutInfluence(
  network: PatchNetwork,
  weights: Float64Array,
  data: PatchData,
): Float64Array {
  const n = data.sampleCount;
  const { outputs } = outputGradients(network, data)(weights);
  const { values, rows } = symmetricEigen(gradientGram(network, weights, data), n);
  const ridge = RIDGE * (values.at(-1) ?? 0);
  const solution = new Float64Array(n);
  const diagonal = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const inverse = 1 / (Math.max(values[k]!, 0) + ridge);
    let along = 0;
    for (let i = 0; i < n; i++) along += rows[k * n + i]! * outputs[i]!;
    for (let i = 0; i < n; i++) {
      solution[i]! += inverse * along * rows[k * n + i]!;
      diagonal[i]! += inverse * rows[k * n + i]! ** 2;
    }
  }
  // Without any gradient (ridge 0) every output is 0, and so is its influence.
  return solution.map((x, i) => (ridge === 0 ? 0 : (data.labels[i]! * x) / diagonal[i]!));
}
