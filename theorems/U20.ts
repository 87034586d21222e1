/**
 * # U20: single runs from below
 *
 * Statement: (2/r) E log|det A| <= 2 gamma: if E log|det A| > 0, almost every run escapes.
 * Definitions: A the random step matrix on U, r = dim U; gamma = lim 1/k log|delta_k|, almost surely (top Lyapunov
 * exponent).
 * Hypotheses: any sampling; so few batches that E log|det A| can be enumerated.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986; Furstenberg & Kesten 1960.
 * Proof: |det A_k .. A_1| <= |A_k .. A_1|^r; take logarithms, divide by k.
 * Notes: the other side of U11, 2 gamma <= log rho(T). An equality for r = 1, and where every H_i is a multiple of the
 * identity. Tested on runs from uniform directions u: the mean of |P u|^(-r) is 1/|det P|, so that r log|P u| falls short of
 * log|det P| by more than log(1/error) with probability at most error; beside that only log|det P| fluctuates (Bernstein).
 */
import fc from 'fast-check';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import type { MeasuredSteps, TypicalClaim } from '../src/harness/typical-claim.js';
import { meanCurvature } from '../src/theory/mean-curvature.js';
import type { ReducedProblem } from '../src/theory/problem.js';
import { hasFewBatches, type StepDeterminant, stepDeterminant } from '../src/theory/step-determinant.js';
import { symmetricEigen } from '../src/linalg/symmetric-eigen.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { scalarProblems } from './draws/extremal-families.js';
import { drawn, exactSteps, heldSteps, naturalSteps } from './draws/step-choice.js';
import { ANY_SAMPLING, CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U20.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const FEW_BATCHES = 'so few batches that E log|det A| can be enumerated';

const description: Description = {
  id: 'U20',
  name: 'single runs from below',
  statement: '(2/r) E log|det A| <= 2 gamma: if E log|det A| > 0, almost every run escapes.',
  formula: String.raw`\frac2r\,E \log|\det A| \;\le\; 2\gamma`,
  hypotheses: ['any sampling', FEW_BATCHES],
  unneeded: { 'any sampling': ANY_SAMPLING, [FEW_BATCHES]: 'only what is computed' },
  source: `${CHANG_KHANNA}; Furstenberg & Kesten 1960`,
  proof: '|det A_k .. A_1| <= |A_k .. A_1|^r; take logarithms, divide by k.',
};

/**
 * How far the measured growth may fall short: 2/r times the fluctuation of the mean of log|det A| (Bernstein) and
 * log(1/error) over the steps of all runs, the error shared by the two.
 */
function shortfall(
  problem: ReducedProblem,
  eta: number,
  { runs, steps, errorProbability }: MeasuredSteps,
): number {
  const { mean, variance, lowest } = stepDeterminant(problem, eta)!;
  const each = Math.log(2 / errorProbability) / (runs * steps);
  return (2 / problem.dimension) * (Math.sqrt(2 * variance * each) + ((mean - lowest) * each) / 3 + each);
}

/** A lower bound on 2 gamma from the law of log|det A|, r and log rho. */
type Lower = (law: StepDeterminant, r: number, logGrowth: number) => number;

const lower: Lower = ({ mean }, r) => (2 / r) * mean;

/** The claim with a lower bound of its own. */
function bounded(of: Lower): TypicalClaim {
  return {
    kind: 'typical',
    applies: hasFewBatches,
    bound: (logGrowth, problem, eta) => of(stepDeterminant(problem, eta)!, problem.dimension, logGrowth),
    shortfall,
  };
}

const claim = bounded(lower);

const mutants = wrongVariants('U20', [
  ['r left out: 2 E log|det A|', bounded(({ mean }) => 2 * mean)],
  ['the factor 2 left out, for decay', bounded((law, r) => (law.mean < 0 ? law.mean / r : lower(law, r, 0)))],
  ['log E (det A)^2 in place of 2 E log|det A|', bounded(({ meanSquare }, r) => Math.log(meanSquare) / r)],
  ['the largest step in place of the mean', bounded(({ highest }, r) => (2 / r) * highest)],
  ['bound 0.05 too high', bounded((law, r) => lower(law, r, 0) + 0.05)],
  ['typical runs grow as the second moment: log rho <= 2 gamma', bounded((_, __, logGrowth) => logGrowth)],
  ['typical runs never shrink', bounded((law, r) => Math.max(0, lower(law, r, 0)))],
  [
    'log|det E A| in place of E log|det A|',
    {
      ...claim,
      bound(_, problem, eta) {
        const { values } = symmetricEigen(meanCurvature(problem), problem.dimension);
        return (2 / problem.dimension) * values.reduce((sum, d) => sum + Math.log(Math.abs(1 - eta * d)), 0);
      },
    },
  ],
]);

/** Problems whose batches are few enough. */
const enumerable = alignedProblems({ mixing: 'any' }).filter(
  ({ retain, forget, batch, sampling, alpha }) =>
    (sampling === 'with-replacement'
      ? batch.retain * Math.log2(retain.length) + (alpha > 0 ? batch.forget * Math.log2(forget.length) : 0)
      : retain.length + (alpha > 0 ? forget.length : 0)) <= 8,
);

export const U20: ProblemTheorem<TypicalClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing:
    'random aligned problems of few batches with any alpha and sampling, step sizes on both sides of the exact threshold; problems of one parameter, where the bound is attained, below and above the critical mixing.',
  floors: {
    without: ['samples: above 16', 'r: above 8'],
    near: [],
  },
  instances: fc.oneof(
    { weight: 4, arbitrary: drawn(enumerable, exactSteps) },
    { weight: 1, arbitrary: drawn(scalarProblems('escaping'), naturalSteps) },
    { weight: 1, arbitrary: drawn(scalarProblems('held'), heldSteps) },
  ),
};
