/**
 * # P2b: alternating steps, commuting
 *
 * Statement: rho = max_a ((1 - eta_R h_a)^2 + eta^2 v_Ra)^m ((1 + eta_F f_a)^2 + eta^2 v_Fa)^k over the axes, exactly:
 * stable where it is below 1, diverges where it is above.
 * Definitions: common eigenvectors a of all H_i; h_a, f_a the eigenvalues of Hbar_R, Hbar_F; v_ga = N_g(e_a e_a^T)_aa the
 * noise of a set along the axis; eta_R = eta (1-alpha), eta_F = eta alpha; k ascents, then m descents.
 * Hypotheses: any sampling that draws every batch anew; all H_i commute.
 * Source: worked out for this project from the definitions of Chang & Khanna, arXiv 2602.02986, for the alternating
 * loops of SCRUB, GDA and SalUn.
 * Proof: The steps are diagonal on the matrix units of the common basis, where moments multiply as the steps are
 * independent; by Cauchy-Schwarz the largest eigenvalue lies on the diagonal.
 * Notes: one axis R = 1, F = 1.5, eta = .5, alpha = .45: the simultaneous step multiplies by 1.06 and escapes, a period of
 * one ascent and one descent by 0.97.
 */
import fc from 'fast-check';
import type { PredictedSide } from '../src/harness/examination.js';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import type { ProblemSpec, ReducedProblem } from '../src/theory/problem.js';
import { axisMoments, groupAxisMoments, sideOfGrowth } from './common-axes.js';
import { isEscaping } from './curvature-terms.js';
import { FAR_OF_EIGHT, FAR_OF_EIGHT_WORDS } from './draws/draw-floors.js';
import { reaching, reachingSteps, TURNED } from './draws/reaching-problems.js';
import { commutingProblems } from './draws/extremal-families.js';
import { at } from './draws/outside-hypotheses.js';
import { alternating, anySampling, heldByAlternation } from './draws/procedure-problems.js';
import { closeSteps, drawn, exactSteps, farSteps, longSteps } from './draws/step-choice.js';
import { ANEW, ANEW_OR_ELSE, isAlternating } from './procedures.js';
import { ALTERNATING } from './sources.js';
import witnesses from './witnesses/P2b.json' with { type: 'json' };
import { stepsFivePercentOff, takingSides, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P2b',
  name: 'alternating steps, commuting',
  procedure: 'alternating steps',
  statement:
    'rho = max_a ((1 - eta_R h_a)^2 + eta^2 v_Ra)^m ((1 + eta_F f_a)^2 + eta^2 v_Fa)^k over the axes, exactly: stable where it is below 1, diverges where it is above.',
  formula: String.raw`\rho = \max_a\, \bigl((1 - \eta_R h_a)^2 + \eta^2 v_{Ra}\bigr)^m \bigl((1 + \eta_F f_a)^2 + \eta^2 v_{Fa}\bigr)^k`,
  hypotheses: [ANEW, 'all H_i commute'],
  unneeded: {
    ...ANEW_OR_ELSE,
  },
  source: ALTERNATING,
  proof:
    'The steps are diagonal on the matrix units of the common basis, where moments multiply as the steps are independent; by Cauchy-Schwarz the largest eigenvalue lies on the diagonal.',
};

/** The side by the log of a period on every axis. */
function alternatingSide(
  problem: ReducedProblem,
  eta: number,
  {
    over = Math.max,
    noise = 1,
    counts = (k: number, m: number): [number, number] => [k, m],
    tolerance = undefined as number | undefined,
  } = {},
): PredictedSide {
  const { schedule } = problem.procedure!;
  const [ascent, descent] = counts(schedule!.ascent, schedule!.descent);
  const moments = groupAxisMoments(problem, tolerance)!;
  const logs = Array.from({ length: problem.dimension }, (_, a) =>
    problem.groups.reduce((sum, { name }, g) => {
      const { mean, noise: v } = moments[g]![a]!;
      const factor = (1 - eta * mean) ** 2 + noise * eta * eta * v;
      return sum + (name === 'retain' ? descent : ascent) * Math.log(factor);
    }, 0),
  );
  return sideOfGrowth(over(...logs));
}

/** The side of the simultaneous step on the axes. */
function atOnce(problem: ReducedProblem, eta: number): PredictedSide {
  const axes = axisMoments(problem)!;
  return sideOfGrowth(
    Math.max(...axes.map(({ mean, noise }) => Math.log((1 - eta * mean) ** 2 + eta * eta * noise))),
  );
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'both',
  applies: (problem) => isAlternating(problem) && axisMoments(problem) !== null,
  criticalStep: () => null,
  sideAt: (problem, eta) => alternatingSide(problem, eta),
};

const taking = takingSides(claim);

/** Retain along one axis or the other, forget across both, full batches, in turns: small steps escape along no axis of either. */
const crossedPair: ProblemSpec = {
  retain: [[[2, 0]], [[0, 1]]],
  forget: [[[1, 1]]],
  alpha: 0.5,
  batch: { retain: 2, forget: 1 },
  sampling: 'without-replacement',
  schedule: { ascent: 1, descent: 1 },
};

const mutants = [
  ...wrongVariants('P2b', [
    [
      'U1 carried over: D < 0 diverges at every step size',
      taking((problem) => (isEscaping(problem) ? 'diverges' : 'undecided')),
    ],
    ['the simultaneous step in its place', taking(atOnce), 'quick'],
    ['k and m swapped', taking((p, eta) => alternatingSide(p, eta, { counts: (k, m) => [m, k] }))],
    ['one of each whatever k and m', taking((p, eta) => alternatingSide(p, eta, { counts: () => [1, 1] }))],
    ['min in place of max over the axes', taking((p, eta) => alternatingSide(p, eta, { over: Math.min }))],
    ['the noise left out', taking((problem, eta) => alternatingSide(problem, eta, { noise: 0 }))],
    ['the noise counted twice', taking((problem, eta) => alternatingSide(problem, eta, { noise: 2 }))],
    ...stepsFivePercentOff(claim),
  ]),
  ...withoutHypotheses<SideClaim>('P2b', [
    [
      'all H_i commute',
      {
        ...claim,
        applies: isAlternating,
        sideAt: (problem, eta) => alternatingSide(problem, eta, { tolerance: Infinity }),
      },
      at(crossedPair, 0.6),
    ],
  ]),
];

export const P2b: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `commuting problems of up to three axes, some of up to ten, any sampling, alpha up to three times the critical mixing; axes on which forgetting is about as strong as retaining, with full batches; one to five ascents and descents in turn. Step sizes on both sides of the first crossing, within 5 % of it without noise. ${FAR_OF_EIGHT_WORDS}`,
  floors: {
    without: ['mixing: alpha = 0'],
    asked: ['procedure: as many ascents as descents', 'procedure: other turns', ...FAR_OF_EIGHT],
    near: [],
  },
  instances: reaching(
    fc.oneof(
      {
        weight: 5,
        arbitrary: drawn(
          alternating(anySampling(commutingProblems(3, { escapes: true }))),
          fc.oneof(farSteps, farSteps, exactSteps),
        ),
      },
      {
        weight: 2,
        arbitrary: drawn(alternating(commutingProblems(10, { least: 4 })), longSteps),
      },
      { weight: 3, arbitrary: drawn(alternating(heldByAlternation), fc.oneof(closeSteps, farSteps)) },
    ),
    reachingSteps(alternating, { most: 8, commuting: true, places: TURNED }),
  ),
};
