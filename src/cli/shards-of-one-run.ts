import type { CheckpointHeader } from '../data/checkpoint-file.js';
import { shardInstances } from '../harness/run-work.js';
import type { Theorem } from '../harness/theorem.js';
import type { ShardFile } from './checkpoint.js';
import { UsageError } from './usage-error.js';

/**
 * All shards of one run, in order.
 *
 * @throws UsageError naming the shard that is foreign, doubled, incomplete or missing.
 */
export function shardsOfOneRun(files: readonly ShardFile[], registered: readonly Theorem[]): ShardFile[] {
  const [first] = files;
  if (!first) throw new UsageError('merge needs at least one folder with a shard');
  for (const file of files.slice(1)) checkSameRun(file, first);
  const { count } = shardOf(first);
  const ordered = Array.from({ length: count }, (_, k) => theShard(files, k + 1, count));
  const { theorems: ids, budget } = first.saved.header;
  const theorems = registered.filter(({ id }) => ids.includes(id));
  for (const file of ordered) checkComplete(file, shardInstances(theorems, { budget, shard: shardOf(file) }));
  return ordered;
}

function shardOf({ path, saved }: ShardFile): NonNullable<CheckpointHeader['shard']> {
  const { shard } = saved.header;
  if (!shard) throw new UsageError(`${path}: line 1: shard must be {index, count}; got null`);
  return shard;
}

/** Seed, budget, version, theorems and number of shards must be those of the first file. */
function checkSameRun(file: ShardFile, first: ShardFile): void {
  const compared = ({ saved: { header } }: ShardFile) => ({
    seed: header.seed,
    'tool.version': header.tool.version,
    'tool.commit': header.tool.commit,
    'budget.name': header.budget.name,
    'budget.instances': header.budget.instances,
    theorems: header.theorems.join(' '),
    'shard.count': header.shard?.count ?? null,
  });
  const expected = compared(first);
  for (const [name, value] of Object.entries(compared(file))) {
    const wanted = expected[name as keyof typeof expected];
    if (value !== wanted) {
      throw new UsageError(
        `${file.path}: ${name} must be ${wanted}, as in ${first.path}; got ${value}: a shard of another run`,
      );
    }
  }
}

function theShard(files: readonly ShardFile[], index: number, count: number): ShardFile {
  const found = files.filter((file) => shardOf(file).index === index);
  if (found.length > 1) {
    throw new UsageError(
      `shard ${index} of ${count} must be given once; got ${found.map(({ path }) => path).join(' and ')}`,
    );
  }
  if (found.length === 0) {
    throw new UsageError(
      `shard ${index} of ${count} is missing; got ${files.map(({ path }) => path).join(', ')}`,
    );
  }
  return found[0]!;
}

function checkComplete({ path, saved }: ShardFile, expected: number): void {
  const done = saved.work.reduce(
    (sum, piece) => sum + (piece.kind === 'examine' ? piece.to - piece.from : 0),
    0,
  );
  if (done === expected && saved.tornLine === null) return;
  throw new UsageError(
    `${path}: must hold all ${expected} instances of its shard; got ${done}: continue it with verify --shard I/K --resume`,
  );
}
