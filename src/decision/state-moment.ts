import { congruence, multiplyTransposed } from '../linalg/multiply-transposed.js';
import { identityMatrix, largestMagnitude, symmetricEigen } from '../linalg/symmetric-eigen.js';
import { addScaled, transpose } from '../linalg/vectors.js';
import type { RandomSource } from '../statistics/generator.js';
import { meanHessian } from '../theory/mean-curvature.js';
import type { CurvatureGroup, ReducedProblem } from '../theory/problem.js';
import { PLAIN_PROCEDURE } from '../theory/procedure.js';
import { stepsFrom, type UnlearningProcess } from '../unlearning/process.js';
import { ComponentMoment, overflows, type PerronPair } from './moment-estimate.js';
import type { Roots } from './step-frame.js';

/** A subspace of the states that every drawn period leaves invariant. */
export interface StateComponent {
  /** Orthonormal rows, size x m. */
  readonly basis: Float64Array;
  readonly size: number;
  /** The blocks that a state consists of: w, and the velocity. */
  readonly blocks: number;
  readonly moment: ComponentMoment;
  readonly perron: PerronPair;
}

/**
 * Sample mean of M -> B M B^T for the periods B of a procedure whose matrices are not symmetric, in the orthogonal
 * subspaces that the curvature of no step couples. Growth is that of the fastest; what couples two of them is bounded by both.
 */
export class StateMoment {
  private components: readonly StateComponent[];
  private readonly m: number;

  constructor(problem: ReducedProblem, m: number) {
    const r = problem.dimension;
    const blocks = m / r;
    const together = (problem.procedure ?? PLAIN_PROCEDURE).schedule === null;
    this.m = m;
    this.components = invariantComponents(curvatureGenerators(problem.groups, together), r).map((rows) => {
      const c = rows.length / r;
      const size = blocks * c;
      const basis = new Float64Array(size * m);
      for (let k = 0; k < blocks; k++) {
        for (let a = 0; a < c; a++) basis.set(rows.subarray(a * r, (a + 1) * r), (k * c + a) * m + k * r);
      }
      const perron = { value: NaN, matrix: new Float64Array(0) };
      return { basis, size, blocks, moment: new ComponentMoment(size, c), perron };
    });
  }

  /** Adds `count` drawn periods; returns null, or how many were drawn when one of them left the number range. */
  draw(process: UnlearningProcess, random: RandomSource, count: number): number | null {
    const { m } = this;
    const directions = new Float64Array(m * m);
    let from = 0;
    for (const { basis } of this.components) {
      directions.set(basis, from);
      from += basis.length;
    }
    const draw = stepsFrom(process, directions);
    const out = new Float64Array(m * m);
    const drawn = this.components.map((): Float64Array[] => []);
    for (let s = 0; s < count; s++) {
      draw(random, out);
      if (overflows(out)) return s + 1;
      let row = 0;
      this.components.forEach(({ basis, size }, k) => {
        const moved = out.subarray(row * m, (row + size) * m);
        drawn[k]!.push(multiplyTransposed(basis, size, moved, size, m));
        row += size;
      });
    }
    this.components = this.components.map((component, k) => {
      component.moment.add(drawn[k]!);
      return { ...component, perron: component.moment.perron() };
    });
    return null;
  }

  /** The component that grows most. */
  fastest(): StateComponent {
    return this.components.reduce((a, b) => (b.perron.value > a.perron.value ? b : a));
  }

  /** Estimates of rho(T) and of the right Perron matrix, m x m. */
  perron(): { value: number; perron: Float64Array } {
    const { perron, basis, size } = this.fastest();
    return { value: perron.value, perron: this.embedded(perron.matrix, basis, size) };
  }

  /** Roots of P = (c - T)^-1 W, W > 0, on the whole space; null unless every component's is safely positive definite. */
  resolvent(c: number): Roots | null {
    const [root, inverseRoot] = [new Float64Array(this.m ** 2), new Float64Array(this.m ** 2)];
    for (const { moment, perron, basis, size } of this.components) {
      const roots = moment.resolvent(c, perron);
      if (!roots) return null;
      this.embedded(roots.root, basis, size).forEach((x, k) => (root[k]! += x));
      this.embedded(roots.inverseRoot, basis, size).forEach((x, k) => (inverseRoot[k]! += x));
    }
    return { root, inverseRoot };
  }

  /** V^T M V for the rows V of a component's basis. */
  private embedded(matrix: Float64Array, basis: Float64Array, size: number): Float64Array {
    const { m } = this;
    const columns = transpose(basis, size, m);
    return multiplyTransposed(multiplyTransposed(columns, m, matrix, size, size), m, columns, m, size);
  }
}

/** An entry that couples two axes counts as rounding up to this share of the largest curvature. */
const COUPLING = 1e-11;

/**
 * The finest splitting of the r coordinates into orthogonal subspaces that symmetric matrices all leave invariant:
 * eigenvectors of a generic combination of them, joined where one of them couples two beyond rounding. (A splitting that
 * is too coarse only costs power: what is left invariant by too many matrices is left invariant by fewer.)
 *
 * @param generators symmetric r x r matrices.
 * @returns orthonormal bases as rows, c x r each; the c add up to r.
 */
export function invariantComponents(generators: readonly Float64Array[], r: number): Float64Array[] {
  const scale = Math.max(0, ...generators.map(largestMagnitude));
  const rows = scale === 0 ? identityMatrix(r) : symmetricEigen(genericCombination(generators), r).rows;
  const joined = Array.from({ length: r }, (_, a) => a);
  for (const generator of generators) {
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
  const varying = groups.filter((group) => !isFull(group)).flatMap(({ samples }) => hessians(samples));
  if (!together || means.length === 0) return [...means.map(({ mean }) => mean), ...varying];
  const mean = new Float64Array(r * r);
  for (const { group, mean: part } of means) addScaled(mean, group.sign * group.weight, part);
  return [mean, ...varying];
}

/** True if every batch of the set is the set. */
function isFull({ sampling, batchSize, samples }: CurvatureGroup): boolean {
  return sampling !== 'with-replacement' && batchSize === samples.sampleCount;
}

/** H_i = sum of f f^T over the factors of sample i, r x r each. */
function hessians({
  factors,
  offsets,
  sampleCount,
  dimension: r,
}: CurvatureGroup['samples']): Float64Array[] {
  return Array.from({ length: sampleCount }, (_, i) => {
    const hessian = new Float64Array(r * r);
    for (let row = offsets[i]!; row < offsets[i + 1]!; row++) {
      const f = factors.subarray(row * r, (row + 1) * r);
      for (let a = 0; a < r; a++) for (let b = 0; b < r; b++) hessian[a * r + b]! += f[a]! * f[b]!;
    }
    return hessian;
  });
}
