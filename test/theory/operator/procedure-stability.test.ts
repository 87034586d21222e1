import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/statistics/generator.js';
import { largestEigenvalue, smallestEigenvalue } from '../../../src/linalg/symmetric-eigen.js';
import { meanCurvature, naturalStep } from '../../../src/theory/mean-curvature.js';
import { commutingSteps } from '../../../src/theory/operator/period-walk.js';
import { procedureStability } from '../../../src/theory/operator/procedure-stability.js';
import { exactStability } from '../../../src/theory/operator/exact-stability.js';
import type { ProblemSpec } from '../../../src/theory/problem.js';
import { largestDifference, relativeDifference } from '../../closeness.js';
import { denseRadius, enumeratedPeriod } from '../../reference/procedure-enumeration.js';
import { isDrawn } from '../../../src/theory/procedure.js';
import { exactProcedure, PROCEDURE_CASES, reducedCase } from '../../sample-procedures.js';
import {
  denseMatrix,
  entriesOf,
  normalSamples,
  STABILITY_CASES,
  symmetricEntries,
} from '../../sample-problems.js';

/** Defective eigenvalues of the dense reference lose half its digits; others are far better. */
const TOLERANCE = 1e-8;

const RATIOS = [0.2, 0.9, 2.5];

function steps(spec: ProblemSpec): number[] {
  return RATIOS.map((ratio) => ratio * naturalStep(reducedCase(spec)));
}

/** Largest difference of log rho from enumeration, over the step sizes of the problem that was enumerated. */
function growthError(spec: ProblemSpec, used: ProblemSpec = spec): number {
  const exact = exactProcedure(used);
  return Math.max(
    ...steps(spec).map((eta) => {
      const expected = Math.log(denseRadius(enumeratedPeriod(spec, eta).second));
      const { logGrowthPerPeriod } = exact.growth(eta);
      return Math.abs(logGrowthPerPeriod - expected);
    }),
  );
}

describe('the exact theory of a procedure', () => {
  it.each(PROCEDURE_CASES)('has the radius of enumeration ($name)', ({ spec }) => {
    expect(growthError(spec)).toBeLessThan(TOLERANCE);
    const exact = exactProcedure(spec);
    for (const eta of steps(spec)) {
      const { relativeError, logGrowth, logGrowthPerPeriod } = exact.growth(eta);
      expect(relativeError).toBeLessThan(1e-9);
      expect(logGrowth).toBe(logGrowthPerPeriod / exact.period);
      const { mean, steps: period } = enumeratedPeriod(spec, eta);
      expect(exact.period).toBe(period);
      const ofMean = Math.log(denseRadius(mean)) / period;
      expect(Math.abs(exact.meanGrowth(eta) - ofMean)).toBeLessThan(TOLERANCE);
    }
  });

  it.each(PROCEDURE_CASES.filter(({ spec }) => !spec.optimizer?.preconditioner))(
    'moves a moment of states as enumeration does, and its eigenvector by rho ($name)',
    ({ name, spec }) => {
      const exact = exactProcedure(spec);
      const s = exact.stateDimension;
      const turned = coordinates(spec, s);
      for (const eta of steps(spec)) {
        const { second } = enumeratedPeriod(spec, eta);
        const moment = symmetricEntries(randomSource('moment', name), s);
        const given = turned.mmul(denseMatrix(moment, s, s)).mmul(turned.transpose());
        const moved = second.mmul(Matrix.columnVector(given.to1DArray())).to1DArray();
        const back = turned
          .transpose()
          .mmul(Matrix.from1DArray(s, s, moved))
          .mmul(turned);
        expect(largestDifference(exact.applyPeriod(eta, moment), entriesOf(back))).toBeLessThan(1e-11);
        const { perron, logGrowthPerPeriod } = exact.growth(eta);
        const grown = perron.map((x) => Math.exp(logGrowthPerPeriod) * x);
        expect(largestDifference(exact.applyPeriod(eta, perron), grown)).toBeLessThan(1e-6);
      }
    },
  );

  it.each(PROCEDURE_CASES)('is stable up to its critical step and not beyond ($name)', ({ spec }) => {
    const critical = exactProcedure(spec).criticalStep();
    const radius = (eta: number): number => denseRadius(enumeratedPeriod(spec, eta).second);
    if (critical.value === 0) {
      expect(radius(1e-3 * naturalStep(reducedCase(spec)))).toBeGreaterThan(1);
      return;
    }
    expect(Math.abs(radius(critical.value) - 1)).toBeLessThan(TOLERANCE);
    for (const ratio of [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999]) {
      expect(radius(ratio * critical.value), `${ratio}`).toBeLessThan(1);
    }
    expect(radius(1.001 * critical.value)).toBeGreaterThan(1);
  });
});

