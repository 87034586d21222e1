import { norm } from '../linalg/vectors.js';
import type { MatrixSource } from '../theory/matrix-source.js';
import { logisticRoot, type LossKind, OUTPUT_LOSSES } from '../unlearning/output-loss.js';
import { forColumnBlocks, withOnes } from './matrix-views.js';

/** How a trained model fits one set. */
export interface SetFit {
  readonly meanLoss: number;
  /** Share of samples classified right; null for losses without classes. */
  readonly accuracy: number | null;
  /** Largest norm of the gradient of the loss of a sample in the weights. */
  readonly largestGradient: number;
  /**
   * Largest |grad l_i| |J_i| / tr H_i: by how much the outputs must change until the curvature has undone the gradient. At most
   * the error |f(x_i) - y_i| for the squared loss; about 1 or more for cross-entropy with hard labels, however well they are fitted.
   */
  readonly largestResidual: number;
}

/** How far the weights of a trained model are from an interpolating minimum, where every gradient vanishes. */
export interface TrainingFit {
  readonly loss: LossKind;
  readonly retain: SetFit;
  readonly forget: SetFit;
  /** |(1-alpha) mean grad l_R - alpha mean grad l_F|: the push of the unlearning step at w*, which the theory takes for 0. */
  readonly drift: number;
  /** True if the largest residual is at most a thousandth of the largest label (squared loss), or of 1. */
  readonly interpolates: boolean;
}

/** Largest residual, as a share of the scale of the outputs, that counts as interpolation. */
const INTERPOLATION_SHARE = 1e-3;

/** Collects the fit of one set, a sample at a time. */
export interface FitCollector {
  /**
   * @param outputs z, c numbers; @param target y, c numbers;
   * @param jacobian of z in the weights, c x p row-major.
   */
  add(outputs: Float64Array, target: Float64Array, jacobian: Float64Array): void;
  result(): FittedSet & { readonly largestLabel: number };
}

/** How a model fits one set, and the mean gradient of the loss there: p numbers. */
interface FittedSet {
  readonly fit: SetFit;
  readonly meanGradient: Float64Array;
}

/** @param p number of weights. */
export function fitCollector(kind: LossKind, p: number): FitCollector {
  const loss = OUTPUT_LOSSES[kind];
  const sum = new Float64Array(p);
  const gradient = new Float64Array(p);
  let [samples, losses, right, classified] = [0, 0, 0, 0];
  let [largestGradient, largestResidual, largestLabel] = [0, 0, 0];
  return {
    add(z, y, jacobian) {
      samples++;
      losses += loss.value(z, y);
      const isRight = loss.isRight(z, y);
      if (isRight !== null) classified++;
      if (isRight === true) right++;
      for (const value of y) largestLabel = Math.max(largestLabel, Math.abs(value));
      combineRows(loss.gradient(z, y), jacobian, gradient);
      for (let k = 0; k < p; k++) sum[k]! += gradient[k]!;
      const size = norm(gradient);
      largestGradient = Math.max(largestGradient, size);
      const curvature = traceOf(loss.root(z), jacobian, z.length, p);
      if (size > 0) largestResidual = Math.max(largestResidual, (size * norm(jacobian)) / curvature);
    },
    result: () => ({
      fit: {
        meanLoss: losses / samples,
        accuracy: classified === 0 ? null : right / classified,
        largestGradient,
        largestResidual,
      },
      meanGradient: sum.map((x) => x / samples),
      largestLabel,
    }),
  };
}

/** The fit of both sets together, at mixing weight alpha. */
export function trainingFit(
  loss: LossKind,
  alpha: number,
  retain: FitCollector,
  forget: FitCollector,
): TrainingFit {
  const [ofRetain, ofForget] = [retain.result(), forget.result()];
  const scale = loss === 'squared' ? Math.max(ofRetain.largestLabel, ofForget.largestLabel) : 1;
  return fitTogether(loss, alpha, ofRetain, ofForget, scale);
}

