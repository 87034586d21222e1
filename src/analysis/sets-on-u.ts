import { factorCount, type FactorSet } from '../curvature/factor-set.js';
import { groupNamed, type CurvatureGroup, type ReducedProblem } from '../curvature/problem.js';
import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { transpose } from '../linalg/vectors.js';

/** Both sets in common coordinates, as `reduceSets` gives them. */
export interface BothSets {
  readonly retain: FactorSet;
  readonly forget: FactorSet;
}

/**
 * Both sets in the coordinates of U that the reduced problem uses. A set of weight zero is no part of the
 * problem: of its factors there is left what lies inside U, since the rest never moves.
 *
 * @param sets those from which `problem` was reduced, in any common coordinates.
 */
export function setsOnU(problem: ReducedProblem, sets: BothSets): BothSets {
  const of = (name: CurvatureGroup['name']): FactorSet =>
    groupNamed(problem, name)?.samples ?? insideU(problem, sets, sets[name]);
  return { retain: of('retain'), forget: of('forget') };
}

/** The part inside U of a set of weight zero: U is the span of the one group there is. */
function insideU(problem: ReducedProblem, sets: BothSets, left: FactorSet): FactorSet {
  const { name, samples } = problem.groups[0]!;
  const r = problem.dimension;
  const axes = isometry(sets[name], samples);
  const factors = multiplyTransposed(left.factors, factorCount(left), axes, r, left.dimension);
  return { ...left, dimension: r, factors };
}

/** E (r x p) with orthonormal rows that takes the factors C (N x p) of a set to Z = C E^T (N x r): E = (Z^T Z)^-1 Z^T C. */
function isometry(before: FactorSet, after: FactorSet): Float64Array {
  const { dimension: r } = after;
  const p = before.dimension;
  const count = factorCount(after);
  const columns = transpose(after.factors, count, r);
  const products = multiplyTransposed(columns, r, transpose(before.factors, count, p), p, count);
  const { values, rows } = symmetricEigen(multiplyTransposed(columns, r, columns, r, count), r);
  const turned = multiplyTransposed(rows, r, transpose(products, r, p), p, r);
  for (let k = 0; k < r; k++) for (let a = 0; a < p; a++) turned[k * p + a]! /= values[k]!;
  return multiplyTransposed(transpose(rows, r, r), r, transpose(turned, r, p), p, r);
}
