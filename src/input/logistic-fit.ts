import { choleskySolve, type PivotedQr, pivotedQr } from '../linalg/pivoted-qr.js';
import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { transpose } from '../linalg/vectors.js';
import { ARITHMETIC, roundingNorm } from '../theory/rank.js';
import { logisticRoot, sigmoid, softplus } from '../unlearning/output-loss.js';

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

/**
 * Curvature at most this share of the largest possible one, 1/4, has vanished along some direction. The samples that
 * lie off a separating hyperplane are then fitted to 1 - 1e-9 and better, and getting better with every step.
 */
const VANISHED = 1e-9;

/**
 * Weights w and logits z_i = w . x_i that minimise (1/n) sum_i log(1 + exp(-+z_i)) + (ridge/2) sum_k w_k^2, by Newton's
 * method with halved steps (iteratively reweighted least squares).
 *
 * Without a ridge it works in coordinates in which the features are orthonormal, X^T X = I, those of a pivoted QR factorisation: the
 * Hessian X^T S X, S = diag(s (1 - s)), is then singular only where S vanishes, and that is how a data set without a minimum
 * shows. Where a constant column is not penalised, the others lose their mean, which moves the bias alone: it matters neither how
 * far from 0 features are nor in what units.
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
  const free = (column: number): boolean => ridge === 0 || !penalised(column);
  const centres = columnCentres(features, columns, free);
  const centred = centres ? features.map((value, k) => value - centres.means[k % columns]!) : features;
  const scales = columnScales(centred, columns);
  const scaled = centred.map((value, k) => value / scales[k % columns]!);
  const factors = ridge > 0 ? null : pivotedQr(scaled, n, columns, roundingNorm(ARITHMETIC, columns));
  const q = factors?.rank ?? columns;
  const x = factors?.orthonormal() ?? scaled;
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
    const ofScaled = factors ? backSubstituted(factors, own, columns) : own;
    const weights = ofScaled.map((weight, k) => weight / scales[k]!);
    if (centres) {
      const shift = weights.reduce((sum, weight, k) => sum + weight * centres.means[k]!, 0);
      weights[centres.constant]! -= shift / features[centres.constant]!;
    }
    return weights;
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

/** w with R P^T w = v, 0 for the columns that were cut. */
function backSubstituted({ rank, triangle, pivots }: PivotedQr, v: Float64Array, n: number): Float64Array {
  const w = new Float64Array(n);
  for (let k = rank - 1; k >= 0; k--) {
    let left = v[k]!;
    for (let l = k + 1; l < rank; l++) left -= triangle[k * n + l]! * w[pivots[l]!]!;
    w[pivots[k]!] = left / triangle[k * n + k]!;
  }
  return w;
}

/**
 * A constant column that the ridge leaves alone, and the means of the other columns: what they lose it takes up. Null
 * without one.
 */
function columnCentres(features: Float64Array, columns: number, free: (column: number) => boolean) {
  const n = features.length / columns;
  const isConstant = (column: number): boolean => {
    const first = features[column]!;
    for (let k = column; k < features.length; k += columns) if (features[k] !== first) return false;
    return first !== 0;
  };
  const constant = Array.from({ length: columns }, (_, k) => k).findLast((k) => free(k) && isConstant(k));
  if (constant === undefined) return null;
  const means = Float64Array.from({ length: columns }, (_, column) => {
    if (column === constant) return 0;
    const base = features[column]!;
    let sum = 0;
    for (let k = column; k < features.length; k += columns) sum += features[k]! - base;
    return base + sum / n;
  });
  return { means, constant };
}

/** Norm of every column, 1 for columns of zeros. */
function columnScales(features: Float64Array, columns: number): Float64Array {
  const squares = new Float64Array(columns);
  features.forEach((value, k) => (squares[k % columns]! += value ** 2));
  return squares.map((square) => (square > 0 ? Math.sqrt(square) : 1));
}
