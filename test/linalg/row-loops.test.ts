import { describe, expect, it } from 'vitest';
import { rowsTimesColumn, subtractRows, workingNumbers } from '../../src/linalg/row-loops.js';
import { randomSource } from '../../src/statistics/generator.js';
import { normalEntries } from '../sample-problems.js';

const COUNTS = [0, 1, 3, 4, 5, 8, 11];
const LENGTHS = [0, 1, 2, 7, 8, 40];

/** Rows 50 numbers apart, a vector and a number for each row. */
function places(all: Float64Array, count: number, length: number) {
  const rows = all.subarray(0, 50 * 11);
  return { rows, x: all.subarray(600, 600 + length), out: all.subarray(700, 700 + count) };
}

function both(count: number, length: number) {
  const entries = normalEntries(randomSource('row loops', count, length), 1, 800);
  const compiled = workingNumbers(800);
  compiled.set(entries);
  return { compiled, plain: entries };
}

describe('compiled loops over rows are the plain ones to the last bit, for every remainder of their blocks', () => {
  it('in memory of their own', () => {
    expect(workingNumbers(1).byteOffset, 'npm run build compiles the kernel').toBeGreaterThan(0);
  });

  it('rowsTimesColumn: out_j = <row_j, x>', () => {
    for (const count of COUNTS) {
      for (const length of LENGTHS) {
        const { compiled, plain } = both(count, length);
        const before = plain.slice();
        for (const all of [compiled, plain]) {
          const { rows, x, out } = places(all, count, length);
          rowsTimesColumn(rows, 50, count, x, out);
        }
        expect(compiled.slice()).toEqual(plain);
        const { rows, x } = places(before, count, length);
        for (let j = 0; j < count; j++) {
          let sum = 0;
          for (let k = 0; k < length; k++) sum += rows[50 * j + k]! * x[k]!;
          expect(plain[700 + j]).toBe(sum);
        }
      }
    }
  });

  it('subtractRows: x -= weights_j row_j', () => {
    for (const count of COUNTS) {
      for (const length of LENGTHS) {
        const { compiled, plain } = both(count, length);
        const before = plain.slice();
        for (const all of [compiled, plain]) {
          const { rows, x, out } = places(all, count, length);
          subtractRows(rows, 50, count, out, x);
        }
        expect(compiled.slice()).toEqual(plain);
        for (let k = 0; k < length; k++) {
          let x = before[600 + k]!;
          for (let j = 0; j < count; j++) x -= before[700 + j]! * before[50 * j + k]!;
          expect(plain[600 + k]).toBe(x);
        }
      }
    }
  });
});
