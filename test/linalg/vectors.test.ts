import { describe, expect, it } from 'vitest';
import {
  addScaled,
  dot,
  matrixTimesVector,
  norm,
  quadraticForm,
  scale,
  trace,
  transpose,
} from '../../src/linalg/vectors.js';

const x = Float64Array.of(1, -2, 3);
const y = Float64Array.of(4, 5, -6);

describe('vector operations', () => {
  it('dot, addScaled and scale are exact on small integers', () => {
    expect(dot(x, y)).toBe(4 - 10 - 18);
    const sum = y.slice();
    addScaled(sum, -2, x);
    expect(Array.from(sum)).toEqual([2, 9, -12]);
    scale(sum, 0.5);
    expect(Array.from(sum)).toEqual([1, 4.5, -6]);
  });

  it('norm neither overflows nor underflows: |(3, 4) 10^e| = 5 10^e for e from -320 to 307', () => {
    // Below 1e-308 numbers are subnormal: 3e-320 has about four digits left.
    for (const [exponent, tolerance] of [
      [-320, 1e-3],
      [-200, 1e-15],
      [-141, 1e-15],
      [0, 0],
      [141, 1e-15],
      [307, 1e-15],
    ] as const) {
      const unit = Number(`1e${exponent}`);
      const length = norm(Float64Array.of(3 * unit, 4 * unit));
      expect(Math.abs(length / (5 * unit) - 1)).toBeLessThanOrEqual(tolerance);
    }
  });

  it('norm of a zero, infinite or NaN vector is 0, Infinity or NaN', () => {
    expect(norm(new Float64Array(4))).toBe(0);
    expect(norm(new Float64Array(0))).toBe(0);
    expect(norm(Float64Array.of(1, -Infinity))).toBe(Infinity);
    expect(norm(Float64Array.of(1, NaN))).toBeNaN();
  });

  it('transpose turns m x n into n x m and twice is the identity', () => {
    const matrix = Float64Array.of(1, 2, 3, 4, 5, 6);
    expect(Array.from(transpose(matrix, 2, 3))).toEqual([1, 4, 2, 5, 3, 6]);
    expect(transpose(transpose(matrix, 2, 3), 3, 2)).toEqual(matrix);
  });

  it('quadraticForm and trace are exact on small integers, also for a matrix that is not symmetric', () => {
    const matrix = Float64Array.of(1, 2, 0, 3, 4, 5, 0, 6, 7);
    expect(quadraticForm(matrix, x)).toBe(1 * (1 - 4) - 2 * (3 - 8 + 15) + 3 * (-12 + 21));
    expect(trace(matrix, 3)).toBe(12);
  });

  it('matrixTimesVector is A x for any number of rows, also into a given array', () => {
    const matrix = Float64Array.of(1, 2, 3, 4, 5, 6);
    expect(Array.from(matrixTimesVector(matrix, x))).toEqual([6, 12]);
    const out = new Float64Array(3);
    expect(matrixTimesVector(matrix, Float64Array.of(1, -1), out)).toBe(out);
    expect(Array.from(out)).toEqual([-1, -1, -1]);
  });
});
