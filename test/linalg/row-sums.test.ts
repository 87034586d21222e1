import { describe, expect, test } from 'vitest';
import { PRODUCT_NUMBERS, startKernel } from '../../src/linalg/kernel.js';
import { type RowPicks, sumPickedRows, sumPickedRowsPlainly } from '../../src/linalg/row-sums.js';
import { normals, randomSource, type RandomSource } from '../../src/statistics/generator.js';

/** Lists of these lengths of picks among so many rows, and room behind them that means nothing. */
function picked(rows: number, sizes: readonly number[], random: RandomSource): RowPicks {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const picks = Int32Array.from({ length: total + 3 }, () => random.integer(rows));
  return { picks, sizes: Int32Array.from([...sizes, 99]), count: sizes.length };
}

/** The sums of all lists, by arrays. */
function sumsOf(rows: Float64Array, length: number, { picks, sizes, count }: RowPicks): number[] {
  let from = 0;
  return Array.from(sizes.subarray(0, count)).flatMap((size) => {
    const list = Array.from(picks.subarray(from, (from += size)));
    return Array.from({ length }, (_, a) => list.reduce((sum, row) => sum + rows[row * length + a]!, 0));
  });
}

/** What the compiled loops were called with while something ran. */
function callsDuring(run: () => void): number {
  const calls = startKernel()!.calls as { sumPickedRows: (...places: number[]) => void };
  const { sumPickedRows: compiled } = calls;
  let count = 0;
  const kernel = startKernel()! as { calls: typeof calls };
  kernel.calls = {
    ...calls,
    sumPickedRows: (...places) => {
      count++;
      compiled(...places);
    },
  };
  try {
    run();
  } finally {
    kernel.calls = calls;
  }
  return count;
}

const LENGTHS = [1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 21, 64];
const SIZES = [[5], [0], [], [3, 0, 8], [1, 1, 1, 1, 1, 1, 1], [40, 2, 0, 0, 17, 30]];

describe.each(LENGTHS)('rows of %d numbers', (length) => {
  const rows = normals(11 * length, randomSource('rows', length));

  test.each(SIZES.map((sizes) => [sizes]))('the sums of lists of %j, to the last bit', (sizes) => {
    const lists = picked(11, sizes, randomSource('picks', length, sizes.length));
    const [found, plain] = [0, 0].map(() => new Float64Array((sizes.length + 1) * length).fill(7));
    const room = sizes.length * length;
    sumPickedRows(rows, length, lists, found!.subarray(0, room));
    sumPickedRowsPlainly(rows, length, lists, plain!.subarray(0, room));
    expect(found).toEqual(plain);
    expect(Array.from(found!.subarray(0, room))).toEqual(sumsOf(rows, length, lists));
    expect(Array.from(found!.subarray(room))).toEqual(new Array<number>(length).fill(7));
  });
});

test('numbers far apart are added from the first pick to the last, where the order shows', () => {
  const rows = Float64Array.of(1, 1e16, -1e16, 3);
  const lists = { picks: Int32Array.of(0, 1, 2, 1, 2, 0, 3, 3), sizes: Int32Array.of(3, 3, 2), count: 3 };
  const out = new Float64Array(3);
  expect(callsDuring(() => sumPickedRows(rows, 1, lists, out))).toBe(1);
  expect(Array.from(out)).toEqual([0, 1, 6]);
});

test('a number that overflows or is none spoils its own column of its own list', () => {
  const length = 13;
  const rows = normals(3 * length, randomSource('spoiled'));
  rows[3] = Infinity;
  rows[length + 8] = NaN;
  const lists = { picks: Int32Array.of(0, 2, 2, 1), sizes: Int32Array.of(2, 2), count: 2 };
  const out = new Float64Array(2 * length);
  expect(callsDuring(() => sumPickedRows(rows, length, lists, out))).toBe(1);
  const spoiled = Array.from(out.keys()).filter((k) => !Number.isFinite(out[k]));
  expect(spoiled).toEqual([3, length + 8]);
  expect([out[3], out[length + 8]]).toEqual([Infinity, NaN]);
});

describe('compiled loops are taken', () => {
  const calls = (rowCount: number, length: number, sizes: readonly number[]): number => {
    const random = randomSource('taken', rowCount, length);
    const rows = normals(rowCount * length, random);
    const lists = picked(rowCount, sizes, random);
    const [found, plain] = [0, 0].map(() => new Float64Array(sizes.length * length));
    const count = callsDuring(() => sumPickedRows(rows, length, lists, found!));
    sumPickedRowsPlainly(rows, length, lists, plain!);
    expect(found).toEqual(plain);
    return count;
  };

  test('from a quarter of the rows on: fewer are not worth the copy', () => {
    expect(calls(100, 6, [20, 5])).toBe(1);
    expect(calls(100, 6, [20, 4])).toBe(0);
  });

  test('where rows, lists and sums have room in the memory', () => {
    // Behind the first 8192 numbers: the rows, eight sums, a number for the length of the list and one for two picks.
    const left = PRODUCT_NUMBERS - 8192 - 40_000 * 8 - 8 - 1;
    expect(calls(40_000, 8, [2 * left])).toBe(1);
    expect(calls(40_000, 8, [2 * left + 1])).toBe(0);
  });
});
