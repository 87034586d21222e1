/**
 * # P4a: descent in epochs
 *
 * Statement: eta max_S lambda_1(H_S) < 2 over the batches S of an epoch  =>  stable, for any order of the batches.
 * Definitions: H_S = (1/|S|) sum_{i in S} H_i for a batch S, a short last one averaged over its own size.
 * Hypotheses: descent alone; every sample once an epoch.
 * Source: worked out for this project from the definitions of Chang & Khanna, arXiv 2602.02986, for random reshuffling.
 * Proof: Every step I - eta H_S has norm at most 1, and keeps |x| only if H_S x = 0; no x of U is so for all batches.
 * Notes: attained where each batch has all of one axis. Independent draws have no such bound: with nu > 0 their second
 * moment grows from smaller steps on.
 */
import fc, { type Arbitrary } from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';

import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { largestEigenvalue } from '../src/linalg/symmetric-eigen.js';
import { addScaled } from '../src/linalg/vectors.js';
import { sampleHessian } from '../src/theory/mean-curvature.js';
import type { CurvatureGroup, ProblemSpec, ReducedProblem } from '../src/theory/problem.js';
import { epochSizes, isDrawn } from '../src/theory/procedure.js';
import { isDescentAlone, largestMeanCurvature } from './curvature-terms.js';
import { FAR_OF_FEW, FAR_OF_FEW_WORDS } from './draws/draw-floors.js';
import { reaching, reachingProblems } from './draws/reaching-problems.js';
import { at, turnedByForget } from './draws/outside-hypotheses.js';
import { descentOnly, identicalGroups } from './draws/extremal-families.js';
import { MOST_IN_EPOCHS } from './draws/procedure-problems.js';
import { closeSteps, drawn, stepChoices } from './draws/step-choice.js';
import { isPlainStep } from './procedures.js';
import { RESHUFFLING } from './sources.js';
import witnesses from './witnesses/P4a.json' with { type: 'json' };
import { scaledStep, withConverse, wrongSteps, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P4a',
  name: 'descent in epochs',
  procedure: 'epochs',
  statement:
    'eta max_S lambda_1(H_S) < 2 over the batches S of an epoch  =>  stable, for any order of the batches.',
  formula: String.raw`\eta\,\max_S \lambda_1(H_S) < 2 \;\Longrightarrow\; \text{stable, for any order}`,
  hypotheses: ['descent alone', 'every sample once an epoch'],
  unneeded: {
    'every sample once an epoch': 'what an epoch is; with dropLast a random part is left out of each',
  },
  source: RESHUFFLING,
  proof:
    'Every step I - eta H_S has norm at most 1, and keeps |x| only if H_S x = 0; no x of U is so for all batches.',
};

/** lambda_1(H_S) of all batches that an epoch may have. */
function batchCurvatures(problem: ReducedProblem): number[] {
  const group = problem.groups.find(({ name }) => name === 'retain')!;
  const r = problem.dimension;
  const hessians = Array.from({ length: group.samples.sampleCount }, (_, i) =>
    sampleHessian(group.samples, i),
  );
  const sizes = new Set(epochSizes(group, problem.procedure?.dropLast ?? false));
  return [...sizes].flatMap((size) =>
    subsets(hessians.length, size).map((batch) => {
      const sum = new Float64Array(r * r);
      for (const i of batch) addScaled(sum, 1 / size, hessians[i]!);
      return largestEigenvalue(sum, r);
    }),
  );
}

function subsets(n: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: n - from }, (_, k) => from + k).flatMap((i) =>
    subsets(n, size - 1, i + 1).map((rest) => [i, ...rest]),
  );
}

const inEpochs = ({ groups }: ReducedProblem): boolean =>
  groups.every((group: CurvatureGroup) => !isDrawn(group) || group.name === 'forget');

const claim: SideClaim = {
  kind: 'side',
  asserts: 'stability',
  applies: (problem) => isDescentAlone(problem) && isPlainStep(problem) && inEpochs(problem),
  criticalStep: (problem) => 2 / Math.max(...batchCurvatures(problem)),
};

/** Retain 1, forget 4, equal weights, in epochs: D = -1.5. */
const turnedEpoch: ProblemSpec = { ...turnedByForget, sampling: 'reshuffled' };

