import { identityMatrix } from '../linalg/symmetric-eigen.js';
import {
  type FactorSet,
  type ReducedProblem,
  type SetName,
  type UnlearningProblem,
  withFactors,
} from '../theory/problem.js';
import { accuracyOf, spanningCoordinates } from '../theory/rank.js';

/** A problem in r coordinates of U with the vectors that they are along. */
export interface SpannedProblem {
  readonly problem: ReducedProblem;
  /** Orthonormal, r x p, in the coordinates of the sets. */
  readonly basis: Float64Array;
  /**
   * Largest share of a direction that the rounding of a parameter may make: near 1 where a parameter in large units is
   * redundant, and its rounding is longer than what a direction in small units has.
   */
  readonly rounding: number;
}

/**
 * The problem in coordinates of U that keep the digits of every parameter, in whatever unit it is: the parameters
 * themselves where U is all of them, else those of `spanningCoordinates`. What was left out as rounding stays so.
 */
export function spannedProblem(
  before: Pick<UnlearningProblem, SetName>,
  reduced: ReducedProblem,
): SpannedProblem {
  const sets = reduced.groups.map(({ name }) => before[name]);
  const p = sets[0]!.dimension;
  const inOther = (samples: readonly FactorSet[], r: number): ReducedProblem => ({
    ...reduced,
    dimension: r,
    groups: reduced.groups.map((group, g) => {
      const { accuracy, spansAll } = group.samples;
      const known = { ...(accuracy && { accuracy }), ...(spansAll !== undefined && { spansAll }) };
      return { ...group, samples: { ...samples[g]!, ...known } };
    }),
  });
  if (reduced.dimension === p) return { problem: inOther(sets, p), basis: identityMatrix(p), rounding: 0 };
  const rows = Float64Array.from(sets.flatMap(({ factors }) => Array.from(factors)));
  const { precision, orthonormal } = accuracyOf(sets);
  const found = spanningCoordinates(rows, rows.length / p, p, precision, orthonormal);
  const r = found.dimension;
  let row = 0;
  const samples = sets.map((set) => {
    const from = row;
    row += set.offsets[set.sampleCount]!;
    return withFactors(set, found.coordinates.slice(from * r, row * r), r);
  });
  const basis = found.basis();
  const rounding = precision * largestShare(rows, found.coordinates, basis, r);
  return { problem: inOther(samples, r), basis, rounding };
}

/** max |x_j| |b_kj|/|z_k| over parameters j and directions k, for columns x of the rows and z of their coordinates. */
function largestShare(rows: Float64Array, coordinates: Float64Array, basis: Float64Array, r: number): number {
  const p = basis.length / r;
  const [given, found] = [columnNorms(rows, p), columnNorms(coordinates, r)];
  return basis.reduce(
    (largest, x, k) => Math.max(largest, (Math.abs(x) * given[k % p]!) / found[Math.floor(k / p)]!),
    0,
  );
}

function columnNorms(rows: Float64Array, width: number): Float64Array {
  const norms = new Float64Array(width);
  rows.forEach((x, k) => (norms[k % width] = Math.hypot(norms[k % width]!, x)));
  return norms;
}
