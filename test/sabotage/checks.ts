import { Matrix } from 'ml-matrix';
import { SAMPLINGS } from '../../src/theory/problem.js';
import { identityMatrix } from '../../src/linalg/symmetric-eigen.js';
import { dot, norm } from '../../src/linalg/vectors.js';
import { linearLeastSquares, teacherLabels } from '../../studies/digits/problem.js';
import { randomSource } from '../../src/statistics/generator.js';
import { denseSecondMoment } from '../reference/dense-operator.js';
import { trajectory } from '../../src/unlearning/growth.js';
import { stepDirections } from '../../src/unlearning/drawn-matrices.js';
import {
  linearisedProcess,
  unlearningProcess,
  type UnlearningImplementation,
  type UnlearningProcess,
} from '../../src/unlearning/process.js';
import {
  exactProbabilities,
  fitValue,
  multiplicities,
  pairFit,
  pairProbabilities,
  samplerFit,
} from '../batch-fit.js';
import { largestDifference } from '../closeness.js';
import {
  denseMatrix,
  entriesOf,
  normalEntries,
  normalSamples,
  reducedFromSpec,
  STABILITY_CASES,
} from '../sample-problems.js';
import { recordedProcess, stepMatrix } from './recorded-process.js';

/** A check of the unlearning code: what it asserts, and what it finds wrong with an implementation. */
export interface Check {
  readonly name: string;
  readonly claim: string;
  /** One line for each case that fails; empty for right code. */
  complaints(implementation: UnlearningImplementation): string[];
}

/** Level of every chi-square test: with fixed seeds it holds or fails once and for all. */
const LEVEL = 1e-6;
const DRAWS = 20_000;

/** A step is a few dozen products. */
const ROUNDING = 1e-12;
/** After a dozen steps. */
const RUN_ROUNDING = 1e-11;

const ETA = 0.6;

/** One problem for every sampling, with both sets and samples of several factors. */
const BOTH_SETS = STABILITY_CASES.filter(
  ({ mixing, rank }) => mixing === 'generic alpha' && rank === 'general rank',
);

/** The complaint of a fit at the level; none if it holds. */
function misfit(value: number, label: string): string[] {
  if (value >= LEVEL) return [];
  return [`${label}: ${chanceOf(value)}`];
}

/** A p-value in words, -1 for the impossible; the tail of chi-square is accurate to 1e-14. */
function chanceOf(value: number): string {
  if (value < 0) return 'a batch that has probability 0';
  return value < 1e-13 ? 'p < 1e-13' : `p = ${value.toExponential(0)}`;
}

/** The complaint of a difference beyond a tolerance; NaN is beyond. */
function difference(value: number, tolerance: number, label: string): string[] {
  return value <= tolerance ? [] : [`${label}: off by ${value.toExponential(0)}`];
}

export const batchLaw: Check = {
  name: 'batch law',
  claim: 'every batch is drawn with its exact probability (chi-square, three sampling schemes)',
  complaints: (implementation) =>
    SAMPLINGS.flatMap((sampling) =>
      [
        { n: 3, b: 1 },
        { n: 4, b: 2 },
        { n: 5, b: 3 },
        { n: 3, b: 3 },
      ].flatMap(({ n, b }) => {
        const sampler = implementation.sampler(sampling, n, b);
        const random = randomSource('sabotage', 'batch law', sampling, n, b);
        return misfit(
          samplerFit({ sampler, sampling, n, b, draws: DRAWS }, random),
          `${sampling}, ${b} of ${n}`,
        );
      }),
    ),
};

export const successiveBatches: Check = {
  name: 'successive batches',
  claim: 'two successive batches of a set are independent (chi-square on pairs)',
  complaints: (implementation) =>
    SAMPLINGS.flatMap((sampling) =>
      [
        { n: 3, b: 1 },
        { n: 4, b: 2 },
      ].flatMap(({ n, b }) => {
        const sampler = implementation.sampler(sampling, n, b);
        const random = randomSource('sabotage', 'successive', sampling, n, b);
        return misfit(
          pairFit({ sampler, sampling, n, b, draws: DRAWS }, random),
          `${sampling}, ${b} of ${n}`,
        );
      }),
    ),
};

