import { ROUNDING } from '../../harness/boundary-search.js';
import type { TheoremSummary } from '../../harness/summary.js';

/** What a run says of one theorem, worst first. */
export type TheoremStatus = 'contradicted' | 'doubtful' | 'untested' | 'agrees';

export function theoremStatus({ agree, contradict, conflicts, boundary }: TheoremSummary): TheoremStatus {
  if (contradict > 0) return 'contradicted';
  if (conflicts.length > 0 || (boundary && boundary.smallestMargin < -ROUNDING)) return 'doubtful';
  return agree === 0 ? 'untested' : 'agrees';
}

/** The status in words; colour alone never carries it. */
export const STATUS_WORDS: Readonly<Record<TheoremStatus, string>> = {
  contradicted: 'contradicted',
  doubtful: 'in doubt',
  untested: 'not tested',
  agrees: 'agrees',
};
