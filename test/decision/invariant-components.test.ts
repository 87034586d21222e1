import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { StateMoment } from '../../src/decision/state-moment.js';
import { invariantComponents, stateSubspaces } from '../../src/decision/state-subspaces.js';
import { randomSource } from '../../src/statistics/generator.js';
import type { ProblemSpec, ReducedProblem } from '../../src/theory/problem.js';
import { denseHessians } from '../reference/dense-operator.js';
import { entriesOf, randomRotation, reducedFromSpec, symmetricEntries } from '../sample-problems.js';
import { matrixTape } from './tape-process.js';

/** Symmetric matrices with random blocks of these sizes, all turned by one rotation. */
function turnedBlocks(
  sizes: readonly number[],
  count: number,
): { rotation: Matrix; matrices: Float64Array[] } {
  const r = sizes.reduce((a, b) => a + b, 0);
  const random = randomSource('blocks', ...sizes);
  const rotation = randomRotation(random, r);
  const matrices = Array.from({ length: count }, () => {
    const matrix = Matrix.zeros(r, r);
    let from = 0;
    for (const size of sizes) {
      matrix.setSubMatrix(
        Matrix.from1DArray(size, size, Array.from(symmetricEntries(random, size))),
        from,
        from,
      );
      from += size;
    }
    return entriesOf(rotation.mmul(matrix).mmul(rotation.transpose()));
  });
  return { rotation, matrices };
}

const sizesOf = (components: readonly Float64Array[], r: number): number[] =>
  components.map((basis) => basis.length / r).sort((a, b) => a - b);

describe('invariantComponents', () => {
  it.each([[[1]], [[3]], [[1, 1, 2]], [[2, 3]], [[1, 1, 1, 1]]])('finds blocks of sizes %s', (sizes) => {
    const r = sizes.reduce((a, b) => a + b, 0);
    const { matrices } = turnedBlocks(sizes, 4);
    const components = invariantComponents(matrices, r);
    expect(sizesOf(components, r)).toEqual(sizes);
    for (const basis of components) {
      const c = basis.length / r;
      const rows = Matrix.from1DArray(c, r, Array.from(basis));
      expect(Matrix.sub(rows.mmul(rows.transpose()), Matrix.eye(c)).norm()).toBeLessThan(1e-12);
      for (const entries of matrices) {
        const moved = rows.mmul(Matrix.from1DArray(r, r, Array.from(entries)));
        const inside = moved.mmul(rows.transpose()).mmul(rows);
        expect(Matrix.sub(moved, inside).norm()).toBeLessThan(1e-10);
      }
    }
  });

  it('one matrix more that couples two of them joins these two', () => {
    const { rotation, matrices } = turnedBlocks([1, 2, 2], 3);
    const coupling = Matrix.zeros(5, 5);
    coupling.set(0, 1, 1e-6);
    coupling.set(1, 0, 1e-6);
    const turned = entriesOf(rotation.mmul(coupling).mmul(rotation.transpose()));
    expect(sizesOf(invariantComponents([...matrices, turned], 5), 5)).toEqual([2, 3]);
  });

  it('axes that nothing tells apart stay apart, and so do those without curvature', () => {
    expect(sizesOf(invariantComponents([entriesOf(Matrix.eye(3))], 3), 3)).toEqual([1, 1, 1]);
    expect(sizesOf(invariantComponents([new Float64Array(4)], 2), 2)).toEqual([1, 1]);
  });

  it.each([1e-30, 1e-12, 1e12])('in a unit of %d the blocks are the same', (unit) => {
    const { matrices } = turnedBlocks([1, 2, 3], 4);
    const scaled = matrices.map((matrix) => matrix.map((x) => unit * x));
    expect(sizesOf(invariantComponents(scaled, 6), 6)).toEqual([1, 2, 3]);
  });

  it('a matrix that is 0 among others says nothing', () => {
    const { matrices } = turnedBlocks([1, 2], 3);
    expect(sizesOf(invariantComponents([new Float64Array(9), ...matrices], 3), 3)).toEqual([1, 2]);
  });

  it.each([0, 1, 2])('two axes that only the third one couples, number %d, are one block with it', (hub) => {
    // Couplings so weak that the eigenvectors have none of each other's beyond rounding.
    const weak = Matrix.zeros(3, 3);
    for (const other of [0, 1, 2].filter((a) => a !== hub)) {
      weak.set(hub, other, 3e-7);
      weak.set(other, hub, 3e-7);
    }
    const axes = entriesOf(Matrix.diag([1, 2, 3]));
    expect(sizesOf(invariantComponents([axes, entriesOf(weak.add(Matrix.diag([3, 5, 4])))], 3), 3)).toEqual([
      3,
    ]);
  });
});