export const batchesOfAStep: Check = {
  name: 'two batches of a step',
  claim: 'the retain and the forget batch of a step are independent (chi-square on pairs)',
  complaints: (implementation) =>
    SAMPLINGS.flatMap((sampling) => {
      const samples = normalSamples(randomSource('sabotage', 'pairs'), [1, 1, 1], 2);
      const batch = { retain: 1, forget: 1 };
      const problem = reducedFromSpec({ retain: samples, forget: samples, alpha: 0.5, batch, sampling });
      const process = recordedProcess(problem, ETA, implementation);
      const random = randomSource('sabotage', 'pairs', sampling);
      const draw = (): string => {
        process.drawBatches(random);
        process.applyStep(process.minimum.slice());
        const { retain, forget } = process.batches();
        return `${retain};${forget}`;
      };
      const expected = pairProbabilities(
        exactProbabilities(sampling, 3, batch.retain),
        exactProbabilities(sampling, 3, batch.forget),
      );
      return misfit(fitValue(draw, expected, DRAWS), sampling);
    }),
};

export const replayedBatches: Check = {
  name: 'replayed batches',
  claim: 'the same random source gives the same batches again, another one gives others',
  complaints: (implementation) =>
    SAMPLINGS.flatMap((sampling) => {
      const batches = (word: string): string => {
        const sampler = implementation.sampler(sampling, 6, 3);
        const random = randomSource('sabotage', 'replay', word);
        const draws = Array.from({ length: 30 }, () => {
          sampler.draw(random);
          return multiplicities(sampler.batch, 6);
        });
        return draws.join(';');
      };
      return [
        ...(batches('a') === batches('a') ? [] : [`${sampling}: other batches from the same source`]),
        ...(batches('a') === batches('b') ? [`${sampling}: the same batches from another source`] : []),
      ];
    }),
};

export const stepFormula: Check = {
  name: 'step formula',
  claim: 'every drawn step is I - eta [(1-alpha)/B_R sum H_i - alpha/B_F sum H_j], written out densely',
  complaints: (implementation) =>
    STABILITY_CASES.flatMap(({ name, problem }) => {
      const r = problem.dimension;
      const process = recordedProcess(problem, ETA, implementation);
      const random = randomSource('sabotage', 'formula', name);
      const rows = new Float64Array(r * r);
      const off = Array.from({ length: 6 }, () => {
        stepDirections(process, random, identityMatrix(r), rows);
        const expected = stepMatrix(problem, ETA, process.batches());
        return largestDifference(entriesOf(denseMatrix(rows, r, r).transpose()), entriesOf(expected));
      });
      return difference(Math.max(...off), ROUNDING, name);
    }),
};

const RUN_STEPS = 12;

export const productOfSteps: Check = {
  name: 'product of steps',
  claim: 'a run of twelve steps is the product of the twelve step matrices of its batches',
  complaints: (implementation) =>
    STABILITY_CASES.flatMap(({ name, problem }) => {
      const process = recordedProcess(problem, ETA, implementation);
      const random = randomSource('sabotage', 'product', name);
      const w = normalEntries(random, 1, problem.dimension);
      let expected = Matrix.columnVector(Array.from(w));
      for (let k = 0; k < RUN_STEPS; k++) {
        process.drawBatches(random);
        process.applyStep(w);
        expected = stepMatrix(problem, ETA, process.batches()).mmul(expected);
      }
      return difference(largestDifference(w, entriesOf(expected)), RUN_ROUNDING, name);
    }),
};

/** Displacement after one step with the batches drawn last. */
function stepped(process: UnlearningProcess, displacement: Float64Array): Float64Array {
  const { minimum } = process;
  const w = minimum.map((x, a) => x + displacement[a]!);
  process.applyStep(w);
  return w.map((x, a) => x - minimum[a]!);
}

