import type { TheoremSummary } from '../harness/summary.js';

/** Refuted of all planted wrong variants: "6/6". */
export function killedShare({ mutants }: TheoremSummary): string {
  return `${mutants.filter(({ killed }) => killed).length}/${mutants.length}`;
}
