import type { ProblemSpec, ReducedProblem } from '../src/theory/problem.js';
import { reducedFromSpec } from './sample-problems.js';

/** Small problems of one, two and three parameters for every kind of procedure, irreducible where r > 1. */
const SAMPLES = {
  1: { retain: [[[1]], [[0.4]], [[1.3]]], forget: [[[0.5]], [[0.3]]] },
  2: { retain: [[[1, 0.2]], [[0.3, 1.1]], [[0.7, -0.5]]], forget: [[[0.4, 0.2]], [[-0.1, 0.5]]] },
  3: {
    retain: [[[1, 0.2, 0.1]], [[0.3, 1.1, -0.4]], [[0.7, -0.5, 0.9]], [[0.1, 0.6, 1]]],
    forget: [[[0.3, 0.2, 0.1]], [[-0.1, 0.3, 0.2]]],
  },
};

/** Fields of a problem of r parameters under a procedure; batches of one, sampled with replacement, alpha 0.2. */
export function procedureSpec(r: 1 | 2 | 3, fields: Partial<ProblemSpec>): ProblemSpec {
  return {
    ...SAMPLES[r],
    alpha: 0.2,
    batch: { retain: 1, forget: 1 },
    sampling: 'with-replacement',
    ...fields,
  };
}

/** The problem of `procedureSpec`, reduced. */
export function procedureProblem(r: 1 | 2 | 3, fields: Partial<ProblemSpec>): ReducedProblem {
  return reducedFromSpec(procedureSpec(r, fields));
}
