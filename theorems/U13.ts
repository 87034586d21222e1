import fc from 'fast-check';
import { meanCurvature } from '../src/curvature/mean-curvature.js';
import type { Theorem } from '../src/harness/theorem.js';
import { quadraticForm } from '../src/linalg/vectors.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { commutingProblems } from './draws/extremal-families.js';
import { stepChoices } from './draws/step-choice.js';
import { noiseAlong } from './noise-moments.js';
import { CHANG_KHANNA } from './sources.js';
import { topEigenvectors } from './spectrum.js';

/**
 * # U13: Rayleigh divergence
 *
 * Definitions: N the noise map of the second-moment operator; x a unit vector of U.
 * Notes: used with the top eigenvectors of D and of K. Exact where the Perron matrix is x x^T: on U6's
 * families if the axis that decides is the top one of D or of K (always, with a single axis).
 */
export const U13: Theorem = {
  id: 'U13',
  name: 'Rayleigh divergence',
  statement: '(1 - eta x^T D x)^2 + eta^2 x^T N(x x^T) x > 1 for a unit vector x in U  =>  diverges.',
  hypotheses: ['any sampling', 'x: the top eigenvectors of D and of K'],
  source: CHANG_KHANNA,
  proof: 'The left side is <x x^T, T(x x^T)>, at most rho(T) because T is self-adjoint.',
  claim: {
    kind: 'side',
    asserts: 'divergence',
    applies: () => true,
    criticalStep(problem) {
      const d = meanCurvature(problem);
      return Math.min(
        ...topEigenvectors(problem).map((x) => {
          const mean = quadraticForm(d, x);
          return Math.max(0, (2 * mean) / (mean ** 2 + noiseAlong(problem, x)));
        }),
      );
    },
  },
  instances: fc.record({
    problem: fc.oneof(
      { weight: 3, arbitrary: alignedProblems({ mixing: 'any' }) },
      { weight: 1, arbitrary: commutingProblems(4) },
      { weight: 1, arbitrary: commutingProblems(1) },
    ),
    step: stepChoices('divergence'),
  }),
};
