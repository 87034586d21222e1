import type { Analysis } from '../../src/analysis/answer.js';
import { sideOfGrowth } from '../../src/theory/operator/exact-stability.js';
import type { PytorchRun } from './pytorch-runs.js';

/**
 * A factor in float32 is off by at most 2^-24 of itself, a curvature by twice that, log rho by at most
 * 2 eta lambda_1(K) times that again: 5e-7 at eta lambda_1(K) = 2. Central differences add about 1e-8.
 */
export const GROWTH_TOLERANCE = 1e-6;
/** A single run is put back to 1e-5 from w*, where the network is linear up to about that times its curvature. */
export const RUN_TOLERANCE = 1e-4;
/** Of PyTorch's run; the interval of `typical` is one of 99 % itself. */
export const STANDARD_ERRORS = 3;

/**
 * What of an analysis PyTorch's own steps contradict: the growth of E|w - w*|^2, its side, or the growth of a single
 * run; empty if nothing. Null stands for factors that `analyze` refused.
 */
export function disagreements(
  run: PytorchRun,
  analysis: Pick<Analysis, 'exact' | 'typical'> | null,
): string[] {
  if (analysis === null) return ['refused'];
  const { exact, typical } = analysis;
  const allowed = (typical.high - typical.low) / 2 + STANDARD_ERRORS * run.run.standardError + RUN_TOLERANCE;
  const agrees = {
    growth: Math.abs(exact.logGrowth - run.logGrowth) <= GROWTH_TOLERANCE,
    side: exact.side === sideOfGrowth(run.logGrowth),
    'single run': Math.abs((typical.low + typical.high) / 2 - run.run.growth) <= allowed,
  };
  return Object.entries(agrees).flatMap(([name, holds]) => (holds ? [] : [name]));
}