export const linearStep: Check = {
  name: 'linear step',
  claim:
    'with the same batches, the steps from several displacements are one symmetric matrix, in whatever order they are made',
  complaints: (implementation) =>
    BOTH_SETS.flatMap(({ problem, sampling }) => {
      const process = linearisedProcess(problem, ETA, implementation);
      const random = randomSource('sabotage', 'linear', sampling);
      return Array.from({ length: 6 }).flatMap(() => {
        const [x, y] = [normalEntries(random, 1, 3), normalEntries(random, 1, 3)];
        process.drawBatches(random);
        const [ax, ay] = [stepped(process, x), stepped(process, y)];
        const sum = stepped(
          process,
          x.map((entry, a) => entry + y[a]!),
        );
        const again = stepped(process, x);
        const asymmetry = Math.abs(dot(y, ax) - dot(x, ay)) / (norm(x) * norm(ay) + norm(y) * norm(ax));
        return [
          ...difference(largestDifference(again, ax), ROUNDING, `${sampling}, A x made again`),
          ...difference(
            largestDifference(
              sum,
              ax.map((entry, a) => entry + ay[a]!),
            ),
            ROUNDING,
            `${sampling}, A (x + y) - A x - A y`,
          ),
          ...difference(asymmetry, ROUNDING, `${sampling}, y.A x - x.A y`),
        ];
      });
    }),
};

const TINY = 1e-9;
/** Around a minimum of order 1 float64 resolves 1e-16/TINY = 1e-7 of it. */
const TINY_ROUNDING = 1e-5;

export const tinyDisplacement: Check = {
  name: 'tiny displacement',
  claim: 'around a minimum of order 1 a displacement of 1e-9 moves as one of length 1 does, scaled down',
  complaints: (implementation) => {
    const random = randomSource('sabotage', 'tiny');
    const teacher = normalEntries(random, 1, 3);
    const model = (n: number) => {
      const features = normalEntries(random, n, 3);
      return linearLeastSquares(features, teacherLabels(features, teacher));
    };
    const settings = {
      retain: model(5),
      forget: model(3),
      alpha: 0.3,
      eta: 0.2,
      batch: { retain: 2, forget: 1 },
    };
    const process = unlearningProcess(settings, 'without-replacement', teacher, implementation);
    const direction = normalEntries(random, 1, 3);
    const off = Array.from({ length: 6 }, () => {
      process.drawBatches(random);
      const large = stepped(process, direction);
      const small = stepped(
        process,
        direction.map((x) => TINY * x),
      );
      return largestDifference(
        small.map((x) => x / TINY),
        large,
      );
    });
    return difference(Math.max(...off), TINY_ROUNDING, 'least squares');
  },
};

const RUNS = 4_000;
const SHORT_RUN = 3;
const SHORT_RUN_ETA = 0.3;

export const secondMomentOfRuns: Check = {
  name: 'second moment of runs',
  claim: 'the mean of |delta_3|^2 over 4,000 runs is that of the dense operator, to six standard errors',
  complaints: (implementation) =>
    BOTH_SETS.flatMap(({ problem, sampling }) => {
      const start = Float64Array.of(1, -1, 0.5);
      const process = linearisedProcess(problem, SHORT_RUN_ETA, implementation);
      const random = randomSource('sabotage', 'runs', sampling);
      const ends = Array.from(
        { length: RUNS },
        () => trajectory(process, start, SHORT_RUN, random)[SHORT_RUN]!,
      );
      const mean = ends.reduce((a, b) => a + b, 0) / RUNS;
      const variance = ends.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (RUNS - 1);
      const column = Matrix.columnVector(Array.from(start));
      let moment = Matrix.columnVector(column.mmul(column.transpose()).to1DArray());
      const operator = denseSecondMoment(problem, SHORT_RUN_ETA);
      for (let k = 0; k < SHORT_RUN; k++) moment = operator.mmul(moment);
      const exact = denseMatrix(entriesOf(moment), 3, 3).trace();
      const standardError = Math.sqrt(variance / RUNS);
      if (!Number.isFinite(mean))
        return [`${sampling}: beyond the number range, not ${exact.toPrecision(3)}`];
      if (Math.abs(mean - exact) <= 6 * standardError) return [];
      const error = standardError > 1e-9 * mean ? standardError.toPrecision(1) : '0';
      return [`${sampling}: ${mean.toPrecision(3)} +- ${error}, not ${exact.toPrecision(3)}`];
    }),
};

/** The checks of step and sampler, besides `verify`. */
export const checks: readonly Check[] = [
  batchLaw,
  successiveBatches,
  batchesOfAStep,
  replayedBatches,
  stepFormula,
  productOfSteps,
  linearStep,
  tinyDisplacement,
  secondMomentOfRuns,
];
