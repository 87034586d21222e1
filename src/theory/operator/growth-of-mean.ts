import type { ReducedProblem } from '../problem.js';
import { isNoiseless } from '../noiseless.js';

/** log rho - 2 log of the growth of the mean, per step, below which it is rounding: what noise adds to both is as small. */
const SAME_GROWTH = 1e-12;

/**
 * 2 gamma of single runs where the growth of the mean tells it, else null. Of a process without noise it is twice that of
 * the mean. So it is where rho is the square of the spectral radius m of the mean: with w a left eigenvector of the mean,
 * w^T delta_k/m^k is a martingale, bounded in L^2 as rho = m^2, so that it converges to a limit whose mean is w^T delta_0
 * and which is not 0 almost surely; hence gamma >= log m, and 2 gamma <= log rho (U11).
 *
 * @param logGrowth log rho. @param meanGrowth log of the growth of the mean; both per step.
 */
export function typicalOfMean(problem: ReducedProblem, logGrowth: number, meanGrowth: number): number | null {
  const isTold = logGrowth - 2 * meanGrowth <= SAME_GROWTH || isNoiseless(problem);
  return isTold ? Math.max(2 * meanGrowth, Math.log(Number.MIN_VALUE)) : null;
}

/** log of the growth of the mean of the plain step, from the eigenvalues of D. */
export function plainMeanGrowth(meanEigenvalues: Float64Array, eta: number): number {
  return Math.log(meanEigenvalues.reduce((most, d) => Math.max(most, Math.abs(1 - eta * d)), 0));
}
