import { congruence } from '../linalg/multiply-transposed.js';
import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { addScaled, dot } from '../linalg/vectors.js';
import { factorCount, type FactorSet } from './factor-set.js';
import { meanHessian } from './mean-curvature.js';
import { RANK_TOLERANCE } from './reduction.js';

/**
 * Share of the squared length of a forget factor that may lie outside range(Hbar_R) and still count
 * as rounding: coordinates with Gram eigenvalues near RANK_TOLERANCE are known to about 1e-5 of
 * their size, that is 1e-10 in squares.
 */
const RANGE_TOLERANCE = 1e-9;

/**
 * Critical mixing alpha* = 1/(1 + mu), mu = lambda_1 of Hbar_F relative to Hbar_R, or 0 if
 * range(Hbar_F) is not inside range(Hbar_R). The mean dynamics escapes iff alpha > alpha*.
 *
 * @param retain, forget sets in common reduced coordinates (`reduceSets`); retain must have samples.
 * @returns a number in [0, 1]; 1 (never) if the forget set has no samples or no curvature.
 */
export function criticalMixing(retain: FactorSet, forget: FactorSet): number {
  if (forget.factors.every((x) => x === 0)) return 1;
  const r = retain.dimension;
  const { values, rows } = symmetricEigen(meanHessian(retain), r);
  const cut = RANK_TOLERANCE * values.at(-1)!;
  const inside = Array.from(values.keys()).filter((k) => values[k]! > cut);
  if (reachesOutside(forget, rows, inside)) return 0;
  const whitening = new Float64Array(inside.length * r);
  inside.forEach((k, row) => {
    for (let i = 0; i < r; i++) whitening[row * r + i] = rows[k * r + i]! / Math.sqrt(values[k]!);
  });
  const relative = congruence(whitening, meanHessian(forget), inside.length, r);
  const mu = symmetricEigen(relative, inside.length).values.at(-1)!;
  return 1 / (1 + mu);
}

function reachesOutside(forget: FactorSet, axes: Float64Array, inside: readonly number[]): boolean {
  const r = forget.dimension;
  for (let row = 0; row < factorCount(forget); row++) {
    const factor = forget.factors.subarray(row * r, (row + 1) * r);
    const residual = Float64Array.from(factor);
    for (const k of inside) {
      const axis = axes.subarray(k * r, (k + 1) * r);
      addScaled(residual, -dot(axis, factor), axis);
    }
    if (dot(residual, residual) > RANGE_TOLERANCE * dot(factor, factor)) return true;
  }
  return false;
}