/** The reduced coordinates in the given ones, s x s orthogonal: both are the span of the factors. */
function coordinates(spec: ProblemSpec, s: number): Matrix {
  const reduced = reducedCase(spec);
  const r = reduced.dimension;
  const given = [...(spec.alpha < 1 ? spec.retain : []), ...(spec.alpha > 0 ? spec.forget : [])].flat();
  const rows = reduced.groups.flatMap(({ samples }) => Array.from(samples.factors));
  const own = Matrix.from1DArray(given.length, r, rows);
  const x = new Matrix(given.map((f) => [...f]));
  const solved = x
    .transpose()
    .mmul(own)
    .mmul(inverse(own.transpose().mmul(own)));
  const both = Matrix.zeros(s, s);
  for (let from = 0; from < s; from += r) both.setSubMatrix(solved, from, from);
  return both;
}

/** Of a 2 x 2 matrix. */
function inverse(m: Matrix): Matrix {
  const [a, b, c, d] = m.to1DArray() as [number, number, number, number];
  const determinant = a * d - b * c;
  return new Matrix([
    [d / determinant, -b / determinant],
    [-c / determinant, a / determinant],
  ]);
}

describe('enumeration rejects', () => {
  const named = (name: string): ProblemSpec => PROCEDURE_CASES.find((c) => c.name === name)!.spec;
  it.each<[string, string, (spec: ProblemSpec) => ProblemSpec]>([
    [
      'another momentum (1 - b for b)',
      'momentum, bernoulli',
      (spec) => ({ ...spec, optimizer: { momentum: 0.4 } }),
    ],
    ['the plain step for momentum', 'momentum, bernoulli', (spec) => ({ ...spec, optimizer: {} })],
    ['heavy ball for Nesterov', 'nesterov', (spec) => ({ ...spec, optimizer: { momentum: 0.8 } })],
    ['decay left out', 'weight decay', (spec) => ({ ...spec, optimizer: {} })],
    [
      'decay left out beside momentum',
      'momentum and weight decay',
      (spec) => ({ ...spec, optimizer: { momentum: 0.6 } }),
    ],
    [
      'alternation the other way round',
      'alternating 2:1',
      (spec) => ({ ...spec, schedule: { ascent: 1, descent: 2 } }),
    ],
    [
      'independent draws for epochs',
      'epochs of single samples',
      (spec) => ({ ...spec, sampling: 'without-replacement' }),
    ],
    [
      'the last batch left out for a short one',
      'epochs, short last batch',
      (spec) => ({ ...spec, dropLast: true }),
    ],
    ['one sampling for both sets', 'a sampling for each set', (spec) => ({ ...spec, sampling: 'bernoulli' })],
    ['no preconditioner', 'preconditioner', (spec) => ({ ...spec, optimizer: {} })],
  ])('%s', (_, name, wrong) => {
    const spec = named(name);
    expect(growthError(spec, wrong(spec))).toBeGreaterThan(1000 * TOLERANCE);
  });

  it('the simultaneous step for an alternating one', () => {
    const alternating = named('alternating 1:1');
    const { retain, forget, alpha, batch, sampling } = alternating;
    const simultaneous = { retain, forget, alpha, batch, sampling };
    const eta = 0.5 * naturalStep(reducedCase(simultaneous));
    const { logGrowth } = exactProcedure(simultaneous).growth(eta);
    const expected = Math.log(denseRadius(enumeratedPeriod(alternating, eta).second)) / 2;
    expect(Math.abs(logGrowth - expected)).toBeGreaterThan(1000 * TOLERANCE);
  });
});

