import { contours } from 'd3-contour';
import { type FrontierCell, type LineDefinition, type MapFrame, valueAtPosition } from './frontier-map.js';

/** A point in the units of the axes. */
type LinePoint = readonly [x: number, y: number];

/** A drawn boundary; several lines that are the same are drawn once, under all their ids. */
export interface BoundaryLine {
  readonly ids: readonly string[];
  readonly label: string;
  readonly kind: LineDefinition['kind'];
  readonly paths: readonly (readonly LinePoint[])[];
  /** Points of lines that are known in single columns or rows only. */
  readonly points: readonly LinePoint[];
}

/** Largest distance of a cell before a line; beyond it the distance is at most 1. */
const FARTHEST = -3;

/** Two lines are one if the distances of all cells agree to this, those farther before them than NEAR left aside. */
const COINCIDENT = 1e-6;
const NEAR = -1;

/**
 * The lines of a map whose cells are all there.
 *
 * @param cells by columns, each by rows.
 */
export function boundaryLines(frame: MapFrame, cells: readonly (readonly FrontierCell[])[]): BoundaryLine[] {
  const flat = cells.flat();
  const groups: LineDefinition[][] = [];
  for (const line of frame.lines) {
    const same = groups.find((group) => coincide(group[0]!, line, flat));
    if (same) same.push(line);
    else groups.push([line]);
  }
  return groups
    .map((group) => drawn(frame, group, cells))
    .filter(({ paths, points }) => paths.length + points.length > 0);
}

function drawn(
  frame: MapFrame,
  group: readonly LineDefinition[],
  cells: readonly (readonly FrontierCell[])[],
): BoundaryLine {
  const [first] = group as [LineDefinition];
  const pieces = zeroPieces(cells.map((column) => column.map((cell) => distanceBeyond(first, cell))));
  const located = pieces.map((piece) =>
    piece.map((position): LinePoint => {
      const [u, v] =
        atThreshold(position, first, cells, frame) ?? endOfClaim(position, first, cells, frame.colour.field);
      return [valueAtPosition(frame.x, u), valueAtPosition(frame.y, v)];
    }),
  );
  const kinds = new Set(group.map(({ kind }) => kind));
  return {
    ids: group.map(({ id }) => id),
    label: group.map(({ label }) => label).join(' = '),
    kind: kinds.size === 1 || first.kind === 'exact' || first.kind === 'other' ? first.kind : 'both',
    paths: located.filter(({ length }) => length > 1),
    points: located.filter(({ length }) => length === 1).flat(),
  };
}

/**
 * Where a line that both cells around a crossing know as a threshold of an axis passes between them: where the difference
 * of threshold and axis, on the scale of the axis, is zero. Of the exact line and of all others it is read in the same way,
 * so that in a column they lie at the numbers of its cells however coarse the grid is. null where the thresholds do not
 * cross the axis there, as at a later crossing of the exact growth, and at a wall, where they fall to 0 or end.
 */
function atThreshold(
  position: Position,
  line: LineDefinition,
  cells: readonly (readonly FrontierCell[])[],
  { x, y }: MapFrame,
): Position | null {
  const variable = variableOf(line);
  const axis = [x, y].find(({ name }) => name === variable);
  const around = cellsAround(position);
  const isThreshold = (line.against ?? line.coincides) !== undefined;
  if (!axis || !isThreshold || around.length < 2) return null;
  const [a, b] = around.map(([i, j]) => {
    const { fields } = cells[i]![j]!;
    const [threshold, at] = [thresholdOf(line, fields), fields[variable]];
    const isKnown = threshold !== null && threshold > 0 && threshold < Number.MAX_VALUE;
    if (!isKnown || typeof at !== 'number') return NaN;
    return axis.scale === 'log' ? Math.log(threshold / at) : threshold - at;
  }) as [number, number];
  if (!(a * b <= 0 && a !== b)) return null;
  const [from, to] = around as [CellIndex, CellIndex];
  const share = a / (a - b);
  return [from[0] + 0.5 + share * (to[0] - from[0]), from[1] + 0.5 + share * (to[1] - from[1])];
}

/** The quantity of which a line is a threshold. */
function variableOf({ against = 'eta' }: LineDefinition): string {
  return against;
}

/** Where the line is in this cell, in its variable. */
function thresholdOf({ coincides, field }: LineDefinition, fields: FrontierCell['fields']): number | null {
  return fields[coincides ?? field] ?? null;
}

/**
 * Where a theorem's claim ends between a cell on which it speaks and one on which it says nothing: at the exact boundary, if
 * that passes between the two, else at the cell on which it speaks. Other crossings stay where they are.
 */
