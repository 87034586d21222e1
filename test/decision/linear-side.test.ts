import { expect, test } from 'vitest';
import { decideLinearSide, linearLaw } from '../../src/decision/linear-side.js';
import { randomSource } from '../../src/statistics/generator.js';
import type { DrawnPeriod, LinearProcedure } from '../../src/theory/linear-procedure.js';
import { linearStability } from '../../src/theory/operator/linear-stability.js';
import type { MovingProcess } from '../../src/unlearning/growth.js';
import { quasiHyperbolic, quasiHyperbolicSteps } from '../quasi-hyperbolic.js';

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
function turning(length: number): { steps: MovingProcess; own: LinearProcedure } {
  const matrices = [0.5, -1].map((angle) => {
    const [c, s] = [length * Math.cos(angle), length * Math.sin(angle)];
    return Float64Array.of(c, -s, s, c);
  });
  let drawn = matrices[0]!;
  return {
    own: {
      stateDimension: 2,
      smallStep: 1,
      moment: () => matrices.map((matrix) => ({ probability: 0.5, matrix })),
    },
    steps: {
      minimum: Float64Array.of(3, -1),
      drawBatches(random) {
        drawn = matrices[Number(random.uniform() < 0.5)]!;
      },
      applyStep(x) {
        const [a, b] = [x[0]! - 3, x[1]! + 1];
        x[0] = 3 + drawn[0]! * a + drawn[1]! * b;
        x[1] = -1 + drawn[2]! * a + drawn[3]! * b;
      },
    },
  };
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
  const axes = (big: number): { steps: MovingProcess; own: LinearProcedure } => {
    const factors = [Float64Array.of(big, 0.1), Float64Array.of(0.3, 0.2)];
    let drawn = factors[0]!;
    return {
      own: {
        stateDimension: 2,
        smallStep: 1,
        moment: () => factors.map(([a, b]) => ({ probability: 0.5, matrix: Float64Array.of(a!, 0, 0, b!) })),
      },
      steps: {
        minimum: new Float64Array(2),
        drawBatches(random) {
          drawn = factors[Number(random.uniform() < 0.5)]!;
        },
        applyStep(x) {
          x.forEach((value, k) => (x[k] = value * drawn[k]!));
        },
      },
    };
  };
  for (const [big, side] of [
    [1.2, 'stable'],
    [1.6, 'diverges'],
  ] as const) {
    const { own, steps } = axes(big);
    expect(decideLinearSide(steps, own, 1, randomSource('axes', big), OPTIONS)).toMatchObject({
      side,
      fault: null,
    });
  }
});

test('a state of another length is refused', () => {
  const steps = quasiHyperbolicSteps(0.6, 0.7, 1);
  expect(() =>
    decideLinearSide(steps, { ...procedure, stateDimension: 6 }, 1, randomSource('length'), OPTIONS),
  ).toThrow(/minimum must have the 6 numbers of a state; got 4|6 x 6/);
});

test('the test for operators that are their own adjoint is asked of no others: a list that is not symmetric, and says nothing', () => {
  const lawOf = (entries: readonly number[], selfAdjoint?: boolean) =>
    linearLaw(
      {
        ...{ stateDimension: 2, period: 1, smallStep: 0.1 },
        ...(selfAdjoint !== undefined && { selfAdjoint }),
        moment: () => [{ probability: 1, matrix: Float64Array.from(entries) }],
      },
      1,
    );
  expect(lawOf([0.5, 3, 0, 0.5])).toMatchObject({ symmetric: false, selfAdjoint: false });
  expect(lawOf([0.5, 3, 0, 0.5], true)).toMatchObject({ symmetric: false, selfAdjoint: true });
  expect(lawOf([0.5, 3, 3, 0.5])).toMatchObject({ symmetric: true, selfAdjoint: true });
});
