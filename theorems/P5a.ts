/**
 * # P5a: what a preconditioner keeps
 *
 * Statement: alpha* and the numbers of negative and of positive eigenvalues of D are the same for H_i and for
 * C^{1/2} H_i C^{1/2}, C > 0.
 * Definitions: D on U; alpha* the critical mixing of both sets.
 * Hypotheses: C > 0 on the parameters of both sets.
 * Source: worked out for this project from the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: C^{1/2} D C^{1/2} is congruent to D for every alpha (Sylvester's law of inertia).
 * Notes: which runs escape in the mean cannot be changed by Adam's scaling; how soon, and from which eta on, can.
 */
import type { InequalityClaim, Relation } from '../src/harness/inequality-claim.js';

import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { unlearningCoherence } from '../src/theory/coherence.js';
import { criticalMixing } from '../src/theory/mean-curvature.js';
import { groupNamed, type ReducedProblem } from '../src/theory/problem.js';
import { largestMeanCurvature, spectrumOfMean } from './curvature-terms.js';
import { FAR, FAR_WORDS } from './draws/draw-floors.js';
import { reaching, reachingProblems } from './draws/reaching-problems.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { preconditioned } from './draws/procedure-problems.js';
import { drawn, naturalSteps } from './draws/step-choice.js';
import { heavyBallStep } from './moment-terms.js';
import { scaledBy } from './procedures.js';
import { CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/P5a.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P5a',
  name: 'what a preconditioner keeps',
  procedure: 'preconditioner',
  statement:
    'alpha* and the numbers of negative and of positive eigenvalues of D are the same for H_i and for C^{1/2} H_i C^{1/2}, C > 0.',
  formula: String.raw`\alpha^* \ \text{ and the signs of } D \ \text{ are those of } C^{1/2} H_i\,C^{1/2}, \quad C \succ 0`,
  hypotheses: ['C > 0 on the parameters of both sets'],
  unneeded: {
    'C > 0 on the parameters of both sets': 'what a preconditioner is: others are refused as bad input',
  },
  source: CHANG_KHANNA,
  proof: "C^{1/2} D C^{1/2} is congruent to D for every alpha (Sylvester's law of inertia).",
};

/** A number of both problems is the same: two relations, within the given relative rounding. */
function same(
  problem: ReducedProblem,
  name: string,
  value: (problem: ReducedProblem) => number,
  rounding = 1e-8,
): Relation[] {
  const [plain, scaled] = [value(scaledBy(problem, () => 1)), value(problem)];
  const slack = rounding * Math.max(Math.abs(plain), Math.abs(scaled));
  return [
    { name: `${name} does not rise`, lesser: scaled - slack, greater: plain },
    { name: `${name} does not fall`, lesser: plain - slack, greater: scaled },
  ];
}

const negatives = (problem: ReducedProblem): number =>
  spectrumOfMean(problem).values.filter((x) => x < 0).length;

const positives = (problem: ReducedProblem): number =>
  spectrumOfMean(problem).values.filter((x) => x > 0).length;

/** alpha* of both sets; 0 where one of them is missing. */
function mixing(problem: ReducedProblem): number {
  const [retain, forget] = [groupNamed(problem, 'retain'), groupNamed(problem, 'forget')];
  return retain && forget ? criticalMixing(retain.samples, forget.samples) : 0;
}

const claim: InequalityClaim = {
  kind: 'inequality',
  applies: ({ given }) => given !== undefined,
  relations: (problem) => [
    ...same(problem, 'the number of negative eigenvalues', negatives),
    ...same(problem, 'the number of positive eigenvalues', positives),
    ...same(problem, 'alpha*', mixing),
  ],
};

/** The claim that another number is the same. */
function keeping(name: string, value: (problem: ReducedProblem) => number): InequalityClaim {
  return { ...claim, relations: (problem) => same(problem, name, value) };
}

const mutants = wrongVariants('P5a', [
  ['eta* is invariant', keeping('eta*', heavyBallStep), 'quick'],
  ['lambda_min(D) is invariant', keeping('lambda_min(D)', (problem) => spectrumOfMean(problem).values[0]!)],
  ['lambda_1(D) is invariant', keeping('lambda_1(D)', largestMeanCurvature)],
  [
    'the condition of D is invariant',
    keeping('the condition', (problem) => {
      const { values } = spectrumOfMean(problem);
      return values.at(-1)! / values[0]!;
    }),
  ],
  ['the coherence is invariant', keeping('sigma', (problem) => unlearningCoherence(problem).sigma)],
  [
    'a preconditioner never lengthens the critical step',
    { ...claim, relations: (problem) => same(problem, 'eta*', heavyBallStep).slice(0, 1) },
  ],
  [
    'a preconditioner turns the signs: positive ones become negative',
    {
      ...claim,
      relations: (problem) => [
        {
          name: 'signs turned',
          lesser: positives(scaledBy(problem, () => 1)),
          greater: negatives(problem),
        },
      ],
    },
  ],
]);

export const P5a: ProblemTheorem<InequalityClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with any alpha and sampling and a preconditioner of entries from 0.05 to 20. Step sizes play no part. ${FAR_WORDS}`,
  floors: {
    without: [],
    asked: ['procedure: preconditioner', ...FAR],
    near: [],
  },
  instances: reaching(
    drawn(preconditioned(alignedProblems({ mixing: 'any' })), naturalSteps),
    drawn(preconditioned(reachingProblems({ decades: 4 })), naturalSteps),
  ),
};