function endOfClaim(
  position: Position,
  { field }: LineDefinition,
  cells: readonly (readonly FrontierCell[])[],
  exact: string,
): Position {
  const around = cellsAround(position).map(([i, j]) => ({ i, j, fields: cells[i]![j]!.fields }));
  const speaking = around.find(({ fields }) => typeof fields[field] === 'number');
  const silent = around.find(({ fields }) => typeof fields[field] !== 'number');
  if (!speaking || !silent) return position;
  const [a, b] = [speaking.fields[exact] ?? 0, silent.fields[exact] ?? 0];
  const share = a * b < 0 ? a / (a - b) : 0;
  return [
    speaking.i + 0.5 + share * (silent.i - speaking.i),
    speaking.j + 0.5 + share * (silent.j - speaking.j),
  ];
}

/** Distance of a cell about which a theorem says nothing. */
const SILENT: Readonly<Record<LineDefinition['kind'], number | null>> = {
  divergence: FARTHEST,
  stability: 1,
  both: null,
  exact: null,
  other: null,
};

/** The number of a cell that is zero on the line and positive beyond it; null where the line is not known. */
function distanceBeyond({ field, against, kind }: LineDefinition, { fields }: FrontierCell): number | null {
  const value = fields[field] ?? null;
  if (value === null) return SILENT[kind];
  return against === undefined ? value : relativeDistance(fields[against] ?? null, value);
}

/** 1 - threshold/variable: linear in a threshold that falls to 0, where a line ends at a wall. */
function relativeDistance(variable: number | null, threshold: number | null): number | null {
  if (variable === null || threshold === null) return null;
  return Math.max(FARTHEST, 1 - threshold / variable);
}

/** True if two lines are thresholds of one variable, known in the same cells and equal wherever it matters. */
function coincide(one: LineDefinition, other: LineDefinition, cells: readonly FrontierCell[]): boolean {
  if (variableOf(one) !== variableOf(other)) return false;
  const distance = (line: LineDefinition, { fields }: FrontierCell): number | null => {
    const found = relativeDistance(fields[variableOf(line)] ?? null, thresholdOf(line, fields));
    return found === null ? null : Math.max(NEAR, found);
  };
  if (cells.every((cell) => distance(other, cell) === null)) return false;
  return cells.every((cell) => {
    const [a, b] = [distance(one, cell), distance(other, cell)];
    return a === null || b === null ? a === b : Math.abs(a - b) <= COINCIDENT;
  });
}

/** A place in cells: (0.5, 0.5) is the centre of the first. */
type Position = readonly [u: number, v: number];

type CellIndex = readonly [column: number, row: number];

/** Numbers by columns, each by rows; null where there is none. */
type Table = readonly (readonly (number | null)[])[];

/** Stands for a missing number: pieces that touch it are left out. */
const PLACEHOLDER = -1;

/**
 * Where a table passes through zero, by marching squares with linear interpolation. Rings are cut where they run
 * along the border of the table or of what is known.
 */
function zeroPieces(table: Table): Position[][] {
  const [columns, rows] = [table.length, table[0]?.length ?? 0];
  const values = Array.from({ length: rows }, (_, v) => table.map((column) => column[v] ?? PLACEHOLDER));
  const { coordinates } = contours().size([columns, rows]).contour(values.flat(), 0);
  return coordinates.flat().flatMap((ring) => openPieces(ring as unknown as Position[], known));

  /** True if the crossing at this position lies between two cells whose values are known. */
  function known(position: Position): boolean {
    const [u, v] = position;
    if (!(u > 0 && v > 0 && u < columns && v < rows)) return false;
    return cellsAround(position).every(([i, j]) => typeof table[i]?.[j] === 'number');
  }
}

/** The two cells between whose centres a crossing lies; one, if it lies on a centre. */
function cellsAround([u, v]: Position): CellIndex[] {
  const [x, y] = [u - 0.5, v - 0.5];
  const [low, high] = [
    [Math.floor(x), Math.floor(y)],
    [Math.ceil(x), Math.ceil(y)],
  ] as const;
  return low[0] === high[0] && low[1] === high[1] ? [low] : [low, high];
}

/** The parts of a closed ring whose points are all known; a ring that is known everywhere stays closed. */
function openPieces(ring: readonly Position[], known: (point: Position) => boolean): Position[][] {
  const points = ring.slice(0, -1);
  const start = points.findIndex((point) => !known(point));
  if (start < 0) return [[...ring]];
  const pieces: Position[][] = [[]];
  for (const point of [...points.slice(start), ...points.slice(0, start)]) {
    if (known(point)) pieces.at(-1)!.push(point);
    else pieces.push([]);
  }
  return pieces.filter(({ length }) => length > 0);
}
