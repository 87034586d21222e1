import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { periodRange, plannedGroups } from '../../src/decision/period-range.js';
import { stepFrame } from '../../src/decision/step-frame.js';
import { type BoundedStep, stepRange } from '../../src/decision/step-range.js';
import { largestEigenvalue, symmetricEigen } from '../../src/linalg/symmetric-eigen.js';
import { randomSource } from '../../src/statistics/generator.js';
import {
  type FactorSet,
  type ProblemSpec,
  rankOneSet,
  type ReducedProblem,
} from '../../src/theory/problem.js';
import { procedureProblem } from '../procedure-problems.js';
import { enumeratePeriods } from '../reference/period-matrices.js';
import { entriesOf, reducedFromSpec } from '../sample-problems.js';

const CASES: Record<string, Partial<ProblemSpec>> = {
  'heavy ball': { optimizer: { momentum: 0.9 } },
  'heavy ball, bernoulli, decay': {
    optimizer: { momentum: 0.5, weightDecay: 0.1 },
    sampling: 'bernoulli',
  },
  'nesterov, without replacement': {
    optimizer: { momentum: 0.8, nesterov: true },
    sampling: 'without-replacement',
    batch: { retain: 2, forget: 1 },
  },
  'weight decay': { optimizer: { weightDecay: 0.3 }, sampling: 'bernoulli' },
  'alternating 2:1': { schedule: { ascent: 2, descent: 1 } },
  'alternating 1:2, bernoulli': { schedule: { ascent: 1, descent: 2 }, sampling: 'bernoulli' },
  'alternating with momentum': { schedule: { ascent: 1, descent: 1 }, optimizer: { momentum: 0.5 } },
  'alternating 1:2, one set in epochs': {
    schedule: { ascent: 1, descent: 2 },
    sampling: { retain: 'reshuffled', forget: 'with-replacement' },
  },
  'epochs of one set': { sampling: { retain: 'reshuffled', forget: 'with-replacement' } },
  'epochs with a short batch': {
    sampling: { retain: 'reshuffled', forget: 'without-replacement' },
    batch: { retain: 2, forget: 1 },
    dropLast: false,
  },
  'epochs without a last batch, and bernoulli': {
    sampling: { retain: 'reshuffled', forget: 'bernoulli' },
    batch: { retain: 2, forget: 1 },
    dropLast: true,
  },
};

/** P^{1/2} and P^{-1/2} of a random P > 0. */
function randomRoots(words: string, m: number) {
  const random = randomSource('roots of P', words);
  const factor = Matrix.from1DArray(
    m,
    m,
    Array.from({ length: m * m }, () => random.normal()),
  );
  const p = Matrix.add(factor.mmul(factor.transpose()), Matrix.eye(m, m).mul(0.2));
  const { values, rows } = symmetricEigen(entriesOf(p), m);
  const basis = Matrix.from1DArray(m, m, Array.from(rows));
  const power = (exponent: number) =>
    basis
      .transpose()
      .mmul(Matrix.diag(Array.from(values, (x) => x ** exponent)))
      .mmul(basis);
  return { p, inverse: power(-0.5), root: entriesOf(power(0.5)), inverseRoot: entriesOf(power(-0.5)) };
}

/** lambda_1(Y) of every period with its probability and the most samples that a period takes. */
function norms(problem: ReducedProblem, eta: number, name: string) {
  const periods = enumeratePeriods(problem, eta);
  const m = periods[0]!.matrix.rows;
  const roots = randomRoots(name, m);
  const found = periods.map(({ matrix, probability, sizes }) => {
    const g = roots.inverse.mmul(matrix);
    const y = g.mmul(roots.p).mmul(g.transpose());
    const taken = (set: 'retain' | 'forget') => sizes.reduce((sum, size) => sum + size[set], 0);
    return {
      norm: largestEigenvalue(entriesOf(y), m),
      probability,
      retain: taken('retain'),
      forget: taken('forget'),
    };
  });
  return { roots, found };
}

