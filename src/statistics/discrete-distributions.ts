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

/**
 * Probabilities that 0 .. marked of the marked ones among n are in a uniform subset of size drawn, by the ratio of
 * neighbours outward from the mode, so that far tails keep their relative accuracy.
 *
 * @returns marked + 1 numbers. @throws RangeError unless 0 <= marked, drawn <= n.
 */
export function hypergeometricProbabilities(n: number, marked: number, drawn: number): Float64Array {
  if (!(marked >= 0 && marked <= n && drawn >= 0 && drawn <= n)) {
    throw new RangeError(`marked and drawn must be in 0..${n}; got ${marked} and ${drawn}`);
  }
  const least = Math.max(0, drawn + marked - n);
  const most = Math.min(marked, drawn);
  const mode = Math.min(most, Math.max(least, Math.floor(((drawn + 1) * (marked + 1)) / (n + 2))));
  const rise = (k: number): number => ((marked - k) * (drawn - k)) / ((k + 1) * (n - marked - drawn + k + 1));
  const out = new Float64Array(marked + 1);
  out[mode] = 1;
  for (let k = mode; k < most; k++) out[k + 1] = out[k]! * rise(k);
  for (let k = mode; k > least; k--) out[k - 1] = out[k]! / rise(k - 1);
  const total = out.reduce((a, b) => a + b, 0);
  return out.map((x) => x / total);
}
