import fc from 'fast-check';
import { meanCurvature } from '../src/curvature/mean-curvature.js';
import type { Theorem } from '../src/harness/theorem.js';
import { dot, trace } from '../src/linalg/vectors.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { isotropicFrames } from './draws/extremal-families.js';
import { stepChoices } from './draws/step-choice.js';
import { noiseOfIdentity } from './noise-moments.js';
import { CHANG_KHANNA } from './sources.js';

/**
 * # U14: trace divergence
 *
 * Definitions: r = dim U, N the noise map of the second-moment operator.
 * Notes: attained by isotropic frames, where the Perron matrix is the identity.
 */
export const U14: Theorem = {
  id: 'U14',
  name: 'trace divergence',
  statement: 'tr((I - eta D)^2 + eta^2 N(I)) > r  =>  diverges.',
  hypotheses: ['any sampling'],
  source: CHANG_KHANNA,
  proof: '<I, T(I)>/<I, I> <= rho(T) because T is self-adjoint.',
  claim: {
    kind: 'side',
    asserts: 'divergence',
    applies: () => true,
    criticalStep(problem) {
      const r = problem.dimension;
      const d = meanCurvature(problem);
      const quadratic = dot(d, d) + trace(noiseOfIdentity(problem), r);
      return Math.max(0, (2 * trace(d, r)) / quadratic);
    },
  },
  instances: fc.record({
    problem: fc.oneof(
      { weight: 3, arbitrary: alignedProblems({ mixing: 'any' }) },
      { weight: 1, arbitrary: isotropicFrames },
    ),
    step: stepChoices('divergence'),
  }),
};
