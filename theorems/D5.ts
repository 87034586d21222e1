/**
 * # D5: descent stability, every sampling
 *
 * Statement: eta ((1 - k') lambda_1(H) + k max_i lambda_1(H_i)) < 2  =>  stable.
 * Definitions: H = Hbar_R; bernoulli: k = (1 - B/n)/B, k' = 0; with replacement: k = k' = 1/B; without: k = k' =
 * (n-B)/(B(n-1)), 0 if n = 1.
 * Hypotheses: alpha = 0 (descent alone); any sampling.
 * Source: extends Dexter et al., ICLR 2024, arXiv 2401.12332, Theorem 2, to every sampling.
 * Proof: T(I) = I - 2 eta H + eta^2 ((1-k') H^2 + k mean_i H_i^2), H^2 <= lambda_1(H) H and mean_i H_i^2 <= max_i
 * lambda_1(H_i) H, so T(I) < I.
 * Notes: D2 with replacement, where D2 itself is false; for bernoulli batches it is D2, without replacement it is better.
 * Attained by the groups of D3 under every sampling.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { sampleCurvatures } from '../src/theory/mean-curvature.js';
import type { CurvatureGroup, ReducedProblem } from '../src/theory/problem.js';
import {
  descentGroup,
  descentPart,
  isDescentAlone,
  largestMeanCurvature,
  meanFactor,
  sampleFactor,
} from './curvature-terms.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { identicalGroups } from './draws/extremal-families.js';
import { manyGroups, thickened, withWeakAxis } from './draws/larger-families.js';
import { anySampling } from './draws/procedure-problems.js';
import {
  NEAR_ALWAYS,
  NEAR_FEW_SAMPLES,
  NEAR_MANY_SAMPLES,
  NOT_DESCENT,
  FAR_OF_DESCENT,
  FAR_OF_DESCENT_WORDS,
  FAR_BEYOND_WORDS,
} from './draws/draw-floors.js';
import { at, turnedByForget } from './draws/outside-hypotheses.js';
import { reaching, reachingHeld } from './draws/reaching-problems.js';
import { closeSteps, drawn, stepChoices, tellingSteps } from './draws/step-choice.js';
import { ANY_SAMPLING, DEXTER } from './sources.js';
import witnesses from './witnesses/D5.json' with { type: 'json' };
import { scaledStep, withConverse, wrongSteps, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'D5',
  name: 'descent stability, every sampling',
  statement: "eta ((1 - k') lambda_1(H) + k max_i lambda_1(H_i)) < 2  =>  stable.",
  formula: String.raw`\eta\,\Bigl((1-k')\,\lambda_1(H) + k\,\max_i \lambda_1(H_i)\Bigr) < 2 \;\Longrightarrow\; \text{stable}`,
  hypotheses: ['alpha = 0 (descent alone)', 'any sampling'],
  unneeded: { 'any sampling': ANY_SAMPLING },
  source: `extends ${DEXTER}, Theorem 2, to every sampling`,
  proof:
    "T(I) = I - 2 eta H + eta^2 ((1-k') H^2 + k mean_i H_i^2), H^2 <= lambda_1(H) H and mean_i H_i^2 <= max_i lambda_1(H_i) H, so T(I) < I.",
};

/** Shares of the square of the mean that stays, and of the largest sample. */
type Shares = (shares: { k: number; ofMean: number }, n: number) => readonly [mean: number, sample: number];

/** k and k' of a group: the noise is k mean_i(H_i M H_i) - k' Hbar M Hbar in units of the squared weight. */
function varianceShares(group: CurvatureGroup): { k: number; ofMean: number } {
  const unit = { ...group, weight: 1 };
  return { k: sampleFactor(unit) * group.samples.sampleCount, ofMean: meanFactor(unit) };
}

/** 2/(m lambda_1(H) + s max_i lambda_1(H_i)), with m = 1 - k' and s = k unless told otherwise. */
function stableStep(
  problem: ReducedProblem,
  shares: Shares = ({ k, ofMean }) => [1 - ofMean, k],
  over = (curvatures: Float64Array) => Math.max(...curvatures),
): number {
  const group = descentGroup(problem);
  const { samples } = group;
  const [mean, sample] = shares(varianceShares(group), samples.sampleCount);
  return 2 / (mean * largestMeanCurvature(problem) + sample * over(sampleCurvatures(samples)));
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'stability',
  applies: isDescentAlone,
  criticalStep: (problem) => stableStep(problem),
};

const mutants = [
  ...wrongVariants('D5', [
    ...wrongSteps(claim, [
      ['threshold 5 % too high', scaledStep(claim, 1.05), 'quick'],
      ['the noise left out', (problem) => stableStep(problem, () => [1, 0])],
      ["2 k' in place of k'", (problem) => stableStep(problem, ({ k, ofMean }) => [1 - 2 * ofMean, k])],
      ["k' = k for bernoulli batches, too", (problem) => stableStep(problem, ({ k }) => [1 - k, k])],
      ['k/n in place of k', (problem) => stableStep(problem, ({ k, ofMean }, n) => [1 - ofMean, k / n])],
      ['k squared', (problem) => stableStep(problem, ({ k, ofMean }) => [1 - ofMean, k * k])],
      [
        'the mean of lambda_1(H_i) in place of the maximum',
        (problem) =>
          stableStep(problem, undefined, (x) => x.reduce((sum, curvature) => sum + curvature, 0) / x.length),
      ],
      [
        'the factors of batches without replacement for those with',
        (problem) =>
          stableStep({
            ...problem,
            groups: problem.groups.map((group) =>
              group.sampling === 'with-replacement'
                ? { ...group, sampling: 'without-replacement' as const }
                : group,
            ),
          }),
      ],
    ]),
    ['the converse as well: diverges above', withConverse(claim)],
  ]),
  ...withoutHypotheses<SideClaim>('D5', [
    [
      'alpha = 0 (descent alone)',
      {
        ...claim,
        applies: () => true,
        criticalStep: (problem) => claim.criticalStep(descentPart(problem)),
      },
      at(turnedByForget, 1),
    ],
  ]),
];

export const D5: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems of descent alone with any sampling; identical groups under every sampling, which attain the bound, some with a second weak factor a sample or a weak axis. Step sizes relative to the theorem's threshold and to the exact one, on both sides of each. ${FAR_OF_DESCENT_WORDS} ${FAR_BEYOND_WORDS}`,
  floors: {
    without: [...NOT_DESCENT],
    asked: FAR_OF_DESCENT,
    near: [
      ...NEAR_ALWAYS,
      ...NEAR_FEW_SAMPLES,
      ...NEAR_MANY_SAMPLES,
      'sampling: with-replacement',
      'sampling: without-replacement',
      'batches: full',
      'alignment within: above 0.5',
    ],
  },
  instances: reaching(
    fc.oneof(
      { weight: 5, arbitrary: drawn(alignedProblems({ mixing: 'zero' }), stepChoices('stability')) },
      {
        weight: 4,
        arbitrary: drawn(
          anySampling(identicalGroups),
          fc.oneof(closeSteps, tellingSteps('stability'), stepChoices('stability')),
        ),
      },
      { weight: 1, arbitrary: drawn(anySampling(manyGroups(10)), tellingSteps('stability')) },
      {
        weight: 2,
        arbitrary: drawn(
          anySampling(fc.oneof(thickened(identicalGroups), withWeakAxis(identicalGroups))),
          tellingSteps('stability'),
        ),
      },
    ),
    reachingHeld({ places: ['zero'] }),
  ),
};
