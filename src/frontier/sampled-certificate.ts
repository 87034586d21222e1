import type { ReducedProblem } from '../curvature/problem.js';
import { decideSide } from '../decision/decide-side.js';
import { FAMILY_ERROR } from '../harness/budget.js';
import { randomSource } from '../random/generator.js';
import { linearisedProcess, type UnlearningImplementation } from '../unlearning/process.js';
import type { CellCertificate } from './frontier-map.js';

/** Pairs of batches that the certificate of one cell may take. */
const MAX_SAMPLES = 20_000;

/** A certificate, and whether the drawn steps are those of the problem. */
export interface SampledCertificate extends CellCertificate {
  readonly fault: string | null;
}

/**
 * Decides the side of a cell by sampled steps of the real implementation. Over all cells of a map the
 * probability that any certificate is wrong is at most that of a run of `verify`.
 *
 * @param words name the cell in the random stream.
 */
export function sampledCertificate(
  problem: ReducedProblem,
  eta: number,
  implementation: UnlearningImplementation,
  cells: number,
  words: readonly (string | number)[],
): SampledCertificate {
  const process = linearisedProcess(problem, eta, implementation);
  const random = randomSource('frontier', 'certificate', ...words);
  const options = { errorProbability: FAMILY_ERROR / cells, maxSamples: MAX_SAMPLES };
  const { side, samples, fault } = decideSide(process, problem, eta, random, options);
  return { side, samples, fault };
}
