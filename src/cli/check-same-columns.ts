import type { MatrixSource } from '../curvature/matrix-source.js';
import { UsageError } from './usage-error.js';

/** @throws UsageError if the second of two matrices has other columns than the first. */
export function checkSameColumns([retain, forget]: readonly MatrixSource[]): void {
  if (forget!.columns !== retain!.columns) {
    throw new UsageError(
      `${forget!.name}: must have ${retain!.columns} columns, as ${retain!.name}; got ${forget!.columns}`,
    );
  }
}
