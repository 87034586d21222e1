/**
 * # U21: cross coherence holds
 *
 * Statement: odds(alpha*) >= kappa 4 chi/(1 + chi)^2: one forget direction with alpha/(1 - alpha) below that is held, D > 0.
 * Definitions: kappa = tr(Hbar_R Hbar_F)/lambda_1(Hbar_F)^2; chi = cond(Hbar_R on U); odds(a) = a/(1 - a).
 * Hypotheses: Hbar_F has rank one.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986, with the inequality of Kantorovich.
 * Proof: With Hbar_F = f u u^T, kappa = u^T Hbar_R u/f and odds(alpha*) = 1/(f u^T Hbar_R^{-1} u); by Kantorovich their
 * quotient u^T Hbar_R u u^T Hbar_R^{-1} u is at most (1 + chi)^2/(4 chi).
 * Notes: the other side of U7, odds(alpha*) <= kappa: for one direction the cross coherence gives the critical mixing up to
 * this factor. Attained at chi = 1 and where u lies evenly between the extreme eigenvectors of Hbar_R. Where Hbar_R is
 * singular on U, both sides are 0.
 */
import fc, { type Arbitrary } from 'fast-check';
import type { InequalityClaim } from '../src/harness/inequality-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { symmetricEigenvalues } from '../src/linalg/symmetric-eigen.js';
import { crossCoherence } from '../src/theory/coherence.js';
import { criticalMixing, meanHessian } from '../src/theory/mean-curvature.js';
import { groupNamed, type ProblemSpec, type ReducedProblem } from '../src/theory/problem.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { at } from './draws/outside-hypotheses.js';
import { FAR, FAR_WORDS } from './draws/draw-floors.js';
import { reaching, reachingProblems, TURNED, alongFirst } from './draws/reaching-problems.js';
import { drawn, exactSteps, naturalSteps } from './draws/step-choice.js';
import { CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U21.json' with { type: 'json' };
import { withoutHypotheses, wrongVariants } from './wrong-variants.js';

const ONE_DIRECTION = 'Hbar_F has rank one';

const description: Description = {
  id: 'U21',
  name: 'cross coherence holds',
  statement:
    'odds(alpha*) >= kappa 4 chi/(1 + chi)^2: one forget direction with alpha/(1 - alpha) below that is held, D > 0.',
  formula: String.raw`\frac{\alpha}{1-\alpha} < \kappa\,\frac{4\chi}{(1+\chi)^2} \;\Longrightarrow\; D \succ 0, \qquad \chi = \operatorname{cond}(\bar H_R \text{ on } U)`,
  hypotheses: [ONE_DIRECTION],
  source: `${CHANG_KHANNA}, with the inequality of Kantorovich`,
  proof:
    'With Hbar_F = f u u^T, kappa = u^T Hbar_R u/f and odds(alpha*) = 1/(f u^T Hbar_R^{-1} u); by Kantorovich their quotient u^T Hbar_R u u^T Hbar_R^{-1} u is at most (1 + chi)^2/(4 chi).',
};

/** An eigenvalue of Hbar_F below this share of the largest is rounding. */
const RANK_TOLERANCE = 1e-9;

/** The share of its largest eigenvalue up to which the smallest of Hbar_R may be 0. */
const SINGULAR = 1e-12;

/** kappa, chi and odds(alpha*) of a problem with both sets. */
interface Terms {
  readonly kappa: number;
  readonly chi: number;
  readonly odds: number;
}

function termsOf(problem: ReducedProblem): Terms {
  const [retain, forget] = bothSets(problem)!;
  const values = symmetricEigenvalues(meanHessian(retain), problem.dimension);
  const critical = criticalMixing(retain, forget);
  return {
    kappa: crossCoherence(retain, forget).kappa,
    chi: values[0]! > SINGULAR * values.at(-1)! ? values.at(-1)! / values[0]! : Infinity,
    odds: critical / (1 - critical),
  };
}

function bothSets(problem: ReducedProblem) {
  const sets = (['retain', 'forget'] as const).map((name) => groupNamed(problem, name)?.samples);
  return sets[0] && sets[1] ? ([sets[0], sets[1]] as const) : null;
}

/** 4 chi/(1 + chi)^2, 0 for chi = Infinity. */
function kantorovich(chi: number): number {
  return 4 / (1 / Math.sqrt(chi) + Math.sqrt(chi)) ** 2;
}

/** The claim that odds(alpha*) >= kappa times a function of chi. */
function atLeast(share: (chi: number) => number, of = ({ kappa }: Terms) => kappa): InequalityClaim {
  return {
    kind: 'inequality',
    applies: (problem) => bothSets(problem) !== null && isOneDirection(problem),
    relations(problem) {
      const terms = termsOf(problem);
      return [
        {
          name: 'kappa 4 chi/(1 + chi)^2 <= odds(alpha*)',
          lesser: share(terms.chi) * of(terms),
          greater: terms.odds,
        },
      ];
    },
  };
}

const claim = atLeast(kantorovich);

/** Retain 1 along both axes, forget 4 along both: odds(alpha*) = 1/4, kappa = 1/2. */
const twoForgetDirections: ProblemSpec = {
  retain: [[[1, 0]], [[0, 1]]],
  forget: [[[2, 0]], [[0, 2]]],
  alpha: 0.1,
  batch: { retain: 1, forget: 1 },
  sampling: 'bernoulli',
};

const mutants = [
  ...wrongVariants('U21', [
    ['the bound 5 % too high', atLeast((chi) => 1.05 * kantorovich(chi)), 'quick'],
    ['chi left out: U7 with its converse', atLeast(() => 1)],
    ['chi^2 in place of chi, at most 1', atLeast((chi) => Math.min(1, kantorovich(chi) * chi))],
    ['2 sqrt(chi)/(1 + chi): the root', atLeast((chi) => Math.sqrt(kantorovich(chi)))],
    ['4 chi/(1 + chi)', atLeast((chi) => kantorovich(chi) * (1 + chi))],
    ['kappa squared', atLeast(kantorovich, ({ kappa }) => kappa ** 2)],
    ['root of kappa', atLeast(kantorovich, ({ kappa }) => Math.sqrt(kappa))],
    ['1/kappa: retain and forget swapped', atLeast(kantorovich, ({ kappa }) => 1 / kappa)],
  ]),
  ...withoutHypotheses<InequalityClaim>('U21', [
    [
      ONE_DIRECTION,
      { ...claim, applies: (problem) => bothSets(problem) !== null },
      at(twoForgetDirections, 0.5),
    ],
  ]),
];

/** A forget direction evenly between the axes of two retain curvatures 1 and chi: the bound is attained. */
const betweenTwoAxes: Arbitrary<ProblemSpec> = fc
  .record({
    chi: fc.constantFrom(1, 1.5, 2, 3, 5, 9, 20),
    size: fc.constantFrom(1, 0.5, 2),
    sampling: fc.constantFrom('bernoulli' as const, 'without-replacement' as const),
  })
  .map(({ chi, size, sampling }) => ({
    retain: [[[size, 0]], [[0, size * Math.sqrt(chi)]]],
    forget: [[[size, size]]],
    alpha: 0.1,
    batch: { retain: 1, forget: 1 },
    sampling,
  }));

const oneDirection = alignedProblems({ mixing: 'any' })
  .filter(({ alpha, forget }) => alpha > 0 && alpha < 1 && forget[0]![0]!.some((x) => x !== 0))
  .map((problem) => ({ ...problem, forget: alongFirst(problem.forget) }));

export const U21: ProblemTheorem<InequalityClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with their forget samples turned along one direction, any alpha and sampling; a forget direction evenly between two retain axes, where the bound is attained. The inequality is computed. ${FAR_WORDS}`,
  floors: {
    without: ['mixing: alpha = 0'],
    asked: FAR,
    near: [],
  },
  instances: reaching(
    fc.oneof(
      { weight: 5, arbitrary: drawn(oneDirection, exactSteps) },
      { weight: 2, arbitrary: drawn(betweenTwoAxes, exactSteps) },
    ),
    drawn(reachingProblems({ places: TURNED, oneForgotten: true }), naturalSteps),
  ),
};

/** True if Hbar_F has one direction. */
function isOneDirection(problem: ReducedProblem): boolean {
  const forget = groupNamed(problem, 'forget')!.samples;
  const values = symmetricEigenvalues(meanHessian(forget), problem.dimension);
  return values.length < 2 || values.at(-2)! <= RANK_TOLERANCE * values.at(-1)!;
}
