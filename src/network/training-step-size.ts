import { largestEigenpair } from '../linalg/davidson.js';
import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { randomSource } from '../random/generator.js';
import { gradientGram } from './gradient-gram.js';
import type { LossName } from './losses.js';
import type { PatchData } from './patch-data.js';
import type { PatchNetwork } from './patch-network.js';

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
