/**
 * Mean of |N(mean, variance)|, the folded normal distribution: s sqrt(2/pi) exp(-m^2/(2 s^2)) + m erf(m/(s sqrt 2)).
 *
 * @param variance > 0.
 */
export function foldedNormalMean(mean: number, variance: number): number {
  const ratio = mean / Math.sqrt(2 * variance);
  return Math.sqrt((2 * variance) / Math.PI) * Math.exp(-ratio * ratio) + mean * errorFunction(ratio);
}

/** From here on erf is 1 in doubles: 1 - erf(6) = 2e-17. */
const SATURATED = 6;

/**
 * erf(x), to a few units of rounding: 2/sqrt(pi) exp(-x^2) sum_k (2 x^2)^k x/(1 3 .. (2k+1)), a series of
 * terms of one sign (Abramowitz & Stegun 7.1.6).
 */
export function errorFunction(x: number): number {
  if (Math.abs(x) >= SATURATED) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > Number.EPSILON * 1e-3 * Math.abs(sum); k++) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
