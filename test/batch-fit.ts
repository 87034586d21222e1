import type { Sampling } from '../src/theory/problem.js';
import type { RandomSource } from '../src/statistics/generator.js';
import { enumerateBatches } from './reference/enumeration.js';
import type { Batch, BatchSampler } from '../src/unlearning/batch-sampler.js';
import { chiSquareValue } from './goodness-of-fit.js';

/** How often each of n samples is in a batch, as text. */
export function multiplicities(batch: Batch, n: number): string {
  const times = new Array<number>(n).fill(0);
  for (let k = 0; k < batch.size; k++) times[batch.indices[k]!]!++;
  return times.join();
}

/** Exact probabilities of the multiplicities that can occur. */
export function exactProbabilities(sampling: Sampling, n: number, b: number): Map<string, number> {
  const probabilities = new Map<string, number>();
  for (const { multiplicity, probability } of enumerateBatches(sampling, n, b)) {
    if (probability === 0) continue;
    const key = multiplicity.join();
    probabilities.set(key, (probabilities.get(key) ?? 0) + probability);
  }
  return probabilities;
}

/** Probabilities of pairs "x;y" of two independent batches. */
export function pairProbabilities(
  first: ReadonlyMap<string, number>,
  second: ReadonlyMap<string, number>,
): Map<string, number> {
  const others = Array.from(second);
  return new Map(
    Array.from(first).flatMap(([x, p]) => others.map(([y, q]): [string, number] => [`${x};${y}`, p * q])),
  );
}

/** p-value of `draws` drawn keys having the given probabilities; -1 if one was drawn that has none. */
export function fitValue(
  draw: () => string,
  probabilities: ReadonlyMap<string, number>,
  draws: number,
): number {
  const counts = new Map<string, number>(Array.from(probabilities.keys(), (key) => [key, 0]));
  for (let k = 0; k < draws; k++) {
    const key = draw();
    const count = counts.get(key);
    if (count === undefined) return -1;
    counts.set(key, count + 1);
  }
  return chiSquareValue(Array.from(counts.values()), Array.from(probabilities.values()));
}

/** A sampler beside what it is to draw: `sampling`, b of n samples, by default 40,000 times. */
export interface FitCase {
  readonly sampler: BatchSampler;
  readonly sampling: Sampling;
  readonly n: number;
  readonly b: number;
  readonly draws?: number;
}

/** p-value of the drawn batches having their exact probabilities. */
export function samplerFit(
  { sampler, sampling, n, b, draws = 40_000 }: FitCase,
  random: RandomSource,
): number {
  return fitValue(() => drawn(sampler, n, random), exactProbabilities(sampling, n, b), draws);
}

/** p-value of two consecutive batches being independent with the exact probabilities. */
export function pairFit({ sampler, sampling, n, b, draws = 40_000 }: FitCase, random: RandomSource): number {
  const single = exactProbabilities(sampling, n, b);
  const draw = (): string => `${drawn(sampler, n, random)};${drawn(sampler, n, random)}`;
  return fitValue(draw, pairProbabilities(single, single), draws);
}

function drawn(sampler: BatchSampler, n: number, random: RandomSource): string {
  sampler.draw(random);
  return multiplicities(sampler.batch, n);
}
