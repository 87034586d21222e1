import { LuDecomposition, Matrix } from 'ml-matrix';
import { largestEigenpair } from '../linalg/davidson.js';
import { identityMatrix, symmetricEigen } from '../linalg/symmetric-eigen.js';
import { matrixTimesVector, trace } from '../linalg/vectors.js';
import type { RandomSource } from '../random/generator.js';
import { stepDirections, type UnlearningProcess } from '../unlearning/process.js';

/** Entries of a step matrix from which it counts as overflow. */
const OVERFLOW = 1e75;

/** Sample mean of A (x) A, as the matrix of M -> A M A on vec(M). */
export class MomentEstimate {
  /** Sums of products of two entries of A, the lower triangle of an r^2 x r^2 matrix. */
  private readonly products: Float64Array;
  /** The same sums where the map wants them: entry (ab, cd) is that of A_ac A_bd. */
  private readonly sum: Float64Array;
  private count = 0;

  constructor(private readonly r: number) {
    this.products = new Float64Array(r ** 4);
    this.sum = new Float64Array(r ** 4);
  }

  /** Adds `count` drawn steps; true if one of them left the number range. */
  draw(process: UnlearningProcess, random: RandomSource, count: number): boolean {
    const { r } = this;
    const identity = identityMatrix(r);
    const step = new Float64Array(r * r);
    const w = new Float64Array(r);
    for (let s = 0; s < count; s++) {
      stepDirections(process, random, identity, step, w);
      if (overflows(step)) return true;
      this.addProducts(step);
    }
    this.count += count;
    this.arrangeSums();
    return false;
  }

  private addProducts(step: Float64Array): void {
    const { products } = this;
    const n = step.length;
    for (let p = 0; p < n; p++) {
      const x = step[p]!;
      const row = p * n;
      for (let q = 0; q <= p; q++) products[row + q]! += x * step[q]!;
    }
  }

  private arrangeSums(): void {
    const { r, products, sum } = this;
    const n = r * r;
    for (let p = 0; p < n; p++) {
      const [a, c] = [Math.floor(p / r), p % r];
      for (let q = 0; q <= p; q++) {
        const [b, d] = [Math.floor(q / r), q % r];
        const total = products[p * n + q]!;
        sum[(a * r + b) * n + c * r + d] = total;
        sum[(b * r + a) * n + d * r + c] = total;
      }
    }
  }

  /** The estimate of T(M). */
  private apply(m: Float64Array, out: Float64Array): void {
    matrixTimesVector(this.sum, m, out);
    for (let k = 0; k < out.length; k++) out[k]! /= this.count;
  }

  /**
   * Estimates of rho(T) and of the Perron matrix. A broken step may have an average that is not self-adjoint, on which
   * the iteration does not settle: certificates hold for whatever matrix they are tried with.
   */
  perron(): { value: number; perron: Float64Array } {
    const { r } = this;
    const top = largestEigenpair((m, out) => this.apply(m, out), identityMatrix(r), {
      tolerance: 1e-9,
      approximate: true,
    });
    const sign = trace(top.vector, r) < 0 ? -1 : 1;
    return { value: top.value, perron: top.vector.map((x) => sign * x) };
  }

  /** P = (c - T)^-1 I, symmetrised; null if there is none or it is not positive definite. */
  resolvent(c: number): { root: Float64Array; inverseRoot: Float64Array } | null {
    const { r } = this;
    const n = r * r;
    const system = new Matrix(n, n);
    for (let k = 0; k < n; k++) {
      for (let l = 0; l < n; l++) system.set(k, l, (k === l ? c : 0) - this.sum[k * n + l]! / this.count);
    }
    const decomposition = new LuDecomposition(system);
    if (decomposition.isSingular()) return null;
    const solution = decomposition.solve(Matrix.columnVector(Array.from(identityMatrix(r)))).to1DArray();
    const p = new Float64Array(n);
    for (let a = 0; a < r; a++) {
      for (let b = 0; b < r; b++) p[a * r + b] = (solution[a * r + b]! + solution[b * r + a]!) / 2;
    }
    return matrixRoots(p, r);
  }
}

/** P^{1/2} and P^{-1/2}, or null unless P is safely positive definite. */
function matrixRoots(p: Float64Array, r: number) {
  const { values, rows } = symmetricEigen(p, r);
  if (!(values[0]! > 1e-12 * values[r - 1]!)) return null;
  const spectral = (f: (x: number) => number): Float64Array => {
    const out = new Float64Array(r * r);
    for (let k = 0; k < r; k++) {
      const weight = f(values[k]!);
      for (let a = 0; a < r; a++) {
        for (let b = 0; b < r; b++) out[a * r + b]! += weight * rows[k * r + a]! * rows[k * r + b]!;
      }
    }
    return out;
  };
  return { root: spectral(Math.sqrt), inverseRoot: spectral((x) => 1 / Math.sqrt(x)) };
}

function overflows(step: Float64Array): boolean {
  for (let k = 0; k < step.length; k++) if (!(Math.abs(step[k]!) < OVERFLOW)) return true;
  return false;
}