describe('the components of a procedure are those of what its steps may have for curvature', () => {
  /** Two factors in a sample, and sets whose means have no axis in common. */
  const SETS = {
    retain: [[[1, 0.2, 0], [0.3, 1, 0]], [[0.5, -0.4, 0]], [[0, 0, 0.8]]], // prettier-ignore
    forget: [[[0.9, 0.8, 0]], [[0, 0, 0.5]]],
    alpha: 0.3,
  };
  const problemOf = (retain: number, forget: number, rest: Partial<ProblemSpec> = {}) =>
    reducedFromSpec({
      ...{ ...SETS, batch: { retain, forget }, sampling: 'without-replacement' },
      ...{ optimizer: { momentum: 0.5 }, ...rest },
    });
  /** Orthonormal axes in w of the component that grows most, for a step that moves w along one axis alone. */
  const axesAlong = (problem: ReducedProblem, axis: readonly number[]): Matrix => {
    const moment = new StateMoment(stateSubspaces(problem, 6), 6);
    const column = Matrix.columnVector([...axis]);
    const step = Matrix.zeros(6, 6);
    step.setSubMatrix(column.mmul(column.transpose()), 0, 0);
    moment.draw(matrixTape(() => step), randomSource('unused'), 2); // prettier-ignore
    const { basis, size, blocks } = moment.fastest();
    expect(blocks).toBe(2);
    return Matrix.from1DArray(size, 6, Array.from(basis)).subMatrix(0, size / 2 - 1, 0, 2);
  };
  /** The direction, in reduced coordinates, of a sample that has one factor. */
  const directionOf = (problem: ReducedProblem, set: number, sample: number): number[] => {
    const hessian = denseHessians(problem.groups[set]!.samples)[sample]!;
    const column = [0, 1, 2]
      .map((a) => hessian.getColumnVector(a))
      .reduce((x, y) => (y.norm() > x.norm() ? y : x));
    return column.div(column.norm()).to1DArray();
  };

  it('full batches of both sets in every step: the axes of D', () => {
    const problem = problemOf(3, 2);
    const d = Matrix.zeros(3, 3);
    for (const { samples, sign, weight } of problem.groups) {
      const hessians = denseHessians(samples);
      for (const hessian of hessians) d.add(Matrix.mul(hessian, (sign * weight) / hessians.length));
    }
    const { eigenvectorMatrix } = new EigenvalueDecomposition(d);
    for (const k of [0, 1, 2]) {
      const axis = eigenvectorMatrix.getColumn(k);
      const axes = axesAlong(problem, axis);
      expect(axes.rows).toBe(1);
      expect(Math.abs(axes.mmul(Matrix.columnVector(axis)).get(0, 0))).toBeCloseTo(1, 10);
    }
  });

  it.each<[string, ReducedProblem]>([
    ['in turns', problemOf(3, 2, { schedule: { ascent: 1, descent: 1 } })],
    ['where the retain batches are drawn', problemOf(1, 2)],
    ['where the forget batches are drawn', problemOf(3, 1)],
    ['where full batches are drawn with replacement', problemOf(3, 2, { sampling: 'with-replacement' })],
  ])('the axis that all samples leave alone, and the plane of the others, %s', (_, problem) => {
    const axis = directionOf(problem, 0, 2);
    const third = axesAlong(problem, axis);
    expect(third.rows).toBe(1);
    expect(Math.abs(third.mmul(Matrix.columnVector(axis)).get(0, 0))).toBeCloseTo(1, 10);
    const plane = axesAlong(problem, directionOf(problem, 1, 0));
    expect(plane.rows).toBe(2);
    expect(plane.mmul(Matrix.columnVector(axis)).norm()).toBeLessThan(1e-10);
  });

  it('samples along turned axes, of one factor or of two', () => {
    const [x, y] = [[0.6, 0.8, 0], [-0.8, 0.6, 0]] as const; // prettier-ignore
    const retain = [[x], [y.map((c) => 2 * c), x], [[0, 0, 1]]];
    const problem = problemOf(1, 1, { retain, forget: [[y]] });
    for (const [set, sample] of [
      [0, 0],
      [0, 2],
      [1, 0],
    ] as const) {
      // prettier-ignore
      const axis = directionOf(problem, set, sample);
      const axes = axesAlong(problem, axis);
      expect(axes.rows).toBe(1);
      expect(Math.abs(axes.mmul(Matrix.columnVector(axis)).get(0, 0))).toBeCloseTo(1, 10);
    }
  });
});
