import { LuDecomposition, Matrix } from 'ml-matrix';
import { identityMatrix, symmetricEigen } from '../linalg/symmetric-eigen.js';
import {
  matrixTimesVector,
  packedEntrywise,
  packSymmetric,
  trace,
  unpackSymmetric,
} from '../linalg/vectors.js';
import type { Roots } from './step-frame.js';

/** Applications of the estimated map to a matrix, at most, and the change of one that counts as none. */
const MAX_ITERATIONS = 3000;
const SETTLED = 1e-12;

/** Share of a block in the trace of a Perron matrix from which its unit is taken. */
const SMALLEST_SHARE = 1e-12;

/** Right Perron pair of an estimated map. */
export interface PerronPair {
  readonly value: number;
  /** m x m, trace 1, positive semidefinite. */
  readonly matrix: Float64Array;
}

/** Sample mean T of the maps M -> B M B^T on symmetric m x m matrices; T need not be self-adjoint. */
export class ComponentMoment {
  private readonly size: number;
  /** Sums of the factors of M_cd in (B M B^T)_ab, d <= c and b <= a. */
  private readonly sums: Float64Array;
  private count = 0;
  /** T on packed symmetric matrices. */
  private map: Float64Array = new Float64Array(0);

  /** @param m the order of B. @param block its coordinates come in blocks of so many, each with a unit of its own. */
  constructor(
    readonly m: number,
    private readonly block: number,
  ) {
    this.size = (m * (m + 1)) / 2;
    this.sums = new Float64Array(this.size ** 2);
  }

  /** Adds drawn B, m x m each. */
  add(steps: readonly Float64Array[]): void {
    const { m, sums, size } = this;
    for (const step of steps) {
      for (let a = 0, k = 0; a < m; a++) {
        for (let b = 0; b <= a; b++) {
          for (let c = 0; c < m; c++) {
            const [ac, bc] = [step[a * m + c]!, step[b * m + c]!];
            for (let d = 0; d < c; d++) sums[k++]! += ac * step[b * m + d]! + step[a * m + d]! * bc;
            sums[k++]! += ac * bc;
          }
        }
      }
    }
    this.count += steps.length;
    const units = packedEntrywise(m, (a, b) => (a === b ? 1 : Math.SQRT2));
    this.map = sums.map((x, k) => (x * units[Math.floor(k / size)]!) / units[k % size]! / this.count);
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
    return matrixRoots(unpackSymmetric(Float64Array.from(solution.to1DArray()), m), m);
  }
}

/** Roots of P, or null unless it is safely positive definite. */
function matrixRoots(p: Float64Array, m: number): Roots | null {
  const { values, rows } = symmetricEigen(p, m);
  if (!(values[0]! > 1e-13 * values[m - 1]!)) return null;
  const spectral = (f: (x: number) => number): Float64Array => {
    const out = new Float64Array(m * m);
    for (let k = 0; k < m; k++) {
      const weight = f(values[k]!);
      for (let a = 0; a < m; a++) {
        for (let b = 0; b < m; b++) out[a * m + b]! += weight * rows[k * m + a]! * rows[k * m + b]!;
      }
    }
    return out;
  };
  return { root: spectral(Math.sqrt), inverseRoot: spectral((x) => 1 / Math.sqrt(x)) };
}
