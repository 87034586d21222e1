/** Exponents of t/(1 - t), t = (alpha - alpha*)/(1 - alpha*): 6 values a decade, from 1e-4 to 1e2. */
const PER_DECADE = 6;
const DECADES = { from: -4, to: 2 } as const;

/**
 * Mixings above the critical one, dense near alpha* and near 1, ascending; none if alpha* is 1.
 *
 * @param included a further mixing; it is left out unless it is above alpha* and below 1.
 */
export function mixingGrid(alphaStar: number, included: number): number[] {
  if (alphaStar >= 1) return [];
  const alphas = new Set<number>();
  for (let k = DECADES.from * PER_DECADE; k <= DECADES.to * PER_DECADE; k++) {
    const odds = 10 ** (k / PER_DECADE);
    alphas.add(alphaStar + ((1 - alphaStar) * odds) / (1 + odds));
  }
  if (included > alphaStar && included < 1) alphas.add(included);
  return [...alphas].filter((alpha) => alpha > alphaStar && alpha < 1).sort((a, b) => a - b);
}
