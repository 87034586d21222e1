import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { norm, scale, transpose } from '../linalg/vectors.js';
import type { RandomSource } from '../statistics/generator.js';
import {
  type BatchSizes,
  curvatureGroups,
  emptySet,
  rankOneSet,
  type ReducedProblem,
  type SamplingChoice,
  type UnlearningProblem,
} from '../theory/problem.js';
import { gramCoordinates } from '../theory/reduction.js';
import { residualQuadratic } from '../unlearning/per-sample-model.js';
import { unlearning, unlearningProcess, type UnlearningProcess } from '../unlearning/process.js';
import { checkMixing, type ForgetSplit } from './forget-set.js';
import type { Loss } from './losses.js';
import { curvatureGram, outputGradients } from './output-gradients.js';
import { networkOutputs, type PatchData, type PatchNetwork, selectSamples } from './patch-network.js';

/** Trained network: the weights w* from which unlearning starts, with data and loss of the training. */
export interface TrainedNetwork {
  readonly network: PatchNetwork;
  /** w*: 2 m d numbers. */
  readonly weights: Float64Array;
  readonly data: PatchData;
  readonly loss: Loss;
}

/** Mixing, batch sizes and sampling scheme of the unlearning step. */
export interface ForgettingSettings {
  /** Mixing weight of the ascent, in [0, 1]. */
  readonly alpha: number;
  readonly batch: BatchSizes;
  readonly sampling: SamplingChoice;
}

/** Unlearning problem linearised at w*, in r orthonormal coordinates of U, with the way to U and back. */
export interface LocalProblem {
  /** A set of weight zero is left empty. */
  readonly problem: UnlearningProblem;
  /** The same, as everything that computes stability sees it, in the same coordinates. */
  readonly reduced: ReducedProblem;
  /** The displacement of 2 m d numbers with the given r coordinates; inner products are kept. */
  readonly lift: (coordinates: Float64Array) => Float64Array;
  /** The r coordinates of the orthogonal projection of a displacement of 2 m d numbers onto U. */
  readonly project: (displacement: Float64Array) => Float64Array;
}

/** Linearisation of a network at w*; U is the span of sqrt(l''_i) grad f_i over the samples of nonzero weight. */
export interface Linearisation extends LocalProblem {
  readonly trained: TrainedNetwork;
  readonly split: ForgetSplit;
}

/**
 * Linearisation at w*, from the Gram matrix of the curvature factors phi_i = sqrt(l''_i) grad f_i = sum_a C_ia q_a, with
 * C^T C = diag(g): the basis vector q_a of U is sum_i C_ia phi_i / g_a.
 *
 * @throws RangeError for an empty set of nonzero weight (`checkMixing`).
 */
export function localProblem(
  trained: TrainedNetwork,
  split: ForgetSplit,
  { alpha, batch, sampling }: ForgettingSettings,
): Linearisation {
  const { network, weights, loss } = trained;
  checkMixing(split, alpha);
  const retained = alpha < 1 ? split.retain : [];
  const forgotten = alpha > 0 ? split.forget : [];
  const data = selectSamples(trained.data, [...retained, ...forgotten]);
  const n = data.sampleCount;
  const gradients = outputGradients(network, data)(weights);
  const roots = gradients.outputs.map((f, i) => Math.sqrt(loss.secondDerivative(f, data.labels[i]!)));
  const spanned = gramCoordinates(curvatureGram(network, weights, data, loss), n);
  const r = spanned.dimension;
  const coordinates = withOrthogonalColumns(spanned.coordinates, r);
  const squares = columnSquares(coordinates, r);

  const sets = {
    retain: r === 0 ? emptySet(0) : rankOneSet(coordinates.subarray(0, retained.length * r), r),
    forget: r === 0 ? emptySet(0) : rankOneSet(coordinates.subarray(retained.length * r), r),
  };
  const groups = curvatureGroups({ ...sets, alpha, batch, sampling }).filter(
    ({ samples }) => samples.sampleCount > 0,
  );
  return {
    trained,
    split,
    problem: { ...sets, alpha, batch, sampling },
    reduced: { dimension: r, alpha, groups },
    lift(position) {
      const coefficients = roots.map((root, i) => {
        let sum = 0;
        for (let a = 0; a < r; a++) sum += (coordinates[i * r + a]! / squares[a]!) * position[a]!;
        return root * sum;
      });
      return gradients.combination(coefficients);
    },
    project(displacement) {
      const along = gradients.along(displacement);
      const position = new Float64Array(r);
      for (let i = 0; i < n; i++) {
        const change = roots[i]! * along[i]!;
        for (let a = 0; a < r; a++) position[a]! += (change * coordinates[i * r + a]!) / squares[a]!;
      }
      return position;
    },
  };
}

