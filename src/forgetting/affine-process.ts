import { pushedQuadratic } from '../models/pushed-quadratic.js';
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
    retain: pushedQuadratic(problem.retain, pushes(split.retain)),
    forget: pushedQuadratic(problem.forget, pushes(split.forget)),
    alpha,
    eta,
    batch,
  };
  return unlearningProcess(settings, sampling, new Float64Array(reduced.dimension), unlearning);
}
