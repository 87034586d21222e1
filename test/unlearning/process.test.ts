import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import type { ReducedProblem } from '../../src/theory/problem.js';
import { identityMatrix } from '../../src/linalg/symmetric-eigen.js';
import { linearLeastSquares, teacherLabels } from '../../studies/digits/problem.js';
import { randomSource } from '../../src/statistics/generator.js';
import { denseHessians, denseMeanCurvature, denseSecondMoment } from '../reference/dense-operator.js';
import { enumerateBatches, type WeightedBatch } from '../reference/enumeration.js';
import type { BatchSampler } from '../../src/unlearning/batch-sampler.js';
import { stepDirections } from '../../src/unlearning/drawn-matrices.js';
import {
  linearisedProcess,
  unlearning,
  unlearningProcess,
  type UnlearningImplementation,
} from '../../src/unlearning/process.js';
import { largestDifference } from '../closeness.js';
import { denseMatrix, entriesOf, normalEntries, STABILITY_CASES } from '../sample-problems.js';

/** A step is a few dozen products, a mean of at most 256 of them. */
const ROUNDING = 1e-12;

/** The real step with batches that are laid down beforehand, one for each set, in the order retain, forget. */
function scripted(): {
  implementation: UnlearningImplementation;
  lay(batches: readonly WeightedBatch[]): void;
} {
  const samplers: BatchSampler[] = [];
  return {
    implementation: {
      ...unlearning,
      sampler: (_sampling, n, b) => {
        const sampler: BatchSampler = {
          batch: { indices: new Int32Array(Math.max(n, b)), size: 0 },
          draw: () => undefined,
        };
        samplers.push(sampler);
        return sampler;
      },
    },
    lay(batches) {
      batches.forEach(({ multiplicity }, g) => {
        const { batch } = samplers[g]!;
        batch.size = 0;
        multiplicity.forEach((times, i) => {
          for (let k = 0; k < times; k++) batch.indices[batch.size++] = i;
        });
      });
    },
  };
}

/** All pairs (or, with one group, single batches) of the problem. */
function allBatches(problem: ReducedProblem): WeightedBatch[][] {
  return problem.groups.reduce<WeightedBatch[][]>(
    (lists, { samples, batchSize, sampling }) =>
      lists.flatMap((list) =>
        enumerateBatches(sampling, samples.sampleCount, batchSize).map((batch) => [...list, batch]),
      ),
    [[]],
  );
}

/** The matrix of the step that `stepDirections` makes, from the r basis directions. */
function stepMatrix(process: ReturnType<typeof linearisedProcess>, r: number): Matrix {
  const out = new Float64Array(r * r);
  stepDirections(process, randomSource('unused'), identityMatrix(r), out);
  return denseMatrix(out, r, r).transpose();
}

const ETA = 0.6;

