/**
 * # P2a: alternating full batches
 *
 * Statement: eta_R lambda_1(Hbar_R) < 1: diverges if lambda_min((I - eta_R Hbar_R)^{-m} - (I + eta_F Hbar_F)^k) < 0,
 * stable if it is > 0. With k = m = 1 that is lambda_min(eta_R Hbar_R (I - eta_R Hbar_R)^{-1} - eta_F Hbar_F), so one
 * to one alternation holds wherever the simultaneous step does.
 * Definitions: eta_R = eta (1-alpha), eta_F = eta alpha; k ascents, then m descents.
 * Hypotheses: full batches; eta_R lambda_1(Hbar_R) < 1.
 * Source: worked out for this project from the definitions of Chang & Khanna, arXiv 2602.02986, for the alternating
 * loops of SCRUB, GDA and SalUn.
 * Proof: A period is A = (I - eta_R Hbar_R)^m (I + eta_F Hbar_F)^k, a product of two positive matrices: its spectrum is real
 * and positive, and below 1 iff (I + eta_F Hbar_F)^k < (I - eta_R Hbar_R)^{-m}; x/(1-x) >= x gives the last sentence.
 * Notes: k = m = 5 can escape although m eta_R Hbar_R >= k eta_F Hbar_F. As the step size falls the rate a period tends to
 * -lambda_min(m eta_R Hbar_R - k eta_F Hbar_F).
 */
import fc, { type Arbitrary } from 'fast-check';
import type { PredictedSide } from '../src/harness/examination.js';
import type { SideClaim } from '../src/harness/side-claim.js';

import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { meanHessian } from '../src/theory/mean-curvature.js';
import { groupNamed, type ProblemSpec, type ReducedProblem } from '../src/theory/problem.js';
import { isEscaping, isFull } from './curvature-terms.js';
import { withoutReplacement } from './draws/larger-families.js';
import { FAR_OF_EIGHT, FAR_OF_EIGHT_WORDS } from './draws/draw-floors.js';
import { reaching, reachingSteps, TURNED } from './draws/reaching-problems.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { axisVector, fullySampled } from './draws/extremal-families.js';
import { at, overshooting, scalar } from './draws/outside-hypotheses.js';
import { alternating, heldByAlternation } from './draws/procedure-problems.js';
import { closeSteps, drawn, exactSteps, shareSteps } from './draws/step-choice.js';
import { poweredMap, setStep, sideOfDifference } from './moment-terms.js';
import { isAlternating } from './procedures.js';
import { ALTERNATING } from './sources.js';
import witnesses from './witnesses/P2a.json' with { type: 'json' };
import { stepsFivePercentOff, takingSides, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P2a',
  name: 'alternating full batches',
  procedure: 'alternating steps',
  statement:
    'eta_R lambda_1(Hbar_R) < 1: diverges if lambda_min((I - eta_R Hbar_R)^{-m} - (I + eta_F Hbar_F)^k) < 0, stable if it is > 0. With k = m = 1 that is lambda_min(eta_R Hbar_R (I - eta_R Hbar_R)^{-1} - eta_F Hbar_F), so one to one alternation holds wherever the simultaneous step does.',
  formula: String.raw`\begin{gathered} \eta_R\,\lambda_1(\bar H_R) < 1: \\[0.2em] \lambda_{\min}\bigl((I - \eta_R \bar H_R)^{-m} - (I + \eta_F \bar H_F)^k\bigr) < 0 \;\Longrightarrow\; \text{diverges} \\[0.2em] > 0 \;\Longrightarrow\; \text{stable} \end{gathered}`,
  hypotheses: ['full batches', 'eta_R lambda_1(Hbar_R) < 1'],
  source: ALTERNATING,
  proof:
    'A period is A = (I - eta_R Hbar_R)^m (I + eta_F Hbar_F)^k, a product of two positive matrices: its spectrum is real and positive, and below 1 iff (I + eta_F Hbar_F)^k < (I - eta_R Hbar_R)^{-m}; x/(1-x) >= x gives the last sentence.',
};

/** The side by (I - eta_R Hbar_R)^{-descent} - (I + eta_F Hbar_F)^ascent; without `definite` wherever it is. */
function meanSide(
  problem: ReducedProblem,
  eta: number,
  vary: (k: number, m: number) => { ascent?: number; descent?: number } = () => ({}),
  definite = true,
): PredictedSide {
  const { ascent: k, descent: m } = problem.procedure!.schedule!;
  const { ascent = k, descent = m } = vary(k, m);
  const r = problem.dimension;
  const retain = poweredMap(setStep(groupNamed(problem, 'retain')!, eta), r);
  if (definite && !(retain.least > 0)) return 'undecided';
  const forget = poweredMap(setStep(groupNamed(problem, 'forget')!, eta), r);
  return sideOfDifference(retain.power(-descent), forget.power(ascent), r);
}

