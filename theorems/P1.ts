/**
 * # P1: heavy ball
 *
 * Statement: v' = b v + g, w' = w - eta v'. D > 0: stable for eta < eta*_b, diverges above, exactly, with (1+b)/eta*_b
 * = lambda_1(L^{-1/2} [D.D + (1+b)/(1-b) N - b/(1-b)^2 ad_D^2] L^{-1/2}). lambda_min(D) < 0: diverges for every eta.
 * Definitions: L(M) = DM + MD, D.D(M) = DMD, N the noise map of the plain step, ad_D^2(M) = [D, [D, M]]; b the momentum,
 * as in torch.optim.SGD with dampening 0.
 * Hypotheses: any sampling that draws every batch anew; the heavy ball, not Nesterov; lambda_min(D) != 0.
 * Source: worked out for this project: the exact threshold of Mulayoff & Michaeli, arXiv 2306.07850, for the momentum of
 * Polyak 1964.
 * Proof: At rho = 1 the three blocks of the Perron matrix of (delta, v) give one self-adjoint equation for the block of
 * delta; a negative eigenvalue d of D gives the mean the root z > 1 of z^2 - (1+b-eta d) z + b.
 * Notes: b = 0 is the exact threshold of the plain step. Small batches: about (1-b) times that; full batches: 2(1+b)/lambda_1(D).
 * That eta*_b is at most (1+b) times the plain one is a conjecture and not stated.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { isDescending, isSigned, largestMeanCurvature } from './curvature-terms.js';
import { FAR_OF_EIGHT, FAR_OF_EIGHT_WORDS } from './draws/draw-floors.js';
import { reaching, reachingSteps } from './draws/reaching-problems.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { commutingProblems, noiselessCommutingProblems } from './draws/extremal-families.js';
import { tiltedSamples } from './draws/larger-families.js';
import { at, spreadAxes } from './draws/outside-hypotheses.js';
import { strongMomenta, withMomentum } from './draws/procedure-problems.js';
import { closeSteps, decidedSteps, drawn, longSteps, shortSteps } from './draws/step-choice.js';
import { type HeavyBall, heavyBallStep } from './moment-terms.js';
import { ANEW, ANEW_OR_ELSE, SIGNED, SIGNED_OR_ELSE, isHeavyBall, isNesterov } from './procedures.js';
import { HEAVY_BALL } from './sources.js';
import witnesses from './witnesses/P1.json' with { type: 'json' };
import { fivePercentOff, wrongSteps, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P1',
  name: 'heavy ball',
  procedure: 'momentum',
  statement:
    "v' = b v + g, w' = w - eta v'. D > 0: stable for eta < eta*_b, diverges above, exactly, with (1+b)/eta*_b = lambda_1(L^{-1/2} [D.D + (1+b)/(1-b) N - b/(1-b)^2 ad_D^2] L^{-1/2}). lambda_min(D) < 0: diverges for every eta.",
  formula: String.raw`\begin{gathered} \frac{1+b}{\eta^*_b} = \lambda_1\Bigl(L^{-1/2}\bigl[D \cdot D + \tfrac{1+b}{1-b}\,N - \tfrac{b}{(1-b)^2}\,\mathrm{ad}_D^2\bigr]L^{-1/2}\Bigr) \\[0.4em] D \succ 0: \ \text{stable for } \eta < \eta^*_b, \ \text{diverges above} \\[0.2em] \lambda_{\min}(D) < 0: \ \text{diverges for every } \eta \end{gathered}`,
  hypotheses: [ANEW, 'the heavy ball, not Nesterov', SIGNED],
  unneeded: {
    ...ANEW_OR_ELSE,
    ...SIGNED_OR_ELSE,
  },
  source: HEAVY_BALL,
  proof:
    'At rho = 1 the three blocks of the Perron matrix of (delta, v) give one self-adjoint equation for the block of delta; a negative eigenvalue d of D gives the mean the root z > 1 of z^2 - (1+b-eta d) z + b.',
};

/** The critical step, or a variant of it as a function of the momentum. */
function ballStep(vary: (b: number) => HeavyBall = () => ({})): SideClaim['criticalStep'] {
  return (problem) => {
    const momentum = problem.procedure!.momentum;
    return heavyBallStep(problem, { momentum, ...vary(momentum) });
  };
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'both',
  applies: (problem) => isHeavyBall(problem) && isSigned(problem),
  criticalStep: ballStep(),
};

