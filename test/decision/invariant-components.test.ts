import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { invariantComponents } from '../../src/decision/state-subspaces.js';
import { randomSource } from '../../src/statistics/generator.js';
import { entriesOf, randomRotation, symmetricEntries } from '../sample-problems.js';

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
});
