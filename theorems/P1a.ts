/**
 * # P1a: heavy ball, commuting
 *
 * Statement: eta*_b = max(0, min_a 2(1+b) d_a/(d_a^2 + (1+b)/(1-b) v_a)), exactly: stable below, diverges above.
 * Definitions: common eigenvectors a of all H_i; d_a the eigenvalues of D, v_a = N(e_a e_a^T)_aa the noise of the axis;
 * b the momentum.
 * Hypotheses: any sampling that draws every batch anew; all H_i commute; lambda_min(D) != 0.
 * Source: worked out for this project: the exact threshold of Mulayoff & Michaeli, arXiv 2306.07850, for the momentum of
 * Polyak 1964.
 * Proof: On a common axis the commutator vanishes and P1 is a number; by Cauchy-Schwarz no pair of axes grows faster
 * than both.
 * Notes: its two ends are the published plateaus: 2(1+b)/d without noise, about 2(1-b) d/v where noise rules.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import type { ReducedProblem } from '../src/theory/problem.js';
import { remembered } from '../src/theory/remembered.js';
import { axisMoments } from './common-axes.js';
import { isSigned } from './curvature-terms.js';
import { FAR, FAR_WORDS } from './draws/draw-floors.js';
import { reaching, reachingSteps } from './draws/reaching-problems.js';
import { commutingProblems, noiselessCommutingProblems } from './draws/extremal-families.js';
import { at, threeDirections } from './draws/outside-hypotheses.js';
import { withMomentum, anySampling } from './draws/procedure-problems.js';
import { closeSteps, decidedSteps, drawn, longSteps } from './draws/step-choice.js';
import { ANEW, ANEW_OR_ELSE, SIGNED, SIGNED_OR_ELSE, isHeavyBall } from './procedures.js';
import { HEAVY_BALL } from './sources.js';
import witnesses from './witnesses/P1a.json' with { type: 'json' };
import { fivePercentOff, wrongSteps, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P1a',
  name: 'heavy ball, commuting',
  procedure: 'momentum',
  statement:
    'eta*_b = max(0, min_a 2(1+b) d_a/(d_a^2 + (1+b)/(1-b) v_a)), exactly: stable below, diverges above.',
  formula: String.raw`\begin{gathered} \eta^*_b = \max\Bigl(0,\ \min_a \frac{2(1+b)\,d_a}{d_a^2 + \frac{1+b}{1-b}\,v_a}\Bigr) \\[0.4em] \text{exactly: stable below, diverges above} \end{gathered}`,
  hypotheses: [ANEW, 'all H_i commute', SIGNED],
  unneeded: {
    ...ANEW_OR_ELSE,
    ...SIGNED_OR_ELSE,
  },
  source: HEAVY_BALL,
  proof:
    'On a common axis the commutator vanishes and P1 is a number; by Cauchy-Schwarz no pair of axes grows faster than both.',
};

/** The number of an axis, from d, v and b. */
type AxisStep = (d: number, v: number, b: number) => number;

const ofAxis: AxisStep = (d, v, b) => (2 * (1 + b) * d) / (d * d + ((1 + b) / (1 - b)) * v);

function axisStep(
  problem: ReducedProblem,
  { over = Math.min, step = ofAxis, tolerance = undefined as number | undefined } = {},
): number {
  const axes = axisMoments(problem, tolerance)!;
  const b = problem.procedure!.momentum;
  return Math.max(0, over(...axes.map(({ mean, noise }) => step(mean, noise, b))));
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'both',
  applies: (problem) => isHeavyBall(problem) && isSigned(problem) && axisMoments(problem) !== null,
  criticalStep: remembered((problem: ReducedProblem) => axisStep(problem)),
};

const mutants = [
  ...wrongVariants('P1a', [
    ...wrongSteps(claim, [
      ...fivePercentOff(claim),
      ['max in place of min over the axes', (problem) => axisStep(problem, { over: Math.max })],
      ['momentum left out', (problem) => axisStep(problem, { step: (d, v) => ofAxis(d, v, 0) })],
      [
        'the large-batch plateau 2(1+b)/d whatever the noise',
        (problem) => axisStep(problem, { step: (d, _, b) => ofAxis(d, 0, b) }),
      ],
      [
        'the small-batch plateau: 1-b in place of 1+b',
        (problem) => axisStep(problem, { step: (d, v, b) => (1 - b) * ofAxis(d, v, 0) }),
      ],
      [
        '(1+b) and (1-b) swapped in the noise',
        (problem) =>
          axisStep(problem, { step: (d, v, b) => (1 + b) * ofAxis(d, ((1 - b) / (1 + b)) * v, 0) }),
      ],
      [
        'the noise as without momentum',
        (problem) => axisStep(problem, { step: (d, v, b) => (1 + b) * ofAxis(d, v, 0) }),
      ],
    ]),
  ]),
  ...withoutHypotheses<SideClaim>('P1a', [
    [
      'all H_i commute',
      {
        ...claim,
        applies: (problem) => isHeavyBall(problem) && isSigned(problem),
        criticalStep: (problem) => axisStep(problem, { tolerance: Infinity }),
      },
      at({ ...threeDirections, optimizer: { momentum: 0.5 } }, 1.47),
    ],
  ]),
];

export const P1a: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `commuting problems of up to three axes, some of nine or ten, any sampling, alpha from 0 to above the critical mixing, some with full batches; a momentum of 0.1 to 0.95. Step sizes on both sides of the threshold, within 5 % of it without noise. ${FAR_WORDS}`,
  floors: {
    without: [],
    asked: ['procedure: momentum to 0.5', 'procedure: momentum above 0.5', ...FAR],
    near: [
      'sampling: bernoulli',
      'batches: full',
      'samples: to 6',
      'samples: 7 to 16',
      'r: to 3',
      'r: 4 to 8',
      'factors: one',
      'factors: several',
      'mixing: below alpha*',
      'condition: to 3',
      'condition: above 10',
      'alignment within: to 0.5',
      'alignment within: above 0.5',
      'alignment across: to 0.8',
      'alignment across: above 0.8',
      'distance: within 5 %',
      'procedure: momentum to 0.5',
      'procedure: momentum above 0.5',
    ],
  },
  instances: reaching(
    fc.oneof(
      {
        weight: 6,
        arbitrary: drawn(withMomentum(anySampling(commutingProblems(3, { escapes: true }))), decidedSteps),
      },
      {
        weight: 1,
        arbitrary: drawn(withMomentum(anySampling(commutingProblems(10, { least: 9 }))), longSteps),
      },
      { weight: 3, arbitrary: drawn(withMomentum(noiselessCommutingProblems), closeSteps) },
    ),
    reachingSteps(withMomentum, { commuting: true }),
  ),
};
