import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { identityMatrix, largestEigenvalue, symmetricEigen } from '../linalg/symmetric-eigen.js';
import { addRankOne, matrixTimesVector, transpose } from '../linalg/vectors.js';
import type { CurvatureGroup, ReducedProblem } from '../theory/problem.js';
import { isDrawn, PLAIN_PROCEDURE, type Procedure } from '../theory/procedure.js';

/** P^{1/2} and P^{-1/2} of a positive definite P, symmetric m x m. */
export interface Roots {
  readonly root: Float64Array;
  readonly inverseRoot: Float64Array;
}

/**
 * Roots of P, m x m and symmetric; null unless it is safely positive definite.
 *
 * @param least the smallest eigenvalue over the largest that is safe.
 */
export function matrixRoots(p: Float64Array, m: number, least: number): Roots | null {
  const { values, rows } = symmetricEigen(p, m);
  if (!(values[0]! > least * values[m - 1]!)) return null;
  const spectral = (f: (x: number) => number): Float64Array => {
    const out = new Float64Array(m * m);
    for (let k = 0; k < m; k++) addRankOne(out, f(values[k]!), rows, m, k * m);
    return out;
  };
  return { root: spectral(Math.sqrt), inverseRoot: spectral((x) => 1 / Math.sqrt(x)) };
}

/**
 * A step B of a procedure seen from P before and after it, G = P^{-1/2} B P^{1/2} (m x m): affine in the curvature of
 * the drawn batches,
 *
 *   G = base - sum_g (mean over the batch of the moves of its samples).
 */
export interface StepFrame {
  /** Length of a state: r, with momentum 2r (w, and the velocity after it). */
  readonly size: number;
  /** G of a step without curvature. */
  readonly base: Float64Array;
  /** What bounds the step by the order of symmetric matrices, if it is one, A = kept I - eta H; and |P|, |P^{-1}|. */
  readonly ordered: Readonly<Record<'eta' | 'kept' | 'rootNorm' | 'inverseNorm', number>> | null;
  /** The moves eta sign_g a_g P^{-1/2} (push (x) f) (first (x) f)^T P^{1/2}, summed over the factors f of each sample. */
  moves(group: CurvatureGroup): Float64Array[];
}

/** True if the matrix of every period is symmetric: one step, without momentum. */
export function hasSymmetricPeriods({ procedure = PLAIN_PROCEDURE, groups }: ReducedProblem): boolean {
  return procedure.momentum === 0 && procedure.schedule === null && groups.every(isDrawn);
}

/**
 * True if T(M) = E[B M B^T] is self-adjoint: every step symmetric and a period as likely as its reverse, as in epochs
 * without a short batch.
 */
export function isSelfAdjoint({ procedure = PLAIN_PROCEDURE, groups }: ReducedProblem): boolean {
  const { momentum, schedule, dropLast } = procedure;
  const short = groups.some(
    (group) => !isDrawn(group) && !dropLast && group.samples.sampleCount % group.batchSize !== 0,
  );
  return momentum === 0 && schedule === null && !short;
}

/**
 * The frame of a procedure's step. From torch.optim.SGD's formulas with gradient g = H w: u = g + lam w, v' = b v + u,
 * w' = w - eta v' (Nesterov: w - eta (u + b v')); with a preconditioner the decay is that of AdamW.
 */
export function stepFrame(
  procedure: Procedure | undefined,
  eta: number,
  r: number,
  { root, inverseRoot }: Roots,
): StepFrame {
  const { block, push } = blockStep(procedure ?? PLAIN_PROCEDURE, eta);
  const s = push.length;
  const size = s * r;
  return {
    size,
    base: baseStep(block, s, r, { root, inverseRoot }),
    ordered:
      s === 1
        ? { eta, kept: block[0]!, rootNorm: spread(root, r), inverseNorm: spread(inverseRoot, r) }
        : null,
    moves({ samples, sign, weight }) {
      const [at, by] = [new Float64Array(size), new Float64Array(size)];
      return Array.from({ length: samples.sampleCount }, (_, i) => {
        const move = new Float64Array(size * size);
        for (let row = samples.offsets[i]!; row < samples.offsets[i + 1]!; row++) {
          const f = samples.factors.subarray(row * r, (row + 1) * r);
          at.set(f);
          for (let k = 0; k < s; k++) for (let a = 0; a < r; a++) by[k * r + a] = push[k]! * f[a]!;
          const left = matrixTimesVector(inverseRoot, by);
          const right = matrixTimesVector(root, at);
          for (let a = 0; a < size; a++) {
            for (let b = 0; b < size; b++) move[a * size + b]! += eta * sign * weight * left[a]! * right[b]!;
          }
        }
        return move;
      });
    },
  };
}

/** lambda_1(M M^T). */
function spread(matrix: Float64Array, r: number): number {
  return largestEigenvalue(multiplyTransposedSymmetric(matrix, matrix, r, r), r);
}

/** B = block (x) I - eta (push e_1^T) (x) H for the signed mean curvature H of a step: s x s numbers and s numbers. */
function blockStep(
  { momentum: b, nesterov, weightDecay, preconditioner }: Procedure,
  eta: number,
): { block: number[]; push: number[] } {
  const decay = preconditioner ? 0 : weightDecay;
  const kept = preconditioner ? 1 - eta * weightDecay : 1;
  if (b === 0) return { block: [kept - eta * decay], push: [1] };
  const gain = nesterov ? 1 + b : 1;
  const carried = nesterov ? b * b : b;
  return { block: [kept - eta * gain * decay, -eta * carried, decay, b], push: [gain, -1 / eta] };
}

function baseStep(
  block: readonly number[],
  s: number,
  r: number,
  { root, inverseRoot }: Roots,
): Float64Array {
  if (s === 1) return identityMatrix(r).map((x) => block[0]! * x);
  const size = s * r;
  const step = new Float64Array(size * size);
  for (let k = 0; k < s; k++) {
    for (let l = 0; l < s; l++) {
      for (let a = 0; a < r; a++) step[(k * r + a) * size + l * r + a] = block[k * s + l]!;
    }
  }
  const moved = multiplyTransposed(inverseRoot, size, transpose(step, size, size), size, size);
  return multiplyTransposed(moved, size, root, size, size);
}
