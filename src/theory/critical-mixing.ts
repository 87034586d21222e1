import { equilibrated } from '../linalg/equilibrate.js';
import { congruence, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { pivotedQr } from '../linalg/pivoted-qr.js';
import { largestEigenvalue, symmetricEigen } from '../linalg/symmetric-eigen.js';
import { transpose } from '../linalg/vectors.js';
import { factorCount, type FactorSet } from './factor-set.js';
import { meanHessian } from './mean-curvature.js';
import { accuracyOf, isWellConditioned, roundingNorm } from './rank.js';

/**
 * Critical mixing alpha* = 1/(1 + mu), mu = lambda_1 of Hbar_F relative to Hbar_R, or 0 if
 * range(Hbar_F) is not inside range(Hbar_R). The mean dynamics escapes iff alpha > alpha*.
 *
 * It does not depend on the units of the parameters, and neither do the digits of the result.
 *
 * @param retain, forget sets in common reduced coordinates (`reduceSets`); retain must have samples.
 * @returns a number in [0, 1]; 1 (never) if the forget set has no samples or no curvature.
 */
export function criticalMixing(retain: FactorSet, forget: FactorSet): number {
  if (forget.factors.every((x) => x === 0)) return 1;
  const r = retain.dimension;
  const { values, rows } = symmetricEigen(meanHessian(retain), r);
  const { precision } = accuracyOf([retain, forget]);
  if (!isWellConditioned(values, precision)) return carefulMixing(retain, forget, precision);
  const whitening = new Float64Array(r * r);
  for (let k = 0; k < r; k++) {
    for (let i = 0; i < r; i++) whitening[k * r + i] = rows[k * r + i]! / Math.sqrt(values[k]!);
  }
  const relative = congruence(whitening, meanHessian(forget), r, r);
  return 1 / (1 + symmetricEigen(relative, r).values.at(-1)!);
}

/**
 * The same from the factors themselves, by columns that span: with X_R C = Q S on these columns, mu is
 * lambda_1 of M M^T n_R/n_F, M = X_F C S^-1. The ranks of both sets together and of the retain set are those of rows and
 * columns scaled to length 1.
 */
function carefulMixing(retain: FactorSet, forget: FactorSet, precision: number): number {
  const p = retain.dimension;
  const [n, m] = [factorCount(retain), factorCount(forget)];
  const stacked = new Float64Array((n + m) * p);
  stacked.set(retain.factors);
  stacked.set(forget.factors, n * p);
  const { scaled, rows } = equilibrated(stacked, n + m, p);
  const joint = pivotedQr(scaled, n + m, p, roundingNorm(precision, Math.min(n + m, p)));
  const r = joint.rank;
  const spanning = joint.pivots.subarray(0, r);
  const own = pickedColumns(scaled.subarray(0, n * p), p, spanning);
  if (pivotedQr(own, n, r, roundingNorm(precision, r)).rank < r) return 0;
  // The same columns of the sets, without the scales of the rows but for one for each set.
  const unit = [largest(rows, 0, n), largest(rows, n, n + m)] as const;
  const [ofRetain, ofForget] = [own, pickedColumns(scaled.subarray(n * p), p, spanning)];
  for (let k = 0; k < ofRetain.length; k++) ofRetain[k]! *= unit[0] / rows[Math.floor(k / r)]!;
  for (let k = 0; k < ofForget.length; k++) ofForget[k]! *= unit[1] / rows[n + Math.floor(k / r)]!;
  const { triangle, pivots } = pivotedQr(ofRetain, n, r);
  const relative = new Float64Array(m * r);
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < r; k++) {
      let entry = ofForget[i * r + pivots[k]!]!;
      for (let l = 0; l < k; l++) entry -= relative[i * r + l]! * triangle[l * r + k]!;
      relative[i * r + k] = entry / triangle[k * r + k]!;
    }
  }
  const columnsOf = transpose(relative, m, r);
  const top = largestEigenvalue(multiplyTransposedSymmetric(columnsOf, columnsOf, r, m), r);
  const ratio = unit[0] / unit[1];
  return 1 / (1 + ((top * retain.sampleCount) / forget.sampleCount) * ratio * ratio);
}

/** Some columns of a row-major matrix with p of them, in that order. */
function pickedColumns(matrix: Float64Array, p: number, picked: Int32Array): Float64Array {
  const r = picked.length;
  return Float64Array.from(
    { length: (matrix.length / p) * r },
    (_, k) => matrix[Math.floor(k / r) * p + picked[k % r]!]!,
  );
}

/** Largest of some numbers; 1 if there are none. */
function largest(x: Float64Array, from: number, to: number): number {
  return x.subarray(from, to).reduce((a, b) => Math.max(a, b), 0) || 1;
}
