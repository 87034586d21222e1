import { describe, expect, test } from 'vitest';
import { analyzeProblem } from '../../src/analysis/analyze.js';
import { growthLines } from '../../src/report/analysis-facts.js';
import { problemFromSpec, type ProblemSpec } from '../../src/theory/problem.js';
import { randomSource } from '../../src/statistics/generator.js';
import { denseRadius, enumeratedPeriod } from '../reference/procedure-enumeration.js';

const WITHOUT = { sampling: 'without-replacement' } as const;
const LINE: ProblemSpec = {
  ...WITHOUT,
  retain: [[[1]], [[2]]],
  forget: [[[1]]],
  alpha: 0.05,
  batch: { retain: 2, forget: 1 },
};
const PLANE: ProblemSpec = {
  ...WITHOUT,
  retain: [[[0.468, 0.261]], [[0.949, 0.161]], [[0.336, -0.127]], [[0.632, -0.941]]],
  forget: [[[0.396, -0.253]], [[-0.545, 0.183]]],
  alpha: 0.05,
  batch: { retain: 4, forget: 2 },
};
/** Two samples that are one, up to its sign: every batch is the same. */
const TWINS: ProblemSpec = {
  ...WITHOUT,
  retain: [[[1, 0.5]], [[-1, -0.5]]],
  forget: [[[0.2, 1]]],
  alpha: 0.1,
  batch: { retain: 1, forget: 1 },
};

describe('2 gamma is exact where nothing is random, twice the log of the spectral radius of the step:', () => {
  test.each<[string, ProblemSpec, number]>([
    ['momentum 0.99 on a line', { ...LINE, optimizer: { momentum: 0.99 } }, 0.05],
    ['momentum 0.999 on a line', { ...LINE, optimizer: { momentum: 0.999 } }, 0.05],
    ['momentum 0.999 in a plane', { ...PLANE, optimizer: { momentum: 0.999 } }, 0.05],
    ['momentum 0.9 in a plane', { ...PLANE, optimizer: { momentum: 0.9 } }, 0.01],
    [
      'Nesterov with decay',
      { ...PLANE, optimizer: { momentum: 0.9, nesterov: true, weightDecay: 0.1 } },
      0.5,
    ],
    ['epochs of one batch', { ...PLANE, sampling: 'reshuffled', optimizer: { momentum: 0.9 } }, 0.3],
    ['samples that are all the same', { ...TWINS, optimizer: { momentum: 0.95 } }, 0.03],
    ['turns', { ...LINE, schedule: { ascent: 1, descent: 2 }, optimizer: { momentum: 0.9 } }, 0.05],
    ['the plain step', PLANE, 0.7],
    ['the plain step, beyond its critical step', PLANE, 3.5],
  ])('%s', (_name, spec, eta) => {
    const { mean, steps } = enumeratedPeriod(spec, eta);
    const expected = (2 * Math.log(denseRadius(mean))) / steps;
    const { typical, exact } = analyzeProblem(problemFromSpec(spec), eta, []);
    expect(typical).toEqual({
      growth: typical.growth,
      low: typical.growth,
      high: typical.growth,
      exact: true,
    });
    expect(Math.abs(typical.growth - expected)).toBeLessThan(1e-9);
    expect(Math.sign(typical.growth)).toBe(exact.verdict === 'stable' ? -1 : 1);
  });

  test('also where only axes without noise decide: steps that move one parameter by 1e-19 of itself', () => {
    const spec: ProblemSpec = {
      retain: [[[-1.738, -1.337]], [[-1.361, -0.352]], [[-2.313, -0.189]], [[-0.957, 0.894]]],
      forget: [[[0.957, 1.392]], [[0.767, -0.053]]],
      alpha: 0.05,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
      optimizer: { preconditioner: [1e-9, 1e9], momentum: 0.5 },
    };
    const { typical } = analyzeProblem(problemFromSpec(spec), 1e-10, []);
    expect(typical.exact).toBe(true);
    expect(Math.abs(typical.growth)).toBeLessThan(1e-12);
  });
});

describe('rounding is no sign: at rho = 1 without noise single runs neither grow nor shrink', () => {
  const one = { ...WITHOUT, retain: [[[1]]], batch: { retain: 1, forget: 1 } };
  const two = {
    ...one,
    retain: [[[1, 0]], [[0, 1]]],
    forget: [[[1, 0]]],
    alpha: 1 / 3,
    batch: { retain: 2, forget: 1 },
  };
  test.each<[string, ProblemSpec, number]>([
    ['the heavy ball', { ...one, forget: [], alpha: 0, optimizer: { momentum: 0.5 } }, 3],
    ['Nesterov', { ...one, forget: [], alpha: 0, optimizer: { momentum: 0.5, nesterov: true } }, 1.5],
    ['alpha*, momentum', { ...one, forget: [[[1]]], alpha: 0.5, optimizer: { momentum: 0.9 } }, 0.5],
    ['alpha*, epochs', { ...one, forget: [[[1]]], alpha: 0.5, sampling: 'reshuffled' }, 0.5],
    ['a singular D, a preconditioner', { ...two, optimizer: { preconditioner: [1, 2] } }, 0.5],
  ])('%s', (_name, spec, eta) => {
    const answer = analyzeProblem(problemFromSpec(spec), eta, []);
    expect(answer.exact.verdict).toBe('marginal');
    expect(answer.typical).toEqual({ growth: 0, low: 0, high: 0, exact: true });
    expect(growthLines(answer)[1]).toBe(
      'single runs by exp(2 gamma), 2 gamma = 0, exact, that of the mean: they neither grow nor shrink',
    );
  });
});

