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
import type { RandomSource } from '../random/generator.js';
import { stepDirections, type UnlearningProcess } from '../unlearning/process.js';
import { matrixRoots, type Roots } from './step-frame.js';

/** Entries of a step matrix from which it counts as overflow. */
const OVERFLOW = 1e75;

/** Smallest eigenvalue of P over its largest from which its roots are taken. */
const LEAST_EIGENVALUE = 1e-12;

/** Steps whose products are added up as one matrix product. */
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
    const identity = identityMatrix(r);
    const step = new Float64Array(r * r);
    const block = new Float64Array(q * BLOCK);
    const sums = new Float64Array(q * q);
    for (let s = 0; s < count; s++) {
      stepDirections(process, random, identity, step);
      if (overflows(step)) return s + 1;
      for (let a = 0, k = s % BLOCK; a < r; a++) {
        for (let b = 0; b <= a; b++, k += BLOCK) block[k] = (step[a * r + b]! + step[b * r + a]!) / 2;
      }
      if (s % BLOCK === BLOCK - 1 || s === count - 1) {
        addScaled(this.products, 1, multiplyTransposedSymmetric(block, block, q, BLOCK, sums));
        block.fill(0);
      }
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
