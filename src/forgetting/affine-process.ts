import type { FactorSet } from '../curvature/factor-set.js';
import { dot } from '../linalg/vectors.js';
import type { PerSampleModel } from '../models/per-sample-model.js';
import { networkOutputs } from '../network/patch-network.js';
import { unlearning, unlearningProcess, type UnlearningProcess } from '../unlearning/process.js';
import type { ForgetSplit } from './forget-set.js';
import type { LocalProblem, TrainedNetwork } from './local-problem.js';

/**
 * The unlearning step on the losses expanded to second order at w*, in the r coordinates of U; its minimum is 0:
 *
 *   grad l_i(delta) = (<phi_i, delta> + l'_i/sqrt(l''_i)) phi_i,   phi_i the curvature factor.
 *
 * Unlike `linearisedProcess` it keeps the gradients at w*, so it holds at minima that do not interpolate too.
 * For the squared loss it is exact as long as no activation flips. With the same random source it draws the
 * same batches as `networkUnlearning`.
 *
 * @param options without drift the gradients at w* are left out, as the theory of interpolating minima has it.
 */
export function affineProcess(
  trained: TrainedNetwork,
  split: ForgetSplit,
  { problem, reduced }: LocalProblem,
  eta: number,
  { drift = true }: { readonly drift?: boolean } = {},
): UnlearningProcess {
  const { network, weights, data, loss } = trained;
  const outputs = networkOutputs(network, weights, data);
  const pushes = (indices: readonly number[]): Float64Array =>
    Float64Array.from(indices, (i) => {
      const [f, y] = [outputs[i]!, data.labels[i]!];
      const curvature = loss.secondDerivative(f, y);
      // Without curvature the factor is zero, whatever the push.
      return !drift || curvature === 0 ? 0 : loss.derivative(f, y) / Math.sqrt(curvature);
    });
  const { alpha, batch, sampling } = problem;
  const settings = {
    retain: quadraticModel(problem.retain, pushes(split.retain)),
    forget: quadraticModel(problem.forget, pushes(split.forget)),
    alpha,
    eta,
    batch,
  };
  return unlearningProcess(settings, sampling, new Float64Array(reduced.dimension), unlearning);
}

/** (<phi_i, x> + s_i)^2 / 2 for every sample i, with the rows phi_i of the factors. */
function quadraticModel(
  { sampleCount, factors, dimension }: FactorSet,
  pushes: Float64Array,
): PerSampleModel {
  const residual = (x: Float64Array, i: number): number => dot(factor(i), x) + pushes[i]!;
  const factor = (i: number): Float64Array => factors.subarray(i * dimension, (i + 1) * dimension);
  return {
    sampleCount,
    parameterCount: dimension,
    loss: (x, i) => residual(x, i) ** 2 / 2,
    addGradient(x, i, scale, out) {
      const along = scale * residual(x, i);
      const row = factor(i);
      for (let a = 0; a < dimension; a++) out[a]! += along * row[a]!;
    },
  };
}