describe('procedureStability', () => {
  it.each(STABILITY_CASES)(
    'is exactStability of the plain step, to the last bit ($name)',
    ({ spec, problem }) => {
      const plain = exactStability(problem);
      const exact = exactProcedure(spec);
      const eta = 0.7 * naturalStep(problem);
      expect(exact.growth(eta).logGrowth).toBe(plain.growth(eta).logGrowth);
      expect(exact.growth(eta).perron).toEqual(plain.growth(eta).perron);
      expect(exact.criticalStep()).toEqual({ ...plain.criticalStep(), firstCrossingOnly: false });
      expect([exact.period, exact.stateDimension]).toEqual([1, problem.dimension]);
    },
  );

  it.each([0.3, 0.5, 0.9])(
    'has the crossing of full batches with Nesterov momentum %d where the mean has it: (2+2b)/((1+2b) lambda_1(D))',
    (momentum) => {
      const random = randomSource('nesterov', String(momentum));
      for (let trial = 0; trial < 20; trial++) {
        const spec: ProblemSpec = {
          retain: normalSamples(random, [1, 1, 1, 2, 1], 3),
          forget: normalSamples(random, [1, 2], 3),
          alpha: 0.02,
          batch: { retain: 5, forget: 2 },
          sampling: 'bernoulli',
          optimizer: { momentum, nesterov: true },
        };
        const curvature = meanCurvature(reducedCase(spec));
        const { value, relativeError } = exactProcedure(spec).criticalStep();
        if (smallestEigenvalue(curvature, 3) <= 0) continue;
        const expected = (2 + 2 * momentum) / (1 + 2 * momentum) / largestEigenvalue(curvature, 3);
        expect(relativeDifference(value, expected)).toBeLessThan(1e-10);
        expect(relativeError).toBeLessThan(1e-8);
      }
    },
  );

  it('has that crossing where a step size of the search puts the mean on 1 to the last bit (quick seed 3002)', () => {
    const spec: ProblemSpec = {
      retain: [[[2.4375, 0.9375, 0]], [[3.6758, 0, 0]], [[0, 4, 0]], [[0, 0, 2]]],
      forget: [
        [[2.26171875, 0.921875, 0.015625]],
        [[2.14453125, 0.796875, -0.046875]],
        [
          [2.21484375, 0.546875, -0.046875],
          [2.35546875, 0.546875, 0.09375],
          [2.37890625, 0.921875, 0],
        ],
      ],
      alpha: 0.282935,
      batch: { retain: 4, forget: 3 },
      sampling: 'bernoulli',
      optimizer: { momentum: 0.5, nesterov: true },
    };
    const top = largestEigenvalue(meanCurvature(reducedCase(spec)), 3);
    expect(relativeDifference(exactProcedure(spec).criticalStep().value, 1.5 / top)).toBeLessThan(1e-10);
  });

  it('exactStability refuses every other procedure', () => {
    for (const { name, spec } of PROCEDURE_CASES) {
      const isPlain = ['preconditioner', 'a sampling for each set'].includes(name);
      if (isPlain) expect(exactStability(reducedCase(spec)).dimension, name).toBe(2);
      else expect(() => exactStability(reducedCase(spec)), name).toThrow(RangeError);
    }
  });

  it('has epochs of many samples in closed form where single samples of one set commute, and in words why not elsewhere', () => {
    const axes = Array.from({ length: 40 }, (_, i) => [i % 2 === 0 ? [1 + i / 40, 0] : [0, 1 - i / 80]]);
    const spec: ProblemSpec = {
      retain: axes,
      forget: [],
      alpha: 0,
      batch: { retain: 1, forget: 0 },
      sampling: 'reshuffled',
    };
    const eta = 0.8;
    const product = (a: number): number => axes.reduce((all, [f]) => all * (1 - eta * f![a]! ** 2), 1);
    const expected = 2 * Math.log(Math.max(Math.abs(product(0)), Math.abs(product(1))));
    expect(relativeDifference(exactProcedure(spec).growth(eta).logGrowthPerPeriod, expected)).toBeLessThan(
      1e-12,
    );
    const skew = {
      ...spec,
      retain: normalSamples(
        randomSource('skew'),
        axes.map(() => 1),
        3,
      ),
    };
    const found = procedureStability(reducedCase(skew));
    expect('unavailable' in found && found.unavailable).toMatch(
      /^an epoch has .* courses of a step in 3 directions/,
    );
  });

  it('states the error of a first crossing: that of the growth there over its slope', () => {
    const walked = PROCEDURE_CASES.filter(
      ({ spec }) => !reducedCase(spec).groups.every(isDrawn) || spec.schedule,
    );
    const cases = walked
      .map(({ spec }) => exactProcedure(spec))
      .flatMap((exact) => {
        const { value, relativeError, firstCrossingOnly } = exact.criticalStep();
        if (!firstCrossingOnly || value === 0) return [];
        const per = (ratio: number): number => exact.growth(ratio * value).logGrowthPerPeriod;
        const slope = (per(1 + 1e-4) - per(1 - 1e-4)) / 2e-4;
        return [(relativeError * Math.abs(slope)) / exact.growth(value).relativeError];
      });
    expect(cases.length).toBeGreaterThan(3);
    // The slope is that over a step of the search, of 15 %.
    for (const ratio of cases) expect(Math.abs(Math.log(ratio))).toBeLessThan(Math.log(4));
  });

  it.each([0, 0.3])(
    'agrees on epochs that commute with enumeration of their orders (decay %s)',
    (weightDecay) => {
      const spec: ProblemSpec = {
        retain: [[[1, 0.2]], [[-0.2, 1]], [[0.5, 0.1]]],
        forget: [[[-0.1, 0.5]]],
        alpha: 0.4,
        batch: { retain: 1, forget: 1 },
        sampling: 'reshuffled',
        schedule: { ascent: 1, descent: 1 },
        ...(weightDecay > 0 && { optimizer: { weightDecay } }),
      };
      const exact = exactProcedure(spec);
      for (const eta of [0.3, 1.2, 2]) {
        const { mean, second, steps: period } = enumeratedPeriod(spec, eta);
        const { logGrowth, logGrowthPerPeriod, perron } = exact.growth(eta);
        expect(Math.abs(logGrowthPerPeriod - Math.log(denseRadius(second)))).toBeLessThan(TOLERANCE);
        expect(logGrowth).toBe(logGrowthPerPeriod / period);
        expect(Math.abs(exact.meanGrowth(eta) - Math.log(denseRadius(mean)) / period)).toBeLessThan(
          TOLERANCE,
        );
        const grown = perron.map((x) => Math.exp(logGrowthPerPeriod) * x);
        expect(largestDifference(exact.applyPeriod(eta, perron), grown)).toBeLessThan(1e-11);
      }
      const { value } = exact.criticalStep();
      expect(Math.abs(denseRadius(enumeratedPeriod(spec, value).second) - 1)).toBeLessThan(TOLERANCE);
    },
  );

  it.each([
    ['that commute but for a hundred-thousandth', 1e-5, { ascent: 1, descent: 1 }],
    ['of both sets in one step, in any pairing', 0, null],
  ] as const)('walks through epochs %s', (_, turn, schedule) => {
    const spec: ProblemSpec = {
      retain: [[[1, 0]], [[turn, 0.8]], [[0.5, 0]]],
      forget: [[[0, 0.5]], [[0.9, 0]], [[0, 0.2]]],
      ...{ alpha: 0.4, batch: { retain: 1, forget: 1 }, sampling: 'reshuffled' },
      ...(schedule && { schedule }),
    };
    expect(growthError(spec)).toBeLessThan(TOLERANCE);
    // In the closed form a step has one sample, and the order of a period does not matter.
    expect(commutingSteps(reducedCase(spec))).toBeNull();
  });

  it('knows samples that commute on axes that are turned', () => {
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const along = (x: number) => [[c * x, s * x]];
    const across = (x: number) => [[-s * x, c * x]];
    const retain = [along(1), across(0.8), along(0.5), across(1.2)];
    const spec = {
      retain,
      forget: [],
      alpha: 0,
      batch: { retain: 1, forget: 0 },
      sampling: 'reshuffled',
    } as const;
    expect(commutingSteps(reducedCase(spec))).not.toBeNull();
    const product = (...x: number[]): number => x.reduce((all, one) => all * (1 - 0.9 * one * one), 1);
    const expected = 2 * Math.log(Math.max(Math.abs(product(1, 0.5)), Math.abs(product(0.8, 1.2))));
    expect(Math.abs(exactProcedure(spec).growth(0.9).logGrowthPerPeriod - expected)).toBeLessThan(1e-12);
  });

  it('has growths at step sizes whose squares overflow: those of the largest curvature', () => {
    const { spec } = PROCEDURE_CASES.find(({ name }) => name === 'momentum, bernoulli')!;
    const exact = exactProcedure(spec);
    const [far, farther] = [1e90, 1e180].map((eta) => exact.growth(eta).logGrowth) as [number, number];
    expect(Math.abs(farther - far - 2 * Math.log(1e90))).toBeLessThan(1e-9 * farther);
  });

  it('has eta* = 0 for decay where small steps escape, and says of a first crossing that it is one', () => {
    const line = {
      retain: [[[1]]],
      forget: [[[2]]],
      alpha: 0.5,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    } as const;
    const decayed = (weightDecay: number) =>
      exactProcedure({ ...line, optimizer: { weightDecay } }).criticalStep();
    expect(decayed(1.4)).toMatchObject({ value: 0, firstCrossingOnly: false });
    // A full batch: 1 - eta (D + lambda) with D = -1.5.
    expect(relativeDifference(decayed(1.6).value, 20)).toBeLessThan(1e-12);
    const alternating = exactProcedure({ ...line, schedule: { ascent: 1, descent: 9 } }).criticalStep();
    expect(alternating.firstCrossingOnly).toBe(true);
    // (1 + eta (2 - lambda)) (1 - eta (1/2 + lambda)) over an ascent and a descent: small steps hold from lambda = 0.75 on.
    const turns = (weightDecay: number) =>
      exactProcedure({
        ...line,
        optimizer: { weightDecay },
        schedule: { ascent: 1, descent: 1 },
      }).criticalStep();
    expect(turns(0.74).value).toBe(0);
    expect(relativeDifference(turns(0.8).value, (Math.sqrt(0.01 + 8 * 1.56) - 0.1) / 3.12)).toBeLessThan(
      1e-12,
    );
  });

  it.each([0, -1, NaN, Infinity])('refuses a step size of %s', (eta) => {
    expect(() => exactProcedure(PROCEDURE_CASES[0]!.spec).growth(eta)).toThrow(RangeError);
  });
});
