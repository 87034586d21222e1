import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { decideSide } from '../../src/decision/decide-side.js';
import { StateMoment } from '../../src/decision/state-moment.js';
import { stateSubspaces } from '../../src/decision/state-subspaces.js';
import { randomSource } from '../../src/statistics/generator.js';
import { problemFromSpec, type ProblemSpec } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import type { UnlearningProcess } from '../../src/unlearning/process.js';
import { matrixTape } from './tape-process.js';

const NO_RANDOM = randomSource('unused');

/** A process whose periods are the given matrices in turn. */
const inTurn = (steps: readonly Matrix[]): UnlearningProcess => matrixTape((k) => steps[k % steps.length]!);

/** Descent with momentum on samples in two coordinates: states have four. */
function withMomentum(
  retain: readonly (readonly number[])[],
  sampling: ProblemSpec['sampling'] = 'bernoulli',
) {
  return reduceProblem(
    problemFromSpec({
      ...{ retain: retain.map((row) => [row]), forget: [[[1, 1]]], alpha: 0 },
      ...{ batch: { retain: 1, forget: 1 }, sampling, optimizer: { momentum: 0.5 } },
    }),
  );
}

/** Samples that no subspace separates, and samples along the axes. */
const COUPLED = withMomentum([[1, 0.3], [0.2, 1], [0.7, -0.4]]); // prettier-ignore
const APART = withMomentum([[1, 0], [0, 2]]); // prettier-ignore

const asMatrix = (entries: Float64Array, m: number): Matrix => Matrix.from1DArray(m, m, Array.from(entries));
const difference = (a: Matrix, b: Matrix): number => Matrix.sub(a, b).norm();

describe('the estimate of T for periods that are not symmetric', () => {
  const random = randomSource('state moment');
  const steps = Array.from({ length: 5 }, () =>
    Matrix.from1DArray(
      4,
      4,
      Array.from({ length: 16 }, () => 0.4 * random.normal()),
    ),
  );
  const dense = Matrix.zeros(16, 16);
  for (const step of steps) dense.add(step.kroneckerProduct(step).div(steps.length));
  const top = Math.max(...new EigenvalueDecomposition(dense).realEigenvalues);
  const image = (p: Matrix): Matrix =>
    Matrix.from1DArray(4, 4, dense.mmul(Matrix.columnVector(p.to1DArray())).to1DArray());
  const moment = new StateMoment(stateSubspaces(COUPLED, 4), 4);
  // Five periods 27 times over, in parts: the mean is that of the five.
  for (const count of [5, 130]) moment.draw(inTurn(steps), NO_RANDOM, count);

  it('has the radius and the right Perron matrix of the mean', () => {
    const { value, perron } = moment.perron();
    const matrix = asMatrix(perron, 4);
    expect(Math.abs(value / top - 1)).toBeLessThan(1e-9);
    expect(difference(image(matrix), Matrix.mul(matrix, top))).toBeLessThan(1e-9);
    expect(matrix.trace()).toBeCloseTo(1, 9);
    // The left one is another: T is not self-adjoint.
    const left = dense.transpose().mmul(Matrix.columnVector(matrix.to1DArray()));
    expect(difference(Matrix.from1DArray(4, 4, left.to1DArray()), Matrix.mul(matrix, top))).toBeGreaterThan(
      0.1,
    );
  });

  it.each([1.2, 5])(
    'has P = (c - T)^-1 W at %d times it, W in either block its share of the Perron matrix',
    (ratio) => {
      const c = ratio * top;
      const { root, inverseRoot } = moment.resolvent(c)!;
      const p = asMatrix(root, 4).mmul(asMatrix(root, 4));
      expect(asMatrix(root, 4).trace()).toBeGreaterThan(0);
      const perron = asMatrix(moment.perron().perron, 4);
      const shares = [perron.get(0, 0) + perron.get(1, 1), perron.get(2, 2) + perron.get(3, 3)];
      expect(Math.abs(shares[0]! - shares[1]!)).toBeGreaterThan(0.01);
      const w = Matrix.diag(shares.flatMap((share) => [share / 2, share / 2]));
      expect(difference(Matrix.sub(Matrix.mul(p, c), image(p)), w)).toBeLessThan(1e-9);
      expect(difference(asMatrix(root, 4).mmul(asMatrix(inverseRoot, 4)), Matrix.eye(4))).toBeLessThan(1e-9);
    },
  );

  it('has none below the radius', () => {
    expect(moment.resolvent(0.9 * top)).toBeNull();
  });
});

