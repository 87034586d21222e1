import { describe, expect, it } from 'vitest';
import { panelSpare, reduceByPanels } from '../../src/linalg/panel-tridiagonal.js';
import { reduceByRows } from '../../src/linalg/plain-tridiagonal.js';
import { PlainLoops, type TridiagonalLoops, tridiagonalLoops } from '../../src/linalg/tridiagonal-loops.js';
import { randomSource } from '../../src/statistics/generator.js';
import { largestDifference } from '../closeness.js';
import { symmetricEntries } from '../sample-problems.js';

/** Entries of the tridiagonal form carry rounding along: it grows to 1e-12 here. */
const ROUNDING = 1e-10;

/** What a reduction gives, with the reflectors: row i of v before column i. */
function reduced(
  reduce: typeof reduceByPanels,
  loops: TridiagonalLoops,
  matrix: Float64Array,
  n: number,
): Record<'diagonal' | 'off' | 'scales' | 'vectors', Float64Array> {
  loops.v.set(matrix);
  const { diagonal, off, scales } = reduce(loops, n);
  const vectors = loops.v.map((x, k) => (k % n < Math.floor(k / n) ? x : 0));
  // Entry 0 beside nothing means nothing.
  return { diagonal, off: off.slice(1), scales, vectors };
}

/** Orders with one panel, whole panels, and a rest. */
const ORDERS = [17, 32, 33, 34, 65, 150];

describe('reduceByPanels', () => {
  it.each(ORDERS)('gives the tridiagonal matrix and the reflections of the plain loops, but for rounding (n = %i)', (n) => {
    const matrix = symmetricEntries(randomSource('panel tridiagonal', n), n);
    const panels = reduced(reduceByPanels, tridiagonalLoops(n, panelSpare(n)), matrix, n);
    const plain = reduced(reduceByRows, new PlainLoops(n), matrix, n);
    for (const part of ['diagonal', 'off', 'scales', 'vectors'] as const) {
      expect(largestDifference(panels[part], plain[part]), part).toBeLessThan(ROUNDING);
    }
  }); // prettier-ignore

  it('is the same to the last bit by plain loops', () => {
    const n = 70;
    const matrix = symmetricEntries(randomSource('panel tridiagonal', 'bits'), n);
    const compiled = reduced(reduceByPanels, tridiagonalLoops(n, panelSpare(n)), matrix, n);
    expect(reduced(reduceByPanels, new PlainLoops(n, panelSpare(n)), matrix, n)).toEqual(compiled);
  });

  it('leaves out the reflections of columns that are 0 already', () => {
    const n = 40;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) matrix[i * (n + 1)] = i + 1;
    matrix[3 * n + 20] = matrix[20 * n + 3] = 0.5;
    const { diagonal, off, scales } = reduced(reduceByPanels, tridiagonalLoops(n, panelSpare(n)), matrix, n);
    expect(Array.from(scales, (s) => s !== 0).filter(Boolean)).toHaveLength(1);
    expect(off.filter((x) => x !== 0)).toHaveLength(1);
    expect(Math.abs(diagonal.reduce((a, b) => a + b, 0) - (n * (n + 1)) / 2)).toBeLessThan(1e-10);
  });
});
