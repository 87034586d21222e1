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

describe('the words of step sizes, by hand for two samples that share no direction, without noise', () => {
  /** Words after two steps: forget loss (1 + eta alpha)^4, retain loss (1 - eta (1 - alpha))^4 of that at the start. */
  const swept = (etas: readonly number[], alpha = 0.5, retainShare = 0.1) => {
    const apart = { retain: [[[1, 0]]], forget: [[[0, 1]]], alpha, batch: { retain: 1, forget: 1 } };
    const problem = problemFromSpec({ ...apart, sampling: 'without-replacement' });
    const sweep = { etas, etaOfRate: null, steps: 2, factor: 3, retainShare };
    return analyzeProblem(problem, 1, [], { sweep });
  };
  const words = (...of: Parameters<typeof swept>) => swept(...of).sweep!.map(({ word }) => word);

  test('forgets from the square of the factor on', () => {
    // 1.73^4 = 8.96 and 1.74^4 = 9.17; the retain loss is 0.27^4.
    expect(words([1, 1.46, 1.48])).toEqual(['nothing', 'nothing', 'forgets']);
  });

  test('breaks where the retain loss grows by more than its share of the forget loss', () => {
    // 3.2^4 = 104.9 and 1.2^4 = 2.07; 6^4 = 1296 and 4^4 = 256.
    expect(words([4.4, 10], 0.5, 0.1)).toEqual(['forgets', 'breaks']);
    expect(words([4.4, 10], 0.5, 0.01)).toEqual(['breaks', 'breaks']);
    expect(words([4.4, 10], 0.5, 0.2)).toEqual(['forgets', 'forgets']);
    // The retain loss may be that of the start: 0.9^4 beside 2.9^4 = 70.7, of which a thousandth is less.
    expect(words([3.8], 0.5, 0.001)).toEqual(['forgets']);
  });

  test('breaks by the retain loss alone from the square of the factor on', () => {
    // 1.3^4 = 2.9; 1.7^4 = 8.4 and 1.74^4 = 9.2.
    expect(words([3, 2.7 / 0.9, 2.74 / 0.9], 0.1)).toEqual(['nothing', 'nothing', 'breaks']);
  });

  test('the window is the longest row of rates that forget', () => {
    expect(swept([1.5, 1, 2, 2.5, 10, 3]).window).toEqual([2, 2.5]);
    expect(swept([2, 2.5, 1, 3]).window).toEqual([2, 2.5]);
    expect(swept([1]).window).toBeNull();
  });
});

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
