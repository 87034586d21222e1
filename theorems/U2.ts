import fc from 'fast-check';
import type { Theorem } from '../src/harness/theorem.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { stepChoices } from './draws/step-choice.js';
import { CHANG_KHANNA } from './sources.js';
import { largestMeanCurvature } from './spectrum.js';

/**
 * # U2: overshoot
 *
 * Definitions: D = (1-alpha) Hbar_R - alpha Hbar_F.
 * Notes: attained by full batches, where T has no noise.
 */
export const U2: Theorem = {
  id: 'U2',
  name: 'overshoot',
  statement: 'eta lambda_1(D) > 2  =>  diverges.',
  hypotheses: ['any sampling'],
  source: CHANG_KHANNA,
  proof: 'rho(T) >= (1 - eta lambda_1(D))^2, the growth of the mean along the top eigenvector of D.',
  claim: {
    kind: 'side',
    asserts: 'divergence',
    applies: () => true,
    criticalStep(problem) {
      const lambda1 = largestMeanCurvature(problem);
      return lambda1 > 0 ? 2 / lambda1 : null;
    },
  },
  instances: fc.record({
    problem: fc.oneof(
      { weight: 2, arbitrary: alignedProblems({ mixing: 'any' }) },
      {
        weight: 1,
        arbitrary: alignedProblems({
          mixing: 'below',
          samplings: ['bernoulli', 'without-replacement'],
          batches: 'full',
        }),
      },
    ),
    step: stepChoices('divergence'),
  }),
};
