/**
 * Exact two-sided p-value of the rank-sum test of Wilcoxon (1945) and Mann & Whitney (1947): how likely two samples of
 * one continuous distribution are to differ in location at least as much as these. It assumes nothing else of the
 * distribution: under the hypothesis every choice of ranks of the first sample is equally likely.
 *
 * Values that occur in both samples are put in whatever order speaks least for a difference, so that with ties the p-value is
 * an upper bound.
 *
 * @param values of the first sample, others of the second; Infinity is allowed.
 * @returns twice the smaller tail, at most 1; 1 if a sample is empty.
 * @throws RangeError for a value that is NaN.
 */
export function rankSumPValue(values: readonly number[], others: readonly number[]): number {
  if ([...values, ...others].some(Number.isNaN)) throw new RangeError('a value must be a number; got NaN');
  const [m, n] = [values.length, others.length];
  let wins = 0;
  let ties = 0;
  for (const x of values) {
    for (const y of others) {
      if (x > y) wins++;
      else if (x === y) ties++;
    }
  }
  const counts = winCounts(m, n);
  const total = counts.reduce((a, b) => a + b, 0);
  // The distribution of the number of wins is symmetric about m n / 2.
  const middle = Math.floor((m * n) / 2);
  const fewer = Math.min(middle, wins + ties, m * n - wins);
  const tail = counts.subarray(0, fewer + 1).reduce((a, b) => a + b, 0);
  return Math.min(1, (2 * tail) / total);
}

/**
 * Number of the C(m+n, m) arrangements with u wins of the first sample over the second, u = 0 .. m n: the coefficients of the
 * Gaussian binomial, by the recursion c(m, n; u) = c(m-1, n; u-n) + c(m, n-1; u), which is whether the largest value is of
 * the first sample.
 */
function winCounts(m: number, n: number): Float64Array {
  let row = Array.from({ length: n + 1 }, () => Float64Array.of(1));
  for (let i = 1; i <= m; i++) {
    const next = [Float64Array.of(1)];
    for (let j = 1; j <= n; j++) {
      const counts = new Float64Array(i * j + 1);
      row[j]!.forEach((count, u) => (counts[u + j]! += count));
      next[j - 1]!.forEach((count, u) => (counts[u]! += count));
      next.push(counts);
    }
    row = next;
  }
  return row[n]!;
}
