import fc from 'fast-check';
import { perronValue } from '../src/coherence/coherence-matrix.js';
import { coherenceMatrix } from '../src/coherence/axes.js';
import { batchNoise } from '../src/curvature/mean-curvature.js';
import { isRankOne } from '../src/curvature/factor-set.js';
import type { Theorem } from '../src/harness/theorem.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { halvedAxes, isotropicFrames } from './draws/extremal-families.js';
import { stepChoices } from './draws/step-choice.js';
import { CHANG_KHANNA } from './sources.js';
import { isBernoulli } from './spectrum.js';

/**
 * # U4: Hadamard radius
 *
 * Definitions: S_ij = |K_i^{1/2} K_j^{1/2}|_F; for rank one S_ij^2 = beta_i beta_j <h_i, h_j>^2.
 * Notes: the noise part of T has exactly this radius, so the bound is attained where I - eta D = 0: on
 * isotropic frames with 1/B = 1/n + 1/d.
 */
export const U4: Theorem = {
  id: 'U4',
  name: 'Hadamard radius',
  statement: 'eta^2 lambda_1([sqrt(nu_i nu_j) S_ij^2]) > 1  =>  diverges.',
  hypotheses: ['bernoulli batches', 'every sample has rank one'],
  source: CHANG_KHANNA,
  proof:
    'T(M) >= eta^2 sum_i nu_i K_i M K_i; on the span of the h_i h_i^T this map has the matrix [sqrt(nu_i nu_j) S_ij^2].',
  claim: {
    kind: 'side',
    asserts: 'divergence',
    applies: (problem) => isBernoulli(problem) && problem.groups.every(({ samples }) => isRankOne(samples)),
    criticalStep(problem) {
      const roots = problem.groups.flatMap((group) =>
        Array.from({ length: group.samples.sampleCount }, () => Math.sqrt(batchNoise(group))),
      );
      const n = roots.length;
      const matrix = coherenceMatrix(problem).map(
        (s, k) => roots[Math.floor(k / n)]! * roots[k % n]! * s * s,
      );
      const radius = perronValue(matrix, n);
      return radius > 0 ? 1 / Math.sqrt(radius) : null;
    },
  },
  instances: fc.record({
    problem: fc.oneof(
      {
        weight: 3,
        arbitrary: alignedProblems({
          mixing: 'any',
          samplings: ['bernoulli'],
          rank: 'one',
          batches: 'partial',
        }),
      },
      { weight: 1, arbitrary: halvedAxes },
      { weight: 1, arbitrary: isotropicFrames },
    ),
    step: stepChoices('divergence'),
  }),
};
