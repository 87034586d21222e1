/**
 * # P1b: heavy ball, stability
 *
 * Statement: D > 0 and (eta < (1-b) eta*_0, or 2(1+b) D - eta (D^2 + (1+b)/(1-b) N(I)) > 0)  =>  stable.
 * Definitions: eta*_0 the exact threshold of the plain step, N its noise map, b the momentum.
 * Hypotheses: any sampling that draws every batch anew; the heavy ball, not Nesterov.
 * Source: worked out for this project: the exact threshold of Mulayoff & Michaeli, arXiv 2306.07850, for the momentum of
 * Polyak 1964.
 * Proof: ad_D^2 >= 0, so P1 is at most lambda_1(L^{-1/2} [D.D + (1+b)/(1-b) N] L^{-1/2}) <= (1+b)/((1-b) eta*_0); and
 * applied to I the bracket is D^2 + (1+b)/(1-b) N(I), so U5's comparison applies.
 * Notes: both are attained, the second by full batches and isotropic frames, the first where noise rules.
 */
import fc, { type Arbitrary } from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { multiplyTransposedSymmetric } from '../src/linalg/multiply-transposed.js';
import { addScaled } from '../src/linalg/vectors.js';
import { meanCurvature, relativeEigenvalues } from '../src/theory/mean-curvature.js';
import type { ProblemSpec, ReducedProblem } from '../src/theory/problem.js';
import { isDescending, noiseOfIdentity } from './curvature-terms.js';
import { FAR_HELD, FAR_OF_EIGHT_WORDS } from './draws/draw-floors.js';
import { reaching, reachingProblems, reachingSteps } from './draws/reaching-problems.js';
import { alignedProblems, noiselessProblems } from './draws/aligned-problems.js';
import {
  commutingProblems,
  curvatures,
  descentOnly,
  fullySampled,
  isotropicFrames,
} from './draws/extremal-families.js';
import { tiltedSamples } from './draws/larger-families.js';
import { at, spreadAxes } from './draws/outside-hypotheses.js';
import { strongMomenta, withMomentum } from './draws/procedure-problems.js';
import {
  closeSteps,
  decidedSteps,
  drawn,
  heldFarSteps,
  shortSteps,
  tellingSteps,
} from './draws/step-choice.js';
import { heavyBallStep } from './moment-terms.js';
import { ANEW, ANEW_OR_ELSE, isHeavyBall, isNesterov } from './procedures.js';
import { HEAVY_BALL } from './sources.js';
import witnesses from './witnesses/P1b.json' with { type: 'json' };
import { scaledStep, withConverse, wrongSteps, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P1b',
  name: 'heavy ball, stability',
  procedure: 'momentum',
  statement: 'D > 0 and (eta < (1-b) eta*_0, or 2(1+b) D - eta (D^2 + (1+b)/(1-b) N(I)) > 0)  =>  stable.',
  formula: String.raw`\begin{gathered} D \succ 0 \ \text{ and } \\[0.2em] \eta < (1-b)\,\eta^*_0 \ \text{ or } \ 2(1+b)\,D - \eta\,\bigl(D^2 + \tfrac{1+b}{1-b}\,N(I)\bigr) \succ 0 \\[0.2em] \Longrightarrow\; \text{stable} \end{gathered}`,
  hypotheses: [ANEW, 'the heavy ball, not Nesterov'],
  unneeded: {
    ...ANEW_OR_ELSE,
  },
  source: HEAVY_BALL,
  proof:
    "ad_D^2 >= 0, so P1 is at most lambda_1(L^{-1/2} [D.D + (1+b)/(1-b) N] L^{-1/2}) <= (1+b)/((1-b) eta*_0); and applied to I the bracket is D^2 + (1+b)/(1-b) N(I), so U5's comparison applies.",
};

/** The larger of plain * eta*_0 and lead * 2/lambda_1(D^{-1/2} (D^2 + louder N(I)) D^{-1/2}); null unless D > 0. */
function stableStep(
  problem: ReducedProblem,
  vary: (b: number) => { plain?: number; lead?: number; louder?: number } = () => ({}),
): number | null {
  if (!isDescending(problem)) return null;
  const b = problem.procedure!.momentum;
  const { plain = 1 - b, lead = 1 + b, louder = (1 + b) / (1 - b) } = vary(b);
  const r = problem.dimension;
  const d = meanCurvature(problem);
  const quadratic = multiplyTransposedSymmetric(d, d, r, r);
  addScaled(quadratic, louder, noiseOfIdentity(problem));
  const largest = relativeEigenvalues(quadratic, d, r).at(-1)!;
  return Math.max(plain * heavyBallStep(problem), (lead * 2) / largest);
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'stability',
  applies: isHeavyBall,
  criticalStep: (problem) => stableStep(problem),
};

