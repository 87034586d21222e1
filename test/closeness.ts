/** |actual - expected| over the larger magnitude of the two: 0 if they are equal, NaN if one of them is. */
export function relativeDifference(actual: number, expected: number): number {
  if (actual === expected) return 0;
  return Math.abs(actual - expected) / Math.max(Math.abs(actual), Math.abs(expected));
}

/**
 * Largest |actual_k - expected_k|, over the largest |expected_k| (over 1 if all are 0). Infinity for different
 * lengths, NaN if an entry is: neither passes a comparison with a tolerance.
 */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let difference = 0;
  let scale = 0;
  for (let k = 0; k < expected.length; k++) {
    difference = Math.max(difference, Math.abs(actual[k]! - expected[k]!));
    scale = Math.max(scale, Math.abs(expected[k]!));
  }
  return difference / (scale || 1);
}
