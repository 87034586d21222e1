import fc from 'fast-check';
import { batchNoise, sampleCurvatures } from '../src/curvature/mean-curvature.js';
import type { Theorem } from '../src/harness/theorem.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { identicalGroups } from './draws/extremal-families.js';
import { stepChoices } from './draws/step-choice.js';
import { DEXTER } from './sources.js';
import { descentGroup, isBernoulliDescent, largestMeanCurvature } from './spectrum.js';

/**
 * # D2: descent stability
 *
 * Definitions: H = Hbar_R, nu = n/B - 1.
 * Notes: the universal form of Dexter et al., Theorem 2; attained with equality by the groups of D3.
 */
export const D2: Theorem = {
  id: 'D2',
  name: 'descent stability',
  statement: 'eta (lambda_1(H) + nu max_i lambda_1(H_i)/n) < 2  =>  stable.',
  hypotheses: ['alpha = 0 (descent alone)', 'bernoulli batches'],
  source: `universal form of ${DEXTER}, Theorem 2`,
  proof:
    'H^2 <= lambda_1(H) H and sum_i H_i^2/n <= max_i lambda_1(H_i) H, so T(I) = (I - eta H)^2 + eta^2 (nu/n^2) sum_i H_i^2 < I.',
  claim: {
    kind: 'side',
    asserts: 'stability',
    applies: isBernoulliDescent,
    criticalStep(problem) {
      const group = descentGroup(problem);
      const n = group.samples.sampleCount;
      const nu = batchNoise(group);
      const largest = Math.max(...sampleCurvatures(group.samples));
      return 2 / (largestMeanCurvature(problem) + (nu * largest) / n);
    },
  },
  instances: fc.record({
    problem: fc.oneof(
      { weight: 3, arbitrary: alignedProblems({ mixing: 'zero', samplings: ['bernoulli'] }) },
      { weight: 2, arbitrary: identicalGroups },
    ),
    step: stepChoices('stability'),
  }),
};
