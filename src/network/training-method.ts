import { largestEigenpair } from '../linalg/davidson.js';
import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { type RandomSource, randomSource } from '../random/generator.js';
import { type Descent, miniBatchDescent, spectralDescent, trainingObjective } from './descent.js';
import type { Loss, LossName } from './losses.js';
import { gradientGram } from './output-gradients.js';
import type { PatchData } from './patch-data.js';
import type { PatchNetwork } from './patch-network.js';

/** Descent method of training: full batches with spectral steps, or mini-batches drawn from `random`. */
export type TrainingMethod =
  | { readonly kind: 'spectral' }
  | {
      readonly kind: 'mini-batch';
      readonly batchSize: number;
      readonly random: RandomSource;
      /** A constant step size, stable or not; by default one from the curvature (`trainingStepSize`). */
      readonly stepSize?: number;
    };

/**
 * Descent by a method from `start`.
 *
 * @throws RangeError for a batch size outside 1..n.
 */
export function descentOf(
  method: TrainingMethod,
  network: PatchNetwork,
  start: Float64Array,
  data: PatchData,
  loss: Loss,
): Descent {
  const evaluate = trainingObjective(network, data, loss);
  const stepSizeFor = (batchSize: number) => (weights: Float64Array) =>
    trainingStepSize(network, weights, data, loss.name, batchSize);
  if (method.kind === 'spectral') {
    const firstStep = stepSizeFor(data.sampleCount)(start);
    // Without any gradient no step is made, of whatever size.
    return spectralDescent(evaluate, start, Number.isFinite(firstStep) ? firstStep : 1);
  }
  const { batchSize, random, stepSize } = method;
  return miniBatchDescent(evaluate, start, {
    network,
    data,
    loss,
    batchSize,
    random,
    stepSize: stepSize === undefined ? stepSizeFor(batchSize) : () => stepSize,
  });
}

/** sup l'': bounds the curvature of every sample by that of its output gradient, whatever its output. */
const LARGEST_SECOND_DERIVATIVE: Readonly<Record<LossName, number>> = { squared: 1, logistic: 1 / 4 };

/** Relative error of lambda_1 that a step size of half the largest stable one does not notice. */
const EIGENVALUE_TOLERANCE = 1e-3;

/**
 * The step size 1/L of mini-batch descent, L the expected smoothness of batches of size B drawn without
 * replacement (Gower et al. 2019),
 *
 *   L = n(B-1)/(B(n-1)) lambda_1(Hbar) + (n-B)/(B(n-1)) max_i lambda_1(H_i),
 *
 * with the H_i of the activations at W: up to 2/L the mean square distance to an interpolating minimum
 * shrinks. With B = n it is 1/lambda_1(Hbar).
 *
 * @returns a number > 0; Infinity if every output gradient is 0.
 */
export function trainingStepSize(
  network: PatchNetwork,
  weights: Float64Array,
  data: PatchData,
  loss: LossName,
  batchSize: number,
): number {
  const n = data.sampleCount;
  const gram = gradientGram(network, weights, data);
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, gram[i * n + i]!);
  if (largest === 0) return Infinity;
  const mean = batchSize === 1 ? 0 : largestGramEigenvalue(gram, n) / n;
  const smoothness =
    n === 1 ? largest : (n * (batchSize - 1) * mean + (n - batchSize) * largest) / (batchSize * (n - 1));
  return 1 / (smoothness * LARGEST_SECOND_DERIVATIVE[loss]);
}

/** From a start of no particular direction: the two classes can be blocks that do not see each other. */
function largestGramEigenvalue(gram: Float64Array, n: number): number {
  const random = randomSource('start of the largest eigenvalue of a Gram matrix');
  const start = Float64Array.from({ length: n }, () => random.normal());
  const apply = (x: Float64Array, out: Float64Array): void => {
    multiplyTransposed(gram, n, x, 1, n, out);
  };
  return largestEigenpair(apply, start, { tolerance: EIGENVALUE_TOLERANCE }).value;
}
