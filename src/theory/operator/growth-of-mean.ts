import { largestMagnitude } from '../../linalg/symmetric-eigen.js';
import { meanSpectrum } from '../curvature-signs.js';
import { isNoiseless } from '../noiseless.js';
import type { ReducedProblem } from '../problem.js';
import { PLAIN_PROCEDURE, type Procedure } from '../procedure.js';
import { meanMatrix, radiusOf, type SmallMatrix, stateRule } from './state-step.js';

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

/**
 * log of the growth of the mean of a procedure, per step, along an eigenvector of D with eigenvalue d. The unit of the
 * step is that of d alone: what grows slowly is not lost beside what grows fast.
 */
export function meanGrowthAlong(procedure: Procedure, eta: number, d: number): number {
  const rule = stateRule(procedure, eta, Math.abs(d));
  return Math.log(radiusOf(meanMatrix(rule, d))) + rule.logScale;
}

/**
 * Memories 1/(1 - b) beyond which no axis counts as slower: nearer to critical damping batch noise parts the eigenvalues,
 * and what is left shows as a drift of the runs.
 */
const MOST_MEMORIES = 10;

/**
 * Steps in which the mean of a procedure with momentum b forgets where a state started along its axis: the longest of
 * 1/(1 - b) and, of every axis of D, one oscillation or the time in which the faster of two real eigenvalues outgrows the
 * other by e. 0 without momentum, where the Perron matrix tells the directions of the long run. In steps in turn and
 * epochs that of their mean step.
 */
export function meanMemory(problem: ReducedProblem, eta: number): number {
  const { procedure = PLAIN_PROCEDURE } = problem;
  const { momentum } = procedure;
  if (momentum === 0) return 0;
  const { values } = meanSpectrum(problem);
  const rule = stateRule(procedure, eta, largestMagnitude(values));
  const times = Array.from(values, (d) => axisMemory(meanMatrix(rule, d)));
  const own = 1 / (1 - momentum);
  return Math.min(MOST_MEMORIES * own, Math.max(own, ...times));
}

/** Of eigenvalues m e^{+-i t}: 2 pi/t; of real ones: 1/log of their ratio. */
function axisMemory([[a = 0, b = 0] = [], [c = 0, d = 0] = []]: SmallMatrix): number {
  const half = (a + d) / 2;
  const discriminant = ((a - d) / 2) ** 2 + b * c;
  const root = Math.sqrt(Math.abs(discriminant));
  if (discriminant < 0) {
    // A turn of t and one of pi - t look alike on squares.
    const angle = Math.atan2(root, Math.abs(half));
    return (2 * Math.PI) / angle;
  }
  return 1 / Math.log((Math.abs(half) + root) / Math.abs(Math.abs(half) - root));
}
