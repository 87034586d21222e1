import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { gradientGram } from '../network/gradient-gram.js';
import { squaredGradientNorms } from '../network/gradient-norms.js';
import { outputGradients } from '../network/output-gradients.js';
import type { PatchData } from '../network/patch-data.js';
import type { PatchNetwork } from '../network/patch-network.js';

/**
 * How much a trained network has learned a sample by heart: n numbers, larger is more. The noise share where
 * samples have a signal patch and noise patches, the leave-one-out influence where they are one patch.
 */
export function memorisationScores(
  network: PatchNetwork,
  weights: Float64Array,
  data: PatchData,
): Float64Array {
  return data.patches > 1
    ? noiseShares(network, weights, data)
    : leaveOneOutInfluence(network, weights, data);
}

/**
 * Share of |grad f_i|^2 that comes from the noise patches, those after the first: in [0, 1], for noise
 * orthogonal to the signal exactly. 0 for a sample that no filter sees.
 */
export function noiseShares(network: PatchNetwork, weights: Float64Array, data: PatchData): Float64Array {
  const { active } = outputGradients(network, data)(weights);
  const signal = squaredGradientNorms(network, active, data, { first: 0, end: 1 });
  const noise = squaredGradientNorms(network, active, data, { first: 1, end: data.patches });
  return noise.map((square, i) => (square === 0 ? 0 : square / (square + signal[i]!)));
}

/** Gram eigenvalues are raised by this share of the largest, so that equal samples leave a regular matrix. */
const RIDGE = 1e-11;

/**
 * y_i (f_i - f_{-i}(x_i)): how much of its margin a sample owes to itself, where f_{-i} is the shortest
 * solution in the output gradients at W that keeps all other outputs. In closed form, with G = `gradientGram`,
 *
 *   f_i - f_{-i}(x_i) = (G^-1 f)_i / (G^-1)_ii.
 *
 * 0 for a sample that occurs twice, or that no filter sees. The score is the change of output of
 * Feldman & Zhang (2020), linearised at W.
 */
export function leaveOneOutInfluence(
  network: PatchNetwork,
  weights: Float64Array,
  data: PatchData,
): Float64Array {
  const n = data.sampleCount;
  const { outputs } = outputGradients(network, data)(weights);
  const { values, rows } = symmetricEigen(gradientGram(network, weights, data), n);
  const ridge = RIDGE * (values.at(-1) ?? 0);
  const solution = new Float64Array(n);
  const diagonal = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const inverse = 1 / (Math.max(values[k]!, 0) + ridge);
    let along = 0;
    for (let i = 0; i < n; i++) along += rows[k * n + i]! * outputs[i]!;
    for (let i = 0; i < n; i++) {
      solution[i]! += inverse * along * rows[k * n + i]!;
      diagonal[i]! += inverse * rows[k * n + i]! ** 2;
    }
  }
  // Without any gradient (ridge 0) every output is 0, and so is its influence.
  return solution.map((x, i) => (ridge === 0 ? 0 : (data.labels[i]! * x) / diagonal[i]!));
}
