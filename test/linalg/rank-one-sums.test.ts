import { describe, expect, test } from 'vitest';
import {
  computeBlock,
  computePlainBlock,
  rankOneBlocks,
  setMatrix,
} from '../../src/linalg/rank-one-blocks.js';
import { rankOneSums } from '../../src/linalg/rank-one-sums.js';
import { quadraticForm } from '../../src/linalg/vectors.js';
import { normals, randomSource } from '../../src/statistics/generator.js';
import { largestDifference } from '../closeness.js';
import { symmetricEntries } from '../sample-problems.js';

/** Coordinates and samples: filled up or not, one strip and more, fewer strips than blocks and more. */
const CASES = [
  [1, 1],
  [3, 5],
  [8, 128],
  [33, 130],
  [40, 400],
  [34, 900],
] as const;

/** Rounding of sums of at most 900 terms, relative to their sizes. */
const ROUNDING = 1e-13;

describe.each(CASES)('sum_i w_i (h_i^T M h_i) h_i h_i^T of %i coordinates, %i samples', (r, n) => {
  const random = randomSource('rank-one sums', r, n);
  const rows = normals(n * r, random);
  const weights = normals(n, random);
  const m = symmetricEntries(random, r);

  test('is that sum, added to what is there', () => {
    const given = symmetricEntries(random, r);
    const expected = given.slice();
    const size = given.map(Math.abs);
    for (let i = 0; i < n; i++) {
      const h = rows.subarray(i * r, (i + 1) * r);
      const factor = weights[i]! * quadraticForm(m, h);
      for (let a = 0; a < r; a++) {
        for (let b = 0; b < r; b++) {
          expected[a * r + b]! += factor * h[a]! * h[b]!;
          size[a * r + b]! += Math.abs(factor * h[a]! * h[b]!);
        }
      }
    }
    const map = rankOneSums(rows, weights, r);
    // The second time nothing of the first is left.
    for (let again = 0; again < 2; again++) {
      const out = given.slice();
      map(m, out);
      expect(largestDifference(out, expected)).toBeLessThan(ROUNDING * r * Math.max(...size));
    }
  });

  test('is computed to the same last bit by compiled and by plain loops, block by block', () => {
    const [compiled, plain] = [computeBlock, computePlainBlock].map((compute) => {
      const blocks = rankOneBlocks(rows, weights, r, (count) => new Float64Array(count));
      setMatrix(blocks, m, r);
      for (let block = 0; block < blocks.blocks; block++) compute(blocks, block);
      return blocks.sums;
    });
    expect(plain!.some((x) => x !== 0)).toBe(true);
    expect(compiled).toEqual(plain);
  });
});
