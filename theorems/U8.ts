/**
 * # U8: three-axis bound
 *
 * Statement: max(s_R, s_F) <= lambda_1(S) <= lambda_1([[s_R, x], [x, s_F]]).
 * Definitions: s_R = lambda_1(S_RR), s_F = lambda_1(S_FF), x = |S_RF| (spectral norm).
 * Hypotheses: any sampling.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: S_RR and S_FF are principal blocks of S; and u^T S u <= s_R |u_R|^2 + 2 x |u_R| |u_F| + s_F |u_F|^2.
 * Notes: bounds unlearning coherence by retain, forget and cross coherence alone.
 */
import fc from 'fast-check';
import type { InequalityClaim } from '../src/harness/inequality-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { unlearningCoherence, type UnlearningCoherence } from '../src/theory/coherence.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { FAR, FAR_WORDS } from './draws/draw-floors.js';
import { reaching, reachingProblems } from './draws/reaching-problems.js';
import { exactSteps, drawn, naturalSteps } from './draws/step-choice.js';
import { ANY_SAMPLING, CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U8.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'U8',
  name: 'three-axis bound',
  statement: 'max(s_R, s_F) <= lambda_1(S) <= lambda_1([[s_R, x], [x, s_F]]).',
  formula: String.raw`\max(s_R, s_F) \;\le\; \lambda_1(S) \;\le\; \lambda_1\begin{pmatrix} s_R & x \\ x & s_F \end{pmatrix}`,
  hypotheses: ['any sampling'],
  unneeded: { 'any sampling': ANY_SAMPLING },
  source: CHANG_KHANNA,
  proof:
    'S_RR and S_FF are principal blocks of S; and u^T S u <= s_R |u_R|^2 + 2 x |u_R| |u_F| + s_F |u_F|^2.',
};

const claim: InequalityClaim = {
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
};

/** The wrong claim lambda_1(S) <= f. */
function bounding(upper: (coherence: UnlearningCoherence) => number): InequalityClaim {
  return {
    ...claim,
    relations(problem) {
      const coherence = unlearningCoherence(problem);
      return [{ name: 'lambda_1(S) <= bound', lesser: coherence.lambda1S, greater: upper(coherence) }];
    },
  };
}

/** The wrong claim f <= lambda_1(S). */
function exceeding(lower: (coherence: UnlearningCoherence) => number): InequalityClaim {
  return {
    ...claim,
    relations(problem) {
      const coherence = unlearningCoherence(problem);
      return [{ name: 'bound <= lambda_1(S)', lesser: lower(coherence), greater: coherence.lambda1S }];
    },
  };
}

/** lambda_1 of [[a, x], [x, b]]. */
function blockBound(a: number, b: number, x: number): number {
  return (a + b) / 2 + Math.hypot((a - b) / 2, x);
}

const mutants = wrongVariants('U8', [
  ['the cross term dropped', bounding(({ retainBlock, forgetBlock }) => Math.max(retainBlock, forgetBlock))],
  [
    'half the cross term',
    bounding(({ retainBlock, forgetBlock, cross }) => blockBound(retainBlock, forgetBlock, cross / 2)),
  ],
  [
    'the mean of the blocks in place of their bound',
    bounding(({ retainBlock, forgetBlock, cross }) => (retainBlock + forgetBlock) / 2 + cross),
  ],
  [
    'the root of the sum of squares',
    bounding(({ retainBlock, forgetBlock }) => Math.hypot(retainBlock, forgetBlock)),
  ],
  ['the bound 5 % too small', bounding(({ threeAxisBound }) => 0.95 * threeAxisBound)],
  [
    'a lower bound s_R + s_F in place of the maximum',
    exceeding(({ retainBlock, forgetBlock }) => retainBlock + forgetBlock),
  ],
]);

export const U8: ProblemTheorem<InequalityClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems: any alpha, sampling, rank and alignment within and across the sets. ${FAR_WORDS}`,
  floors: {
    without: [],
    asked: FAR,
    near: [],
  },
  instances: reaching(
    fc.record({ problem: alignedProblems({ mixing: 'any' }), step: exactSteps }),
    drawn(reachingProblems(), naturalSteps),
  ),
};
