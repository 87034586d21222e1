/**
 * Probabilities of 0 .. n successes in n trials, by the ratio of neighbours outward from the mode, so
 * that far tails keep their relative accuracy down to the smallest double.
 */
export function binomialProbabilities(n: number, p: number): Float64Array {
  const out = new Float64Array(n + 1);
  if (p <= 0) {
    out[0] = 1;
    return out;
  }
  if (p >= 1) {
    out[n] = 1;
    return out;
  }
  const mode = Math.min(n, Math.floor((n + 1) * p));
  out[mode] = 1;
  const odds = p / (1 - p);
  for (let k = mode; k < n; k++) out[k + 1] = out[k]! * ((n - k) / (k + 1)) * odds;
  for (let k = mode; k > 0; k--) out[k - 1] = (out[k]! * (k / (n - k + 1))) / odds;
  let total = 0;
  for (let k = 0; k <= n; k++) total += out[k]!;
  for (let k = 0; k <= n; k++) out[k]! /= total;
  return out;
}
