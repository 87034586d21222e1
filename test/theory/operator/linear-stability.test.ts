import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import type { DrawnPeriod, LinearProcedure } from '../../../src/theory/linear-procedure.js';
import { linearStability } from '../../../src/theory/operator/linear-stability.js';
import {
  procedureStability,
  type ProcedureStability,
} from '../../../src/theory/operator/procedure-stability.js';
import { problemFromSpec } from '../../../src/theory/problem.js';
import type { ProcedureSpec } from '../../../src/theory/procedure.js';
import { reduceProblem } from '../../../src/theory/reduction.js';
import { PAIRS, quasiHyperbolic } from '../../quasi-hyperbolic.js';

/** log of the radius of E[B (x) B], written out. */
function denseGrowth(procedure: LinearProcedure, eta: number): number {
  const s = procedure.stateDimension;
  const sum = Matrix.zeros(s * s, s * s);
  for (const { probability, matrix } of procedure.moment(eta) as readonly DrawnPeriod[]) {
    const b = Matrix.from1DArray(s, s, matrix);
    sum.add(b.kroneckerProduct(b).mul(probability));
  }
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(sum);
  return Math.log(Math.max(...realEigenvalues.map((x, k) => Math.hypot(x, imaginaryEigenvalues[k]!))));
}

const builtIn = (spec: ProcedureSpec): ProcedureStability =>
  procedureStability(reduceProblem(problemFromSpec({ ...PAIRS, ...spec }))) as ProcedureStability;

describe.each([
  [0.9, 0.7],
  [0.5, 0.3],
  [0.6, 1],
])('quasi-hyperbolic momentum %d, nu %d', (b, nu) => {
  const procedure = quasiHyperbolic(b, nu);
  const stability = linearStability(procedure);

  test('grows as the dense operator does, within the stated error', () => {
    for (const eta of [0.01, 0.5, 2, 8, 1e4]) {
      const { logGrowth, relativeError, perron } = stability.growth(eta);
      expect(relativeError).toBeLessThan(1e-9);
      expect(Math.abs(logGrowth - denseGrowth(procedure, eta))).toBeLessThan(1e-9);
      const image = stability.applyPeriod(eta, perron);
      image.forEach((x, k) => expect(x * Math.exp(-logGrowth)).toBeCloseTo(perron[k]!, 7));
    }
  });

  test('has its first crossing where the dense operator has radius 1', () => {
    const { value, relativeError, firstCrossingOnly } = stability.criticalStep();
    expect(firstCrossingOnly).toBe(true);
    expect(relativeError).toBeLessThan(1e-8);
    expect(Math.abs(denseGrowth(procedure, value))).toBeLessThan(1e-9);
    for (let eta = 1e-3; eta < 0.999 * value; eta *= 1.1) expect(denseGrowth(procedure, eta)).toBeLessThan(0);
    expect(denseGrowth(procedure, 1.01 * value)).toBeGreaterThan(0);
  });
});

test('with nu = 1 it is the heavy ball at (1-b) times the step size, with nu = 0 the plain step', () => {
  const heavy = builtIn({ optimizer: { momentum: 0.8 } });
  const same = linearStability(quasiHyperbolic(0.8, 1));
  const plain = linearStability(quasiHyperbolic(0.8, 0));
  for (const eta of [0.1, 1, 3]) {
    expect(same.growth(eta).logGrowth).toBeCloseTo(heavy.growth(0.2 * eta).logGrowth, 9);
  }
  expect((same.criticalStep().value * 0.2) / heavy.criticalStep().value).toBeCloseTo(1, 9);
  expect(plain.criticalStep().value / builtIn({}).criticalStep().value).toBeCloseTo(1, 9);
});

test('an operator alone says the same as the list of its periods', () => {
  const listed = quasiHyperbolic(0.9, 0.7);
  const of = (eta: number) => listed.moment(eta) as readonly DrawnPeriod[];
  const along = (eta: number, transposed: boolean) => (moment: Float64Array, out: Float64Array) => {
    const sum = Matrix.zeros(4, 4);
    for (const { probability, matrix } of of(eta)) {
      const given = Matrix.from1DArray(4, 4, matrix);
      const b = transposed ? given.transpose() : given;
      sum.add(
        b
          .mmul(Matrix.from1DArray(4, 4, moment))
          .mmul(b.transpose())
          .mul(probability),
      );
    }
    out.set(sum.to1DArray());
  };
  const mapped: LinearProcedure = {
    ...listed,
    moment: (eta) => ({ forward: along(eta, false), adjoint: along(eta, true) }),
  };
  const [one, other] = [linearStability(listed), linearStability(mapped)];
  expect(other.growth(1.3).logGrowth).toBeCloseTo(one.growth(1.3).logGrowth, 10);
  expect(other.criticalStep().value).toBeCloseTo(one.criticalStep().value, 9);
  const swapped = {
    ...mapped,
    moment: (eta: number) => ({ forward: along(eta, false), adjoint: along(eta, false) }),
  };
  expect(() => linearStability(swapped).growth(1)).toThrow(/adjoint must be that of forward/);
  expect(() => linearStability({ ...mapped, selfAdjoint: true }).growth(1)).toThrow(
    /selfAdjoint must be false/,
  );
});

