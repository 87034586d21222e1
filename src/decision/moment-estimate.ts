import { LuDecomposition, Matrix } from 'ml-matrix';
import { choleskySolve } from '../linalg/pivoted-qr.js';
import { largestEigenpair } from '../linalg/davidson.js';
import { multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { identityMatrix } from '../linalg/symmetric-eigen.js';
import {
  addScaled,
  matrixTimesVector,
  packedEntrywise,
  packSymmetric,
  trace,
  unpackSymmetric,
} from '../linalg/vectors.js';
import type { RandomSource } from '../statistics/generator.js';
import { stepsFrom } from '../unlearning/drawn-matrices.js';
import type { UnlearningProcess } from '../unlearning/process.js';
import { LOT } from '../unlearning/steps-together.js';
import { matrixRoots, type Roots } from './step-frame.js';

/** Entries of a step matrix from which it counts as overflow. */
const OVERFLOW = 1e75;

/** Smallest eigenvalue of P over its largest from which its roots are taken, of symmetric steps and of others. */
const LEAST_EIGENVALUE = 1e-12;
const LEAST_OF_GENERAL = 1e-13;

/** Drawn matrices whose products are added up as one matrix product. */
const BLOCK = 64;

/**
 * Sample mean T of the map M -> A M A on symmetric matrices, packed (`packSymmetric`). Steps are symmetric; of one that
 * is not, the symmetric part is taken: certificates hold for whatever matrix they are tried with.
 */
export class MomentEstimate {
  /** Number of packed coordinates, q = r(r+1)/2. */
  private readonly q: number;
  /** Sums of products of two entries (a, b), b <= a, of A: q x q. */
  private readonly products: Float64Array;
  /** The estimate, q x q, symmetric. */
  private readonly map: Float64Array;
  private count = 0;

  constructor(private readonly r: number) {
    this.q = (r * (r + 1)) / 2;
    this.products = new Float64Array(this.q ** 2);
    this.map = new Float64Array(this.q ** 2);
  }

  /** Adds `count` drawn steps; returns null, or how many were drawn when one of them left the number range. */
  draw(process: UnlearningProcess, random: RandomSource, count: number): number | null {
    const { r, q } = this;
    const draw = stepsFrom(process, identityMatrix(r));
    const steps = new Float64Array(LOT * r * r);
    const block = new Float64Array(q * LOT);
    const sums = new Float64Array(q * q);
    for (let from = 0; from < count; from += LOT) {
      const many = Math.min(LOT, count - from);
      draw(random, many, steps);
      if (overflows(steps.subarray(0, many * r * r))) return from + many;
      if (many < LOT) block.fill(0);
      for (let a = 0, row = 0; a < r; a++) {
        for (let b = 0; b <= a; b++, row += LOT) {
          let [ab, ba] = [a * r + b, b * r + a];
          for (let s = 0; s < many; s++, ab += r * r, ba += r * r) {
            block[row + s] = (steps[ab]! + steps[ba]!) / 2;
          }
        }
      }
      addScaled(this.products, 1, multiplyTransposedSymmetric(block, block, q, LOT, sums));
    }
    this.count += count;
    this.arrangeMap();
    return null;
  }

  /** Entry (ab, cd) is w_ab w_cd (A_ac A_bd + A_ad A_bc) on average, w = 1 off the diagonal and sqrt(1/2) on it. */
  private arrangeMap(): void {
    const { r, q, products, map, count } = this;
    const index = (a: number, b: number): number => (a < b ? (b * (b + 1)) / 2 + a : (a * (a + 1)) / 2 + b);
    const weights = packedEntrywise(r, (a, b) => (a === b ? Math.SQRT1_2 : 1));
    for (let a = 0, row = 0; a < r; a++) {
      for (let b = 0; b <= a; b++, row++) {
        for (let c = 0, column = 0; column <= row; c++) {
          for (let d = 0; d <= c && column <= row; d++, column++) {
            const sum = products[index(a, c) * q + index(b, d)]! + products[index(a, d) * q + index(b, c)]!;
            const entry = (weights[row]! * weights[column]! * sum) / count;
            map[row * q + column] = map[column * q + row] = entry;
          }
        }
      }
    }
  }

  /** Estimates of rho(T) and of the Perron matrix, the best found where the iteration does not settle. */
  perron(): { value: number; perron: Float64Array } {
    const { r, map } = this;
    const start = packSymmetric(identityMatrix(r), r);
    const top = largestEigenpair((m, out) => matrixTimesVector(map, m, out), start, {
      tolerance: 1e-9,
      approximate: true,
    });
    const perron = unpackSymmetric(top.vector, r);
    const sign = trace(perron, r) < 0 ? -1 : 1;
    return { value: top.value, perron: perron.map((x) => sign * x) };
  }

  /** P = (c - T)^-1 I; null unless c is above the radius and P safely positive definite. */
  resolvent(c: number): Roots | null {
    const { r, q } = this;
    const system = this.map.map((x) => -x);
    for (let k = 0; k < q; k++) system[k * q + k]! += c;
    const solution = choleskySolve(system, packSymmetric(identityMatrix(r), r));
    return solution && matrixRoots(unpackSymmetric(solution, r), r, LEAST_EIGENVALUE);
  }
}

/** True if an entry of a drawn matrix left the number range. */
export function overflows(step: Float64Array): boolean {
  for (let k = 0; k < step.length; k++) if (!(Math.abs(step[k]!) < OVERFLOW)) return true;
  return false;
}

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
  }

  /** Mean square of the entries of row a of B, summed over the row. */
  meanSquare(a: number): number {
    const { m, products, count } = this;
    let sum = 0;
    for (let entry = a * m; entry < (a + 1) * m; entry++) sum += products[entry * (m * m + 1)]!;
    return sum / count;
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
    this.arrangeMap();
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
    return matrixRoots(unpackSymmetric(Float64Array.from(solution.to1DArray()), m), m, LEAST_OF_GENERAL);
  }
}