/** The side of small steps: by m eta_R Hbar_R - k eta_F Hbar_F. */
function linearSide(problem: ReducedProblem, k: number, m: number): PredictedSide {
  const [retain, forget] = (['retain', 'forget'] as const).map((name) => {
    const { samples, weight } = groupNamed(problem, name)!;
    return meanHessian(samples).map((x) => (name === 'retain' ? m : k) * weight * x);
  });
  return sideOfDifference(retain!, forget!, problem.dimension);
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'both',
  applies: (problem) => isAlternating(problem) && isFull(problem),
  criticalStep: () => null,
  sideAt: (problem, eta) => meanSide(problem, eta),
};

const taking = takingSides(claim);

/** Retain 14 once in four, forget 0.01, single draws, in turns: at eta = 0.5 the mean shrinks and the second moment doubles. */
const scalarAlternation: ProblemSpec = {
  ...scalar([0, 0, 0, 3.75], [0.1], 0.5, { retain: 1, forget: 1 }, 'without-replacement'),
  schedule: { ascent: 1, descent: 1 },
};

const mutants = [
  ...wrongVariants('P2a', [
    [
      'U1 carried over: D < 0 diverges, D > 0 holds at small steps',
      taking((problem) => (isEscaping(problem) ? 'diverges' : 'undecided')),
      'quick',
    ],
    ['k and m swapped', taking((p, eta) => meanSide(p, eta, (k, m) => ({ ascent: m, descent: k }))), 'quick'],
    ['the powers left out', taking((p, eta) => meanSide(p, eta, () => ({ ascent: 1, descent: 1 })))],
    [
      'm eta_R Hbar_R > k eta_F Hbar_F holds, < 0 diverges, at every step size',
      taking((problem) => {
        const { ascent, descent } = problem.procedure!.schedule!;
        return linearSide(problem, ascent, descent);
      }),
    ],
    ['one ascent more', taking((p, eta) => meanSide(p, eta, (k, m) => ({ ascent: k + 1, descent: m })))],
    ['one descent more', taking((p, eta) => meanSide(p, eta, (k, m) => ({ ascent: k, descent: m + 1 })))],
    ...stepsFivePercentOff(claim),
  ]),
  ...withoutHypotheses<SideClaim>('P2a', [
    ['full batches', { ...claim, applies: isAlternating }, at(scalarAlternation, 0.5)],
    [
      'eta_R lambda_1(Hbar_R) < 1',
      taking((problem, eta) => meanSide(problem, eta, undefined, false)),
      at(overshooting, 2),
    ],
  ]),
];

/** Two axes to retain and a direction across them to forget, which do not commute; alpha near the critical mixing. */
const crossedAlternation: Arbitrary<ProblemSpec> = fc
  .record({
    sizes: fc.tuple(fc.constantFrom(1, 1.25, 1.5), fc.constantFrom(0.75, 1)),
    forget: fc.tuple(fc.constantFrom(0.5, 1, 0.75), fc.constantFrom(0.5, 0.75)),
    alpha: fc.integer({ min: 5, max: 16 }).map((k) => k / 20),
  })
  .map(({ sizes, forget, alpha }) => ({
    retain: sizes.map((size, a) => [axisVector(2, a, size)]),
    forget: [[[...forget]]],
    alpha,
    batch: { retain: 2, forget: 1 },
    sampling: 'without-replacement',
  }));

export const P2a: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `problems with full batches, one to five ascents and descents in turn: random aligned ones, axes on which forgetting is about as strong as retaining, and pairs of sets that do not commute. Step sizes from a tenth of 1/lambda_1(K) up, and on both sides of the first crossing, within 5 % of it, too. ${FAR_OF_EIGHT_WORDS}`,
  floors: {
    without: [
      'sampling: with-replacement',
      'batches: below half',
      'batches: half or more',
      'nu: to 1',
      'nu: 1 to 5',
      'nu: above 5',
      'mixing: alpha = 0',
    ],
    asked: [
      'procedure: as many ascents as descents',
      'procedure: other turns',
      ...FAR_OF_EIGHT.filter((name) => name !== 'reach: nu above 100'),
    ],
    near: [],
  },
  instances: reaching(
    fc.oneof(
      {
        weight: 3,
        arbitrary: drawn(
          alternating(
            alignedProblems({
              mixing: 'any',
              batches: 'full',
              samplings: ['bernoulli', 'without-replacement'],
            }),
          ),
          fc.oneof(exactSteps, shareSteps),
        ),
      },
      {
        weight: 3,
        arbitrary: drawn(alternating(heldByAlternation), fc.oneof(closeSteps, exactSteps, shareSteps)),
      },
      {
        weight: 2,
        arbitrary: drawn(
          alternating(fullySampled(crossedAlternation)),
          fc.oneof(closeSteps, exactSteps, shareSteps),
        ),
      },
    ),
    reachingSteps((problems) => alternating(withoutReplacement(fullySampled(problems))), {
      most: 8,
      places: TURNED,
    }),
  ),
};