describe('rounding alone may part', () => {
  const SHEAR = [0.9, 0.4, -0.2, 0.7];
  const listed = (...matrices: number[][]): LinearProcedure => ({
    ...{ stateDimension: 2, smallStep: 0.1 },
    moment: () =>
      matrices.map((matrix) => ({
        probability: 1 / matrices.length,
        matrix: Float64Array.from(matrix),
      })),
  });
  const growth = (procedure: LinearProcedure) => () => linearStability(procedure).growth(1).logGrowth;

  /** M -> B M B^T and its adjoint, times a factor. */
  const mapped = (factor: number): LinearProcedure => {
    const b = Matrix.from1DArray(2, 2, SHEAR);
    const along = (left: Matrix, scale: number) => (moment: Float64Array, out: Float64Array) =>
      out.set(
        left
          .mmul(Matrix.from1DArray(2, 2, moment))
          .mmul(left.transpose())
          .mul(scale)
          .to1DArray(),
      );
    return {
      ...listed(SHEAR),
      moment: () => ({ forward: along(b, 1), adjoint: along(b.transpose(), factor) }),
    };
  };

  test('an operator and its adjoint: a millionth is refused, and so is NaN', () => {
    for (const factor of [1, 1 + 1e-12, 1 - 1e-12])
      expect(growth(mapped(factor))()).toBeCloseTo(growth(listed(SHEAR))(), 9);
    for (const factor of [1 + 1e-6, 1 - 1e-6, -1, NaN])
      expect(growth(mapped(factor)), `${factor}`).toThrow(/adjoint must be that of forward/);
  });

  test('probabilities from 1', () => {
    const summing = (total: number) =>
      growth({
        ...listed(SHEAR),
        moment: () => [{ probability: total, matrix: Float64Array.from(SHEAR) }],
      });
    for (const total of [1, 1 + 1e-12, 1 - 1e-12])
      expect(summing(total)()).toBeCloseTo(growth(listed(SHEAR))(), 9);
    for (const total of [1 + 1e-6, 1 - 1e-6, NaN])
      expect(summing(total), `${total}`).toThrow(/must be > 0 and add up to 1/);
  });

  test('a list and its transposes, if it is said to be self-adjoint', () => {
    const transposed = (off: number) => [0.9, -0.2, 0.4 * (1 + off), 0.7];
    const said = (off: number) => growth({ ...listed(SHEAR, transposed(off)), selfAdjoint: true });
    for (const off of [0, 1e-12, -1e-12])
      expect(said(off)()).toBeCloseTo(denseGrowth(listed(SHEAR, transposed(0)), 1), 9);
    for (const off of [1e-6, -1e-6, 0.1]) expect(said(off), `${off}`).toThrow(/selfAdjoint must be false/);
  });
});

describe('a procedure of one number', () => {
  const scalar = (
    factors: (eta: number) => number[],
    more: Partial<LinearProcedure> = {},
  ): LinearProcedure => ({
    stateDimension: 1,
    smallStep: 0.01,
    moment: (eta) =>
      factors(eta).map((x, _, all) => ({ probability: 1 / all.length, matrix: Float64Array.of(x) })),
    ...more,
  });

  test('has the growth by hand, a step of its period', () => {
    const procedure = scalar((eta) => [1 - eta, (1 - 3 * eta) ** 2], { period: 2, selfAdjoint: true });
    const expected = Math.log(((1 - 0.6) ** 2 + (1 - 1.8) ** 4) / 2);
    const { logGrowth, logGrowthPerPeriod } = linearStability(procedure).growth(0.6);
    expect(logGrowthPerPeriod).toBeCloseTo(expected, 12);
    expect(logGrowth).toBeCloseTo(expected / 2, 12);
  });

  test('jumps to the minimum, never escapes, or escapes at every step size', () => {
    expect(linearStability(scalar(() => [0])).growth(1).logGrowth).toBe(Math.log(Number.MIN_VALUE));
    expect(linearStability(scalar(() => [0.5])).criticalStep().value).toBe(Infinity);
    expect(linearStability(scalar((eta) => [1 + eta])).criticalStep().value).toBe(0);
    expect(linearStability(scalar((eta) => [1e200 * eta])).growth(1).logGrowth).toBeCloseTo(
      400 * Math.log(10),
      9,
    );
  });

  test('is refused in one line where it is none', () => {
    const growth =
      (procedure: LinearProcedure, eta = 1) =>
      () =>
        linearStability(procedure).growth(eta);
    const two = { probability: 0.5, matrix: Float64Array.of(1) };
    expect(
      growth(
        scalar(() => [1]),
        -1,
      ),
    ).toThrow('eta must be > 0 and finite; got -1');
    expect(growth(scalar(() => [], { moment: () => [two] }))).toThrow('add up to 1; got 0.5');
    expect(growth(scalar(() => [NaN]))).toThrow('1 x 1 finite numbers');
    expect(growth(scalar(() => [1], { stateDimension: 2 }))).toThrow('2 x 2 finite numbers; got 1');
    expect(growth(scalar(() => [1], { parts: 2 }))).toThrow(
      'parts must divide the 1 numbers of a state; got 2',
    );
    expect(growth(scalar(() => [1], { period: 0 }))).toThrow('period must be an integer > 0; got 0');
    expect(growth(scalar(() => [1], { smallStep: 0 }))).toThrow('smallStep must be > 0 and finite; got 0');
  });
});
