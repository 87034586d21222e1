import fc from 'fast-check';
import { unlearningCoherence } from '../src/coherence/axes.js';
import type { Theorem } from '../src/harness/theorem.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { exactSteps } from './draws/step-choice.js';
import { CHANG_KHANNA } from './sources.js';

/**
 * # U8: three-axis bound
 *
 * Definitions: s_R = lambda_1(S_RR), s_F = lambda_1(S_FF), x = |S_RF| (spectral norm).
 * Notes: bounds unlearning coherence by retain, forget and cross coherence alone.
 */
export const U8: Theorem = {
  id: 'U8',
  name: 'three-axis bound',
  statement: 'max(s_R, s_F) <= lambda_1(S) <= lambda_1([[s_R, x], [x, s_F]]).',
  hypotheses: ['any sampling'],
  source: CHANG_KHANNA,
  proof:
    'S_RR and S_FF are principal blocks of S; and u^T S u <= s_R |u_R|^2 + 2 x |u_R| |u_F| + s_F |u_F|^2.',
  claim: {
    kind: 'inequality',
    applies: () => true,
    relations(problem) {
      const { retainBlock, forgetBlock, lambda1S, threeAxisBound } = unlearningCoherence(problem);
      return [
        {
          name: 'max(s_R, s_F) <= lambda_1(S)',
          lesser: Math.max(retainBlock, forgetBlock),
          greater: lambda1S,
        },
        { name: 'lambda_1(S) <= three-axis bound', lesser: lambda1S, greater: threeAxisBound },
      ];
    },
  },
  instances: fc.record({ problem: alignedProblems({ mixing: 'any' }), step: exactSteps }),
};