const SLACK = 1 + 1e-9;

describe.each(Object.keys(CASES))('the range of a period: %s', (name) => {
  const problem = procedureProblem(2, CASES[name]!);
  const { roots, found } = norms(problem, 0.4, name);

  it.each([0, 0.05, 1])(
    'bounds Y within the limits of sizes, and the others by the excess (allowance %d)',
    (allowance) => {
      const { range, excess, sizeLimit } = periodRange(problem, 0.4, roots, allowance);
      const within = found.filter((y) => y.retain <= sizeLimit.retain && y.forget <= sizeLimit.forget);
      expect(within.length).toBeGreaterThan(0);
      for (const { norm } of within) expect(norm).toBeLessThanOrEqual(range * SLACK);
      const beyond = found.filter(({ norm }) => norm > range * SLACK);
      expect(beyond.reduce((sum, y) => sum + y.probability * y.norm, 0)).toBeLessThanOrEqual(excess * SLACK);
      expect(excess).toBeLessThanOrEqual(allowance * SLACK);
    },
  );

  it('is no looser than needed by more than orders of an epoch and sizes make it', () => {
    const { range } = periodRange(problem, 0.4, roots, 0);
    const largest = Math.max(...found.map(({ norm }) => norm));
    const drawn = problem.groups.every(({ sampling }) => sampling === 'with-replacement');
    expect(range / largest).toBeLessThan(drawn ? 1 + 1e-8 : 30);
  });
});

describe('an epoch takes every sample once, so that few strong ones count once', () => {
  const one = { root: Float64Array.of(1), inverseRoot: Float64Array.of(1) };
  const eta = 0.5;
  const rangeOf = (spec: Partial<ProblemSpec>) => {
    const problem = reducedFromSpec({
      ...{ retain: [], forget: [], alpha: 0, batch: { retain: 1, forget: 1 }, sampling: 'reshuffled' },
      ...spec,
    });
    return { problem, range: periodRange(problem, eta, one, 0).range };
  };

  it('single samples: the product of all, squared', () => {
    const lengths = [6, 1, 2, 0.5];
    const { range } = rangeOf({ retain: lengths.map((x) => [[x]]) });
    const exact = lengths.reduce((all, x) => all * (1 - eta * x * x), 1) ** 2;
    expect(range / exact).toBeCloseTo(1, 8);
    // It is attained: rounding must not bring the range below it.
    expect(range).toBeGreaterThan(exact);
  });

  it('two epochs of one set in one of the other: the product of its extremes, once for each epoch', () => {
    const { range } = rangeOf({
      retain: [[[6]], [[1]]],
      forget: [[[1]], [[1]], [[1]], [[1]]],
      alpha: 0.2,
    });
    const factor = (x: number): number => 1 - eta * 0.8 * x * x + eta * 0.2;
    const exact = (factor(6) * factor(1)) ** 4;
    expect(range / exact).toBeCloseTo(1, 8);
  });

  it('batches of two, the last one short: the mean over the steps, the strongest sample in the short batch', () => {
    const lengths = [0.5, 1, 6, 2, 0.4];
    const { problem, range } = rangeOf({
      ...{ retain: lengths.map((x) => [[x]]), batch: { retain: 2, forget: 1 }, dropLast: false },
    });
    const alone = lengths.map((x) => Math.abs(1 - eta * x * x)).sort((a, b) => b - a);
    const bound = ((alone[0]! + alone.slice(1).reduce((sum, x) => sum + x / 2, 0)) / 3) ** 6;
    expect(range / bound).toBeCloseTo(1, 8);
    expect(bound).toBeLessThan(0.01 * alone[0]! ** 6);
    const { found } = norms(problem, eta, 'epoch');
    for (const { norm } of found) expect(norm).toBeLessThan(bound);
  });
});

