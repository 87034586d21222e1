/**
 * # U14: trace divergence
 *
 * Statement: tr((I - eta D)^2 + eta^2 N(I)) > r  =>  diverges.
 * Definitions: r = dim U, N the noise map of the second-moment operator.
 * Hypotheses: any sampling.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: <I, T(I)>/<I, I> <= rho(T) because T is self-adjoint.
 * Notes: attained by isotropic frames, where the Perron matrix is the identity.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { dot, trace } from '../src/linalg/vectors.js';
import { meanCurvature, totalCurvature } from '../src/theory/mean-curvature.js';
import type { ReducedProblem } from '../src/theory/problem.js';
import { noiseOfIdentity, steepStep } from './curvature-terms.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { isotropicFrames } from './draws/extremal-families.js';
import { manyHalvedAxes, thickened } from './draws/larger-families.js';
import { FAR, FAR_WORDS, NEAR_ALWAYS, NEAR_FEW_SAMPLES } from './draws/draw-floors.js';
import { reaching, reachingSteps } from './draws/reaching-problems.js';
import { drawn, stepChoices, tellingSteps } from './draws/step-choice.js';
import { ANY_SAMPLING, CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U14.json' with { type: 'json' };
import { scaledStep, withConverse, wrongSteps, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'U14',
  name: 'trace divergence',
  statement: 'tr((I - eta D)^2 + eta^2 N(I)) > r  =>  diverges.',
  formula: String.raw`\operatorname{tr}\bigl((I - \eta D)^2 + \eta^2 N(I)\bigr) > r \;\Longrightarrow\; \text{diverges}`,
  hypotheses: ['any sampling'],
  unneeded: { 'any sampling': ANY_SAMPLING },
  source: CHANG_KHANNA,
  proof: '<I, T(I)>/<I, I> <= rho(T) because T is self-adjoint.',
};

/** 2 tr D/(s + n tr N(I)), U14 with s = tr D^2 and n = 1; 0 if tr D < 0, with a margin where it is about 0. */
function traceStep(
  problem: ReducedProblem,
  { square = dot(meanCurvature(problem), meanCurvature(problem)), noise = 1 } = {},
): number {
  const r = problem.dimension;
  const d = trace(meanCurvature(problem), r);
  return steepStep(d, square, noise * trace(noiseOfIdentity(problem), r), trace(totalCurvature(problem), r));
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'divergence',
  applies: () => true,
  criticalStep: (problem) => traceStep(problem),
};

const mutants = wrongVariants('U14', [
  ...wrongSteps(claim, [
    ['threshold 5 % too low', scaledStep(claim, 0.95)],
    ['> r/2 in place of > r', scaledStep(claim, 0.5)],
    [
      '(tr D)^2 in place of tr D^2',
      (problem) => traceStep(problem, { square: trace(meanCurvature(problem), problem.dimension) ** 2 }),
    ],
    [
      'K in place of D in the square',
      (problem) => traceStep(problem, { square: dot(totalCurvature(problem), totalCurvature(problem)) }),
    ],
    ['the noise counted twice', (problem) => traceStep(problem, { noise: 2 })],
  ]),
  ['the converse as well: stable below', withConverse(claim)],
]);

export const U14: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with any alpha and sampling; isotropic frames, which attain the bound, also with a second, shorter factor; 10 to 24 halved axes. Step sizes relative to the theorem's threshold and to the exact one, on both sides of each. ${FAR_WORDS}`,
  floors: {
    without: [],
    asked: FAR,
    near: [...NEAR_ALWAYS, ...NEAR_FEW_SAMPLES, 'r: above 8', 'factors: several'],
  },
  instances: reaching(
    fc.oneof(
      { weight: 9, arbitrary: drawn(alignedProblems({ mixing: 'any' }), stepChoices('divergence')) },
      { weight: 3, arbitrary: drawn(isotropicFrames, stepChoices('divergence')) },
      {
        weight: 3,
        arbitrary: drawn(
          fc.oneof(isotropicFrames, thickened(isotropicFrames), manyHalvedAxes),
          tellingSteps('divergence'),
        ),
      },
    ),
    reachingSteps((problems) => problems),
  ),
};
