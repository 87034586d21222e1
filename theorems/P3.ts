/**
 * # P3: weight decay
 *
 * Statement: w' = w - eta (g + lam w). D + lam > 0: stable for eta < eta*_lam, diverges above, exactly, with 1/eta*_lam =
 * lambda_1(L^{-1/2} [(D+lam).(D+lam) + N] L^{-1/2}). lambda_min(D) < -lam: diverges for every eta.
 * Definitions: L(M) = (D+lam) M + M (D+lam), N the noise map of the plain step; lam the decay of torch.optim.SGD. E|delta|^2
 * is taken from the point where the step rests.
 * Hypotheses: any sampling that draws every batch anew; lambda_min(D) != -lam.
 * Source: worked out for this project: the exact threshold of Mulayoff & Michaeli, arXiv 2306.07850, with decay.
 * Proof: Decay adds lam to every drawn curvature: D + lam takes the place of D, and the noise N, a variance, stays.
 * Notes: alpha* moves: the mean escapes iff lambda_min(D) < -lam. eta*_lam is not monotone in lam: decay holds what would
 * escape and shortens the step that is stable. It also pulls: see P3a.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import type { ReducedProblem } from '../src/theory/problem.js';
import { remembered } from '../src/theory/remembered.js';
import { escapeDirection, isEscaping } from './curvature-terms.js';
import { FAR, FAR_WORDS } from './draws/draw-floors.js';
import { reaching, reachingSteps } from './draws/reaching-problems.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { commutingProblems, noiselessCommutingProblems } from './draws/extremal-families.js';
import { decayed } from './draws/procedure-problems.js';
import { closeSteps, decidedSteps, drawn, stepChoices } from './draws/step-choice.js';
import { type HeavyBall, heavyBallStep } from './moment-terms.js';
import { ANEW, ANEW_OR_ELSE, isDecaying } from './procedures.js';
import { DECAY } from './sources.js';
import witnesses from './witnesses/P3.json' with { type: 'json' };
import { fivePercentOff, wrongSteps, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P3',
  name: 'weight decay',
  procedure: 'weight decay',
  statement:
    "w' = w - eta (g + lam w). D + lam > 0: stable for eta < eta*_lam, diverges above, exactly, with 1/eta*_lam = lambda_1(L^{-1/2} [(D+lam).(D+lam) + N] L^{-1/2}). lambda_min(D) < -lam: diverges for every eta.",
  formula: String.raw`\begin{gathered} \frac{1}{\eta^*_\lambda} = \lambda_1\bigl(L^{-1/2}\bigl[(D+\lambda) \cdot (D+\lambda) + N\bigr]L^{-1/2}\bigr) \\[0.4em] D + \lambda \succ 0: \ \text{stable for } \eta < \eta^*_\lambda, \ \text{diverges above} \\[0.2em] \lambda_{\min}(D) < -\lambda: \ \text{diverges for every } \eta \end{gathered}`,
  hypotheses: [ANEW, 'lambda_min(D) != -lam'],
  unneeded: {
    ...ANEW_OR_ELSE,
    'lambda_min(D) != -lam':
      'only what can be decided: an axis with d = -lam and without noise keeps its length at every step size',
  },
  source: DECAY,
  proof:
    'Decay adds lam to every drawn curvature: D + lam takes the place of D, and the noise N, a variance, stays.',
};

/** The critical step with a multiple of the decay, or another change. */
function decayStep(
  problem: ReducedProblem,
  { times = 1, ...vary }: { times?: number } & HeavyBall = {},
): number {
  return heavyBallStep(problem, { decay: times * problem.procedure!.weightDecay, ...vary });
}

/** |lambda_min(D) + lam| relative to the larger of the two below which its sign may be rounding. */
const SIGN_ROUNDING = 1e-9;

const claim: SideClaim = {
  kind: 'side',
  asserts: 'both',
  applies(problem) {
    if (!isDecaying(problem)) return false;
    const lam = problem.procedure!.weightDecay;
    return Math.abs(escapeDirection(problem).value + lam) > SIGN_ROUNDING * lam;
  },
  criticalStep: remembered((problem: ReducedProblem) => decayStep(problem)),
};

const mutants = wrongVariants('P3', [
  ...wrongSteps(claim, [
    ...fivePercentOff(claim),
    ['decay left out', (problem) => decayStep(problem, { times: 0 })],
    ['decay with the wrong sign', (problem) => decayStep(problem, { times: -1 })],
    ['decay counted twice', (problem) => decayStep(problem, { times: 2 })],
    [
      'U1 carried over: D < 0 diverges at every step size',
      (problem) => (isEscaping(problem) ? 0 : decayStep(problem)),
    ],
    ['decay on the retain part alone', (problem) => decayStep(problem, { times: 1 - problem.alpha })],
    ['the noise dropped', (problem) => decayStep(problem, { noise: 0 })],
    [
      '1/eta* plus lam/2: decay as a curvature of its own',
      (problem) => {
        const plain = heavyBallStep(problem);
        return plain > 0 ? 1 / (1 / plain + problem.procedure!.weightDecay / 2) : decayStep(problem);
      },
    ],
  ]),
]);

export const P3: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned and commuting problems with any alpha and sampling, some with full batches, with a decay of 2 % to 150 % of |lambda_min(D)|, or of a tenth of lambda_1(K), so that it holds some that would escape. Step sizes on both sides of the threshold, within 5 % of it without noise. ${FAR_WORDS}`,
  floors: {
    without: [],
    asked: ['procedure: decay to |lambda_min(D)|', 'procedure: decay above it', ...FAR],
    near: [
      'sampling: bernoulli',
      'batches: below half',
      'batches: full',
      'nu: 1 to 5',
      'samples: to 6',
      'samples: 7 to 16',
      'r: to 3',
      'r: 4 to 8',
      'factors: one',
      'factors: several',
      'mixing: alpha = 0',
      'mixing: below alpha*',
      'condition: to 3',
      'alignment within: to 0.5',
      'alignment within: above 0.5',
      'alignment across: above 0.8',
      'distance: within 5 %',
      'distance: 5 % to 30 %',
      'procedure: decay to |lambda_min(D)|',
      'procedure: decay above it',
    ],
  },
  instances: reaching(
    fc.oneof(
      { weight: 5, arbitrary: drawn(decayed(alignedProblems({ mixing: 'any' }, 4)), stepChoices('both')) },
      { weight: 2, arbitrary: drawn(decayed(alignedProblems({ mixing: 'above' }, 4)), decidedSteps) },
      { weight: 2, arbitrary: drawn(decayed(commutingProblems(3, { escapes: true })), stepChoices('both')) },
      { weight: 2, arbitrary: drawn(decayed(noiselessCommutingProblems), closeSteps) },
    ),
    reachingSteps(decayed),
  ),
};
