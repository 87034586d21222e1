import { largestEigenpair } from '../linalg/davidson.js';
import { multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { pivotedQr } from '../linalg/pivoted-qr.js';
import { largestEigenvalue } from '../linalg/symmetric-eigen.js';
import { transpose } from '../linalg/vectors.js';
import { hessianInnerProducts } from './coherence.js';
import { sampleCurvatures } from './mean-curvature.js';
import type { FactorSet } from './problem.js';
import { accuracyOf, roundingNorm } from './rank.js';

/** More pairs (r, f) than this are not attempted: one application costs the square of their number. */
export const MAX_PAIRS = 25_000;

/** From this many pairs on a coarser value will do. */
const LARGE = 4000;

/**
 * Pairwise coherence sigma_pair of the authors' published code: over all pairs, A_(r,f) =
 * (1-alpha) H_r - alpha H_f, the matrix of sign(x) sqrt|x| for x = <A_(r,f), A_(r',f')>_F, its largest
 * eigenvalue over max lambda_1(A_(r,f)). A measured quantity; no theorem uses it.
 *
 * The n_R n_F x n_R n_F matrix is never formed. Relative error at most 1e-10, above LARGE pairs 1e-3 (about its square in practice).
 *
 * @returns null without pairs, above MAX_PAIRS, or if no A_(r,f) has a positive eigenvalue.
 */
export function pairwiseCoherence(retain: FactorSet, forget: FactorSet, alpha: number): number | null {
  const pairs = retain.sampleCount * forget.sampleCount;
  if (pairs === 0 || pairs > MAX_PAIRS) return null;
  const normaliser = largestPairCurvature(retain, forget, alpha);
  const scale =
    (1 - alpha) * Math.max(...sampleCurvatures(retain)) + alpha * Math.max(...sampleCurvatures(forget));
  const { precision } = accuracyOf([retain, forget]);
  if (!(normaliser > roundingNorm(precision, retain.dimension) * scale)) return null;
  const top = largestEigenpair(signedRootMap(retain, forget, alpha), pairNorms(retain, forget, alpha), {
    tolerance: pairs > LARGE ? 1e-3 : 1e-10,
  });
  return top.value / normaliser;
}

/** x -> [sign(g) sqrt|g|] x, g the Gram matrix of the A_(r,f); row (r, f) has index r n_F + f. */
function signedRootMap(retain: FactorSet, forget: FactorSet, alpha: number) {
  const nR = retain.sampleCount;
  const nF = forget.sampleCount;
  const own = hessianInnerProducts(retain, retain).map((x) => (1 - alpha) ** 2 * x);
  const cross = hessianInnerProducts(retain, forget).map((x) => alpha * (1 - alpha) * x);
  const other = hessianInnerProducts(forget, forget).map((x) => alpha ** 2 * x);
  const rowTerm = new Float64Array(nF);
  return (x: Float64Array, out: Float64Array): void => {
    out.fill(0);
    for (let r = 0; r < nR; r++) {
      for (let f = 0; f < nF; f++) {
        const row = r * nF + f;
        const input = x[row]!;
        for (let g = 0; g < nF; g++) rowTerm[g] = other[f * nF + g]! - cross[r * nF + g]!;
        let sum = signedRoot(own[r * nR + r]! - cross[row]! + rowTerm[f]!) * input;
        for (let s = r; s < nR; s++) {
          const base = own[r * nR + s]! - cross[s * nF + f]!;
          const columns = s * nF;
          for (let g = s === r ? f + 1 : 0; g < nF; g++) {
            const entry = signedRoot(base + rowTerm[g]!);
            sum += entry * x[columns + g]!;
            out[columns + g]! += entry * input;
          }
        }
        out[row]! += sum;
      }
    }
  };
}

/** sqrt|A_(r,f)|_F: the top eigenvector if all A were parallel, and a start that is near it if they nearly are. */
function pairNorms(retain: FactorSet, forget: FactorSet, alpha: number): Float64Array {
  const nF = forget.sampleCount;
  const own = squaredNorms(retain);
  const cross = hessianInnerProducts(retain, forget);
  const other = squaredNorms(forget);
  return cross.map((x, pair) => {
    const [r, f] = [Math.floor(pair / nF), pair % nF];
    const square = (1 - alpha) ** 2 * own[r]! - 2 * alpha * (1 - alpha) * x + alpha ** 2 * other[f]!;
    // A little asymmetry keeps a component along eigenvectors of any symmetry.
    return Math.max(0, square) ** 0.25 * (1 + (pair % 7) / 256);
  });
}

/** tr(H_i^2) of every sample. */
function squaredNorms(set: FactorSet): Float64Array {
  const products = hessianInnerProducts(set, set);
  return Float64Array.from({ length: set.sampleCount }, (_, i) => products[i * set.sampleCount + i]!);
}

function signedRoot(x: number): number {
  const root = Math.sqrt(Math.abs(x));
  return x < 0 ? -root : root;
}

/** max over pairs of lambda_1((1-alpha) H_r - alpha H_f). */
function largestPairCurvature(retain: FactorSet, forget: FactorSet, alpha: number): number {
  const bounds = sampleCurvatures(retain);
  let largest = -Infinity;
  for (let r = 0; r < retain.sampleCount; r++) {
    // lambda_1((1-alpha) H_r - alpha H_f) <= (1-alpha) lambda_1(H_r): most pairs need no eigenvalues.
    if ((1 - alpha) * bounds[r]! <= largest) continue;
    for (let f = 0; f < forget.sampleCount; f++) {
      largest = Math.max(largest, pairCurvature(retain, r, forget, f, alpha));
    }
  }
  return largest;
}

/** lambda_1 of F^T diag(1-alpha, .., -alpha, ..) F for the factors F = Q S of the pair: of S^T diag S transformed to Q. */
function pairCurvature(retain: FactorSet, r: number, forget: FactorSet, f: number, alpha: number): number {
  const p = retain.dimension;
  const left = retain.factors.subarray(retain.offsets[r]! * p, retain.offsets[r + 1]! * p);
  const right = forget.factors.subarray(forget.offsets[f]! * p, forget.offsets[f + 1]! * p);
  const rows = new Float64Array(left.length + right.length);
  rows.set(left);
  rows.set(right, left.length);
  const count = rows.length / p;
  const retained = left.length / p;
  // Factors are the columns of Q S P^T: row k of S holds their entries along direction k.
  const { rank, triangle, pivots } = pivotedQr(transpose(rows, count, p), p, count);
  const signed = triangle.map((x, k) => (pivots[k % count]! < retained ? 1 - alpha : -alpha) * x);
  const top = largestEigenvalue(multiplyTransposedSymmetric(triangle, signed, rank, count), rank);
  // The pair matrix has further eigenvalues 0 when its range is not everything.
  return rank < p ? Math.max(0, top) : top;
}