/** @param scale of the outputs. */
function fitTogether(
  loss: LossKind,
  alpha: number,
  retain: FittedSet,
  forget: FittedSet,
  scale: number,
): TrainingFit {
  const residual = Math.max(retain.fit.largestResidual, forget.fit.largestResidual);
  return {
    loss,
    retain: retain.fit,
    forget: forget.fit,
    drift: norm(retain.meanGradient.map((x, k) => (1 - alpha) * x - alpha * forget.meanGradient[k]!)),
    interpolates: residual <= INTERPOLATION_SHARE * scale,
  };
}

/** out = sum_j coefficients_j row_j of a row-major matrix with rows of the length of `out`. */
export function combineRows(coefficients: Float64Array, rows: Float64Array, out: Float64Array): void {
  const p = out.length;
  out.fill(0);
  coefficients.forEach((coefficient, j) => {
    if (coefficient === 0) return;
    for (let k = 0; k < p; k++) out[k]! += coefficient * rows[j * p + k]!;
  });
}

/** tr(J^T R^T R J). */
function traceOf(root: Float64Array, jacobian: Float64Array, c: number, p: number): number {
  const factor = new Float64Array(p);
  let trace = 0;
  for (let from = 0; from < root.length; from += c) {
    combineRows(root.subarray(from, from + c), jacobian, factor);
    trace += norm(factor) ** 2;
  }
  return trace;
}

/** Samples of one set with their logits and labels of 0 and 1. */
interface LabelledLogits {
  readonly source: MatrixSource;
  readonly logits: Float64Array;
  readonly labels: Float64Array;
}

/** The training fit of a logistic model, at mixing weight alpha; the features are read in blocks. */
export function logisticTrainingFit(
  retain: LabelledLogits,
  forget: LabelledLogits,
  { bias, alpha }: { readonly bias: boolean; readonly alpha: number },
): TrainingFit {
  const fitted = (set: LabelledLogits): FittedSet => {
    const { squares, meanGradient } = squaresAndGradient({
      ...set,
      source: bias ? withOnes(set.source) : set.source,
    });
    return { fit: setFit(set, squares), meanGradient };
  };
  return fitTogether('sigmoid', alpha, fitted(retain), fitted(forget), 1);
}

/** |x_i|^2 of every sample, and the mean of (s_i - y_i) x_i. */
function squaresAndGradient({ source, logits, labels }: LabelledLogits) {
  const { rows, columns } = source;
  const errors = logits.map((_, i) => errorOf(logits, labels, i));
  const squares = new Float64Array(rows);
  const meanGradient = new Float64Array(columns);
  forColumnBlocks(source, (block, from, to) => {
    const width = to - from;
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < width; k++) {
        const entry = block[i * width + k]!;
        squares[i]! += entry ** 2;
        meanGradient[from + k]! += (errors[i]! * entry) / rows;
      }
    }
  });
  return { squares, meanGradient };
}

function setFit({ logits, labels }: LabelledLogits, squares: Float64Array): SetFit {
  const loss = OUTPUT_LOSSES.sigmoid;
  let [losses, right, largestGradient, largestResidual] = [0, 0, 0, 0];
  for (let i = 0; i < logits.length; i++) {
    const [z, y] = [logits.subarray(i, i + 1), labels.subarray(i, i + 1)];
    const error = Math.abs(errorOf(logits, labels, i));
    losses += loss.value(z, y);
    if (loss.isRight(z, y) === true) right++;
    largestGradient = Math.max(largestGradient, error * Math.sqrt(squares[i]!));
    if (error > 0 && squares[i]! > 0) {
      largestResidual = Math.max(largestResidual, error / logisticRoot(z[0]!) ** 2);
    }
  }
  return {
    meanLoss: losses / logits.length,
    accuracy: right / logits.length,
    largestGradient,
    largestResidual,
  };
}

function errorOf(logits: Float64Array, labels: Float64Array, i: number): number {
  return OUTPUT_LOSSES.sigmoid.gradient(logits.subarray(i, i + 1), labels.subarray(i, i + 1))[0]!;
}
