/**
 * # P8: a sampling for each set
 *
 * Statement: retain and forget batches drawn by different schemes: stable for eta < eta*, diverges above, exactly, with
 * 1/eta* = lambda_1(L^{-1/2} [D.D + N] L^{-1/2}) and the factors (k, k') of each set in N those of its own scheme.
 * lambda_min(D) < 0: diverges for every eta.
 * Definitions: N(M) = sum_g a_g^2 [k_g mean_i(H_i M H_i) - k'_g Hbar_g M Hbar_g]; bernoulli: k = (1-B/n)/B, k' = 0; with
 * replacement: k = k' = 1/B; without: k = k' = (n-B)/(B(n-1)).
 * Hypotheses: both sets are drawn anew in every step; lambda_min(D) != 0.
 * Source: worked out for this project: the exact threshold of Mulayoff & Michaeli, arXiv 2306.07850, for descent and
 * ascent.
 * Proof: The two batches are independent, so the noise of the step is the sum of the noises of the sets.
 * Notes: B is the product of device batch, accumulation and devices, if the devices draw independently.
 */
import fc, { type Arbitrary } from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import {
  type CurvatureGroup,
  type ProblemSpec,
  type ReducedProblem,
  type Sampling,
  SAMPLINGS,
} from '../src/theory/problem.js';
import { remembered } from '../src/theory/remembered.js';
import { isSigned } from './curvature-terms.js';
import { FAR, FAR_WORDS } from './draws/draw-floors.js';
import { reaching, reachingSteps, TURNED } from './draws/reaching-problems.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { commutingProblems } from './draws/extremal-families.js';
import { drawn, heldSteps, stepChoices } from './draws/step-choice.js';
import { heavyBallStep } from './moment-terms.js';
import { SIGNED, SIGNED_OR_ELSE, drawsAnew, isPlainStep } from './procedures.js';
import { DESCENT_ASCENT } from './sources.js';
import witnesses from './witnesses/P8.json' with { type: 'json' };
import { fivePercentOff, wrongSteps, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P8',
  name: 'a sampling for each set',
  procedure: 'sampling per set',
  statement:
    "retain and forget batches drawn by different schemes: stable for eta < eta*, diverges above, exactly, with 1/eta* = lambda_1(L^{-1/2} [D.D + N] L^{-1/2}) and the factors (k, k') of each set in N those of its own scheme. lambda_min(D) < 0: diverges for every eta.",
  formula: String.raw`\begin{gathered} N(M) = \sum_g a_g^2\bigl[k_g\,\overline{H_i M H_i} - k'_g\,\bar H_g M \bar H_g\bigr], \quad (k_g, k'_g) \text{ of its own scheme} \\[0.4em] \frac{1}{\eta^*} = \lambda_1\bigl(L^{-1/2}\bigl[D \cdot D + N\bigr]L^{-1/2}\bigr) \end{gathered}`,
  hypotheses: ['both sets are drawn anew in every step', SIGNED],
  unneeded: {
    'both sets are drawn anew in every step':
      'a set in epochs makes another process; its operator is exact, and no formula is claimed for it',
    ...SIGNED_OR_ELSE,
  },
  source: DESCENT_ASCENT,
  proof: 'The two batches are independent, so the noise of the step is the sum of the noises of the sets.',
};

/** The critical step of the problem with changed groups. */
function changedStep(
  problem: ReducedProblem,
  change: (group: CurvatureGroup, other: CurvatureGroup) => Partial<CurvatureGroup>,
): number {
  const [retain, forget] = problem.groups as [CurvatureGroup, CurvatureGroup];
  const groups = [
    { ...retain, ...change(retain, forget) },
    { ...forget, ...change(forget, retain) },
  ];
  return heavyBallStep({ ...problem, groups });
}

/** Both sets drawn by one scheme. */
const drawnBy = (sampling: (problem: ReducedProblem) => Sampling): SideClaim['criticalStep'] => {
  return (problem) => changedStep(problem, () => ({ sampling: sampling(problem) }));
};

/** A batch as good as full: no noise from this set. */
const noiseless = (group: CurvatureGroup): Partial<CurvatureGroup> => ({
  batchSize: group.samples.sampleCount,
  sampling: 'without-replacement',
});

