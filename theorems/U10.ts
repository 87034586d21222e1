import fc from 'fast-check';
import type { Theorem } from '../src/harness/theorem.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { orderSteps } from './draws/step-choice.js';
import { CHANG_KHANNA } from './sources.js';

/**
 * # U10: sampling order
 *
 * Definitions: the problem draws with replacement; its companion is the same without replacement.
 */
export const U10: Theorem = {
  id: 'U10',
  name: 'sampling order',
  statement: 'rho(without replacement) <= rho(with replacement).',
  hypotheses: ['the problem draws with replacement, the companion without'],
  source: CHANG_KHANNA,
  proof:
    'The noise factors are 1/B and (n-B)/(B(n-1)) <= 1/B times the same completely positive map mean_i(H_i M H_i) - Hbar M Hbar.',
  claim: {
    kind: 'order',
    lesser: 'companion',
    applies: (problem) => problem.sampling === 'with-replacement',
  },
  instances: fc
    .record({
      problem: alignedProblems({ mixing: 'below', samplings: ['with-replacement'] }),
      step: orderSteps,
    })
    .map(({ problem, step }) => ({
      problem,
      companion: { ...problem, sampling: 'without-replacement' as const },
      step,
    })),
};
