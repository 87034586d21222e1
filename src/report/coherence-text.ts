import type { Analysis } from '../analysis/analyze-problem.js';
import type { BatchSizes } from '../curvature/problem.js';
import { percent, significant } from './number-format.js';

/**
 * The three axes of coherence in words. Retain and forget coherence count samples that pull the same way: N of n equal
 * samples in one direction, the others orthogonal, have coherence N. What follows from them is proved in docs/analysis.md.
 */
export function coherenceLines({ coherence, dimension }: Analysis, batch: BatchSizes): string[] {
  const { retain, forget } = dimension.samples;
  return [
    `retain ${significant(coherence.retain)}: ${pulling(coherence.retain, retain)}${batchNoise(coherence.retain, retain, batch.retain)}`,
    `forget ${significant(coherence.forget)}: ${pulling(coherence.forget, forget)}${meanPull(coherence.forget, forget)}`,
    `cross ${crossWords(coherence.kappa)}`,
    `unlearning ${significant(coherence.sigma)} (lambda_1(S) ${significant(coherence.lambda1S)}, cross block ${significant(coherence.cross)}), pairwise ${significant(coherence.pair)}, chi2 ${significant(coherence.chi2)}`,
  ];
}

function pulling(sigma: number | null, n: number): string {
  if (sigma === null) return 'no samples';
  return `as if ${significant(Math.min(n, sigma))} of ${n} samples pulled the same way`;
}

/** In groups of sigma identical samples the critical step size is sigma/(sigma + nu) of that of full batches. */
function batchNoise(sigma: number | null, n: number, batchSize: number): string {
  if (sigma === null) return '';
  const noise = n / batchSize - 1;
  if (noise <= 0) return '; full batches have no sampling noise';
  const left = percent(sigma / (sigma + noise));
  const relation = sigma >= noise ? 'at least' : 'less than';
  return `, ${relation} the batch noise n/B - 1 = ${significant(noise)}: groups of that size keep ${left} of the step sizes`;
}

/** lambda_1(Hbar_F) <= lambda_1(S_FF)/n = sigma/n max lambda_1(H_i). */
function meanPull(sigma: number | null, n: number): string {
  if (sigma === null) return '';
  return `; together they pull at most ${percent(Math.min(1, sigma / n))} as hard as the strongest alone`;
}

/** u^T Hbar_R u <= kappa lambda_1(Hbar_F) for the top direction u of Hbar_F; alpha/(1-alpha) > kappa escapes. */
function crossWords(kappa: number | null): string {
  if (kappa === null) return 'none: one of the sets is empty';
  if (kappa === 0) return 'kappa 0: the sets share no direction, any ascent escapes';
  return `kappa ${significant(kappa)}: the retain set holds the main forget direction with at most ${significant(kappa)} of its pull; alpha above ${significant(kappa / (1 + kappa))} escapes for sure`;
}
