import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { CellRecord, RunRecord } from './assess-cell.js';
import type { DriftCellRecord, DriftRunRecord } from './drift.js';
import type { AssessedCell } from './judge.js';

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
  return logGrowth > 0 ? 'diverges' : 'stable';
}

/** Cells where sampled steps of the real model prove the side that the exact operator denies. */
export function contradictions({ fitted }: Evidence): CellRecord[] {
  return fitted
    .map(({ cell }) => cell)
    .filter((cell) => cell.certificate.side !== 'inconclusive' && cell.certificate.side !== exactSide(cell));
}

/** A line of the log: a cell with its prediction, or one real run. */
export type LogRecord = CellRecord | RunRecord | DriftCellRecord | DriftRunRecord;

/** The lines of one cell, in the order in which they are written: the cell, then its runs. */
export interface LoggedCell<Cell = CellRecord | DriftCellRecord, Run = RunRecord | DriftRunRecord> {
  readonly cell: Cell;
  readonly runs: readonly Run[];
}

/** Text of the lines of one cell. */
export function cellLines({ cell, runs }: LoggedCell): string {
  return [cell, ...runs].map((record) => `${JSON.stringify(record)}\n`).join('');
}

/**
 * The cells of a log by their key. A cell counts once all its runs are there: what an interrupted write left is dropped.
 *
 * @param runsOf the number of real runs that a cell must have.
 */
export function parseLog(
  text: string,
  runsOf: (cell: LoggedCell['cell']) => number,
): Map<string, LoggedCell> {
  const cells = new Map<string, { cell: LoggedCell['cell']; runs: (RunRecord | DriftRunRecord)[] }>();
  for (const line of text.split('\n')) {
    const record = parsedLine(line);
    if (record === null) continue;
    if (record.kind === 'cell' || record.kind === 'drift-cell') {
      cells.set(record.cell, { cell: record, runs: [] });
    } else cells.get(record.cell)?.runs.push(record);
  }
  for (const [key, { cell, runs }] of cells) if (runs.length !== runsOf(cell)) cells.delete(key);
  return cells;
}

/** Null for an empty line, and for one that was cut off. */
function parsedLine(line: string): LogRecord | null {
  try {
    return line === '' ? null : (JSON.parse(line) as LogRecord);
  } catch {
    return null;
  }
}

/** The log at a path: what is in it, and a way to add a finished cell. */
export function openLog(path: string, runsOf: (cell: LoggedCell['cell']) => number) {
  const cells = existsSync(path)
    ? parseLog(readFileSync(path, 'utf8'), runsOf)
    : new Map<string, LoggedCell>();
  return {
    cells,
    add(cell: LoggedCell): void {
      cells.set(cell.cell.cell, cell);
      appendFileSync(path, cellLines(cell));
    },
    /** Writes the given cells, in that order and nothing else. */
    rewrite(wanted: readonly LoggedCell[]): void {
      writeFileSync(path, wanted.map(cellLines).join(''));
    },
  };
}