const mutants = [
  ...wrongVariants('P1b', [
    ...wrongSteps(claim, [
      ['threshold 5 % too high', scaledStep(claim, 1.05)],
      ['eta*_0 in place of (1-b) eta*_0', (problem) => stableStep(problem, () => ({ plain: 1 }))],
      ['(1+b) eta*_0 in place of (1-b) eta*_0', (problem) => stableStep(problem, (b) => ({ plain: 1 + b }))],
      ['the noise as without momentum', (problem) => stableStep(problem, () => ({ louder: 1 }))],
      [
        '(1+b) and (1-b) swapped in the noise',
        (problem) => stableStep(problem, (b) => ({ louder: (1 - b) / (1 + b) })),
      ],
      ['the noise dropped', (problem) => stableStep(problem, () => ({ louder: 0 }))],
    ]),
    ['the converse as well: diverges above', withConverse(claim)],
  ]),
  ...withoutHypotheses<SideClaim>('P1b', [
    [
      'the heavy ball, not Nesterov',
      { ...claim, applies: (problem) => isHeavyBall(problem) || isNesterov(problem) },
      at({ ...spreadAxes, optimizer: { momentum: 0.9, nesterov: true } }, 1),
    ],
  ]),
];

/** A few copies of one direction, one a step on average: noise rules. */
const oneOfFew: Arbitrary<ProblemSpec> = fc
  .record({ n: fc.integer({ min: 4, max: 12 }), size: curvatures })
  .map(({ n, size }) =>
    descentOnly(
      Array.from({ length: n }, () => [[size]]),
      1,
    ),
  );

export const P1b: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems of up to three coordinates with alpha below the critical mixing and any sampling; problems without batch noise, isotropic frames and copies of one direction, which attain the bound; commuting problems, and samples that turn the axes of D, where both are loose; a momentum of 0.1 to 0.95. Step sizes on both sides of the threshold. ${FAR_OF_EIGHT_WORDS}`,
  floors: {
    without: ['mixing: above alpha*'],
    asked: ['procedure: momentum to 0.5', 'procedure: momentum above 0.5', ...FAR_HELD],
    near: [
      'sampling: bernoulli',
      'sampling: without-replacement',
      'batches: full',
      'samples: 7 to 16',
      'samples: above 16',
      'r: to 3',
      'r: 4 to 8',
      'factors: several',
      'mixing: alpha = 0',
      'mixing: below alpha*',
      'condition: 3 to 10',
      'alignment within: to 0.5',
      'alignment within: above 0.5',
      'alignment across: above 0.8',
      'distance: within 5 %',
      'distance: 5 % to 30 %',
      'procedure: momentum above 0.5',
    ],
  },
  instances: reaching(
    fc.oneof(
      {
        weight: 4,
        arbitrary: drawn(
          withMomentum(alignedProblems({ mixing: 'below' }, 3)),
          fc.oneof(decidedSteps, heldFarSteps, heldFarSteps),
        ),
      },
      {
        weight: 2,
        arbitrary: drawn(withMomentum(noiselessProblems), fc.oneof(closeSteps, tellingSteps('stability'))),
      },
      { weight: 1, arbitrary: drawn(withMomentum(commutingProblems(3)), fc.oneof(decidedSteps, shortSteps)) },
      {
        weight: 1,
        arbitrary: drawn(
          withMomentum(fc.oneof(isotropicFrames, oneOfFew)),
          fc.oneof(decidedSteps, heldFarSteps),
        ),
      },
      { weight: 2, arbitrary: drawn(withMomentum(tiltedSamples, strongMomenta), shortSteps) },
    ),
    fc.oneof(
      {
        weight: 2,
        arbitrary: reachingSteps(withMomentum, { most: 8, places: ['zero', 'below', 'near', 'near'] }),
      },
      {
        weight: 1,
        arbitrary: drawn(
          withMomentum(fullySampled(reachingProblems({ most: 8, decades: 2, places: ['zero', 'below'] }))),
          heldFarSteps,
        ),
      },
    ),
  ),
};
