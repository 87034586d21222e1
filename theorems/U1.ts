import fc from 'fast-check';
import { criticalMixing } from '../src/curvature/critical-mixing.js';
import { groupNamed, SAMPLINGS } from '../src/curvature/problem.js';
import type { Theorem } from '../src/harness/theorem.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { singleAxisForget } from './draws/extremal-families.js';
import { stepChoices } from './draws/step-choice.js';
import { CHANG_KHANNA } from './sources.js';

/** alpha this little above alpha* (relatively) is not decided: both are rounded. */
const MARGIN = 1e-9;

/**
 * # U1: mean escape
 *
 * Definitions: D = (1-alpha) Hbar_R - alpha Hbar_F on U; mu = lambda_1 of Hbar_F relative to Hbar_R.
 * Notes: if all per-sample directions are linearly independent, D has exactly rank(F) negative
 * eigenvalues for every alpha > 0, so alpha* = 0: then the rate is what matters.
 */
export const U1: Theorem = {
  id: 'U1',
  name: 'mean escape',
  statement:
    'lambda_min(D on U) < 0  =>  diverges for every eta. It is so iff alpha > alpha* = 1/(1 + mu), and alpha* = 0 if range(Hbar_F) is not inside range(Hbar_R).',
  hypotheses: ['any sampling'],
  source: CHANG_KHANNA,
  proof:
    'E delta_k = (I - eta D)^k delta_0 grows along the negative eigenvector, and E|delta_k|^2 >= |E delta_k|^2.',
  claim: {
    kind: 'side',
    asserts: 'divergence',
    applies: () => true,
    criticalStep(problem) {
      const retain = groupNamed(problem, 'retain');
      const forget = groupNamed(problem, 'forget');
      if (!forget) return null;
      if (!retain) return 0;
      const alphaStar = criticalMixing(retain.samples, forget.samples);
      return problem.alpha > alphaStar * (1 + MARGIN) ? 0 : null;
    },
  },
  instances: fc.record({
    problem: fc.oneof(
      { weight: 3, arbitrary: alignedProblems({ mixing: 'above' }) },
      { weight: 1, arbitrary: singleAxisForget(SAMPLINGS) },
      { weight: 1, arbitrary: alignedProblems({ mixing: 'below' }) },
    ),
    step: stepChoices('divergence'),
  }),
};
