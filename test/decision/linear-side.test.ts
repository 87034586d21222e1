import { describe, expect, test } from 'vitest';
import { decideLinearSide, linearLaw } from '../../src/decision/linear-side.js';
import { strides } from '../../src/decision/stability-plan.js';
import { randomSource } from '../../src/statistics/generator.js';
import type { DrawnPeriod, LinearProcedure } from '../../src/theory/linear-procedure.js';
import { linearStability } from '../../src/theory/operator/linear-stability.js';
import { quasiHyperbolic, quasiHyperbolicSteps } from '../quasi-hyperbolic.js';
import { listedSteps } from './listed-steps.js';

const OPTIONS = { errorProbability: 1e-6, maxSamples: 60_000 };
const procedure = quasiHyperbolic(0.6, 0.7);
const critical = linearStability(procedure).criticalStep().value;

function decide(ratio: number, changes: Partial<LinearProcedure> = {}) {
  const eta = ratio * critical;
  const steps = quasiHyperbolicSteps(0.6, 0.7, eta);
  return decideLinearSide(steps, { ...procedure, ...changes }, eta, randomSource('own', ratio), OPTIONS);
}

test('the side of quasi-hyperbolic momentum is certified from its real steps, below and above its first crossing', () => {
  for (const ratio of [0.2, 0.6]) expect(decide(ratio)).toMatchObject({ side: 'stable', fault: null });
  for (const ratio of [1.5, 3]) expect(decide(ratio)).toMatchObject({ side: 'diverges', fault: null });
  expect(decide(1).side).toBe('inconclusive');
});

test('without a list of periods divergence alone is certified', () => {
  const zero = { forward: () => undefined, adjoint: () => undefined };
  expect(decide(3, { moment: () => zero }).side).toBe('diverges');
  expect(decide(0.2, { moment: () => zero })).toMatchObject({ side: 'inconclusive', fault: null });
});

test('steps that are not those of the list are a fault, and no verdict', () => {
  const listed = procedure.moment(0.2 * critical) as readonly DrawnPeriod[];
  const shorter = listed.map(({ probability, matrix }) => ({
    probability,
    matrix: matrix.map((x) => x / 2),
  }));
  const found = decide(0.2, { moment: () => shorter });
  expect(found.side).toBe('inconclusive');
  expect(found.fault).toMatch(/exceeds the range/);
});

/** Rotations and stretches of a plane: no axis is apart although every symmetric part is a multiple of the identity. */
function turning(length: number) {
  const matrices = [0.5, -1].map((angle) => {
    const [c, s] = [length * Math.cos(angle), length * Math.sin(angle)];
    return Float64Array.of(c, -s, s, c);
  });
  return listedSteps(matrices, Float64Array.of(3, -1));
}

test('turning steps around a minimum beside 0 are decided on both sides', () => {
  for (const [length, side] of [
    [0.97, 'stable'],
    [1.03, 'diverges'],
  ] as const) {
    const { own, steps } = turning(length);
    expect(decideLinearSide(steps, own, 1, randomSource('turning', length), OPTIONS)).toMatchObject({
      side,
      fault: null,
    });
  }
});

test('symmetric steps in one step are decided by the test for self-adjoint operators, on axes that do not mix', () => {
  for (const [big, side] of [
    [1.2, 'stable'],
    [1.6, 'diverges'],
  ] as const) {
    const { own, steps } = listedSteps([Float64Array.of(big, 0, 0, 0.1), Float64Array.of(0.3, 0, 0, 0.2)]);
    expect(decideLinearSide(steps, own, 1, randomSource('axes', big), OPTIONS)).toMatchObject({
      side,
      fault: null,
    });
  }
});

/**
 * Some Q B Q^T with triangular B = [a c; 0 b], a and b about `size` and |c| up to `shear`, Q a rotation; T is triangular as
 * well, with E a^2, E ab and E b^2 on its diagonal.
 */
function sheared(name: string, ways: number, [size, shear, turn]: readonly [number, number, number]) {
  const random = randomSource('shears', name);
  const [x, y] = [Math.cos(turn), Math.sin(turn)];
  const drawn = Array.from({ length: ways }, () => {
    const [a, b] = [size * (0.8 + 0.4 * random.uniform()), size * (0.8 + 0.4 * random.uniform())];
    const c = shear * (0.5 + 0.5 * random.uniform()) * (random.uniform() < 0.5 ? -1 : 1);
    const [d, e] = [(a - b) * x * y, c * x * y];
    const entries = [a * x * x + b * y * y - e, d + c * x * x, d - c * y * y, a * y * y + b * x * x + e];
    return { entries: Float64Array.from(entries), squares: [a * a, a * b, b * b] };
  });
  const radius = Math.max(
    ...[0, 1, 2].map((k) => drawn.reduce((sum, { squares }) => sum + squares[k]! / ways, 0)),
  );
  return { ...listedSteps(drawn.map(({ entries }) => entries)), truth: radius < 1 ? 'stable' : 'diverges' };
}

const SIZES = [0.5, 0.8, 1.3, 2];

describe('steps that shear, whose transients grow before they shrink', () => {
  test.each(SIZES)('are on the side of their operator, also on axes that are turned: size %d', (size) => {
    for (const turn of [0, 0.7]) {
      for (const [ways, shear] of [
        [1, 50],
        [2, 5],
        [3, 50],
        [5, 300],
      ] as const) {
        const name = `${ways} ${shear}`;
        const { own, steps, truth } = sheared(name, ways, [size, shear, turn]);
        const found = decideLinearSide(steps, own, 1, randomSource('sheared', name), OPTIONS);
        expect(found, `${ways} ways, shear ${shear}, ${turn}`).toMatchObject({ side: truth, fault: null });
      }
    }
  });

  test.each(SIZES)('are never on the other side where they leave the number range: size %d', (size) => {
    for (const shear of [1e6, 1e30, 1e74, 1e76, 1e160, 1e300]) {
      // Turned entries would be rounded by more than 1.
      const { own, steps, truth } = sheared(`${shear}`, 3, [size, shear, 0]);
      const options = { ...OPTIONS, maxSamples: 3000 };
      const { side, fault } = decideLinearSide(steps, own, 1, randomSource('large', shear), options);
      expect([truth, 'inconclusive'], `shear ${shear}`).toContain(side);
      expect(fault).toBeNull();
    }
  });
});

