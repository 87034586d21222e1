import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { quadraticForm, trace } from '../linalg/vectors.js';
import { meanHessian } from '../theory/mean-curvature.js';
import { type BothSets, NEGLIGIBLE_CURVATURE } from './escape.js';

/** What the wanted escape is. */
export interface EscapeGoal {
  /** K: steps that it may take. */
  readonly steps: number;
  /** Growth of |delta| along the fastest direction that counts as escape, > 1. */
  readonly factor: number;
  /** Largest share of the retain curvature that may go, in [0, 1). */
  readonly retainShareLimit: number;
}

/** The directions at one mixing: eigenvectors of D by ascending eigenvalue, the first of which may go, the rest is kept. */
export interface MixingSplit {
  readonly alpha: number;
  /** Eigenvalues of D, ascending, and their unit eigenvectors as rows, r x r. */
  readonly curvatures: Float64Array;
  readonly directions: Float64Array;
  /** v^T Hbar_R v / tr(Hbar_R) of every eigenvector. */
  readonly shares: Float64Array;
  /** Number of negative eigenvalues. */
  readonly escaping: number;
  /** Share of the retain curvature along them. */
  readonly retainShare: number;
  /** Directions from this one on are kept: they carry at least 1 - limit of the retain curvature. Null if too much escapes. */
  readonly keptFrom: number | null;
}

/** Divides the directions at any mixing. @param sets in common coordinates that both of them span. */
export function mixingSplits(sets: BothSets, retainShareLimit: number): (alpha: number) => MixingSplit {
  const r = sets.retain.dimension;
  const retain = meanHessian(sets.retain);
  const forget = meanHessian(sets.forget);
  const total = trace(retain, r);
  return (alpha) => {
    const mean = retain.map((x, k) => (1 - alpha) * x - alpha * forget[k]!);
    const { values: curvatures, rows: directions } = symmetricEigen(mean, r);
    const shares = Float64Array.from(
      { length: r },
      (_, k) => quadraticForm(retain, directions.subarray(k * r, (k + 1) * r)) / total,
    );
    const negligible = NEGLIGIBLE_CURVATURE * Math.max(-curvatures[0]!, curvatures.at(-1)!);
    const escaping = curvatures.filter((d) => d < -negligible).length;
    const retainShare = shares.subarray(0, escaping).reduce((a, b) => a + b, 0);
    const keptFrom =
      retainShare > retainShareLimit + NEGLIGIBLE_CURVATURE
        ? null
        : lastWithin(shares, escaping, retainShareLimit);
    return { alpha, curvatures, directions, shares, escaping, retainShare, keptFrom };
  };
}

/** The largest number of leading shares, at least `least`, whose sum stays within the limit; never all of them. */
function lastWithin(shares: Float64Array, least: number, limit: number): number {
  let sum = shares.subarray(0, least).reduce((a, b) => a + b, 0);
  let count = least;
  while (count + 1 < shares.length && sum + shares[count]! <= limit + NEGLIGIBLE_CURVATURE)
    sum += shares[count++]!;
  return count;
}