describe('linearisedProcess', () => {
  it.each(STABILITY_CASES)(
    'makes the step A = I - eta sum_g s_g a_g/B_g sum H_i for every batch ($name)',
    ({ problem }) => {
      const r = problem.dimension;
      const script = scripted();
      const process = linearisedProcess(problem, ETA, script.implementation);
      const hessians = problem.groups.map(({ samples }) => denseHessians(samples));
      for (const batches of allBatches(problem)) {
        script.lay(batches);
        const expected = Matrix.eye(r);
        problem.groups.forEach(({ sign, weight, batchSize }, g) => {
          batches[g]!.multiplicity.forEach((times, i) => {
            expected.sub(Matrix.mul(hessians[g]![i]!, (ETA * sign * weight * times) / batchSize));
          });
        });
        const step = stepMatrix(process, r);
        expect(largestDifference(entriesOf(step), entriesOf(expected))).toBeLessThan(ROUNDING);
      }
    },
  );

  it.each(STABILITY_CASES)(
    'has the mean I - eta D and the second moment T over all batches ($name)',
    ({ problem }) => {
      const r = problem.dimension;
      const script = scripted();
      const process = linearisedProcess(problem, ETA, script.implementation);
      const mean = Matrix.zeros(r, r);
      const moment = Matrix.zeros(r * r, r * r);
      for (const batches of allBatches(problem)) {
        script.lay(batches);
        const step = stepMatrix(process, r);
        const probability = batches.reduce((product, batch) => product * batch.probability, 1);
        mean.add(Matrix.mul(step, probability));
        moment.add(step.kroneckerProduct(step).mul(probability));
      }
      const expected = Matrix.eye(r).sub(denseMeanCurvature(problem).mul(ETA));
      expect(largestDifference(entriesOf(mean), entriesOf(expected))).toBeLessThan(ROUNDING);
      const operator = denseSecondMoment(problem, ETA);
      expect(largestDifference(entriesOf(moment), entriesOf(operator))).toBeLessThan(ROUNDING);
      const other = denseSecondMoment(problem, 1.01 * ETA);
      expect(largestDifference(entriesOf(moment), entriesOf(other))).toBeGreaterThan(1e-3);
    },
  );

  it('has its minimum at 0, where no step moves it', () => {
    const { problem } = STABILITY_CASES.find(({ mixing }) => mixing === 'generic alpha')!;
    const process = linearisedProcess(problem, ETA);
    const random = randomSource('minimum');
    const w = process.minimum.slice();
    for (let k = 0; k < 20; k++) {
      process.drawBatches(random);
      process.applyStep(w);
    }
    expect(process.minimum).toEqual(new Float64Array(3));
    expect(w.every((x) => x === 0)).toBe(true);
  });

  it('reports the sizes of the batches drawn last, 0 for a set that was dropped', () => {
    const random = randomSource('sizes');
    for (const { problem, mixing, sampling } of STABILITY_CASES) {
      const process = linearisedProcess(problem, ETA);
      process.drawBatches(random);
      const { retain, forget } = process.batchSizes();
      if (mixing === 'alpha 0') expect(forget).toBe(0);
      if (mixing === 'alpha 1') expect(retain).toBe(0);
      if (mixing === 'generic alpha' && sampling !== 'bernoulli')
        expect({ retain, forget }).toEqual({ retain: 2, forget: 2 });
    }
  });

  it('bernoulli batches have sizes that vary around B', () => {
    const { problem } = STABILITY_CASES.find(
      (c) => c.sampling === 'bernoulli' && c.mixing === 'generic alpha',
    )!;
    const process = linearisedProcess(problem, ETA);
    const random = randomSource('bernoulli sizes');
    const sizes = Array.from({ length: 2000 }, () => {
      process.drawBatches(random);
      return process.batchSizes().retain;
    });
    expect(new Set(sizes).size).toBe(6);
    const mean = sizes.reduce((a, b) => a + b, 0) / sizes.length;
    // Standard deviation sqrt(5 * 0.4 * 0.6) = 1.1; six standard errors.
    expect(Math.abs(mean - 2)).toBeLessThan((6 * 1.1) / Math.sqrt(2000));
  });
});

describe('unlearningProcess on least squares', () => {
  it('around the teacher moves every displacement as the linearised process does around 0', () => {
    const random = randomSource('least squares');
    const teacher = normalEntries(random, 1, 3);
    const [retainFeatures, forgetFeatures] = [normalEntries(random, 5, 3), normalEntries(random, 2, 3)];
    const retain = linearLeastSquares(retainFeatures, teacherLabels(retainFeatures, teacher));
    const forget = linearLeastSquares(forgetFeatures, teacherLabels(forgetFeatures, teacher));
    const settings = { retain, forget, alpha: 0.3, eta: 0.2, batch: { retain: 2, forget: 1 } };
    const process = unlearningProcess(settings, 'without-replacement', teacher);
    const problem: ReducedProblem = {
      dimension: 3,
      alpha: 0.3,
      groups: [
        {
          name: 'retain',
          sign: 1,
          weight: 0.7,
          batchSize: 2,
          sampling: 'without-replacement',
          samples: retain.curvature,
        },
        {
          name: 'forget',
          sign: -1,
          weight: 0.3,
          batchSize: 1,
          sampling: 'without-replacement',
          samples: forget.curvature,
        },
      ],
    };
    const linear = linearisedProcess(problem, 0.2);
    const directions = normalEntries(random, 4, 3);
    const [around, reference] = [new Float64Array(12), new Float64Array(12)];
    for (let k = 0; k < 20; k++) {
      stepDirections(process, randomSource('batches', k), directions, around);
      stepDirections(linear, randomSource('batches', k), directions, reference);
      expect(largestDifference(around, reference)).toBeLessThan(ROUNDING);
    }
    expect(largestDifference(around, directions)).toBeGreaterThan(0.01);
  });
});
