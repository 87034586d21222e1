import fc from 'fast-check';
import { curvatureCancellation, unlearningCoherence } from '../src/coherence/axes.js';
import { batchNoise, meanCurvature, relativeEigenvalues } from '../src/curvature/mean-curvature.js';
import type { ReducedProblem } from '../src/curvature/problem.js';
import type { Theorem } from '../src/harness/theorem.js';
import { multiplyTransposedSymmetric } from '../src/linalg/multiply-transposed.js';
import { addScaled } from '../src/linalg/vectors.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { commutingProblems, isotropicFrames } from './draws/extremal-families.js';
import { stepChoices } from './draws/step-choice.js';
import { noiseOfIdentity } from './noise-moments.js';
import { CHANG_KHANNA } from './sources.js';
import { isDescending, largestMeanCurvature } from './spectrum.js';

/**
 * # U5: stability
 *
 * Definitions: D on U, N the noise map of the second-moment operator; omega = lambda_1 of K relative to D.
 * Notes: attained by full batches and by isotropic frames. The coarser form by coherence is
 * `coarseCriticalStep`; it never exceeds the critical step here.
 */
export const U5: Theorem = {
  id: 'U5',
  name: 'stability',
  statement:
    'D > 0 on U and 2D - eta (D^2 + N(I)) > 0 on U  =>  stable. Coarser, bernoulli: eta (lambda_1(D) + max(nu_R, nu_F) omega lambda_1(S)/sigma) < 2.',
  hypotheses: ['any sampling (the coarser form: bernoulli batches)'],
  source: CHANG_KHANNA,
  proof: 'T(I) = I - eta (2D - eta (D^2 + N(I))) < I, and T(P) <= cP with P > 0 gives rho(T) <= c < 1.',
  claim: {
    kind: 'side',
    asserts: 'stability',
    applies: () => true,
    criticalStep(problem) {
      if (!isDescending(problem)) return null;
      const r = problem.dimension;
      const d = meanCurvature(problem);
      const quadratic = multiplyTransposedSymmetric(d, d, r, r);
      addScaled(quadratic, 1, noiseOfIdentity(problem));
      return 2 / relativeEigenvalues(quadratic, d, r).at(-1)!;
    },
  },
  instances: fc.record({
    problem: fc.oneof(
      { weight: 4, arbitrary: alignedProblems({ mixing: 'below' }) },
      {
        weight: 1,
        arbitrary: alignedProblems({
          mixing: 'below',
          samplings: ['bernoulli', 'without-replacement'],
          batches: 'full',
        }),
      },
      { weight: 1, arbitrary: commutingProblems(4) },
      { weight: 1, arbitrary: isotropicFrames },
    ),
    step: stepChoices('stability'),
  }),
};

/**
 * The coarser critical step of U5 by coherence, bernoulli batches:
 * 2/(lambda_1(D) + max(nu_R, nu_F) omega lambda_1(S)/sigma); null unless D > 0 on U.
 */
export function coarseCriticalStep(problem: ReducedProblem): number | null {
  if (problem.sampling !== 'bernoulli' || !isDescending(problem)) return null;
  const nu = Math.max(...problem.groups.map(batchNoise));
  const { lambda1S, sigma } = unlearningCoherence(problem);
  const omega = curvatureCancellation(problem);
  return 2 / (largestMeanCurvature(problem) + (nu * omega * lambda1S) / sigma);
}
