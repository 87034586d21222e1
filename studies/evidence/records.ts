import { sideOfGrowth } from '../../src/theory/operator/exact-stability.js';
import type { CellRecord, RunRecord } from './assess-cell.js';
import type { DriftCellRecord, DriftRunRecord } from './drift-cell.js';
import type { AssessedCell } from './judge.js';
import type { LoggedCell } from './log-file.js';

/** A cell at a minimum with gradients, and its runs. */
export interface AssessedDriftCell {
  readonly cell: DriftCellRecord;
  readonly runs: readonly DriftRunRecord[];
}

/** All cells of a log by kind. */
export interface Evidence {
  readonly fitted: readonly AssessedCell[];
  readonly drifting: readonly AssessedDriftCell[];
}

export function sortedRecords(cells: readonly LoggedCell[]): Evidence {
  const fitted: AssessedCell[] = [];
  const drifting: AssessedDriftCell[] = [];
  for (const { cell, runs } of cells) {
    if (cell.kind === 'cell') fitted.push({ cell, runs: runs as readonly RunRecord[] });
    else drifting.push({ cell, runs: runs as readonly DriftRunRecord[] });
  }
  return { fitted, drifting };
}

/** Number of real runs. */
export function runCount(cells: readonly { readonly runs: readonly unknown[] }[]): number {
  return cells.reduce((sum, { runs }) => sum + runs.length, 0);
}

/** Side of the second moment that the exact operator says. */
export function exactSide({ logGrowth }: CellRecord): 'diverges' | 'stable' {
  return sideOfGrowth(logGrowth);
}

/** Cells where sampled steps of the real model prove the side that the exact operator denies. */
export function contradictions({ fitted }: Evidence): CellRecord[] {
  return fitted
    .map(({ cell }) => cell)
    .filter((cell) => cell.certificate.side !== 'inconclusive' && cell.certificate.side !== exactSide(cell));
}
