import { describe, expect, it } from 'vitest';
import { accuracyOfType, storedSet, streamedSets } from '../../src/theory/matrix-source.js';
import { rankOneSet } from '../../src/theory/problem.js';
import { accuracyOf, ARITHMETIC, DOUBLES, storedWith } from '../../src/theory/rank.js';
import { reduceSets } from '../../src/theory/reduction.js';
import { memorySource } from './memory-source.js';

describe('accuracyOfType', () => {
  it.each([
    ['<f2', 2 ** -11],
    ['F16', 2 ** -11],
    ['BF16', 2 ** -8],
    ['<f4', 2 ** -24],
    ['>f4', 2 ** -24],
    ['F32', 2 ** -24],
    ['float32', 2 ** -24],
  ])('of %s is half a unit in its last place, %d', (dtype, precision) => {
    expect(accuracyOfType(dtype).precision).toBe(precision);
  });

  it.each(['<f8', 'F64', '<i4', 'I64', '|u1', 'csv'])('of %s is that of doubles', (dtype) => {
    expect(accuracyOfType(dtype)).toBe(DOUBLES);
  });

  it('is never finer than the arithmetic, and of two sets the coarser one', () => {
    expect(storedWith(60).precision).toBe(ARITHMETIC);
    expect(accuracyOf([{}, { accuracy: storedWith(10) }, { accuracy: storedWith(23) }]).precision).toBe(
      2 ** -11,
    );
    expect(accuracyOf([{}, {}])).toEqual(DOUBLES);
  });
});

/** Three directions, the third of them 1e-4 of the others: noise in 16 bits, and none in 64. */
const ROWS = Float64Array.of(1, 2, 0.5, 2, 4, 1.0001, -1, 0.5, 0.25, 3, 1, 0.5, 1, 1, 1, 0.5);

describe('the type that a source states decides what is rounding', () => {
  it.each([
    ['f8', 4, 4],
    ['<f2', 4, 3],
  ])('%s: with %i rows of four numbers, %i directions', (dtype, count, expected) => {
    const rows = ROWS.slice();
    // Row 1 is twice row 0 but for 1e-4 of one number.
    rows.set([2, 4, 1, 4 * (1 + 1e-4)], 4);
    rows.set([1, 2, 0.5, 2], 0);
    const source = { ...memorySource(rankOneSet(rows, 4)), dtype };
    expect(source.rows).toBe(count);
    const stored = storedSet(source);
    expect(reduceSets([stored]).dimension).toBe(expected);
    // The same from the Gram matrix of wider rows.
    const wide = new Float64Array(4 * 5);
    for (let i = 0; i < 4; i++) wide.set(rows.subarray(4 * i, 4 * i + 4), 5 * i);
    const [streamed] = streamedSets([{ ...memorySource(rankOneSet(wide, 5)), dtype }]);
    expect(streamed!.dimension).toBe(expected);
    expect(streamed!.accuracy!.leftOut.directions).toBe(4 - expected);
  });
});
