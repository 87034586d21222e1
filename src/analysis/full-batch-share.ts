import type { Sampling } from '../theory/problem.js';

/**
 * Share of the step sizes of full batches that batches of size B leave for sure: those with
 * eta ((1-k') lambda_1(Hbar) + k max_i lambda_1(H_i)) < 2 are stable, k and k' those of the sampling. With bernoulli
 * batches k = nu/n and k' = 0, which is c/(c + nu) (D2, attained by D3); subsets are at least as stable. With
 * replacement k = k' = 1/B.
 *
 * @param aligned c = n lambda_1(Hbar)/max_i lambda_1(H_i); @param n samples of the set.
 */
export function fullBatchShare(aligned: number, n: number, batchSize: number, sampling: Sampling): number {
  if (sampling === 'with-replacement') return 1 / (1 + (n / aligned - 1) / batchSize);
  return aligned / (aligned + n / batchSize - 1);
}
