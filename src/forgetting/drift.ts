import { norm } from '../linalg/vectors.js';
import { outputGradients } from '../network/output-gradients.js';
import { checkMixing, type ForgetSplit } from './forget-set.js';
import type { LocalProblem, TrainedNetwork } from './local-problem.js';

/** The full-batch unlearning gradient at w*, which pushes away from a minimum that does not interpolate. */
export interface Drift {
  /** g: 2 m d numbers. */
  readonly gradient: Float64Array;
  /** |g|. */
  readonly length: number;
  /** g in r coordinates of U. */
  readonly coordinates: Float64Array;
  /**
   * Shares of |g|^2 inside and outside U; both 0 for g = 0. Outside is only what the rank tolerance of U dropped,
   * since grad l_i is a multiple of the curvature factor of its sample.
   */
  readonly inside: number;
  readonly outside: number;
}

/** g = (1-alpha) mean_R grad l_i - alpha mean_F grad l_j at w*. */
export function drift(
  trained: TrainedNetwork,
  split: ForgetSplit,
  alpha: number,
  local: LocalProblem,
): Drift {
  checkMixing(split, alpha);
  const { network, weights, data, loss } = trained;
  const gradients = outputGradients(network, data)(weights);
  const push = (i: number): number => loss.derivative(gradients.outputs[i]!, data.labels[i]!);
  const coefficients = new Float64Array(data.sampleCount);
  const descent = (1 - alpha) / split.retain.length;
  const ascent = alpha / split.forget.length;
  for (const i of split.retain) coefficients[i] = descent * push(i);
  for (const j of split.forget) coefficients[j] = -ascent * push(j);
  const gradient = gradients.combination(coefficients);
  const length = norm(gradient);
  const coordinates = local.project(gradient);
  const lifted = local.lift(coordinates);
  const rest = gradient.map((g, a) => g - lifted[a]!);
  const share = (part: number): number => (length === 0 ? 0 : (part / length) ** 2);
  return { gradient, length, coordinates, inside: share(norm(coordinates)), outside: share(norm(rest)) };
}