const mutants = [
  ...wrongVariants('P4a', [
    ...wrongSteps(claim, [
      ['threshold 5 % too high', scaledStep(claim, 1.05), 'quick'],
      ['2/lambda_1(Hbar): the mean curvature', (problem) => 2 / largestMeanCurvature(problem), 'quick'],
      ['min in place of max over the batches', (problem) => 2 / Math.min(...batchCurvatures(problem))],
      [
        'the average over the batches',
        (problem) => {
          const all = batchCurvatures(problem);
          return (2 * all.length) / all.reduce((sum, x) => sum + x, 0);
        },
      ],
      ['4 in place of 2', scaledStep(claim, 2)],
    ]),
    ['the converse as well: diverges above', withConverse(claim)],
  ]),
  ...withoutHypotheses<SideClaim>('P4a', [
    [
      'descent alone',
      { ...claim, applies: (problem) => isPlainStep(problem) && inEpochs(problem) },
      at(turnedEpoch, 0.5),
    ],
  ]),
];

/** Descent alone in epochs: random samples, batches that divide them or not. */
const descentEpochs: Arbitrary<ProblemSpec> = fc
  .record({
    r: fc.integer({ min: 1, max: 3 }),
    entries: fc.array(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 3, maxLength: 3 }), {
      minLength: 2,
      maxLength: 6,
    }),
    batch: fc.nat(5),
    dropLast: fc.boolean(),
  })
  .map(({ r, entries, batch, dropLast }) => {
    const retain = entries.map((vector) => [vector.slice(0, r).map((x) => x / 2)]);
    return reshuffled({ ...descentOnly(retain, 1 + (batch % retain.length)) }, dropLast);
  })
  .filter(({ retain }) => retain.flat(2).some((x) => x !== 0));

/** Groups of identical samples on orthogonal axes, one a step: the bound of P4a is attained. */
export const groupedEpochs: Arbitrary<ProblemSpec> = identicalGroups
  .filter(({ retain }) => retain.length <= MOST_IN_EPOCHS)
  .map((problem) => reshuffled({ ...problem, batch: { retain: 1, forget: 1 } }, false));

/** Descent alone in epochs of single samples or pairs, with a large condition and unlike samples. */
const farDescentEpochs: Arbitrary<ProblemSpec> = fc
  .tuple(reachingProblems({ few: true, places: ['zero'] }), fc.constantFrom(1, 2))
  .map(([problem, retain]) => reshuffled({ ...problem, batch: { retain, forget: 1 } }, false));

function reshuffled(problem: ProblemSpec, dropLast: boolean): ProblemSpec {
  const { retain, batch } = problem;
  const uneven = retain.length % batch.retain !== 0;
  return { ...problem, sampling: 'reshuffled', ...(uneven ? { dropLast } : {}) };
}

export const P4a: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random problems of descent alone, up to three coordinates and six samples, in epochs, with batch sizes that divide them or not (a short last batch, or none); groups of identical samples on orthogonal axes, which attain the bound. Step sizes on both sides of the threshold, within 5 % of it, too. ${FAR_OF_FEW_WORDS}`,
  floors: {
    without: [
      'sampling: bernoulli',
      'sampling: with-replacement',
      'sampling: without-replacement',
      'nu: above 5',
      'samples: above 16',
      'r: above 8',
      'mixing: below alpha*',
      'mixing: above alpha*',
      'alignment across: to 0.8',
      'alignment across: above 0.8',
    ],
    asked: ['procedure: epochs', ...FAR_OF_FEW.filter((name) => !name.includes('alpha'))],
    near: [
      'batches: below half',
      'nu: 1 to 5',
      'samples: to 6',
      'r: to 3',
      'factors: one',
      'mixing: alpha = 0',
      'condition: to 3',
      'alignment within: to 0.5',
      'alignment within: above 0.5',
      'distance: within 5 %',
      'procedure: epochs',
    ],
  },
  instances: reaching(
    fc.oneof(
      { weight: 4, arbitrary: drawn(descentEpochs, stepChoices('stability')) },
      { weight: 3, arbitrary: drawn(groupedEpochs, fc.oneof(closeSteps, stepChoices('stability'))) },
    ),
    drawn(farDescentEpochs, stepChoices('stability')),
  ),
};
