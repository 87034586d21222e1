/**
 * # P5: fixed preconditioner
 *
 * Statement: w' = w - eta C g with a fixed C > 0: stable for eta < eta*_C, diverges above, exactly, with eta*_C the exact
 * threshold of the plain step on C^{1/2} H_i C^{1/2}. If D has a negative eigenvalue: diverges for every eta.
 * Definitions: C = diag(c_1 .. c_p), as Adam, AdamW and RMSprop have it with frozen second moments, c_j = 1/(sqrt(v_j) +
 * eps); 1/eta* = lambda_1(L^{-1/2} [D.D + N] L^{-1/2}).
 * Hypotheses: any sampling that draws every batch anew; lambda_min(D) != 0.
 * Source: worked out for this project: the exact threshold of Mulayoff & Michaeli, arXiv 2306.07850, for descent and
 * ascent.
 * Proof: In y = C^{-1/2} (w - w*) the step is the plain one with C^{1/2} H_i C^{1/2}, and |w - w*| and |y| bound each other.
 * Notes: alpha* and the number of escaping directions are those of the plain step (P5a); eta* is not.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import type { ReducedProblem } from '../src/theory/problem.js';
import { remembered } from '../src/theory/remembered.js';
import { isSigned } from './curvature-terms.js';
import { FAR, FAR_WORDS } from './draws/draw-floors.js';
import { reaching, reachingSteps } from './draws/reaching-problems.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { commutingProblems, noiselessCommutingProblems } from './draws/extremal-families.js';
import { preconditioned } from './draws/procedure-problems.js';
import { closeSteps, drawn, stepChoices } from './draws/step-choice.js';
import { heavyBallStep } from './moment-terms.js';
import { ANEW, ANEW_OR_ELSE, SIGNED, SIGNED_OR_ELSE, isPreconditioned, scaledBy } from './procedures.js';
import { DESCENT_ASCENT } from './sources.js';
import witnesses from './witnesses/P5.json' with { type: 'json' };
import { fivePercentOff, wrongSteps, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P5',
  name: 'fixed preconditioner',
  procedure: 'preconditioner',
  statement:
    "w' = w - eta C g with a fixed C > 0: stable for eta < eta*_C, diverges above, exactly, with eta*_C the exact threshold of the plain step on C^{1/2} H_i C^{1/2}. If D has a negative eigenvalue: diverges for every eta.",
  formula: String.raw`\begin{gathered} w' = w - \eta\,C g, \quad C \succ 0 \text{ fixed}: \\[0.2em] \eta^*_C = \eta^*\bigl(C^{1/2} H_i\,C^{1/2}\bigr), \ \text{exactly} \end{gathered}`,
  hypotheses: [ANEW, SIGNED],
  unneeded: {
    ...ANEW_OR_ELSE,
    ...SIGNED_OR_ELSE,
  },
  source: DESCENT_ASCENT,
  proof:
    'In y = C^{-1/2} (w - w*) the step is the plain one with C^{1/2} H_i C^{1/2}, and |w - w*| and |y| bound each other.',
};

/** The exact threshold of the plain step on C^{power/2} H_i C^{power/2}. */
const withPower = (power: number): ((problem: ReducedProblem) => number) =>
  remembered((problem: ReducedProblem) => heavyBallStep(scaledBy(problem, (c) => c ** (power / 2))));

const plainStep = withPower(0);

/** The plain threshold over a number made of c. */
const plainOver =
  (ofC: (c: Float64Array) => number): SideClaim['criticalStep'] =>
  (problem) =>
    plainStep(problem) / ofC(problem.given!.preconditioner);

const claim: SideClaim = {
  kind: 'side',
  asserts: 'both',
  applies: (problem: ReducedProblem) => isPreconditioned(problem) && isSigned(problem),
  criticalStep: withPower(1),
};

const mutants = wrongVariants('P5', [
  ...wrongSteps(claim, [
    ...fivePercentOff(claim),
    ['eta* invariant under preconditioning', plainStep],
    ['C in place of C^{1/2} on both sides', withPower(2)],
    ['C^{-1/2} in place of C^{1/2}', withPower(-1)],
    ['C^{1/4} in place of C^{1/2}', withPower(0.5)],
    ['eta*/max c: the longest step', plainOver((c) => Math.max(...c))],
    ['eta*/mean c', plainOver((c) => c.reduce((sum, x) => sum + x, 0) / c.length)],
  ]),
]);

export const P5: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned and commuting problems with any alpha and sampling, some with full batches, with a preconditioner of entries from 0.05 to 20. Step sizes on both sides of the threshold, within 5 % of it without noise. ${FAR_WORDS}`,
  floors: {
    without: [],
    asked: ['procedure: preconditioner', ...FAR],
    near: [
      'sampling: bernoulli',
      'batches: below half',
      'batches: full',
      'nu: 1 to 5',
      'samples: to 6',
      'samples: 7 to 16',
      'samples: above 16',
      'r: to 3',
      'r: 4 to 8',
      'factors: one',
      'factors: several',
      'mixing: alpha = 0',
      'mixing: below alpha*',
      'condition: to 3',
      'condition: above 10',
      'alignment within: above 0.5',
      'alignment across: to 0.8',
      'alignment across: above 0.8',
      'distance: within 5 %',
      'distance: 5 % to 30 %',
      'procedure: preconditioner',
    ],
  },
  instances: reaching(
    fc.oneof(
      {
        weight: 5,
        arbitrary: drawn(preconditioned(alignedProblems({ mixing: 'any' }, 4)), stepChoices('both')),
      },
      { weight: 2, arbitrary: drawn(preconditioned(commutingProblems(3)), stepChoices('both')) },
      { weight: 2, arbitrary: drawn(preconditioned(noiselessCommutingProblems), closeSteps) },
    ),
    reachingSteps(preconditioned),
  ),
};
