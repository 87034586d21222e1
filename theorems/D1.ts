import fc from 'fast-check';
import { unlearningCoherence } from '../src/coherence/axes.js';
import { batchNoise } from '../src/curvature/mean-curvature.js';
import type { Theorem } from '../src/harness/theorem.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { halvedAxes, identicalGroups } from './draws/extremal-families.js';
import { stepChoices } from './draws/step-choice.js';
import { DEXTER } from './sources.js';
import { descentGroup, isBernoulliDescent, largestMeanCurvature } from './spectrum.js';

/**
 * # D1: descent divergence
 *
 * Definitions: H = Hbar_R, nu = n/B - 1, sigma the coherence of the retain set. With alpha = 0 the
 * weighted matrix S is the unweighted one over n, so sigma is the same for both.
 * Notes: the second condition is attained at nu = sigma = 1.
 */
export const D1: Theorem = {
  id: 'D1',
  name: 'descent divergence',
  statement: 'eta lambda_1(H) > 2, or eta lambda_1(H) sqrt(nu) > sigma  =>  diverges.',
  hypotheses: ['alpha = 0 (descent alone)', 'bernoulli batches'],
  source: `${DEXTER}, Theorem 1`,
  proof:
    'rho(T) >= (1 - eta lambda_1(H))^2 and rho(T) >= eta^2 nu lambda_1(H_i)^2/n^2; lambda_1(H) <= lambda_1(S) = sigma max lambda_1(H_i)/n.',
  claim: {
    kind: 'side',
    asserts: 'divergence',
    applies: isBernoulliDescent,
    criticalStep(problem) {
      const lambda1 = largestMeanCurvature(problem);
      const nu = batchNoise(descentGroup(problem));
      const { sigma } = unlearningCoherence(problem);
      const byMean = 2 / lambda1;
      const byNoise = nu > 0 ? sigma / (lambda1 * Math.sqrt(nu)) : Infinity;
      return Math.min(byMean, byNoise);
    },
  },
  instances: fc.record({
    problem: fc.oneof(
      { weight: 3, arbitrary: alignedProblems({ mixing: 'zero', samplings: ['bernoulli'] }) },
      { weight: 1, arbitrary: halvedAxes },
      { weight: 1, arbitrary: identicalGroups },
    ),
    step: stepChoices('divergence'),
  }),
};