describe('the bound of an epoch with partners is not taken', () => {
  const line = (n: number, x: number) => Array.from({ length: n }, () => [[x]]);
  const sets = { retain: line(3, 0.5), forget: line(3, 1), batch: { retain: 1, forget: 1 } };
  const one = { root: Float64Array.of(1), inverseRoot: Float64Array.of(1) };

  it('in turns, where no step has both sets', () => {
    const problem = reducedFromSpec({
      ...{ ...sets, alpha: 0.3, sampling: 'reshuffled', schedule: { ascent: 2, descent: 1 } },
    });
    // Three rounds until both epochs are through, samples alike: there is one course of a period.
    const largest = ((1 + 0.4 * 0.3) ** 6 * (1 - 0.4 * 0.7 * 0.25) ** 3) ** 2;
    const { range } = periodRange(problem, 0.4, one, 0);
    expect(plannedGroups(problem)).toHaveLength(9);
    expect(range).toBeGreaterThan(largest / SLACK);
    expect(range).toBeLessThan(largest * (1 + 1e-6));
  });

  it('beside bernoulli batches, which may have all samples of their set', () => {
    const sampling = { retain: 'reshuffled', forget: 'bernoulli' } as const;
    const problem = reducedFromSpec({ ...sets, alpha: 0.8, sampling });
    const largest = (1 + 0.4 * 0.8 * 3 - 0.4 * 0.2 * 0.25) ** 6;
    const { range, excess } = periodRange(problem, 0.4, one, 0);
    expect(excess).toBe(0);
    expect(range).toBeGreaterThan(largest / SLACK);
    expect(range).toBeLessThan(largest * (1 + 1e-6));
  });
});

it('extreme steps of bernoulli batches are multiplied out: what they stretch apart is not stretched twice', () => {
  const problem = reducedFromSpec({
    retain: [[[0, 2]], [[0, 2]]],
    forget: [[[1, 0]], [[1, 0]]],
    alpha: 0.5,
    batch: { retain: 1, forget: 1 },
    sampling: 'bernoulli',
    schedule: { ascent: 1, descent: 1 },
  });
  const two = { root: Float64Array.of(1, 0, 0, 1), inverseRoot: Float64Array.of(1, 0, 0, 1) };
  // Both samples of a batch of one: the ascent makes 1 + 1 of the first coordinate, the descent 1 - 4 of the second.
  const { range } = periodRange(problem, 1, two, 0);
  expect(range).toBeGreaterThanOrEqual(9);
  expect(range).toBeLessThan(9 * (1 + 1e-8));
});

