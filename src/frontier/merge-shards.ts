import { InputError } from '../input/input-error.js';
import { frontierDocument, type FrontierDocument } from './frontier-document.js';
import { shardColumns } from './run-grid.js';
import { parseFrontierFile, type SavedFrontier } from './shard-file.js';

/** A file as it was read: its text, and how messages call it. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/**
 * Unites the shards of one run to the document that the run alone would have given, byte for byte.
 *
 * @throws InputError naming the file or the shard that is missing, doubled, of another run (seed, map, options,
 * version), unfinished or damaged.
 */
export function mergeShards(files: readonly NamedText[]): FrontierDocument {
  const shards = files.map(({ name, text }) => ({ name, saved: parseFrontierFile(text, name) }));
  const [first] = shards;
  if (!first) throw new InputError('merge needs at least one shard of a map; got none');
  const { count } = shardOf(first);
  for (const shard of shards) {
    checkSameRun(shard, first);
    checkWhole(shard);
  }
  const missing: number[] = [];
  for (let index = 1; index <= count; index++) {
    const own = shards.filter((shard) => shardOf(shard).index === index);
    if (own.length === 0) missing.push(index);
    if (own.length > 1) {
      throw new InputError(
        `shard ${index}/${count} must be given once; got ${own.map(({ name }) => name).join(' and ')}`,
      );
    }
  }
  if (missing.length > 0) {
    const [word, verb] = missing.length > 1 ? ['shards', 'are'] : ['shard', 'is'];
    throw new InputError(`${word} ${missing.map((index) => `${index}/${count}`).join(', ')} ${verb} missing`);
  }
  const { tool, request, frame } = first.saved.header;
  const columns = shards.flatMap(({ saved }) => saved.columns).sort((a, b) => a.column - b.column);
  return frontierDocument({ tool, request, frame, shard: null }, columns);
}

interface NamedShard {
  readonly name: string;
  readonly saved: SavedFrontier;
}

function shardOf({ name, saved }: NamedShard) {
  const { shard } = saved.header;
  if (!shard) throw new InputError(`${name}: line 1: shard must be {index, count}; got null`);
  return shard;
}

/** Everything but the number of the shard must be as in the first file; the first difference is named. */
function checkSameRun(shard: NamedShard, first: NamedShard): void {
  const compared = (named: NamedShard): Record<string, unknown> => {
    const { tool, request, frame } = named.saved.header;
    return {
      'tool.version': tool.version,
      'tool.commit': tool.commit,
      map: request.map,
      seed: request.seed,
      grid: request.grid,
      simulate: request.simulate,
      settings: request.settings,
      frame,
      'shard.count': shardOf(named).count,
    };
  };
  const wanted = compared(first);
  for (const [field, value] of Object.entries(compared(shard))) {
    const [got, expected] = [JSON.stringify(value), JSON.stringify(wanted[field])];
    if (got === expected) continue;
    const brief = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text);
    throw new InputError(
      `${shard.name}: ${field} must be ${brief(expected)}, as in ${first.name}; got ${brief(got)}: a shard of another run`,
    );
  }
}

function checkWhole({ name, saved }: NamedShard): void {
  const { header, columns, tornLine } = saved;
  const { shard, frame, request } = header;
  const wanted = shardColumns(frame.x.values.length, shard).length;
  if (columns.length === wanted && tornLine === null) return;
  throw new InputError(
    `${name}: must hold all ${wanted} columns of its shard; got ${columns.length}: continue it with frontier ${request.map} --shard ${shard!.index}/${shard!.count} --resume`,
  );
}
