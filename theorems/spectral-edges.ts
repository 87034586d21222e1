/*
 * How far the extreme eigenvalues of random matrices of finite size lie from their limits.
 */

/** Median, in size, and standard deviation of the Tracy-Widom distribution for real noise (Johnstone 2001). */
export const TRACY_WIDOM = { median: 1.27, deviation: 1.27 };

/** Johnstone's centre and scale of the largest eigenvalue of X X^T, X n x d with standard normal entries. */
export function edgeFluctuation(n: number, d: number): { centre: number; scale: number } {
  const sum = Math.sqrt(n - 1) + Math.sqrt(d);
  return { centre: sum ** 2, scale: sum * Math.cbrt(1 / Math.sqrt(n - 1) + 1 / Math.sqrt(d)) };
}

/**
 * Johnstone's centre and scale of log lambda_1(A^{-1} B), A and B independent Wishart matrices of m >= p and n degrees of
 * freedom in p dimensions (Ann. Statist. 36, 2008: the logit of the largest root of a Jacobi ensemble).
 */
export function ratioFluctuation(p: number, m: number, n: number): { centre: number; scale: number } {
  const total = m + n - 1;
  const angle = (degrees: number): number => 2 * Math.asin(Math.sqrt((degrees - 0.5) / total));
  const [gamma, phi] = [angle(Math.min(p, n)), angle(Math.max(p, n))];
  const sines = Math.sin(phi + gamma) ** 2 * Math.sin(phi) * Math.sin(gamma);
  return {
    centre: 2 * Math.log(Math.tan((phi + gamma) / 2)),
    scale: Math.cbrt(16 / (total ** 2 * sines)),
  };
}
