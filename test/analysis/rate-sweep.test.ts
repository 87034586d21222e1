import { describe, expect, test } from 'vitest';
import { analyzeProblem } from '../../src/analysis/analyze.js';
import { problemFromSpec, type ProblemSpec } from '../../src/theory/problem.js';
import { relativeDifference } from '../closeness.js';

const spec: ProblemSpec = {
  retain: [[[1, 0]], [[0.8, 0.2]], [[0.9, -0.1]]],
  forget: [[[0, 0.5]], [[0.1, 0.6]]],
  alpha: 0.3,
  batch: { retain: 2, forget: 1 },
  sampling: 'without-replacement',
};

const request = { etaOfRate: 2, steps: 6, factor: 3, retainShare: 0.1 };

/** E tr(Hbar delta delta^T) after the steps by going through every batch of every step, from E[delta delta^T] = I. */
function enumerated(eta: number, steps: number): { retain: number; forget: number } {
  const hessian = (samples: readonly (readonly (readonly number[])[])[]): number[][] =>
    [0, 1].map((a) =>
      [0, 1].map((b) => samples.reduce((sum, [f]) => sum + f![a]! * f![b]!, 0) / samples.length),
    );
  const [h, g] = [hessian(spec.retain), hessian(spec.forget)];
  const pairs = [
    [0, 1],
    [0, 2],
    [1, 2],
  ].map((pair) => hessian(pair.map((i) => spec.retain[i]!)));
  const singles = spec.forget.map((sample) => hessian([sample]));
  const factors = pairs.flatMap((r) =>
    singles.map((f) =>
      [0, 1].map((a) => [0, 1].map((b) => Number(a === b) - eta * (0.7 * r[a]![b]! - 0.3 * f[a]![b]!))),
    ),
  );
  let m = [
    [1, 0],
    [0, 1],
  ];
  for (let k = 0; k < steps; k++) {
    const of = (a: number, b: number): number => {
      let sum = 0;
      for (const x of factors)
        for (let c = 0; c < 2; c++) for (let d = 0; d < 2; d++) sum += x[a]![c]! * m[c]![d]! * x[b]![d]!;
      return sum / factors.length;
    };
    m = [0, 1].map((a) => [0, 1].map((b) => of(a, b)));
  }
  const along = (matrix: number[][]): number =>
    matrix.reduce((sum, row, a) => sum + row.reduce((part, x, b) => part + x * m[a]![b]!, 0), 0);
  const trace = (matrix: number[][]): number => matrix[0]![0]! + matrix[1]![1]!;
  return { retain: along(h) / trace(h), forget: along(g) / trace(g) };
}

describe('a sweep of step sizes', () => {
  const etas = [0.1, 1, 3, 8];
  const { sweep = [], window } = analyzeProblem(problemFromSpec(spec), 1, [], {
    sweep: { ...request, etas },
  });

  test('expects the losses that going through all batches of all steps gives', () => {
    for (const { eta, retainLoss, forgetLoss } of sweep) {
      const real = enumerated(eta, request.steps);
      expect(relativeDifference(retainLoss, real.retain)).toBeLessThan(1e-12);
      expect(relativeDifference(forgetLoss, real.forget)).toBeLessThan(1e-12);
      // One step fewer is another loss.
      expect(relativeDifference(forgetLoss, enumerated(eta, request.steps - 1).forget)).toBeGreaterThan(1e-3);
    }
  });

  test('says of each rate what the analysis of that step size says', () => {
    for (const rate of sweep) {
      const { exact, typical, escape } = analyzeProblem(problemFromSpec(spec), rate.eta, [], { factor: 3 });
      expect(rate.lr).toBeCloseTo(rate.eta / 2, 12);
      expect(rate.side).toBe(exact.side);
      expect(rate.typical).toEqual(typical);
      expect(escape.secondMoment).not.toBeNull();
    }
  });

  test('has a word for nothing, one for forgetting, and one for a retain set that goes, too', () => {
    expect(sweep.map(({ word }) => word)).toEqual(['nothing', 'nothing', 'forgets', 'breaks']);
    expect(window).toEqual([1.5, 1.5]);
  });

  test('refuses a step without a forget set', () => {
    const descent = problemFromSpec({ ...spec, alpha: 0 });
    expect(() => analyzeProblem(descent, 1, [], { sweep: { ...request, etas } })).toThrow(RangeError);
  });
});