it('what is beyond the limits of one step counts times what the others are on average, and is shared among the steps', () => {
  // So many samples that batches far beyond their size are hardly ever drawn.
  const line = (n: number) => Array.from({ length: n }, (_, i) => [[0.8 + 0.02 * i]]);
  const problem = reducedFromSpec({
    ...{
      retain: line(12),
      forget: line(9),
      alpha: 0.2,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    ...{ schedule: { ascent: 1, descent: 2 }, optimizer: { momentum: 0.5 } },
  });
  const eta = 0.9;
  const roots = { root: Float64Array.of(1, 0, 0, 1), inverseRoot: Float64Array.of(1, 0, 0, 1) };
  const frame = stepFrame(problem.procedure, eta, 1, roots);
  const planned = plannedGroups(problem);
  // Limits are whole numbers: of so many allowances some are close to one.
  const allowances = Array.from({ length: 24 }, (_, k) => 0.5 * 0.87 ** k);
  const found = allowances.map((allowance) => {
    const means = planned.map((groups) => stepRange(groups, frame, allowance).mean);
    const share = allowance / 3 / means.reduce((product, mean) => product * Math.max(1, mean), 1);
    const [a, b, c] = planned.map((groups) => stepRange(groups, frame, share)) as [
      BoundedStep,
      BoundedStep,
      BoundedStep,
    ];
    const expected = a.excess * b.mean * c.mean + a.mean * b.excess * c.mean + a.mean * b.mean * c.excess;
    const { excess, sizeLimit } = periodRange(problem, eta, roots, allowance);
    expect(Math.abs(excess - expected)).toBeLessThanOrEqual(1e-12 * allowance);
    // So many samples that none of the steps can have more than its own limit, whichever of them has them.
    expect(sizeLimit).toEqual({ retain: b.sizeLimit.retain, forget: a.sizeLimit.forget });
    expect(b.sizeLimit.retain).toBe(c.sizeLimit.retain);
    expect(excess).toBeLessThanOrEqual(allowance * SLACK);
    expect(Math.max(...means)).toBeGreaterThan(1.1);
    return excess;
  });
  expect(Math.max(...found)).toBeGreaterThan(0);
});

it('two periods are bounded by all products of two, not by the square of one that differs', () => {
  const problem = procedureProblem(1, { optimizer: { momentum: 0.9 } });
  const { roots, found } = norms(problem, 0.4, 'two periods');
  const one = Math.max(...found.map(({ norm }) => norm));
  const periods = enumeratePeriods(problem, 0.4);
  const two = periods.flatMap((first) =>
    periods.map((second) => {
      const g = roots.inverse.mmul(second.matrix).mmul(first.matrix);
      return largestEigenvalue(entriesOf(g.mmul(roots.p).mmul(g.transpose())), 2);
    }),
  );
  const { range } = periodRange(problem, 0.4, roots, 0, 2);
  expect(range / Math.max(...two)).toBeLessThan(1 + 1e-8);
  expect(range / Math.max(...two)).toBeGreaterThan(1);
  expect(range).toBeLessThan(0.99 * one ** 2);
});

describe('of so many samples that products of extreme steps are not multiplied out', () => {
  const line = (n: number, from: number) =>
    Array.from({ length: n }, (_, i) => [[from + 0.9 * (i / (n - 1))]]);
  const spec = (rest: Partial<ProblemSpec>) =>
    reducedFromSpec({
      ...{ retain: line(45, 0.6), forget: line(40, 0.5), alpha: 0.4, batch: { retain: 2, forget: 2 } },
      ...{ sampling: 'with-replacement', ...rest },
    });
  const TURNS = { optimizer: { momentum: 0.6 }, schedule: { ascent: 1, descent: 1 } };
  const eta = 1.3;
  const roots = randomRoots('many samples', 2);

  /** The largest norm over all batches: G is affine in the curvature of each set, so of copies of extreme samples alone. */
  function largest(problem: ReducedProblem, stride: number): number {
    const corners = { ...problem, groups: problem.groups.map((group) => ({ ...group, batchSize: 1, samples: ends(group.samples) })) }; // prettier-ignore
    const periods = enumeratePeriods(corners, eta).map(({ matrix }) => matrix);
    let products = periods;
    for (let k = 1; k < stride; k++) products = products.flatMap((g) => periods.map((next) => next.mmul(g)));
    return Math.max(
      ...products.map((matrix) => {
        const g = roots.inverse.mmul(matrix);
        return largestEigenvalue(entriesOf(g.mmul(roots.p).mmul(g.transpose())), 2);
      }),
    );
  }

  it.each<[string, Partial<ProblemSpec>, number]>([
    ['no list of extreme steps, two periods', { optimizer: { momentum: 0.6 } }, 2],
    ['lists that are too long together', TURNS, 1],
    ['steps that are longer than those before them', { ...TURNS, forget: line(40, 0.05), alpha: 0.05 }, 1],
    ['a short list between long ones', TURNS, 2],
  ])('%s: the bound holds, and is not far off', (_, rest, stride) => {
    const problem = spec(rest);
    const exact = largest(problem, stride);
    expect(exact).toBeGreaterThan(4);
    const { range } = periodRange(problem, eta, roots, 0, stride);
    expect(range).toBeGreaterThan(exact / SLACK);
    expect(range / exact).toBeLessThan(40);
  });
});

/** The first and the last of samples of one number each, ascending. */
function ends(samples: FactorSet): FactorSet {
  return rankOneSet(Float64Array.of(samples.factors[0]!, samples.factors.at(-1)!), 1);
}