it('eigenvalues of one modulus, as full batches with momentum have them, do not keep it from settling', () => {
  const turn = Matrix.from1DArray(4, 4, [0, 0, 0.9, 0, 0, 0.5, 0, 0, -0.9, 0, 0, 0, 0, 0, 0, 0.4]);
  const moment = new StateMoment(stateSubspaces(COUPLED, 4), 4);
  moment.draw(inTurn([turn]), NO_RANDOM, 3);
  expect(moment.perron().value).toBeCloseTo(0.81, 9);
});

describe('subspaces that no curvature couples', () => {
  /** Of either coordinate, (delta, v) -> ((g, 0.1), (0.2, g/2)) (delta, v) with a growth of its own. */
  const apart = (a: number, b: number): StateMoment => {
    const step = Matrix.diag([a, b, a / 2, b / 2]);
    for (const k of [0, 1]) {
      step.set(k, 2 + k, 0.1);
      step.set(2 + k, k, 0.2);
    }
    const moment = new StateMoment(stateSubspaces(APART, 4), 4);
    moment.draw(inTurn([step]), NO_RANDOM, 4);
    return moment;
  };
  /** Square of the larger root of (g - x)(g/2 - x) = 0.02. */
  const radius = (g: number): number => ((1.5 * g + Math.sqrt(0.25 * g * g + 0.08)) / 2) ** 2;

  it('growth is that of the fastest one, whichever it is', () => {
    for (const [a, b] of [
      [0.9, 0.5],
      [0.5, 0.9],
    ] as const) {
      // prettier-ignore
      const moment = apart(a, b);
      expect(moment.perron().value).toBeCloseTo(radius(0.9), 10);
      const { size, blocks, basis } = moment.fastest();
      expect([size, blocks]).toEqual([2, 2]);
      const axis = a > b ? 0 : 1;
      const inside = [axis, 2 + axis].reduce((sum, j) => sum + basis[j]! ** 2 + basis[4 + j]! ** 2, 0);
      expect(inside).toBeCloseTo(2, 12);
      const perron = asMatrix(moment.perron().perron, 4);
      expect(perron.get(axis, axis) + perron.get(2 + axis, 2 + axis)).toBeCloseTo(1, 9);
    }
  });

  it('there is a P above the growth of all alone, and its roots cover them all', () => {
    const moment = apart(0.5, 0.9);
    expect(moment.resolvent(0.99 * radius(0.9))).toBeNull();
    const { root, inverseRoot } = moment.resolvent(1.01 * radius(0.9))!;
    expect(difference(asMatrix(root, 4).mmul(asMatrix(inverseRoot, 4)), Matrix.eye(4))).toBeLessThan(1e-9);
  });
});

describe('overflow', () => {
  it('is from 1e75 on, and the lot that it is drawn in counts', () => {
    const draw = (size: number, place: number, count: number) => {
      const large = Matrix.eye(4);
      large.set(2, 1, size);
      const process = matrixTape((k) => (k === place ? large : Matrix.eye(4)));
      const overflow = new StateMoment(stateSubspaces(APART, 4), 4).draw(process, NO_RANDOM, count);
      if (overflow !== null) expect(process.drawn()).toBe(overflow);
      return overflow;
    };
    expect([0.99e75, 1.01e75, -1.01e75, NaN].map((size) => draw(size, 2, 9))).toEqual([null, 9, 9, 9]);
    expect([0, 63, 64, 127, 128, 149].map((place) => draw(1e80, place, 150))).toEqual([
      64, 64, 128, 128, 150, 150,
    ]);
  });

  it('says nothing of a map that is not self-adjoint', () => {
    const verdict = decideSide(inTurn([Matrix.eye(4).mul(1e80)]), COUPLED, 0.1, NO_RANDOM, {
      ...{ errorProbability: 1e-9, maxSamples: 5000 },
    });
    expect(verdict).toMatchObject({ side: 'inconclusive', samples: 64, logEvidence: -Infinity });
  });
});
