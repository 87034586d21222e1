import type { Shard } from '../harness/run-options.js';
import { boundaryLines, type BoundaryLine } from './boundary-lines.js';
import { frontierSummary, type FrontierSummary } from './frontier-summary.js';
import type { FrontierCell, MapFrame, MapRequest } from './frontier-map.js';
import { shardColumns, type FinishedColumn } from './run-grid.js';

/** What the program is, as files name it. */
export interface FrontierTool {
  readonly name: string;
  readonly version: string;
  readonly commit: string | null;
}

/** Outcome of a run: all agree, something was wrong, or cells are missing. */
export type FrontierVerdict = 'agree' | 'contradicted' | 'interrupted';

/** A cell with its place. */
export type PlacedCell = { readonly x: number; readonly y: number } & FrontierCell;

/** MAP.json but for what depends on machine and time: same request and version, same bytes. */
export interface FrontierDocument {
  readonly schemaVersion: 1;
  readonly kind: 'frontier';
  readonly tool: FrontierTool;
  readonly seed: number;
  readonly request: MapRequest;
  /** The part of the columns that this is; null for all. */
  readonly shard: Shard | null;
  readonly map: Omit<MapFrame, 'x' | 'y' | 'lines'>;
  readonly axes: Pick<MapFrame, 'x' | 'y'>;
  readonly verdict: FrontierVerdict;
  readonly summary: FrontierSummary;
  /** Empty unless all cells are there. */
  readonly lines: readonly BoundaryLine[];
  readonly cells: readonly PlacedCell[];
}

/** What a run is: equal runs compute the same cells. */
export interface FrontierRun {
  readonly tool: FrontierTool;
  readonly request: MapRequest;
  readonly frame: MapFrame;
  readonly shard: Shard | null;
}

/** The document of the columns that are there, in order. */
export function frontierDocument(
  { tool, request, frame, shard }: FrontierRun,
  columns: readonly FinishedColumn[],
): FrontierDocument {
  const { x, y, lines, ...map } = frame;
  const complete = columns.length === shardColumns(x.values.length, shard).length;
  const whole = columns.length === x.values.length;
  const summary = frontierSummary(frame, columns);
  return {
    schemaVersion: 1,
    kind: 'frontier',
    tool,
    seed: request.seed,
    request,
    shard,
    map,
    axes: { x, y },
    verdict: frontierVerdict(summary, complete),
    summary,
    lines: whole
      ? boundaryLines(
          { ...frame, lines },
          columns.map((piece) => piece.cells),
        )
      : [],
    cells: columns.flatMap(({ column, cells }) =>
      cells.map((cell, row) => ({ x: x.values[column]!, y: y.values[row]!, ...cell })),
    ),
  };
}

/** A wrong cell outweighs missing ones. */
function frontierVerdict({ faults }: FrontierSummary, complete: boolean): FrontierVerdict {
  if (faults.length > 0) return 'contradicted';
  return complete ? 'agree' : 'interrupted';
}
