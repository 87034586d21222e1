import { z } from 'zod';
import { InputError, parseSchema } from '../input/problem-file.js';
import { checkedLines, type CheckedLines, readCheckedLines } from '../jobs/checked-lines.js';
import type { FrontierRun } from './frontier-document.js';
import type { FrontierCell } from './frontier-map.js';
import { type FinishedColumn, shardColumns } from './run-grid.js';

/** First line of the file that a run grows: what the run is. */
export interface FrontierHeader extends FrontierRun {
  readonly schemaVersion: 1;
  readonly kind: 'frontier';
}

export function frontierHeader({ tool, request, frame, shard }: FrontierRun): FrontierHeader {
  const { name, version, commit } = tool;
  return { schemaVersion: 1, kind: 'frontier', tool: { name, version, commit }, request, frame, shard };
}

/** A file of a run as it was read. */
export interface SavedFrontier {
  readonly header: FrontierHeader;
  readonly columns: readonly FinishedColumn[];
  /** Text of the whole lines. */
  readonly intact: string;
  /** Number of a last line that was not written to its end, and is left out. */
  readonly tornLine: number | null;
}

/** Lines of the file: the header, then one for every finished column. */
export function frontierLines(header: FrontierHeader): CheckedLines {
  return checkedLines(header);
}

/** A complete file, with its columns in order whatever order they were finished in. */
export function frontierFile(header: FrontierHeader, columns: readonly FinishedColumn[]): string {
  const lines = frontierLines(header);
  return [lines.header, ...columns.map((piece) => lines.line(piece))].join('');
}

/**
 * Reads a file of a run.
 *
 * @param name how messages call the file.
 * @throws InputError naming file and line, unless the only damage is a last line without its end.
 */
export function parseFrontierFile(text: string, name: string): SavedFrontier {
  const { header, entries, intact, tornLine } = readCheckedLines(text, name, 'frontier');
  parseSchema(headerSchema, header, `${name}: line 1`);
  const checked = header as FrontierHeader;
  const columns = entries.map(({ entry, place }) => parseColumn(entry, checked, place));
  const doubled = columns.findIndex(({ column }, k) => columns.findIndex((c) => c.column === column) < k);
  if (doubled >= 0) {
    throw new InputError(`${entries[doubled]!.place}: column ${columns[doubled]!.column} is there twice`);
  }
  return { header: checked, columns, intact, tornLine };
}

function parseColumn(entry: unknown, { frame, shard }: FrontierHeader, place: string): FinishedColumn {
  parseSchema(columnSchema, entry, place);
  const piece = entry as FinishedColumn;
  if (!shardColumns(frame.x.values.length, shard).includes(piece.column)) {
    const part = shard ? ` of shard ${shard.index}/${shard.count}` : '';
    throw new InputError(
      `${place}: column must be one of the ${frame.x.values.length} columns${part}; got ${piece.column}`,
    );
  }
  if (piece.cells.length !== frame.y.values.length) {
    throw new InputError(`${place}: cells must be ${frame.y.values.length}; got ${piece.cells.length}`);
  }
  return piece;
}

const count = z.int().min(0, 'must be >= 0');
const positiveCount = z.int().min(1, 'must be > 0');

const axisSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  unit: z.string().nullable(),
  scale: z.enum(['linear', 'log']),
  values: z.array(z.number()).min(1, 'must have at least one value'),
});

const frameSchema = z.looseObject({
  id: z.string(),
  title: z.string(),
  setting: z.string(),
  x: axisSchema,
  y: axisSchema,
  colour: z.strictObject({ field: z.string(), title: z.string() }),
  lines: z.array(z.looseObject({ id: z.string(), label: z.string(), field: z.string() })),
  marks: z.array(z.looseObject({ id: z.string(), label: z.string() })),
  panels: z
    .array(
      z.strictObject({
        field: z.string(),
        title: z.string(),
        scale: z.enum(['log', 'log-steps', 'share', 'cosine']),
      }),
    )
    .optional(),
});

const headerSchema = z.strictObject({
  schemaVersion: z.literal(1, 'must be 1'),
  kind: z.literal('frontier', 'must be "frontier"'),
  tool: z.strictObject({ name: z.string(), version: z.string(), commit: z.string().nullable() }),
  request: z.strictObject({
    map: z.string(),
    seed: count,
    grid: z.strictObject({ columns: positiveCount, rows: positiveCount }).nullable(),
    simulate: z.boolean(),
    settings: z.looseObject({}),
  }),
  frame: frameSchema,
  shard: z.strictObject({ index: positiveCount, count: positiveCount }).nullable(),
});

/** Any double: zod's own numbers are finite. */
const double = z.custom<number>((value) => typeof value === 'number', 'must be a number');
const side = z.enum(['diverges', 'stable', 'undecided']);

const cellSchema: z.ZodType<FrontierCell> = z.strictObject({
  exact: side,
  fields: z.record(z.string(), double.nullable()),
  theorems: z.record(z.string(), side),
  marks: z.array(z.string()),
  certificate: z
    .strictObject({ side: z.enum(['diverges', 'stable', 'inconclusive']), samples: count })
    .nullable(),
  wrong: z.array(z.string()),
});

const columnSchema = z.strictObject({ column: count, cells: z.array(cellSchema) });
