import type { ToolIdentity } from '../jobs/machine.js';
import type { Shard } from '../jobs/run-jobs.js';
import { type BoundaryLine, boundaryLines } from './boundary-lines.js';
import type { FrontierCell, MapFrame, MapRequest } from './frontier-map.js';
import { type FinishedColumn, shardColumns } from './maps.js';

/** Outcome of a run: all agree, something was wrong, or cells are missing. */
export type FrontierVerdict = 'agree' | 'contradicted' | 'interrupted';

/** A cell with its place. */
export type PlacedCell = { readonly x: number; readonly y: number } & FrontierCell;

/** MAP.json but for what depends on machine and time: same request and version, same bytes. */
export interface FrontierDocument {
  readonly schemaVersion: 1;
  readonly kind: 'frontier';
  readonly tool: ToolIdentity;
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

/** Everything that decides the cells: equal runs compute the same ones. */
export interface FrontierRun {
  readonly tool: ToolIdentity;
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

/** Cells of a map by the side that one theorem takes. */
interface TheoremCount {
  readonly id: string;
  readonly diverges: number;
  readonly stable: number;
  /** Cells that the exact computation contradicts. */
  readonly wrong: number;
}

/** Counts over the cells of a map, or of the part of it that is there. */
interface FrontierSummary {
  readonly cells: number;
  readonly diverges: number;
  readonly stable: number;
  /** Cells on the boundary to rounding. */
  readonly boundary: number;
  readonly theorems: readonly TheoremCount[];
  /** Cells with each mark, by its id. */
  readonly marks: Readonly<Record<string, number>>;
  /** null if no certificates were asked for. */
  readonly certificates: {
    readonly diverges: number;
    readonly stable: number;
    readonly inconclusive: number;
    readonly wrong: number;
  } | null;
  /** The first wrong cells, in words. */
  readonly faults: readonly string[];
}

/** Wrong cells that are named one by one. */
const NAMED_FAULTS = 5;

function frontierSummary(frame: MapFrame, columns: readonly FinishedColumn[]): FrontierSummary {
  const cells = columns.flatMap((piece) => piece.cells);
  const count = (holds: (cell: FrontierCell) => boolean): number => cells.filter(holds).length;
  const ids = Object.keys(cells[0]?.theorems ?? {});
  const faults = columns.flatMap((piece) =>
    piece.cells.flatMap((cell, row) => cell.wrong.map((id) => faultText(frame, piece.column, row, cell, id))),
  );
  const certified = cells.some(({ certificate }) => certificate !== null);
  return {
    cells: cells.length,
    diverges: count(({ exact }) => exact === 'diverges'),
    stable: count(({ exact }) => exact === 'stable'),
    boundary: count(({ exact }) => exact === 'undecided'),
    theorems: ids.map((id) => ({
      id,
      diverges: count(({ theorems }) => theorems[id] === 'diverges'),
      stable: count(({ theorems }) => theorems[id] === 'stable'),
      wrong: count(({ wrong }) => wrong.includes(id)),
    })),
    marks: Object.fromEntries(frame.marks.map(({ id }) => [id, count(({ marks }) => marks.includes(id))])),
    certificates: certified
      ? {
          diverges: count(({ certificate }) => certificate?.side === 'diverges'),
          stable: count(({ certificate }) => certificate?.side === 'stable'),
          inconclusive: count(({ certificate }) => certificate?.side === 'inconclusive'),
          wrong: count(({ wrong }) => wrong.includes('certificate')),
        }
      : null,
    faults: faults.slice(0, NAMED_FAULTS),
  };
}

/** "D2 says stable, the exact side is diverges (log rho = 0.01) at batch 3, eta 0.4". */
function faultText({ x, y }: MapFrame, column: number, row: number, cell: FrontierCell, id: string): string {
  const { exact, fields, theorems, certificate } = cell;
  const said = id === 'certificate' ? certificate?.side : theorems[id];
  const place = `${x.name} ${x.values[column]}, ${y.name} ${y.values[row]}`;
  const name = id === 'certificate' ? 'the sampled certificate' : id;
  return `${name} says ${said}, the exact side is ${exact} (log rho = ${fields.logGrowth}) at ${place}`;
}
