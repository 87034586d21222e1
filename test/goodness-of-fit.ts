import { binomialProbabilities } from '../src/statistics/intervals.js';

/**
 * P(chi2 > x) for up to 200 degrees of freedom: 1 - P(a, y), a = degreesOfFreedom/2, y = x/2, by the
 * series P(a, y) = y^a e^-y / Gamma(a+1) * sum_k y^k / ((a+1) .. (a+k)). Absolute accuracy about 1e-14.
 */
export function chiSquareTail(x: number, degreesOfFreedom: number): number {
  const a = degreesOfFreedom / 2;
  const y = x / 2;
  // Five times the mean at least: below 1e-60, and the sum would leave the number range.
  if (y > 500) return 0;
  let logGamma = degreesOfFreedom % 2 === 0 ? 0 : Math.log(Math.PI) / 2;
  for (let b = degreesOfFreedom % 2 === 0 ? 1 : 0.5; b <= a; b++) logGamma += Math.log(b);
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-17 * sum; k++) sum += term *= y / (a + k);
  return Math.max(0, 1 - Math.exp(a * Math.log(y) - y - logGamma) * sum);
}

/**
 * p-value of Pearson's chi-square test that `counts` come from `probabilities` (which sum to 1). The level is
 * that of the limit of many counts.
 *
 * @throws RangeError if a cell expects fewer than 20 counts: the limit is then no guide.
 */
export function chiSquareValue(counts: readonly number[], probabilities: readonly number[]): number {
  const total = counts.reduce((a, b) => a + b, 0);
  let statistic = 0;
  counts.forEach((count, cell) => {
    const expected = total * probabilities[cell]!;
    if (!(expected >= 20)) throw new RangeError(`a cell must expect at least 20 counts; got ${expected}`);
    statistic += (count - expected) ** 2 / expected;
  });
  return statistic === 0 ? 1 : chiSquareTail(statistic, counts.length - 1);
}

/** The smallest c with P(X > c) <= level for X binomial: how many events a sound test may show. */
export function mostEvents(trials: number, probability: number, level: number): number {
  const probabilities = binomialProbabilities(trials, probability);
  let tail = 0;
  let c = trials;
  while (c > 0 && tail + probabilities[c]! <= level) tail += probabilities[c--]!;
  return c;
}
