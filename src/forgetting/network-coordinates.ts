import type { ReducedProblem } from '../curvature/problem.js';
import { dot } from '../linalg/vectors.js';
import type { UnlearningProcess } from '../unlearning/process.js';
import type { LocalProblem } from './local-problem.js';

/**
 * The unlearning of a real network seen in the r coordinates of U: from coordinates x the network starts at
 * w* + length * x, makes its step, and x becomes the projection of where it is then, divided by the length.
 *
 * With the length inside the activation margin the network is linear around w*, so that growth over many
 * steps can be measured on it although its runs would soon leave that range: what measures growth may
 * rescale x, and the network starts again as near to w* as before.
 *
 * @param process of the network (`networkUnlearning`).
 * @param length at most `renormalisationLength` for displacements of length 1.
 */
export function networkInCoordinates(
  process: UnlearningProcess,
  { reduced, lift, project }: LocalProblem,
  length: number,
): UnlearningProcess {
  const { minimum } = process;
  return {
    ...process,
    minimum: new Float64Array(reduced.dimension),
    applyStep(x) {
      const displacement = lift(x.map((value) => length * value));
      const w = minimum.map((value, a) => value + displacement[a]!);
      process.applyStep(w);
      const moved = project(w.map((value, a) => value - minimum[a]!));
      for (let a = 0; a < x.length; a++) x[a] = moved[a]! / length;
    },
  };
}

/**
 * The largest length from which no step of any batches reaches half the activation margin:
 * |A| <= 1 + eta max(|retain part|, |forget part|), each part at most its weight times the largest sample curvature,
 * times n/B for bernoulli batches, which can be all samples.
 */
export function renormalisationLength(problem: ReducedProblem, eta: number, margin: number): number {
  const parts = problem.groups.map(({ weight, batchSize, samples }) => {
    const { factors, dimension, sampleCount } = samples;
    let largest = 0;
    for (let i = 0; i < factors.length; i += dimension) {
      const factor = factors.subarray(i, i + dimension);
      largest = Math.max(largest, dot(factor, factor));
    }
    return weight * largest * (problem.sampling === 'bernoulli' ? sampleCount / batchSize : 1);
  });
  return margin / (2 * (1 + eta * Math.max(...parts)));
}