test('momentum 0.999 with batches of one: the interval holds the growth of long products, and not more than log rho', () => {
  const [retain, forget] = [
    [
      [-0.748, 0.126],
      [-0.468, 0.619],
      [0.819, 0.309],
      [0.316, 0.093],
    ],
    [
      [-0.224, -0.082],
      [-0.248, 0.194],
    ],
  ];
  const [alpha, eta, momentum] = [0.05, 0.01, 0.999];
  const spec: ProblemSpec = {
    ...WITHOUT,
    retain: retain.map((f) => [f]),
    forget: forget.map((f) => [f]),
    alpha,
    batch: { retain: 1, forget: 1 },
    optimizer: { momentum },
  };
  const { typical, exact } = analyzeProblem(problemFromSpec(spec), eta, []);
  // One run of (delta, eta v), written out, over a million steps.
  const random = randomSource('long product');
  let [x, y, vx, vy] = [1, 0, 0, 0];
  let total = 0;
  const [steps, burnIn] = [1_000_000, 10_000];
  for (let k = 0; k < burnIn + steps; k++) {
    const [a, b] = retain[Math.floor(4 * random.uniform())]!;
    const [c, d] = forget[Math.floor(2 * random.uniform())]!;
    const [up, down] = [(1 - alpha) * (a! * x + b! * y), alpha * (c! * x + d! * y)];
    vx = momentum * vx + eta * (up * a! - down * c!);
    vy = momentum * vy + eta * (up * b! - down * d!);
    [x, y] = [x - vx, y - vy];
    const length = Math.hypot(x, y, vx, vy);
    [x, y, vx, vy] = [x / length, y / length, vx / length, vy / length];
    if (k >= burnIn) total += 2 * Math.log(length);
  }
  // The product itself is off by 6e-5 (ten others).
  expect(typical.low - 1.2e-4).toBeLessThan(total / steps);
  expect(typical.high + 1.2e-4).toBeGreaterThan(total / steps);
  expect(typical.high - typical.low).toBeLessThan(6e-4);
  expect(typical.high).toBeLessThanOrEqual(exact.logGrowth + 1e-12);
  expect(typical.settled).toBeUndefined();
});

describe('periods of two steps that grow nearly as fast as their second moment', () => {
  const [retain, forget] = [
    [
      [0.6, 0.2],
      [0.5, 0.3],
    ],
    [
      [1, 0.3],
      [0.9, 0.4],
    ],
  ];
  /** x - eta weight f f^T x. */
  const moved = ([x, y]: number[], [a, b]: number[], scale: number): number[] => {
    const along = scale * (a! * x! + b! * y!);
    return [x! - along * a!, y! - along * b!];
  };
  const PERIODS = {
    turns: {
      spec: { ...WITHOUT, schedule: { ascent: 1, descent: 1 } },
      period: (x: number[], [i, j]: number[], ascent: number, descent: number) =>
        moved(moved(x, forget[j!]!, -ascent), retain[i!]!, descent),
    },
    epochs: {
      spec: { sampling: 'reshuffled' },
      period: (x: number[], [i, j]: number[], ascent: number, descent: number) =>
        [0, 1].reduce((at, k) => {
          const [down, up] = [moved(at, retain[i! ^ k]!, descent), moved(at, forget[j! ^ k]!, -ascent)];
          return at.map((z, a) => down[a]! + up[a]! - z);
        }, x),
    },
  } as const;

  test.each(['turns', 'epochs'] as const)(
    '%s: the interval, by step, holds the exponent of a long product, and the runs have settled',
    (name) => {
      const { spec, period } = PERIODS[name];
      const [alpha, eta] = [0.5, 0.3];
      const [R, F] = [retain, forget].map((set) => set.map((f) => [f]));
      const batch = { retain: 1, forget: 1 };
      const problem: ProblemSpec = { ...spec, retain: R!, forget: F!, alpha, batch };
      const { typical, exact } = analyzeProblem(problemFromSpec(problem), eta, []);
      const random = randomSource('product of periods', name);
      let x = [1, 1];
      const blocks = Array.from({ length: 40 }, () => {
        let sum = 0;
        for (let k = 0; k < 5000; k++) {
          x = period(x, [random.integer(2), random.integer(2)], eta * alpha, eta * (1 - alpha));
          const length = Math.hypot(...x);
          sum += Math.log(length);
          x = x.map((z) => z / length);
        }
        // 2 log|x|, by step.
        return sum / 5000;
      });
      const mean = blocks.reduce((a, b) => a + b) / 40;
      const error = Math.sqrt(blocks.reduce((sum, b) => sum + (b - mean) ** 2, 0) / (40 * 39));
      expect(error).toBeLessThan(2e-4);
      expect(typical.low - 4 * error).toBeLessThan(mean);
      expect(typical.high + 4 * error).toBeGreaterThan(mean);
      expect(typical.high - typical.low).toBeLessThan(1e-3);
      expect(Math.abs(typical.growth - mean)).toBeLessThan(1e-3);
      // The interval of the runs alone would reach beyond what no run exceeds.
      expect(typical.high).toBeLessThan(exact.logGrowth + 1e-9);
      expect(2 * typical.growth - typical.low).toBeGreaterThan(exact.logGrowth + 1e-9);
      expect(typical.settled).toBeUndefined();
      expect(typical.exact).toBeUndefined();
    },
  );
});