/** Cosine of two columns up to which they count as orthogonal. */
const ORTHOGONAL = 1e-13;

/**
 * Coordinates turned to the axes of their second moment, so that their columns are orthogonal, as `lift` and `project`
 * need them: those of dependent samples come in others. As they are where the columns are orthogonal already.
 */
function withOrthogonalColumns(coordinates: Float64Array, r: number): Float64Array {
  if (r === 0) return coordinates;
  const n = coordinates.length / r;
  const columns = transpose(coordinates, n, r);
  const moments = multiplyTransposedSymmetric(columns, columns, r, n);
  const cosine = (a: number, b: number): number =>
    moments[a * r + b]! / Math.sqrt(moments[a * r + a]! * moments[b * r + b]!);
  const orthogonal = moments.every((_, k) => {
    const [a, b] = [Math.floor(k / r), k % r];
    return a === b || Math.abs(cosine(a, b)) <= ORTHOGONAL;
  });
  return orthogonal ? coordinates : multiplyTransposed(coordinates, n, symmetricEigen(moments, r).rows, r, r);
}

/** Sums of squares of the columns of a matrix with r columns: the kept eigenvalues g of the Gram matrix. */
function columnSquares(matrix: Float64Array, r: number): Float64Array {
  const squares = new Float64Array(r);
  matrix.forEach((x, k) => (squares[k % r]! += x * x));
  return squares;
}

/**
 * r coordinates of a displacement inside U of the given length, in a uniformly random direction.
 *
 * @throws RangeError if U is {0}: a network without curvature has no inside.
 */
export function insideDisplacement(local: LocalProblem, length: number, random: RandomSource): Float64Array {
  const { dimension } = local.reduced;
  if (dimension === 0) throw new RangeError('there is no curvature, so no displacement lies inside U');
  const coordinates = Float64Array.from({ length: dimension }, () => random.normal());
  scale(coordinates, length / norm(coordinates));
  return coordinates;
}

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
  { trained, split, problem, reduced }: Linearisation,
  eta: number,
  { drift = true }: { readonly drift?: boolean } = {},
): UnlearningProcess {
  const { network, weights, data, loss } = trained;
  const outputs = networkOutputs(network, weights, data);
  const residuals = (indices: readonly number[]): Float64Array =>
    Float64Array.from(indices, (i) => {
      const [f, y] = [outputs[i]!, data.labels[i]!];
      const curvature = loss.secondDerivative(f, y);
      // Without curvature the factor is zero, whatever the derivative.
      return !drift || curvature === 0 ? 0 : loss.derivative(f, y) / Math.sqrt(curvature);
    });
  const { alpha, batch, sampling } = problem;
  const settings = {
    retain: residualQuadratic(problem.retain, residuals(split.retain)),
    forget: residualQuadratic(problem.forget, residuals(split.forget)),
    alpha,
    eta,
    batch,
  };
  return unlearningProcess(settings, sampling, new Float64Array(reduced.dimension), unlearning);
}

/** Drift: the full-batch unlearning gradient g at w*, which leads away from a minimum that does not interpolate. */
interface Drift {
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

/** Drift g = (1-alpha) mean_R grad l_i - alpha mean_F grad l_j at w*. */
export function drift({ trained, split, problem: { alpha }, lift, project }: Linearisation): Drift {
  const { network, weights, data, loss } = trained;
  const gradients = outputGradients(network, data)(weights);
  const derivative = (i: number): number => loss.derivative(gradients.outputs[i]!, data.labels[i]!);
  const coefficients = new Float64Array(data.sampleCount);
  const descent = (1 - alpha) / split.retain.length;
  const ascent = alpha / split.forget.length;
  for (const i of split.retain) coefficients[i] = descent * derivative(i);
  for (const j of split.forget) coefficients[j] = -ascent * derivative(j);
  const gradient = gradients.combination(coefficients);
  const length = norm(gradient);
  const coordinates = project(gradient);
  const lifted = lift(coordinates);
  const rest = gradient.map((g, a) => g - lifted[a]!);
  const share = (part: number): number => (length === 0 ? 0 : (part / length) ** 2);
  return { gradient, length, coordinates, inside: share(norm(coordinates)), outside: share(norm(rest)) };
}