test('a state of another length is refused', () => {
  const steps = quasiHyperbolicSteps(0.6, 0.7, 1);
  expect(() =>
    decideLinearSide(steps, { ...procedure, stateDimension: 6 }, 1, randomSource('length'), OPTIONS),
  ).toThrow('minimum must have the 6 numbers of a state; got 4');
});

describe('what a list of periods guarantees', () => {
  const lawOf = (entries: readonly number[], more: Partial<LinearProcedure> = {}) =>
    linearLaw({ ...listedSteps([Float64Array.from(entries)]).own, ...more }, 1);

  test('the test for operators that are their own adjoint is asked of no others: a list that is not symmetric, and says nothing', () => {
    expect(lawOf([0.5, 3, 0, 0.5])).toMatchObject({ symmetric: false, selfAdjoint: false });
    const said = lawOf([0.5, 3, 0, 0.5], { selfAdjoint: true });
    expect(said).toMatchObject({ symmetric: false, selfAdjoint: true });
    expect(lawOf([0.5, 3, 3, 0.5])).toMatchObject({ symmetric: true, selfAdjoint: true });
  });

  test('one matrix that is not symmetric is enough, by more than the rounding of its largest entry', () => {
    const symmetric = (...lists: number[][]): boolean =>
      linearLaw(listedSteps(lists.map((entries) => Float64Array.from(entries))).own, 1).symmetric;
    expect(symmetric([0.5, 3, 3, 0.5], [0.5, 3, 0, 0.5])).toBe(false);
    expect(symmetric([100, 3, 3 + 0.9e-10, 0.5])).toBe(true);
    expect(symmetric([100, 3, 3 + 1.1e-10, 0.5])).toBe(false);
    expect(symmetric([1, 3e-13, 0, 1e-3])).toBe(true);
  });

  test('Y is at most the largest squared norm of the list, with room for its rounding, a period', () => {
    // P^{-1/2} B P^{1/2} with P = diag(4, 1): entries (1, 2) are halved, entries (2, 1) doubled.
    const roots = { root: Float64Array.of(2, 0, 0, 1), inverseRoot: Float64Array.of(0.5, 0, 0, 1) };
    const { own } = listedSteps([Float64Array.of(0, 6, 0, 0), Float64Array.of(0, 0, 2, 0)]);
    for (const stride of [1, 2, 4]) {
      const { range, excess, sizeLimit } = linearLaw(own, 1).range(roots, 0.1, stride);
      const room = range / 16 ** stride - 1;
      expect([room > 0.9e-9 * stride, room < 1.1e-9 * stride, excess]).toEqual([true, true, 0]);
      expect(sizeLimit).toEqual({ retain: 0, forget: 0 });
    }
  });

  test('periods of a list that is not symmetric are looked at up to 16 at once, of a symmetric one each alone', () => {
    expect(strides(lawOf([0.5, 3, 0, 0.5]), 16)).toEqual([1, 2, 4, 8, 16]);
    expect(strides(lawOf([0.5, 3, 3, 0.5]), 16)).toEqual([1]);
  });

  test('subspaces are those that every block of a period leaves invariant', () => {
    // States of two parts, on axes that the first block alone leaves apart.
    const parted = (coupling: number) => {
      const [top, bottom] = [
        [1, 0, 0, coupling],
        [0, 2, coupling, 0],
      ];
      const { own } = listedSteps([Float64Array.of(...top, ...bottom, 0, 0, 0, 0, 0, 0, 0, 0)]);
      return linearLaw({ ...own, parts: 2 }, 1)
        .subspaces(4)
        .map(({ size }) => size);
    };
    expect(parted(0)).toEqual([2, 2]);
    expect(parted(1)).toEqual([4]);
  });

  test('an operator alone has no range, and splits no states', () => {
    const map = { forward: () => undefined, adjoint: () => undefined };
    const identity = { root: Float64Array.of(1, 0, 0, 1), inverseRoot: Float64Array.of(1, 0, 0, 1) };
    const law = lawOf([1, 0, 0, 1], { moment: () => map });
    expect(law).toMatchObject({ symmetric: false, selfAdjoint: false });
    expect(law.range(identity, 0.1, 1).excess).toBe(1);
    // And leaves no part of the states apart, so that any may couple.
    const { own } = listedSteps([new Float64Array(16)]);
    expect(linearLaw({ ...own, moment: () => map }, 1).subspaces(4)).toHaveLength(1);
  });
});

test('steps that are methods of an object are taken as its own', () => {
  class Halving {
    readonly minimum = Float64Array.of(1);
    private factor = 1;

    drawBatches(): void {
      this.factor = 0.5;
    }

    applyStep(w: Float64Array): void {
      w[0] = this.minimum[0]! + this.factor * (w[0]! - this.minimum[0]!);
    }
  }
  const matrix = Float64Array.of(0.5);
  const own = { stateDimension: 1, smallStep: 1, moment: () => [{ probability: 1, matrix }] };
  expect(decideLinearSide(new Halving(), own, 1, randomSource('methods'), OPTIONS)).toMatchObject({
    ...{ side: 'stable', fault: null },
  });
});
