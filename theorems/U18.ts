/**
 * # U18: mean-field divergence
 *
 * Statement: eta > eta_0, the step at which the 2 x 2 matrix [sqrt(c_g c_h) eta^2 tr(K_g L_eta^{-1} K_h)] has top
 * eigenvalue 1, or 2/lambda_1(D) if it never has  =>  diverges.
 * Definitions: L_eta(M) = eta (DM + MD) - eta^2 DMD; c_g = nu_g/n_g, nu_g = n_g/B_g - 1; K_R = (1-alpha) Hbar_R, K_F =
 * alpha Hbar_F.
 * Hypotheses: bernoulli batches; every sample has rank one; D > 0 on U.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: T(M) = M - L_eta(M) + eta^2 N(M), and by Cauchy-Schwarz <M, N(M)> >= sum_g c_g (tr K_g M)^2 for rank one; with
 * L_eta > 0 this form exceeds L_eta somewhere iff the 2 x 2 matrix has an eigenvalue above 1.
 * Notes: equality where all h_i^T M h_i of a set are equal for the Perron matrix M: isotropic frames, D3, U16. For random
 * data of n samples nearly so: the median of eta_0/eta* falls to 1 as n grows. It costs one eigendecomposition of D.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { meanFieldStep, topOfPair } from '../src/theory/mean-field.js';
import { isRankOne, type ReducedProblem } from '../src/theory/problem.js';
import { isBernoulli, isDescending } from './curvature-terms.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { identicalGroups, isotropicFrames } from './draws/extremal-families.js';
import { manyHalvedAxes, oneOfMany } from './draws/larger-families.js';
import {
  FAR_BELOW,
  FAR_BELOW_WORDS,
  NEAR_ALWAYS,
  NEAR_FEW_SAMPLES,
  NOT_BERNOULLI,
  NOT_HELD,
  NOT_RANK_ONE,
} from './draws/draw-floors.js';
import { HELD, reaching, reachingSteps } from './draws/reaching-problems.js';
import { at, oneOfTwoEqual, twoFactorsEach } from './draws/outside-hypotheses.js';
import { closeSteps, drawn, spokenSteps, stepChoices, tellingSteps } from './draws/step-choice.js';
import { threeAxisWitnesses } from './draws/three-axis-families.js';
import { CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U18.json' with { type: 'json' };
import { scaledStep, withConverse, wrongSteps, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'U18',
  name: 'mean-field divergence',
  statement:
    'eta > eta_0, the step at which the 2 x 2 matrix [sqrt(c_g c_h) eta^2 tr(K_g L_eta^{-1} K_h)] has top eigenvalue 1, or 2/lambda_1(D) if it never has  =>  diverges.',
  formula: String.raw`\begin{gathered} \eta > \eta_0, \quad \lambda_1\Bigl(\bigl[\sqrt{c_g c_h}\;\eta_0^2\,\operatorname{tr}(K_g\,\mathcal{L}_{\eta_0}^{-1} K_h)\bigr]_{g,h \in \{R,F\}}\Bigr) = 1 \ \text{ or } \ \eta_0 = \frac{2}{\lambda_1(D)} \\[0.3em] \Longrightarrow\; \text{diverges}, \qquad \mathcal{L}_\eta(M) = \eta\,(DM + MD) - \eta^2 DMD, \quad c_g = \nu_g/n_g \end{gathered}`,
  hypotheses: ['bernoulli batches', 'every sample has rank one', 'D > 0 on U'],
  unneeded: { 'D > 0 on U': 'without it L_eta has no inverse that is positive, and U1 speaks' },
  source: CHANG_KHANNA,
  proof:
    'T(M) = M - L_eta(M) + eta^2 N(M), and by Cauchy-Schwarz <M, N(M)> >= sum_g c_g (tr K_g M)^2 for rank one; with L_eta > 0 this form exceeds L_eta somewhere iff the 2 x 2 matrix has an eigenvalue above 1.',
};

function isRankOneProblem({ groups }: ReducedProblem): boolean {
  return groups.every(({ samples }) => isRankOne(samples));
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'divergence',
  applies: (problem) => isBernoulli(problem) && isRankOneProblem(problem) && isDescending(problem),
  criticalStep: (problem) => meanFieldStep(problem),
};

const mutants = [
  ...wrongVariants('U18', [
    ...wrongSteps(claim, [
      ['threshold 5 % too low', scaledStep(claim, 0.95), 'quick'],
      ['nu in place of nu/n', (problem) => meanFieldStep(problem, { weight: (nu) => nu })],
      ['1/B in place of nu/n', (problem) => meanFieldStep(problem, { weight: (nu, n) => (nu + 1) / n })],
      [
        'nu/(n-1) in place of nu/n',
        (problem) => meanFieldStep(problem, { weight: (nu, n) => nu / Math.max(1, n - 1) }),
      ],
      [
        'the cross entry counted twice',
        (problem) =>
          meanFieldStep(problem, { radius: (matrix) => topOfPair({ ...matrix, rf: 2 * matrix.rf }) }),
      ],
      [
        'the sum of the entries in place of the top eigenvalue',
        (problem) => meanFieldStep(problem, { radius: ({ rr, rf, ff }) => rr + 2 * rf + ff }),
      ],
      ['2 eta^2 DMD in place of eta^2 DMD', (problem) => meanFieldStep(problem, { square: 2 })],
      [
        'the noise counted twice',
        (problem) => meanFieldStep(problem, { radius: (matrix) => 2 * topOfPair(matrix) }),
      ],
    ]),
    ['the converse as well: stable below', withConverse(claim)],
  ]),
  ...withoutHypotheses<SideClaim>('U18', [
    [
      'bernoulli batches',
      { ...claim, applies: (problem) => isRankOneProblem(problem) && isDescending(problem) },
      at(oneOfTwoEqual, 1.7),
    ],
    [
      'every sample has rank one',
      { ...claim, applies: (problem) => isBernoulli(problem) && isDescending(problem) },
      at(twoFactorsEach, 1.15),
    ],
  ]),
];

export const U18: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems of rank-one samples with alpha below the critical mixing and bernoulli batches; U16's problems, identical groups and isotropic frames, which attain the bound; single samples out of many equal ones. Step sizes relative to the theorem's threshold and to the exact one, on both sides of each. ${FAR_BELOW_WORDS}`,
  floors: {
    without: [...NOT_BERNOULLI, ...NOT_HELD, ...NOT_RANK_ONE],
    asked: FAR_BELOW,
    near: [
      ...NEAR_ALWAYS,
      ...NEAR_FEW_SAMPLES,
      'batches: full',
      'nu: above 5',
      'samples: above 16',
      'r: above 8',
      'mixing: below alpha*',
      'condition: 3 to 10',
      'alignment within: above 0.5',
      'alignment across: above 0.8',
    ],
  },
  instances: reaching(
    fc.oneof(
      {
        weight: 6,
        arbitrary: drawn(
          alignedProblems({ mixing: 'below', samplings: ['bernoulli'], rank: 'one' }),
          fc.oneof(stepChoices('divergence'), tellingSteps('divergence')),
        ),
      },
      {
        weight: 3,
        arbitrary: drawn(
          fc.oneof(threeAxisWitnesses(1, 4), threeAxisWitnesses(1, 4), identicalGroups, isotropicFrames),
          fc.oneof(closeSteps, tellingSteps('divergence'), stepChoices('divergence')),
        ),
      },
      {
        weight: 2,
        arbitrary: drawn(
          fc.oneof(manyHalvedAxes, oneOfMany, threeAxisWitnesses(9, 10)),
          fc.oneof(tellingSteps('divergence'), spokenSteps),
        ),
      },
    ),
    reachingSteps((problems) => problems, { samplings: ['bernoulli'], factors: 1, places: HELD }),
  ),
};