const claim: SideClaim = {
  kind: 'side',
  asserts: 'both',
  applies: (problem) =>
    isPlainStep(problem) &&
    drawsAnew(problem) &&
    new Set(problem.groups.map(({ sampling }) => sampling)).size === 2 &&
    isSigned(problem),
  criticalStep: remembered((problem: ReducedProblem) => heavyBallStep(problem)),
};

const mutants = wrongVariants('P8', [
  ...wrongSteps(claim, [
    ...fivePercentOff(claim),
    ["the retain set's scheme for both", drawnBy(({ groups }) => groups[0]!.sampling)],
    ["the forget set's scheme for both", drawnBy(({ groups }) => groups[1]!.sampling)],
    ['the schemes swapped', (problem) => changedStep(problem, (_, other) => ({ sampling: other.sampling }))],
    ['bernoulli batches of both', drawnBy(() => 'bernoulli')],
    ['batches without replacement of both', drawnBy(() => 'without-replacement')],
    [
      'no noise from the forget set',
      (problem) => changedStep(problem, (group) => (group.name === 'forget' ? noiseless(group) : {})),
    ],
    [
      'no noise from the retain set',
      (problem) => changedStep(problem, (group) => (group.name === 'retain' ? noiseless(group) : {})),
    ],
  ]),
]);

/** The problems with both sets in the step, each drawn by a scheme of its own. */
export function mixedSampling(problems: Arbitrary<ProblemSpec>): Arbitrary<ProblemSpec> {
  return fc
    .tuple(problems, fc.constantFrom(...SAMPLINGS), fc.integer({ min: 1, max: 2 }))
    .filter(([{ alpha }]) => alpha > 0 && alpha < 1)
    .map(([problem, retain, shift]) => {
      const forget = SAMPLINGS[(SAMPLINGS.indexOf(retain) + shift) % SAMPLINGS.length]!;
      return { ...problem, sampling: { retain, forget } };
    });
}

/** One axis; one set is drawn one sample a step out of few unlike ones, the other has two samples and little or no noise. */
const oneSetNoisy: Arbitrary<ProblemSpec> = fc
  .record({
    noisy: fc.array(fc.constantFrom(0.5, 1, 2, 3), { minLength: 2, maxLength: 4 }),
    quiet: fc.constantFrom(0.5, 1),
    which: fc.constantFrom('retain', 'forget'),
    share: fc.constantFrom(0.2, 0.4, 0.6),
  })
  .map(({ noisy, quiet, which, share }) => {
    const loud = noisy.map((size) => [[size]]);
    const low = [[[quiet]], [[quiet]]];
    const [retain, forget] = which === 'retain' ? [loud, low] : [low, loud];
    const curvature = (set: number[][][]): number =>
      set.flat(2).reduce((sum, x) => sum + x ** 2, 0) / set.length;
    const critical = curvature(retain) / (curvature(retain) + curvature(forget));
    return {
      retain,
      forget,
      alpha: Number((share * critical).toPrecision(4)),
      batch: { retain: which === 'retain' ? 1 : 2, forget: which === 'forget' ? 1 : 2 },
      sampling: 'bernoulli',
    };
  });

export const P8: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned and commuting problems whose sets are drawn by two different schemes, any alpha; problems in which one set has nearly all the noise. Step sizes on both sides of the threshold. ${FAR_WORDS}`,
  floors: {
    without: ['mixing: alpha = 0'],
    asked: ['procedure: a sampling for each set', ...FAR],
    near: [
      'sampling: bernoulli',
      'sampling: with-replacement',
      'sampling: without-replacement',
      'batches: below half',
      'batches: half or more',
      'nu: to 1',
      'nu: 1 to 5',
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
      'distance: 5 % to 30 %',
      'procedure: a sampling for each set',
    ],
  },
  instances: reaching(
    fc.oneof(
      {
        weight: 5,
        arbitrary: drawn(mixedSampling(alignedProblems({ mixing: 'any' }, 4)), stepChoices('both')),
      },
      { weight: 2, arbitrary: drawn(mixedSampling(commutingProblems(3)), stepChoices('both')) },
      { weight: 3, arbitrary: drawn(mixedSampling(oneSetNoisy), fc.oneof(stepChoices('both'), heldSteps)) },
    ),
    reachingSteps(mixedSampling, { places: TURNED }),
  ),
};
