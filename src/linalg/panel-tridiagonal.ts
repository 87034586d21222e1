import { rowsTimesColumn, subtractRows } from './row-loops.js';
import { subtractFromUpper } from './row-updates.js';
import type { TridiagonalLoops } from './tridiagonal-loops.js';
import { addScaled, dot } from './vectors.js';

/** Reflections of a panel. */
const WIDTH = 32;

/** Numbers that `reduceByPanels` takes beside those of plain loops: w of a panel, and two numbers by reflection. */
export function panelSpare(n: number): number {
  return WIDTH * n + 2 * WIDTH;
}

/**
 * Householder reduction of a symmetric n x n matrix, the upper triangle in `loops.v`, to tridiagonal form by panels
 * (Dongarra, Sorensen & Hammarling, J. Comput. Appl. Math. 27, 1989; dsytrd of LAPACK), from the last column up: within a
 * panel the matrix stays as it was, A - U W^T - W U^T up to date, so that each reflection takes one product with half the
 * matrix; the end of a panel is one product of rank 2 WIDTH.
 *
 * @returns the reflections H_i = I - u_i u_i^T/h_i, u_i in row i of v before column i: scales[i] = 1/h_i, 0 for none; the
 * diagonal; and the off-diagonal, entry i beside diagonal entries i - 1 and i.
 */
export function reduceByPanels(loops: TridiagonalLoops, n: number) {
  const { v, d, e, spare } = loops;
  const [diagonal, off, scales] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  /** Row k - end - 1 is w of reflection k of a panel that ends before column end + 1. */
  const w = spare.subarray(0, WIDTH * n);
  const ofU = spare.subarray(WIDTH * n, WIDTH * (n + 1));
  const ofW = spare.subarray(WIDTH * (n + 1), WIDTH * (n + 2));
  for (let top = n - 1; top > 0; top -= WIDTH) {
    const end = Math.max(0, top - WIDTH);
    for (let i = top; i > end; i--) reflectColumn(i, top, end);
    finishPanel(top, end);
  }
  diagonal[0] = v[0]!;
  return { diagonal, off, scales };

  /** Reduces column i, from which the panel's reflections top .. i + 1 are not taken off yet. */
  function reflectColumn(i: number, top: number, end: number): void {
    const column = d.subarray(0, i);
    let entry = v[i * n + i]!;
    for (let j = 0; j < i; j++) column[j] = v[j * n + i]!;
    const count = top - i;
    const [us, ws] = [v.subarray((i + 1) * n), w.subarray((i - end) * n)];
    for (let l = 0; l < count; l++) {
      ofU[l] = ws[l * n + i]!;
      ofW[l] = us[l * n + i]!;
      entry -= 2 * ofU[l]! * ofW[l]!;
    }
    subtractRows(us, n, count, ofU, column);
    subtractRows(ws, n, count, ofW, column);
    diagonal[i] = entry;
    const { beside, h } = scaledReflector(column);
    off[i] = beside;
    const image = w.subarray((i - end - 1) * n, (i - end - 1) * n + i);
    if (h === 0) {
      v.fill(0, i * n, i * n + i);
      image.fill(0);
      return;
    }
    scales[i] = 1 / h;
    loops.symmetricProduct(i);
    image.set(e.subarray(0, i));
    rowsTimesColumn(ws, n, count, column, ofU);
    rowsTimesColumn(us, n, count, column, ofW);
    subtractRows(us, n, count, ofU, image);
    subtractRows(ws, n, count, ofW, image);
    for (let j = 0; j < i; j++) image[j]! /= h;
    addScaled(image, -dot(image, column) / (2 * h), column);
  }

  /** Takes the reflections of a panel off the block before column end + 1. */
  function finishPanel(top: number, end: number): void {
    const [width, size] = [top - end, end + 1];
    const [left, right] = [new Float64Array(size * 2 * width), new Float64Array(size * 2 * width)];
    for (let l = 0; l < width; l++) {
      for (let j = 0; j < size; j++) {
        const [u, own] = [v[(end + 1 + l) * n + j]!, w[l * n + j]!];
        const row = j * 2 * width + l;
        left[row] = right[row + width] = u;
        left[row + width] = right[row] = own;
      }
    }
    subtractFromUpper({ numbers: v, at: 0, stride: n, count: size }, left, right, 2 * width);
  }
}

/**
 * The column x becomes u of the reflection I - u u^T/h, |u|^2 = 2h, that leaves its last entry alone, with a factor that
 * keeps squares in range; h = 0 for x = 0.
 */
function scaledReflector(x: Float64Array): { beside: number; h: number } {
  const last = x.length - 1;
  let scale = 0;
  for (const value of x) scale += Math.abs(value);
  if (scale === 0) return { beside: 0, h: 0 };
  let h = 0;
  for (let k = 0; k <= last; k++) {
    x[k]! /= scale;
    h += x[k]! * x[k]!;
  }
  const end = x[last]!;
  const g = end > 0 ? -Math.sqrt(h) : Math.sqrt(h);
  x[last] = end - g;
  return { beside: scale * g, h: h - end * g };
}
