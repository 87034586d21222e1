import { factorCount, type FactorSet } from '../curvature/factor-set.js';
import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { largestEigenpair } from '../linalg/davidson.js';

/** tr(H_i H_j) for all samples i of one set and j of another (or the same): n x m, row-major. */
export function hessianInnerProducts(left: FactorSet, right: FactorSet): Float64Array {
  const rows = factorCount(left);
  const columns = factorCount(right);
  const gram =
    left === right
      ? multiplyTransposedSymmetric(left.factors, left.factors, rows, left.dimension)
      : multiplyTransposed(left.factors, rows, right.factors, columns, left.dimension);
  const out = new Float64Array(left.sampleCount * right.sampleCount);
  for (let i = 0; i < left.sampleCount; i++) {
    for (let j = 0; j < right.sampleCount; j++) {
      let sum = 0;
      for (let s = left.offsets[i]!; s < left.offsets[i + 1]!; s++) {
        for (let t = right.offsets[j]!; t < right.offsets[j + 1]!; t++) sum += gram[s * columns + t]! ** 2;
      }
      out[i * right.sampleCount + j] = sum;
    }
  }
  return out;
}

/** Block of the coherence matrix: entries scale * sqrt(tr(H_i H_j)) = |H_i^{1/2} H_j^{1/2}|_F, n x m. */
export function coherenceBlock(left: FactorSet, right: FactorSet, scale = 1): Float64Array {
  return hessianInnerProducts(left, right).map((x) => scale * Math.sqrt(x));
}

/** Largest eigenvalue of a symmetric n x n matrix with nonnegative entries (Perron: a positive start suffices). */
export function perronValue(matrix: Float64Array, n: number): number {
  if (n === 0) return 0;
  if (matrix.every((x) => x === 0)) return 0;
  const start = new Float64Array(n).fill(1);
  const apply = (x: Float64Array, out: Float64Array): void => {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += matrix[i * n + j]! * x[j]!;
      out[i] = sum;
    }
  };
  return largestEigenpair(apply, start).value;
}

/** Spectral norm of an n x m matrix with nonnegative entries. */
export function spectralNorm(matrix: Float64Array, n: number, m: number): number {
  if (matrix.every((x) => x === 0)) return 0;
  return Math.sqrt(perronValue(multiplyTransposedSymmetric(matrix, matrix, n, m), n));
}
