/**
 * # P4: epochs, commuting
 *
 * Statement: every sample of one set once an epoch, in a random order, one a step: an epoch multiplies E|delta|^2 by rho =
 * max_a prod_j (1 - eta k_ja)^2, whatever the order: stable where it is below 1, diverges where it is above.
 * Definitions: common eigenvectors a of all H_i; k_ja the eigenvalue of the step's curvature when sample j is drawn, the
 * other set's part in it.
 * Hypotheses: one set in epochs of single samples; the other set absent or whole in every step; all H_i commute.
 * Source: worked out for this project from the definitions of Chang & Khanna, arXiv 2602.02986, for random reshuffling.
 * Proof: The factors of an axis commute, so an epoch is one and the same diagonal matrix in every order.
 * Notes: no heavy-tail zone: E|delta|^2 grows iff almost every run does. U1 does not carry over: retain {4, 0}, forget
 * {2.1}, alpha 1/2, eta 1: D = -.05, and an epoch multiplies by .05 x 2.05. Small steps: log rho is about -2 J eta d.
 */
import fc from 'fast-check';
import type { PredictedSide } from '../src/harness/examination.js';
import type { SideClaim } from '../src/harness/side-claim.js';

import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import type { CurvatureGroup, ProblemSpec, ReducedProblem } from '../src/theory/problem.js';
import { isDrawn } from '../src/theory/procedure.js';
import { axisCurvatures, sideOfGrowth } from './common-axes.js';
import { escapeDirection, isEscaping, isFull } from './curvature-terms.js';
import { FAR_OF_FEW, FAR_OF_FEW_WORDS } from './draws/draw-floors.js';
import { reaching } from './draws/reaching-problems.js';
import { at, scalar, threeDirections } from './draws/outside-hypotheses.js';
import { cancellingEpochs, commutingEpochs, farEpochs } from './draws/procedure-problems.js';
import { closeSteps, drawn, exactSteps, shareSteps } from './draws/step-choice.js';
import { isPlainStep } from './procedures.js';
import { RESHUFFLING } from './sources.js';
import witnesses from './witnesses/P4.json' with { type: 'json' };
import { stepsFivePercentOff, takingSides, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P4',
  name: 'epochs, commuting',
  procedure: 'epochs',
  statement:
    'every sample of one set once an epoch, in a random order, one a step: an epoch multiplies E|delta|^2 by rho = max_a prod_j (1 - eta k_ja)^2, whatever the order: stable where it is below 1, diverges where it is above.',
  formula: String.raw`\rho = \max_a \prod_j (1 - \eta\,k_{ja})^2, \quad \text{whatever the order}`,
  hypotheses: [
    'one set in epochs of single samples',
    'the other set absent or whole in every step',
    'all H_i commute',
  ],
  source: RESHUFFLING,
  proof: 'The factors of an axis commute, so an epoch is one and the same diagonal matrix in every order.',
};

/** Curvatures of the steps of an epoch along every axis: [axis][step]; the set that is not in epochs enters whole. */
function stepCurvatures(problem: ReducedProblem, tolerance?: number): number[][] {
  const curvatures = axisCurvatures(problem, tolerance)!;
  const epoch = problem.groups.indexOf(epochSet(problem)!);
  return Array.from({ length: problem.dimension }, (_, a) => {
    const along = problem.groups.map(({ sign, weight }, g) =>
      curvatures[g]!.map((ofSample) => sign * weight * ofSample[a]!),
    );
    const whole = along
      .filter((_unused, g) => g !== epoch)
      .reduce((sum, own) => sum + own.reduce((x, y) => x + y, 0) / own.length, 0);
    return along[epoch]!.map((k) => k + whole);
  });
}

/** The side by one number an axis, the largest unless told otherwise. */
function epochSide(
  problem: ReducedProblem,
  {
    ofAxis,
    over = Math.max,
    tolerance,
  }: { ofAxis: (k: number[]) => number; over?: typeof Math.max; tolerance?: number },
): PredictedSide {
  return sideOfGrowth(over(...stepCurvatures(problem, tolerance).map(ofAxis)));
}

/** log prod_j |1 - eta k_j|. */
const logProduct =
  (eta: number) =>
  (k: readonly number[]): number =>
    k.reduce((sum, x) => sum + Math.log(Math.abs(1 - eta * x)), 0);

const average = (k: readonly number[]): number => k.reduce((sum, x) => sum + x, 0) / k.length;

/** The set whose epochs these are: of two in epochs the one that is not whole in every step; undefined if none is, or both are. */
function epochSet({ groups }: ReducedProblem): CurvatureGroup | undefined {
  const inEpochs = groups.filter((group) => !isDrawn(group));
  const [moving, ...others] = inEpochs.filter(({ batchSize, samples }) => batchSize < samples.sampleCount);
  if (others.length > 0) return undefined;
  return moving ?? inEpochs.find(({ batchSize }) => batchSize === 1) ?? inEpochs[0];
}

const ofSingles = (problem: ReducedProblem): boolean => epochSet(problem)!.batchSize === 1;

