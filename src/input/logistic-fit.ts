import { choleskySolve } from '../linalg/cholesky-solve.js';
import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { transpose } from '../linalg/vectors.js';
import { sigmoid } from '../network/losses.js';
import { logisticRoot, softplus } from './output-loss.js';

/** A data set of two classes: n x q features, row-major, and n labels of 0 and 1. */
interface TwoClasses {
  readonly features: Float64Array;
  readonly columns: number;
  readonly labels: Float64Array;
}

/** No weights minimise the loss: a hyperplane separates the classes, and without a ridge the weights grow for ever. */
export class SeparableError extends Error {
  override readonly name = 'SeparableError';
}

/** Newton steps at most; a minimum takes about ten. */
const MAX_STEPS = 100;

/** Steps that change no logit by more than this have arrived: Newton's method squares the error. */
const ARRIVED = 1e-7;

/** Directions with less than this share of the largest sum of squares count as none: rounding. */
const RANK_TOLERANCE = 1e-11;

/**
 * Curvature at most this share of the largest possible one, 1/4, has vanished along some direction. The samples that
 * lie off a separating hyperplane are then fitted to 1 - 1e-9 and better, and getting better with every step.
 */
const VANISHED = 1e-9;

/**
 * Weights w and logits z_i = w . x_i that minimise (1/n) sum_i log(1 + exp(-+z_i)) + (ridge/2) sum_k w_k^2, by Newton's
 * method with halved steps (iteratively reweighted least squares).
 *
 * Without a ridge it works in coordinates in which the features are orthonormal, X^T X = I: the Hessian X^T S X, S = diag(s (1 - s)),
 * is then singular only where S vanishes, and that is how a data set without a minimum shows.
 *
 * @param penalised false for columns that the ridge leaves alone, such as a bias.
 * @throws SeparableError if there is no minimum.
 */
export function logisticFit(
  { features, columns, labels }: TwoClasses,
  ridge: number,
  penalised: (column: number) => boolean = () => true,
): { readonly logits: Float64Array; readonly weights: Float64Array } {
  const n = labels.length;
  const scales = columnScales(features, columns);
  const scaled = features.map((value, k) => value / scales[k % columns]!);
  const basis = ridge > 0 ? null : orthonormalBasis(scaled, columns, n);
  const q = basis ? basis.length / columns : columns;
  const x = basis ? multiplyTransposed(scaled, n, basis, q, columns) : scaled;
  const ridges = Float64Array.from({ length: q }, (_, k) =>
    ridge > 0 && penalised(k) ? (n * ridge) / scales[k]! ** 2 : 0,
  );
  let v: Float64Array = new Float64Array(q);
  let z: Float64Array = new Float64Array(n);
  let value = objective(z, v);
  for (let count = 0; count < MAX_STEPS; count++) {
    if (ridge === 0 && z.every((logit, i) => (labels[i]! > 0 ? logit > 0 : logit < 0))) {
      throw new SeparableError('a hyperplane separates the classes');
    }
    const step = newtonStep();
    const change = multiplyTransposed(x, n, step, 1, q);
    const arrived = z.map((logit, i) => logit + change[i]!);
    if (change.every((dz) => Math.abs(dz) <= ARRIVED)) {
      const minimum = v.map((weight, k) => weight + step[k]!);
      return { logits: arrived, weights: weightsOf(minimum) };
    }
    for (let share = 1; ; share /= 2) {
      const nextZ = z.map((logit, i) => logit + share * change[i]!);
      const nextV = v.map((weight, k) => weight + share * step[k]!);
      const next = objective(nextZ, nextV);
      // Rounding may hide the last improvements.
      if (next <= value * (1 + 1e-14) || share < 1e-9) {
        [v, z, value] = [nextV, nextZ, next];
        break;
      }
    }
  }
  throw new SeparableError(`no minimum in ${MAX_STEPS} Newton steps`);

  function objective(logits: Float64Array, weights: Float64Array): number {
    const loss = logits.reduce((sum, logit, i) => sum + softplus(labels[i]! > 0 ? -logit : logit), 0);
    return weights.reduce((sum, weight, k) => sum + (ridges[k]! / 2) * weight ** 2, loss);
  }

  /** The weights of the features themselves. */
  function weightsOf(own: Float64Array): Float64Array {
    const ofScaled = basis ? multiplyTransposed(own, 1, transpose(basis, q, columns), columns, q) : own;
    return ofScaled.map((weight, k) => weight / scales[k]!);
  }

  function newtonStep(): Float64Array {
    const downhill = v.map((weight, k) => -ridges[k]! * weight);
    const weighted = new Float64Array(n * q);
    for (let i = 0; i < n; i++) {
      const root = logisticRoot(z[i]!);
      const error = labels[i]! > 0 ? sigmoid(-z[i]!) : -sigmoid(z[i]!);
      for (let k = 0; k < q; k++) {
        downhill[k]! += error * x[i * q + k]!;
        weighted[i * q + k] = root * x[i * q + k]!;
      }
    }
    const columnsOf = transpose(weighted, n, q);
    const hessian = multiplyTransposedSymmetric(columnsOf, columnsOf, q, n);
    ridges.forEach((own, k) => (hessian[k * (q + 1)]! += own));
    const step = choleskySolve(hessian, downhill, ridge > 0 ? 0 : VANISHED / 4);
    if (step === null) throw new SeparableError('the curvature vanishes along a direction');
    return step;
  }
}

/** Combinations in which the columns are orthonormal: r rows, B X^T X B^T = I. */
function orthonormalBasis(x: Float64Array, columns: number, n: number): Float64Array {
  const rows = transpose(x, n, columns);
  const { values, rows: axes } = symmetricEigen(multiplyTransposedSymmetric(rows, rows, columns, n), columns);
  const cut = RANK_TOLERANCE * values.at(-1)!;
  const kept = Array.from(values.keys()).filter((k) => values[k]! > cut);
  const basis = new Float64Array(kept.length * columns);
  kept.forEach((k, row) => {
    for (let i = 0; i < columns; i++)
      basis[row * columns + i] = axes[k * columns + i]! / Math.sqrt(values[k]!);
  });
  return basis;
}

/** Norm of every column, 1 for columns of zeros. */
function columnScales(features: Float64Array, columns: number): Float64Array {
  const squares = new Float64Array(columns);
  features.forEach((value, k) => (squares[k % columns]! += value ** 2));
  return squares.map((square) => (square > 0 ? Math.sqrt(square) : 1));
}
