import { emptySet, rankOneSet } from '../curvature/factor-set.js';
import type { BatchSizes, ReducedProblem, Sampling, UnlearningProblem } from '../curvature/problem.js';
import { gramCoordinates } from '../curvature/reduction.js';
import { curvatureGram } from '../network/gradient-gram.js';
import type { Loss } from '../network/losses.js';
import { outputGradients } from '../network/output-gradients.js';
import { selectSamples, type PatchData } from '../network/patch-data.js';
import type { PatchNetwork } from '../network/patch-network.js';
import { checkMixing, type ForgetSplit } from './forget-set.js';

/** A network at the weights w* from which unlearning starts, on the data it was trained on. */
export interface TrainedNetwork {
  readonly network: PatchNetwork;
  /** w*: 2 m d numbers. */
  readonly weights: Float64Array;
  readonly data: PatchData;
  readonly loss: Loss;
}

/** How the two sets enter the unlearning step. */
export interface ForgettingSettings {
  /** Mixing weight of the ascent, in [0, 1]. */
  readonly alpha: number;
  readonly batch: BatchSizes;
  readonly sampling: Sampling;
}

/**
 * The unlearning problem linearised at w*, in r orthonormal coordinates of U, the span of
 * sqrt(l''_i) grad f_i over the samples of nonzero weight, with the way to U and back.
 */
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

/**
 * From the Gram matrix of the curvature factors phi_i = sqrt(l''_i) grad f_i = sum_a C_ia q_a, with
 * C^T C = diag(g): the basis vector q_a of U is sum_i C_ia phi_i / g_a.
 *
 * @throws RangeError for an empty set of nonzero weight (`checkMixing`).
 */
export function localProblem(
  trained: TrainedNetwork,
  split: ForgetSplit,
  settings: ForgettingSettings,
): LocalProblem {
  const { network, weights, loss } = trained;
  const { alpha, batch, sampling } = settings;
  checkMixing(split, alpha);
  const retained = alpha < 1 ? split.retain : [];
  const forgotten = alpha > 0 ? split.forget : [];
  const data = selectSamples(trained.data, [...retained, ...forgotten]);
  const n = data.sampleCount;
  const gradients = outputGradients(network, data)(weights);
  const roots = gradients.outputs.map((f, i) => Math.sqrt(loss.secondDerivative(f, data.labels[i]!)));
  const { dimension: r, coordinates } = gramCoordinates(curvatureGram(network, weights, data, loss), n);
  const squares = columnSquares(coordinates, r);

  const sets = {
    retain: r === 0 ? emptySet(0) : rankOneSet(coordinates.subarray(0, retained.length * r), r),
    forget: r === 0 ? emptySet(0) : rankOneSet(coordinates.subarray(retained.length * r), r),
  };
  const groups = [
    { name: 'retain', sign: 1, weight: 1 - alpha, batchSize: batch.retain, samples: sets.retain } as const,
    { name: 'forget', sign: -1, weight: alpha, batchSize: batch.forget, samples: sets.forget } as const,
  ].filter(({ samples }) => samples.sampleCount > 0);
  return {
    problem: { ...sets, alpha, batch, sampling },
    reduced: { dimension: r, alpha, sampling, groups },
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

/** Sums of squares of the columns of a matrix with r columns: the kept eigenvalues g of the Gram matrix. */
function columnSquares(matrix: Float64Array, r: number): Float64Array {
  const squares = new Float64Array(r);
  matrix.forEach((x, k) => (squares[k % r]! += x * x));
  return squares;
}
