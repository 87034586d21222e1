/**
 * # P1c: heavy ball, divergence
 *
 * Statement: eta > 2(1+b)/lambda_1(D), or lambda_min(D) < 0  =>  diverges.
 * Definitions: D the mean curvature of the step, b the momentum.
 * Hypotheses: any sampling that draws every batch anew; momentum, with Nesterov's gradient or without.
 * Source: worked out for this project: the exact threshold of Mulayoff & Michaeli, arXiv 2306.07850, for the momentum of
 * Polyak 1964.
 * Proof: The mean of an axis d of D moves by z^2 - (1+b-eta d) z + b, which has a root of size above 1 iff eta d > 2(1+b)
 * or eta d < 0; and E|delta|^2 >= |E delta|^2. Nesterov's root leaves the disc sooner, from eta d = 2(1+b)/(1+2b) on.
 * Notes: attained without noise. It is the large-batch plateau; noise brings the exact threshold down to P1.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import type { ReducedProblem } from '../src/theory/problem.js';
import {
  escapeDirection,
  isEscaping,
  largestMeanCurvature,
  largestTotalCurvature,
} from './curvature-terms.js';
import { FAR_OF_EIGHT, FAR_OF_EIGHT_WORDS } from './draws/draw-floors.js';
import { reaching, reachingSteps } from './draws/reaching-problems.js';
import { alignedProblems, noiselessProblems } from './draws/aligned-problems.js';
import { momenta, withMomentum } from './draws/procedure-problems.js';
import { closeSteps, decidedSteps, drawn, exactSteps } from './draws/step-choice.js';
import { ANEW, ANEW_OR_ELSE, isHeavyBall, isNesterov } from './procedures.js';
import { HEAVY_BALL } from './sources.js';
import witnesses from './witnesses/P1c.json' with { type: 'json' };
import { scaledStep, withConverse, wrongSteps, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P1c',
  name: 'heavy ball, divergence',
  procedure: 'momentum',
  statement: 'eta > 2(1+b)/lambda_1(D), or lambda_min(D) < 0  =>  diverges.',
  formula: String.raw`\eta > \frac{2(1+b)}{\lambda_1(D)} \ \text{ or } \ \lambda_{\min}(D) < 0 \;\Longrightarrow\; \text{diverges}`,
  hypotheses: [ANEW, "momentum, with Nesterov's gradient or without"],
  unneeded: {
    ...ANEW_OR_ELSE,
    "momentum, with Nesterov's gradient or without": 'without momentum it holds with b = 0',
  },
  source: HEAVY_BALL,
  proof:
    "The mean of an axis d of D moves by z^2 - (1+b-eta d) z + b, which has a root of size above 1 iff eta d > 2(1+b) or eta d < 0; and E|delta|^2 >= |E delta|^2. Nesterov's root leaves the disc sooner, from eta d = 2(1+b)/(1+2b) on.",
};

/** lead/lambda_1(D), 0 if D has a negative eigenvalue. */
function meanStep(problem: ReducedProblem, lead = (b: number) => 2 * (1 + b)): number | null {
  if (isEscaping(problem)) return 0;
  const largest = largestMeanCurvature(problem);
  return largest > 0 ? lead(problem.procedure!.momentum) / largest : null;
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'divergence',
  applies: (problem) => isHeavyBall(problem) || isNesterov(problem),
  criticalStep: (problem) => meanStep(problem),
};

const mutants = wrongVariants('P1c', [
  ...wrongSteps(claim, [
    ['threshold 5 % too low', scaledStep(claim, 0.95), 'quick'],
    ['2/lambda_1(D): momentum left out', (problem) => meanStep(problem, () => 2)],
    ['2(1-b)/lambda_1(D)', (problem) => meanStep(problem, (b) => 2 * (1 - b))],
    ['(1+b)/lambda_1(D): the factor 2 left out', (problem) => meanStep(problem, (b) => 1 + b)],
    [
      "Nesterov's 2(1+b)/((1+2b) lambda_1(D))",
      (problem) => meanStep(problem, (b) => (2 * (1 + b)) / (1 + 2 * b)),
    ],
    [
      'lambda_1(K) in place of lambda_1(D)',
      (problem) => {
        const step = meanStep(problem);
        return step && (step * largestMeanCurvature(problem)) / largestTotalCurvature(problem);
      },
    ],
    [
      'escape in the mean from lambda_min(D) < lambda_1(D)/10 on',
      (problem) =>
        escapeDirection(problem).value < largestMeanCurvature(problem) / 10 ? 0 : meanStep(problem),
    ],
  ]),
  ['the converse as well: stable below', withConverse(claim)],
]);

export const P1c: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems of up to three coordinates with any alpha and sampling; problems without batch noise, which attain the bound; a momentum of 0.1 to 0.95. Step sizes on both sides of the threshold. ${FAR_OF_EIGHT_WORDS}`,
  floors: {
    without: [],
    asked: [
      'procedure: momentum to 0.5',
      'procedure: momentum above 0.5',
      'procedure: nesterov',
      ...FAR_OF_EIGHT,
    ],
    near: [
      'sampling: bernoulli',
      'batches: full',
      'r: to 3',
      'factors: several',
      'mixing: below alpha*',
      'alignment within: above 0.5',
      'distance: within 5 %',
      'procedure: momentum above 0.5',
    ],
  },
  instances: reaching(
    fc.oneof(
      {
        weight: 4,
        arbitrary: drawn(
          withMomentum(alignedProblems({ mixing: 'any' }, 3), momenta, true),
          fc.oneof(decidedSteps, exactSteps),
        ),
      },
      { weight: 3, arbitrary: drawn(withMomentum(noiselessProblems), fc.oneof(closeSteps, decidedSteps)) },
    ),
    reachingSteps(withMomentum, { most: 8 }),
  ),
};
