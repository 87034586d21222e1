import type { CurvatureGroup, Sampling } from '../../../src/theory/problem.js';
import type { RandomSource } from '../../../src/random/generator.js';
import type { UnlearningImplementation } from '../../../src/unlearning/process.js';

/** Standard errors beyond which a frequency is off: 1 in 15,000 for a normal deviation. */
export const FREQUENCY_LIMIT = 4;

/**
 * The usual unit test of a sampler: draws batches and compares how often each sample was drawn with
 * B/n. Returns the largest deviation in standard errors sqrt(batches p (1 - p)), p = B/n.
 */
export function largestFrequencyDeviation(
  implementation: UnlearningImplementation,
  sampling: Sampling,
  { samples, batchSize }: CurvatureGroup,
  batches: number,
  random: RandomSource,
): number {
  const n = samples.sampleCount;
  const sampler = implementation.sampler(sampling, n, batchSize);
  const counts = new Float64Array(n);
  for (let b = 0; b < batches; b++) {
    sampler.draw(random);
    for (let k = 0; k < sampler.batch.size; k++) counts[sampler.batch.indices[k]!]!++;
  }
  const p = batchSize / n;
  const standardError = Math.sqrt(batches * p * (1 - p));
  return Math.max(...counts.map((count) => Math.abs(count - batches * p) / standardError));
}
