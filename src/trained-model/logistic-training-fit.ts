import type { MatrixSource } from '../curvature/matrix-source.js';
import { norm } from '../linalg/vectors.js';
import { logisticRoot, OUTPUT_LOSSES } from './output-loss.js';
import { INTERPOLATION_SHARE, type SetFit, type TrainingFit } from './training-fit.js';
import { forColumnBlocks, withOnes } from './weighted-rows.js';

/** Samples of one set with their logits and labels of 0 and 1. */
export interface LabelledLogits {
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
  const sets = [retain, forget].map((set) => ({ ...set, source: bias ? withOnes(set.source) : set.source }));
  const sums = sets.map(squaresAndPush);
  const [ofRetain, ofForget] = sums.map(({ squares }, g) => setFit(sets[g]!, squares)) as [SetFit, SetFit];
  const drift = norm(sums[0]!.push.map((x, k) => (1 - alpha) * x - alpha * sums[1]!.push[k]!));
  const residual = Math.max(ofRetain.largestResidual, ofForget.largestResidual);
  return {
    loss: 'sigmoid',
    retain: ofRetain,
    forget: ofForget,
    drift,
    interpolates: residual <= INTERPOLATION_SHARE,
  };
}

/** |x_i|^2 of every sample, and the mean of (s_i - y_i) x_i. */
function squaresAndPush({ source, logits, labels }: LabelledLogits) {
  const { rows, columns } = source;
  const errors = logits.map((_, i) => errorOf(logits, labels, i));
  const squares = new Float64Array(rows);
  const push = new Float64Array(columns);
  forColumnBlocks(source, (block, from, to) => {
    const width = to - from;
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < width; k++) {
        const entry = block[i * width + k]!;
        squares[i]! += entry ** 2;
        push[from + k]! += (errors[i]! * entry) / rows;
      }
    }
  });
  return { squares, push };
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
