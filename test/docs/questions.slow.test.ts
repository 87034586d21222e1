import { describe, expect, test } from 'vitest';
import {
  alignedTable,
  gradientTable,
  medianAndRange,
  memorisationTable,
  noiseTable,
  successTable,
} from '../../studies/questions/study.js';
import { expectShown } from './shown-output.js';

describe('every table of the page is what the study prints', () => {
  test.each([
    ['gradients', () => gradientTable()],
    ['aligned', () => alignedTable()],
    ['success', () => successTable()],
    ['memorisation', () => memorisationTable()],
    ['noise', () => noiseTable()],
  ] as const)('%s', (name, table) => expectShown('docs/questions.md', `questions-${name}`, table()));
});

test('the median of nine is the fifth, and missing numbers are said', () => {
  expect(medianAndRange([9, 1, 2, 3, 4, 5, 6, 7, 8])).toBe('5 (1 .. 9)');
  expect(medianAndRange([3, null, 1, 2])).toBe('2 (1 .. 3, 3 of 4)');
  expect(medianAndRange([null])).toBe('-');
});
