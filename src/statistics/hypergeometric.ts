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
