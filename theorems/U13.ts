/**
 * # U13: Rayleigh divergence
 *
 * Statement: (1 - eta x^T D x)^2 + eta^2 x^T N(x x^T) x > 1 for a unit vector x in U  =>  diverges.
 * Definitions: N the noise map of the second-moment operator; x a unit vector of U.
 * Hypotheses: any sampling; x: the top eigenvectors of D and of K.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: The left side is <x x^T, T(x x^T)>, at most rho(T) because T is self-adjoint.
 * Notes: used with the top eigenvectors of D and of K. Exact where the Perron matrix is x x^T: on U6's families
 * if the axis that decides is the top one of D or of K (always, with a single axis).
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { quadraticForm } from '../src/linalg/vectors.js';
import { meanCurvature, totalCurvature } from '../src/theory/mean-curvature.js';
import type { ReducedProblem } from '../src/theory/problem.js';
import {
  largestTotalCurvature,
  noiseAlong,
  noiseOfIdentity,
  steepStep,
  topEigenvectors,
} from './curvature-terms.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { commutingProblems, coupledAxes, noiselessCommutingProblems } from './draws/extremal-families.js';
import { manyHalvedAxes } from './draws/larger-families.js';
import { FAR, FAR_WORDS, NEAR_ALWAYS } from './draws/draw-floors.js';
import { reaching, reachingSteps } from './draws/reaching-problems.js';
import { closeSteps, drawn, heldSteps, stepChoices, tellingSteps } from './draws/step-choice.js';
import { ANY_SAMPLING, CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U13.json' with { type: 'json' };
import { scaledStep, withConverse, wrongSteps, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'U13',
  name: 'Rayleigh divergence',
  statement: '(1 - eta x^T D x)^2 + eta^2 x^T N(x x^T) x > 1 for a unit vector x in U  =>  diverges.',
  formula: String.raw`\begin{gathered} (1 - \eta\,x^\top D x)^2 + \eta^2\,x^\top N(x x^\top)\,x > 1 \\[0.2em] \text{for a unit vector } x \in U \;\Longrightarrow\; \text{diverges} \end{gathered}`,
  hypotheses: ['any sampling', 'x: the top eigenvectors of D and of K'],
  unneeded: {
    'any sampling': ANY_SAMPLING,
    'x: the top eigenvectors of D and of K':
      'only what is computed: the statement holds for every unit x of U',
  },
  source: CHANG_KHANNA,
  proof: 'The left side is <x x^T, T(x x^T)>, at most rho(T) because T is self-adjoint.',
};

/**
 * min over the top eigenvectors x of D and K of 2 x^T D x/(s(x) + n(x)), U13 with s = (x^T D x)^2 and n =
 * x^T N(x x^T) x; 0 if x^T D x < 0, with a margin where it is about 0.
 */
function rayleighStep(
  problem: ReducedProblem,
  {
    square = (x: Float64Array) => quadraticForm(meanCurvature(problem), x) ** 2,
    noise = (x: Float64Array) => noiseAlong(problem, x),
  } = {},
): number {
  const d = meanCurvature(problem);
  const scale = largestTotalCurvature(problem);
  const steps = topEigenvectors(problem).map((x) =>
    steepStep(quadraticForm(d, x), square(x), noise(x), scale),
  );
  return Math.min(...steps);
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'divergence',
  applies: () => true,
  criticalStep: (problem) => rayleighStep(problem),
};

const mutants = wrongVariants('U13', [
  ...wrongSteps(claim, [
    ['threshold 5 % too low', scaledStep(claim, 0.95), 'quick'],
    [
      'N(I) in place of N(x x^T)',
      (problem) => rayleighStep(problem, { noise: (x) => quadraticForm(noiseOfIdentity(problem), x) }),
    ],
    [
      'the noise counted twice',
      (problem) => rayleighStep(problem, { noise: (x) => 2 * noiseAlong(problem, x) }),
    ],
    ['the factor 2 left out', scaledStep(claim, 0.5)],
    [
      'K in place of D, squared alone',
      (problem) => rayleighStep(problem, { square: (x) => quadraticForm(totalCurvature(problem), x) ** 2 }),
    ],
  ]),
  ['the converse as well: stable below', withConverse(claim)],
]);

export const U13: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with any alpha and sampling; commuting problems, which attain the bound, some without noise and with step sizes within 5 % of it; one strong axis coupled to a second one; 10 to 24 halved axes. Step sizes relative to the theorem's threshold and to the exact one, on both sides of each. ${FAR_WORDS}`,
  floors: {
    without: [],
    asked: FAR,
    near: [
      ...NEAR_ALWAYS,
      'batches: full',
      'samples: to 6',
      'r: above 8',
      'factors: several',
      'mixing: below alpha*',
      'alignment within: above 0.5',
      'alignment across: above 0.8',
    ],
  },
  instances: reaching(
    fc.oneof(
      { weight: 4, arbitrary: drawn(alignedProblems({ mixing: 'any' }), stepChoices('divergence')) },
      {
        weight: 1,
        arbitrary: drawn(fc.oneof(commutingProblems(4), commutingProblems(1)), stepChoices('divergence')),
      },
      { weight: 1, arbitrary: drawn(noiselessCommutingProblems, closeSteps) },
      { weight: 1, arbitrary: drawn(coupledAxes, heldSteps) },
      {
        weight: 1,
        arbitrary: drawn(fc.oneof(commutingProblems(1), manyHalvedAxes), tellingSteps('divergence')),
      },
    ),
    reachingSteps((problems) => problems),
  ),
};
