import { congruence } from '../linalg/multiply-transposed.js';
import { identityMatrix, largestMagnitude, symmetricEigen } from '../linalg/symmetric-eigen.js';
import { addScaled } from '../linalg/vectors.js';
import { meanHessian, sampleHessian } from '../theory/mean-curvature.js';
import type { CurvatureGroup, ReducedProblem } from '../theory/problem.js';
import { PLAIN_PROCEDURE } from '../theory/procedure.js';

/** A subspace of the states that every drawn period leaves invariant. */
export interface StateSubspace {
  /** Orthonormal rows, size x m. */
  readonly basis: Float64Array;
  readonly size: number;
  /** The blocks that a state consists of: w, and the velocity. */
  readonly blocks: number;
}

/** The subspaces of the states (m numbers) of a problem that the curvature of no step couples. */
export function stateSubspaces(problem: ReducedProblem, m: number): StateSubspace[] {
  const r = problem.dimension;
  const together = (problem.procedure ?? PLAIN_PROCEDURE).schedule === null;
  return inEveryBlock(invariantComponents(curvatureGenerators(problem.groups, together), r), r, m / r);
}

/** Bases in r coordinates (c x r each) as bases of states of several blocks of r, which carry the same subspace each. */
export function inEveryBlock(bases: readonly Float64Array[], r: number, blocks: number): StateSubspace[] {
  const m = blocks * r;
  return bases.map((rows) => {
    const c = rows.length / r;
    const size = blocks * c;
    const basis = new Float64Array(size * m);
    for (let k = 0; k < blocks; k++) {
      for (let a = 0; a < c; a++) basis.set(rows.subarray(a * r, (a + 1) * r), (k * c + a) * m + k * r);
    }
    return { basis, size, blocks };
  });
}

/** An entry that couples two axes counts as rounding up to this share of the largest curvature. */
const COUPLING = 1e-11;

/**
 * The finest splitting of the r coordinates into orthogonal subspaces that symmetric matrices all leave invariant:
 * eigenvectors of a generic combination of them, joined where one of them couples two beyond rounding. (A splitting that
 * is too coarse only costs power: what is left invariant by too many matrices is left invariant by fewer.)
 *
 * @param generators symmetric r x r matrices.
 * @param antisymmetric matrices that must leave them invariant, too.
 * @returns orthonormal bases as rows, c x r each; the c add up to r.
 */
export function invariantComponents(
  generators: readonly Float64Array[],
  r: number,
  antisymmetric: readonly Float64Array[] = [],
): Float64Array[] {
  const all = [...generators, ...antisymmetric];
  const scale = all.reduce((largest, generator) => Math.max(largest, largestMagnitude(generator)), 0);
  const rows = scale === 0 ? identityMatrix(r) : symmetricEigen(genericCombination(generators), r).rows;
  const joined = Array.from({ length: r }, (_, a) => a);
  for (const generator of all) {
    const turned = congruence(rows, generator, r, r);
    for (let a = 0; a < r; a++) {
      for (let b = 0; b < a; b++) {
        if (Math.abs(turned[a * r + b]!) > COUPLING * scale) join(joined, joined[a]!, joined[b]!);
      }
    }
  }
  return [...new Set(joined)].map((label) => {
    const members = joined.flatMap((other, a) => (other === label ? [a] : []));
    const basis = new Float64Array(members.length * r);
    members.forEach((a, k) => {
      basis.set(rows.subarray(a * r, (a + 1) * r), k * r);
    });
    return basis;
  });
}

/** A combination with weights of no simple ratio, which separates all that the matrices do not treat alike. */
function genericCombination(generators: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(generators[0]!.length);
  generators.forEach((generator, k) => {
    const size = largestMagnitude(generator);
    if (size > 0) addScaled(sum, Math.cos(1 + k * Math.SQRT2) / size, generator);
  });
  return sum;
}

function join(labels: number[], from: number, to: number): void {
  for (let a = 0; a < labels.length; a++) if (labels[a] === from) labels[a] = to;
}

/**
 * Symmetric matrices of which every step's curvature is a combination: for a set whose batches differ its samples, for a
 * full batch the mean alone. With both sets in every step and full batches of both, that is D.
 *
 * @param together true if every step has all the groups in it.
 */
function curvatureGenerators(groups: readonly CurvatureGroup[], together: boolean): Float64Array[] {
  const r = groups[0]!.samples.dimension;
  const means = groups.filter(isFull).map((group) => ({ group, mean: meanHessian(group.samples) }));
  const varying = groups
    .filter((group) => !isFull(group))
    .flatMap(({ samples }) =>
      Array.from({ length: samples.sampleCount }, (_, i) => sampleHessian(samples, i)),
    );
  if (!together || means.length === 0) return [...means.map(({ mean }) => mean), ...varying];
  const mean = new Float64Array(r * r);
  for (const { group, mean: part } of means) addScaled(mean, group.sign * group.weight, part);
  return [mean, ...varying];
}

/** True if every batch of the set is the set. */
function isFull({ sampling, batchSize, samples }: CurvatureGroup): boolean {
  return sampling !== 'with-replacement' && batchSize === samples.sampleCount;
}
