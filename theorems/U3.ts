import fc from 'fast-check';
import { unlearningCoherence } from '../src/coherence/axes.js';
import { batchNoise } from '../src/curvature/mean-curvature.js';
import type { Theorem } from '../src/harness/theorem.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { halvedAxes } from './draws/extremal-families.js';
import { stepChoices } from './draws/step-choice.js';
import { CHANG_KHANNA } from './sources.js';
import { isBernoulli, largestTotalCurvature } from './spectrum.js';

/**
 * # U3: incoherence divergence
 *
 * Definitions: K = sum_i K_i, sigma = lambda_1(S)/max_i lambda_1(K_i), nu_g = n_g/B_g - 1.
 * Notes: a group whose alpha-weight is 0 is left out of the minimum. Attained at nu = sigma = 1.
 */
export const U3: Theorem = {
  id: 'U3',
  name: 'incoherence divergence',
  statement: 'eta lambda_1(K) sqrt(min(nu_R, nu_F)) > sigma  =>  diverges.',
  hypotheses: ['bernoulli batches'],
  source: CHANG_KHANNA,
  proof:
    'rho(T) >= eta^2 nu_i lambda_1(K_i)^2 for every i, and lambda_1(K) <= lambda_1(S) = sigma max_i lambda_1(K_i).',
  claim: {
    kind: 'side',
    asserts: 'divergence',
    applies: isBernoulli,
    criticalStep(problem) {
      const nu = Math.min(...problem.groups.map(batchNoise));
      if (nu === 0) return null;
      return unlearningCoherence(problem).sigma / (largestTotalCurvature(problem) * Math.sqrt(nu));
    },
  },
  instances: fc.record({
    problem: fc.oneof(
      {
        weight: 3,
        arbitrary: alignedProblems({ mixing: 'any', samplings: ['bernoulli'], batches: 'partial' }),
      },
      { weight: 1, arbitrary: halvedAxes },
    ),
    step: stepChoices('divergence'),
  }),
};
