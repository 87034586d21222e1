import { contours } from 'd3-contour';

/** A place in cells: (0.5, 0.5) is the centre of the first. */
export type Position = readonly [u: number, v: number];

/** Numbers by columns, each by rows; null where there is none. */
export type Table = readonly (readonly (number | null)[])[];

/** What takes the place of a missing number: pieces that touch it are left out. */
const PLACEHOLDER = -1;

/**
 * Where a table passes through zero, by marching squares with linear interpolation. Rings are cut where they run
 * along the border of the table or of what is known.
 */
export function zeroPieces(table: Table): Position[][] {
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
export function cellsAround([u, v]: Position): (readonly [column: number, row: number])[] {
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
