import type { Examination } from './examination.js';

/** A theorem's critical step over the exact one, where it has one. */
export interface CriticalRatios {
  /** Instances with such a ratio. */
  readonly count: number;
  /** The ratios, ascending, to six digits; of more than MOST_RATIOS evenly many, the extreme ones among them. */
  readonly values: readonly number[];
}

/** Most ratios that a summary lists. */
export const MOST_RATIOS = 101;

/** Ratios of the theorem's critical step to the exact one, where both are positive and finite. */
export function criticalRatios(examinations: readonly Examination[]): number[] {
  return examinations.flatMap(({ criticalStep, etaStar }) =>
    criticalStep !== null &&
    criticalStep > 0 &&
    Number.isFinite(criticalStep) &&
    etaStar !== null &&
    etaStar > 0
      ? [criticalStep / etaStar]
      : [],
  );
}

/** The ratios as a summary lists them; null if there are none. */
export function thinnedRatios(ratios: readonly number[]): CriticalRatios | null {
  const count = ratios.length;
  if (count === 0) return null;
  const ascending = [...ratios].sort((a, b) => a - b);
  const shown = Math.min(count, MOST_RATIOS);
  const values = Array.from({ length: shown }, (_, k) => {
    const rank = shown === 1 ? 0 : Math.round((k * (count - 1)) / (shown - 1));
    return Number(ascending[rank]!.toPrecision(6));
  });
  return { count, values };
}
