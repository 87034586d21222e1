import { MEAN_COLUMNS } from '../theory/draw-subset.js';

/** How large a problem is. */
interface AnalysisSize {
  /** Factors of both sets. */
  readonly factors: number;
  /** Those that are drawn; null: all are computed with. */
  readonly drawn: number | null;
  /** p. */
  readonly parameters: number;
}

/**
 * Applications of the second-moment operator, N r^2 multiplications each, and passes over pairs of samples, N^2 r, of an
 * analysis, about: fitted to analyses of 480 to 2,000 factors, which they meet within a third. A subset is analysed three times.
 */
const PARTS = { applications: 40, pairs: 5, ofSubset: 3 };

/** Multiplications of reading and analysing a problem, about: the Gram matrix, or one pass over all samples, and the theory. */
export function analysisWork({ factors, drawn, parameters: p }: AnalysisSize): number {
  const theory = (n: number): number => {
    const r = Math.min(n, p);
    return PARTS.applications * n * r * r + PARTS.pairs * n * n * r;
  };
  const gram = (n: number): number => (p > n ? (n * n * p) / 2 : 0);
  if (drawn === null) return gram(factors) + theory(factors);
  const pass = factors * p * (p <= MEAN_COLUMNS ? p / 2 : 1);
  return pass + gram(drawn) + PARTS.ofSubset * theory(drawn);
}
