import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { decideSide } from '../../src/decision/decide-side.js';
import { identityMatrix } from '../../src/linalg/symmetric-eigen.js';
import { randomSource } from '../../src/statistics/generator.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import type { ReducedProblem } from '../../src/theory/problem.js';
import { stepDirections } from '../../src/unlearning/drawn-matrices.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { relativeDifference } from '../closeness.js';
import { denseHessians } from '../reference/dense-operator.js';
import { enumerateBatches } from '../reference/enumeration.js';
import { matrixDecision } from '../reference/matrix-decision.js';
import { reducedFromSpec } from '../sample-problems.js';

/** Spectral decompositions of two implementations, and sums of thousands of products. */
const ROUNDING = 1e-6;

const PROBLEMS: Record<string, ReducedProblem> = {
  'two parameters, descent': reducedFromSpec({
    retain: [[[1, 0]], [[0.2, 1.3]], [[0.8, 0.6]], [[0.1, 0.4]]],
    forget: [],
    alpha: 0,
    batch: { retain: 1, forget: 0 },
    sampling: 'without-replacement',
  }),
  'two parameters, both sets': reducedFromSpec({
    retain: [
      [[1, 0.3]],
      [[0, 1.4]],
      [
        [0.9, 0.1],
        [0.2, 0.5],
      ],
    ],
    forget: [[[0.5, 0.1]], [[0.1, 0.6]]],
    alpha: 0.2,
    batch: { retain: 2, forget: 1 },
    sampling: 'without-replacement',
  }),
  'three parameters': reducedFromSpec({
    retain: [[[1, 0, 0]], [[0, 0.6, 0.3]], [[0.2, 0.1, 1.5]], [[0.5, 0.9, 0]]],
    forget: [],
    alpha: 0,
    batch: { retain: 2, forget: 0 },
    sampling: 'without-replacement',
  }),
};

/** Every step matrix that the problem allows. */
function allowedSteps(problem: ReducedProblem, eta: number): Matrix[] {
  return problem.groups.reduce<Matrix[]>(
    (steps, { samples, sign, weight, batchSize, sampling }) => {
      const hessians = denseHessians(samples);
      const batches = enumerateBatches(sampling, samples.sampleCount, batchSize);
      return steps.flatMap((step) =>
        batches.map(({ multiplicity }) =>
          multiplicity.reduce(
            (moved, times, i) =>
              moved.sub(Matrix.mul(hessians[i]!, (times * eta * sign * weight) / batchSize)),
            step.clone(),
          ),
        ),
      );
    },
    [Matrix.eye(problem.dimension)],
  );
}

describe('decideSide is the documented procedure for matrices, too, to the sample', () => {
  it.each(Object.keys(PROBLEMS))('%s', (name) => {
    const problem = PROBLEMS[name]!;
    const r = problem.dimension;
    const critical = exactStability(problem).criticalStep().value;
    const sides = [0.4, 0.85, 0.96, 1.02, 1.5].map((ratio) => {
      const eta = ratio * critical;
      const options = { errorProbability: 1e-6, maxSamples: 12_000 };
      const random = () => randomSource('matrix procedure', name, ratio);
      const found = decideSide(linearisedProcess(problem, eta), problem, eta, random(), options);
      const process = linearisedProcess(problem, eta);
      const source = random();
      const steps = Array.from({ length: found.samples + 128 }, () => {
        const step = new Float64Array(r * r);
        stepDirections(process, source, identityMatrix(r), step);
        return Matrix.from1DArray(r, r, Array.from(step));
      });
      const expected = matrixDecision(steps, { ...options, allowed: allowedSteps(problem, eta) });
      expect([found.side, found.samples], `ratio ${ratio}`).toEqual([expected.side, expected.samples]);
      if (Number.isFinite(expected.logEvidence)) {
        expect(relativeDifference(found.logEvidence, expected.logEvidence)).toBeLessThan(ROUNDING);
      }
      return found.side;
    });
    expect(sides).toContain('stable');
    expect(sides).toContain('diverges');
  });
});
