import type { CheckedMatrix } from '../data/matrix/checked-matrix.js';
import type { DrawnSets, SubsetSize } from '../subsets/drawn-sets.js';
import { subsetOfSources } from '../subsets/subset-of-sources.js';
import type { CliContext } from './context.js';
import { progressLine } from './progress-line.js';

/** Reads all samples of both sets and keeps a subset, showing progress. @throws InputError in one line. */
export function subsetFromSources(
  context: Pick<CliContext, 'stderr' | 'now'>,
  sets: { readonly retain: CheckedMatrix; readonly forget: CheckedMatrix },
  size: SubsetSize,
): DrawnSets {
  const progress = progressLine(context, 'all samples', 1000, 0);
  try {
    progress.update(0);
    const drawn = subsetOfSources(sets, size, (share) => progress.update(Math.floor(1000 * share)));
    for (const matrix of [sets.retain, sets.forget]) matrix.checkRead();
    return drawn;
  } finally {
    progress.clear();
  }
}
