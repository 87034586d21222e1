import { z } from 'zod';
import {
  count,
  double,
  observedSide,
  parseSchema,
  positiveCount,
  predictedSide,
  shardSchema,
  toolSchema,
} from '../input/checked-json.js';
import { InputError } from '../input/input-error.js';
import { type LogFormat, type SavedLog, type ShardRules, shardsOfOneRun } from '../jobs/log.js';
import { frontierDocument, type FrontierDocument, type FrontierRun } from './frontier-document.js';
import type { FrontierCell } from './frontier-map.js';
import { type FinishedColumn, shardColumns } from './maps.js';

/** First line of the log of a map: what the run is. */
export interface FrontierHeader extends FrontierRun {
  readonly schemaVersion: 1;
  readonly kind: 'frontier';
}

export function frontierHeader({ tool, request, frame, shard }: FrontierRun): FrontierHeader {
  const { name, version, commit } = tool;
  return { schemaVersion: 1, kind: 'frontier', tool: { name, version, commit }, request, frame, shard };
}

/** The log of a run: its header, then a line for every finished column. */
export const mapLog: LogFormat<FrontierHeader, FinishedColumn> = {
  noun: 'frontier',
  header(value, place) {
    parseSchema(headerSchema, value, place);
    return value as FrontierHeader;
  },
  entry(value, place, { header: { frame, shard }, entries }) {
    parseSchema(columnSchema, value, place);
    const piece = value as FinishedColumn;
    const { column, cells } = piece;
    const refused = (message: string): InputError => new InputError(`${place}: ${message}`);
    if (!shardColumns(frame.x.values.length, shard).includes(column)) {
      const part = shard ? ` of shard ${shard.index}/${shard.count}` : '';
      throw refused(`column must be one of the ${frame.x.values.length} columns${part}; got ${column}`);
    }
    if (cells.length !== frame.y.values.length) {
      throw refused(`cells must be ${frame.y.values.length}; got ${cells.length}`);
    }
    if (entries.some((earlier) => earlier.column === column)) {
      throw refused(`column ${column} is there twice`);
    }
    return piece;
  },
};

const rules: ShardRules<FrontierHeader, FinishedColumn> = {
  run({ tool, request, frame }) {
    const { map, seed, grid, simulate, settings } = request;
    const compared = {
      'tool.version': tool.version,
      'tool.commit': tool.commit,
      ...{ map, seed, grid, simulate, settings, frame },
    };
    return Object.fromEntries(
      Object.entries(compared).map(([field, value]) => [field, JSON.stringify(value)]),
    );
  },
  shown: (words) => (words.length > 60 ? `${words.slice(0, 57)}...` : words),
  content: ({ header: { frame, shard }, entries }) => ({
    wanted: shardColumns(frame.x.values.length, shard).length,
    found: entries.length,
  }),
  unit: 'columns',
  resume: ({ request: { map }, shard }) => `frontier ${map} --shard ${shard!.index}/${shard!.count}`,
  called: ({ index, count }) => `shard ${index}/${count}`,
  missing(shards) {
    const [word, verb] = shards.length > 1 ? ['shards', 'are'] : ['shard', 'is'];
    return `${word} ${shards.map(({ index, count }) => `${index}/${count}`).join(', ')} ${verb} missing`;
  },
};

/**
 * Unites the shards of one run to the document that the run alone would have given, byte for byte.
 *
 * @throws LogError naming the file or the shard that is missing, doubled, of another run (seed, map, options, version),
 * unfinished or damaged.
 */
export function mergeMap(shards: readonly SavedLog<FrontierHeader, FinishedColumn>[]): FrontierDocument {
  const ordered = shardsOfOneRun(shards, rules);
  const { tool, request, frame } = ordered[0]!.header;
  const columns = ordered.flatMap(({ entries }) => entries).sort((a, b) => a.column - b.column);
  return frontierDocument({ tool, request, frame, shard: null }, columns);
}

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
  colour: z.strictObject({
    field: z.string(),
    title: z.string(),
    words: z.strictObject({ below: z.string(), above: z.string() }).optional(),
  }),
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
  undecided: z.string().optional(),
  border: z.strictObject({ field: z.string(), label: z.string() }).optional(),
});

const headerSchema = z.strictObject({
  schemaVersion: z.literal(1, 'must be 1'),
  kind: z.literal('frontier', 'must be "frontier"'),
  tool: toolSchema,
  request: z.strictObject({
    map: z.string(),
    seed: count,
    grid: z.strictObject({ columns: positiveCount, rows: positiveCount }).nullable(),
    simulate: z.boolean(),
    settings: z.looseObject({}),
  }),
  frame: frameSchema,
  shard: shardSchema,
});

const cellSchema: z.ZodType<FrontierCell> = z.strictObject({
  exact: predictedSide,
  fields: z.record(z.string(), double.nullable()),
  theorems: z.record(z.string(), predictedSide),
  marks: z.array(z.string()),
  certificate: z.strictObject({ side: observedSide, samples: count }).nullable(),
  wrong: z.array(z.string()),
});

const columnSchema = z.strictObject({ column: count, cells: z.array(cellSchema) });