const mutants = [
  ...wrongVariants('P1', [
    ...wrongSteps(claim, [
      ...fivePercentOff(claim),
      ['the plain threshold: momentum left out', (problem) => heavyBallStep(problem)],
      [
        '2(1+b)/lambda_1(D) whatever the batches',
        (problem) =>
          isDescending(problem) ? (2 * (1 + problem.procedure!.momentum)) / largestMeanCurvature(problem) : 0,
      ],
      ['(1-b) and (1+b) swapped in the noise', ballStep((b) => ({ noise: (1 - b) / (1 + b) }))],
      ['(1-b) in place of (1+b) before the eigenvalue', ballStep((b) => ({ lead: 1 - b }))],
      ['(1+b) times the plain threshold', ballStep((b) => ({ noise: 1, spread: 0, lead: 1 + b }))],
      ['(1-b) times the plain threshold', ballStep((b) => ({ noise: 1, spread: 0, lead: 1 - b }))],
      ['the commutator left out', ballStep(() => ({ spread: 0 }))],
      ['(1-b) in place of its square under the commutator', ballStep((b) => ({ spread: b / (1 - b) }))],
    ]),
  ]),
  ...withoutHypotheses<SideClaim>('P1', [
    [
      'the heavy ball, not Nesterov',
      { ...claim, applies: (problem) => isHeavyBall(problem) || isNesterov(problem) },
      at({ ...spreadAxes, optimizer: { momentum: 0.9, nesterov: true } }, 1),
    ],
  ]),
];

export const P1: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with any alpha and sampling, most of up to three coordinates and some of up to five, commuting problems of up to ten axes, some with full batches, and samples that turn the axes of D; all with a momentum of 0.1 to 0.95. Step sizes on both sides of the threshold, within 5 % of it without noise. ${FAR_OF_EIGHT_WORDS}`,
  floors: {
    without: [],
    asked: ['procedure: momentum to 0.5', 'procedure: momentum above 0.5', ...FAR_OF_EIGHT],
    near: [
      'sampling: bernoulli',
      'batches: full',
      'samples: to 6',
      'samples: 7 to 16',
      'r: to 3',
      'factors: one',
      'factors: several',
      'mixing: below alpha*',
      'condition: to 3',
      'alignment within: above 0.5',
      'alignment across: above 0.8',
      'distance: within 5 %',
      'procedure: momentum to 0.5',
      'procedure: momentum above 0.5',
    ],
  },
  instances: reaching(
    fc.oneof(
      {
        weight: 4,
        arbitrary: drawn(withMomentum(alignedProblems({ mixing: 'any' }, 3)), decidedSteps),
      },
      { weight: 2, arbitrary: drawn(withMomentum(alignedProblems({ mixing: 'above' }, 5)), longSteps) },
      { weight: 2, arbitrary: drawn(withMomentum(commutingProblems(3)), decidedSteps) },
      { weight: 1, arbitrary: drawn(withMomentum(commutingProblems(10, { least: 9 })), longSteps) },
      { weight: 2, arbitrary: drawn(withMomentum(noiselessCommutingProblems), closeSteps) },
      { weight: 1, arbitrary: drawn(withMomentum(tiltedSamples, strongMomenta), shortSteps) },
    ),
    reachingSteps(withMomentum, { most: 8 }),
  ),
};