const otherWhole = (problem: ReducedProblem): boolean =>
  isFull({ ...problem, groups: problem.groups.filter((group) => group !== epochSet(problem)) });

/** The hypotheses, each of which may be left out. */
function holds(problem: ReducedProblem, { singles = true, whole = true, commute = true } = {}): boolean {
  return (
    isPlainStep(problem) &&
    epochSet(problem) !== undefined &&
    (!singles || ofSingles(problem)) &&
    (!whole || otherWhole(problem)) &&
    (!commute || axisCurvatures(problem) !== null)
  );
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'both',
  applies: (problem) => holds(problem),
  criticalStep: () => null,
  sideAt: (problem, eta) => epochSide(problem, { ofAxis: logProduct(eta) }),
};

const taking = takingSides(claim);

/** Retain 0, 0, 4 and 4 in epochs of two: at eta = 0.6 most epochs multiply by 0.04, and by 1.96 in single samples. */
const pairedEpoch: ProblemSpec = {
  ...scalar([0, 0, 2, 2], [1, 0.5], 0, { retain: 2, forget: 1 }, 'without-replacement'),
  sampling: { retain: 'reshuffled', forget: 'without-replacement' },
};

/** Retain 0 and 4 in epochs, forget 9 once in four, drawn anew: at eta = 0.6 the second moment grows by 1.17 an epoch. */
const drawnForgetEpoch: ProblemSpec = {
  ...scalar([0, 2], [3, 0, 0, 0], 0.2, { retain: 1, forget: 1 }, 'without-replacement'),
  sampling: { retain: 'reshuffled', forget: 'without-replacement' },
};

/** Three samples in the plane that do not commute, one a step, in epochs. */
const crossedEpoch: ProblemSpec = {
  ...threeDirections,
  retain: [[[1.5, 0]], [[0.5, 1]], [[0, 1.5]]],
  sampling: 'reshuffled',
};

const mutants = [
  ...wrongVariants('P4', [
    [
      'U1 carried over: D < 0 diverges at every step size',
      taking((problem) => (isEscaping(problem) ? 'diverges' : 'undecided')),
      'quick',
    ],
    [
      'independent draws in place of an epoch: the mean of (1 - eta k_j)^2',
      taking((problem, eta) =>
        epochSide(problem, { ofAxis: (k) => Math.log(average(k.map((x) => (1 - eta * x) ** 2))) }),
      ),
      'quick',
    ],
    [
      'the mean curvature in every step: (1 - eta d)^2',
      taking((problem, eta) =>
        epochSide(problem, { ofAxis: (k) => Math.log(Math.abs(1 - eta * average(k))) }),
      ),
    ],
    [
      'D > 0 holds at every step size',
      taking((problem) => (escapeDirection(problem).value > 0 ? 'stable' : 'undecided')),
    ],
    [
      'min in place of max over the axes',
      taking((problem, eta) => epochSide(problem, { ofAxis: logProduct(eta), over: Math.min })),
    ],
    [
      'the largest factor of a step in place of the product',
      taking((problem, eta) =>
        epochSide(problem, { ofAxis: (k) => Math.max(...k.map((x) => Math.log(Math.abs(1 - eta * x)))) }),
      ),
    ],
    ...stepsFivePercentOff(claim),
  ]),
  ...withoutHypotheses<SideClaim>('P4', [
    [
      'one set in epochs of single samples',
      { ...claim, applies: (problem) => holds(problem, { singles: false }) },
      at(pairedEpoch, 0.6),
    ],
    [
      'the other set absent or whole in every step',
      { ...claim, applies: (problem) => holds(problem, { whole: false }) },
      at(drawnForgetEpoch, 0.6),
    ],
    [
      'all H_i commute',
      {
        ...claim,
        applies: (problem) => holds(problem, { commute: false }),
        sideAt: (problem, eta) => epochSide(problem, { ofAxis: logProduct(eta), tolerance: Infinity }),
      },
      at(crossedEpoch, 1.2),
    ],
  ]),
];

export const P4: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `commuting problems of up to three axes with the retain set, or the forget set, in epochs of single samples and the other one absent or whole; one axis of a few unlike samples on which steps cancel within an epoch. Step sizes from a tenth of 1/lambda_1(K) up, and on both sides of the first crossing, within 5 % of it, too. ${FAR_OF_FEW_WORDS}`,
  floors: {
    without: [
      'sampling: bernoulli',
      'sampling: with-replacement',
      'samples: above 16',
      'r: 4 to 8',
      'r: above 8',
    ],
    asked: ['procedure: epochs', ...FAR_OF_FEW],
    near: [],
  },
  instances: reaching(
    fc.oneof(
      { weight: 6, arbitrary: drawn(commutingEpochs, fc.oneof(closeSteps, exactSteps, shareSteps)) },
      { weight: 3, arbitrary: drawn(cancellingEpochs, fc.oneof(closeSteps, exactSteps, shareSteps)) },
    ),
    drawn(farEpochs, fc.oneof(exactSteps, shareSteps)),
  ),
};
