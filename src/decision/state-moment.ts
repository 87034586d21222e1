import { LuDecomposition, Matrix } from 'ml-matrix';
import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { identityMatrix } from '../linalg/symmetric-eigen.js';
import {
  addScaled,
  matrixTimesVector,
  packedEntrywise,
  packSymmetric,
  trace,
  transpose,
  unpackSymmetric,
} from '../linalg/vectors.js';
import type { RandomSource } from '../random/generator.js';
import type { ReducedProblem } from '../theory/problem.js';
import { PLAIN_PROCEDURE } from '../theory/procedure.js';
import { stepDirections, type UnlearningProcess } from '../unlearning/process.js';
import { curvatureGenerators, invariantComponents } from './invariant-components.js';
import { overflows } from './moment-estimate.js';
import { matrixRoots, type Roots } from './step-frame.js';

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
    const out = new Float64Array(m * m);
    const drawn = this.components.map((): Float64Array[] => []);
    for (let s = 0; s < count; s++) {
      stepDirections(process, random, directions, out);
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

/** Applications of the estimated map to a matrix, at most, and the change of one that counts as none. */
const MAX_ITERATIONS = 3000;
const SETTLED = 1e-12;

/** Share of a block in the trace of a Perron matrix from which its unit is taken. */
const SMALLEST_SHARE = 1e-12;

/** Smallest eigenvalue of P over its largest from which its roots are taken. */
const LEAST_EIGENVALUE = 1e-13;

/** Right Perron pair of an estimated map. */
interface PerronPair {
  readonly value: number;
  /** m x m, trace 1, positive semidefinite. */
  readonly matrix: Float64Array;
}

/** Drawn periods whose products are added up as one matrix product. */
const BLOCK = 64;

/** Sample mean T of the maps M -> B M B^T on symmetric m x m matrices; T need not be self-adjoint. */
class ComponentMoment {
  private readonly size: number;
  /** Sums of products of two entries of B: m^2 x m^2. */
  private readonly products: Float64Array;
  private count = 0;
  /** T on packed symmetric matrices. */
  private readonly map: Float64Array;

  /** @param m the order of B. @param block its coordinates come in blocks of so many, each with a unit of its own. */
  constructor(
    readonly m: number,
    private readonly block: number,
  ) {
    this.size = (m * (m + 1)) / 2;
    this.products = new Float64Array(m ** 4);
    this.map = new Float64Array(this.size ** 2);
  }

  /** Adds drawn B, m x m each. */
  add(steps: readonly Float64Array[]): void {
    const entries = this.m ** 2;
    const sums = new Float64Array(entries ** 2);
    for (let from = 0; from < steps.length; from += BLOCK) {
      const drawn = steps.slice(from, from + BLOCK);
      const block = new Float64Array(entries * drawn.length);
      drawn.forEach((step, s) => {
        for (let k = 0; k < entries; k++) block[k * drawn.length + s] = step[k]!;
      });
      addScaled(this.products, 1, multiplyTransposedSymmetric(block, block, entries, drawn.length, sums));
    }
    this.count += steps.length;
    this.arrangeMap();
  }

  /** Entry (ab, cd) is the factor of M_cd in (B M B^T)_ab, B_ac B_bd + B_ad B_bc on average, in packed units. */
  private arrangeMap(): void {
    const { m, size, products, map, count } = this;
    const units = packedEntrywise(m, (a, b) => (a === b ? 1 : Math.SQRT2));
    const row = m * m;
    for (let a = 0, k = 0; a < m; a++) {
      for (let b = 0; b <= a; b++, k++) {
        for (let c = 0, l = 0; c < m; c++) {
          for (let d = 0; d <= c; d++, l++) {
            const crossed = c === d ? 0 : products[(a * m + d) * row + b * m + c]!;
            const sum = products[(a * m + c) * row + b * m + d]! + crossed;
            map[k * size + l] = (sum * units[k]!) / units[l]! / count;
          }
        }
      }
    }
  }

  /**
   * Estimates of rho(T) and of its right Perron matrix, by powers of T + rho/2: eigenvalues of the same modulus, as a full
   * batch with momentum has them, fade.
   */
  perron(): PerronPair {
    const { m, map } = this;
    const matrix = packSymmetric(identityMatrix(m), m).map((x) => x / m);
    let value = 0;
    for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
      const image = matrixTimesVector(map, matrix);
      value = trace(unpackSymmetric(image, m), m);
      if (!(value > 0 && Number.isFinite(value))) break;
      let change = 0;
      for (let k = 0; k < matrix.length; k++) {
        const next = ((2 * image[k]!) / value + matrix[k]!) / 3;
        change = Math.max(change, Math.abs(next - matrix[k]!));
        matrix[k] = next;
      }
      if (change < SETTLED) break;
    }
    return { value, matrix: unpackSymmetric(matrix, m) };
  }

  /**
   * Roots of P = (c - T)^-1 W for c > rho(T): then P > 0 and T(P) = c P - W, and as c falls to rho(T), P tends to the right
   * Perron matrix. W is a multiple of the identity in every block, with the trace that the Perron matrix has there. null
   * if P is not safely positive definite.
   */
  resolvent(c: number, { matrix }: PerronPair): Roots | null {
    const { m, block, size, map } = this;
    const system = new Matrix(size, size);
    for (let k = 0; k < size; k++) {
      for (let l = 0; l < size; l++) system.set(k, l, (k === l ? c : 0) - map[k * size + l]!);
    }
    const start = new Float64Array(m * m);
    for (let from = 0; from < m; from += block) {
      let share = 0;
      for (let a = from; a < from + block; a++) share += matrix[a * (m + 1)]!;
      for (let a = from; a < from + block; a++) start[a * (m + 1)] = Math.max(share / block, SMALLEST_SHARE);
    }
    const decomposition = new LuDecomposition(system);
    if (decomposition.isSingular()) return null;
    const solution = decomposition.solve(Matrix.columnVector(Array.from(packSymmetric(start, m))));
    return matrixRoots(unpackSymmetric(Float64Array.from(solution.to1DArray()), m), m, LEAST_EIGENVALUE);
  }
}
