import type { Shard } from '../harness/run-work.js';
import type { MapRequest } from './frontier-map.js';
import type { GridRunner, GridTaskResult } from './maps.js';

/** A finished column of a map. */
export interface FinishedColumn {
  readonly column: number;
  readonly cells: GridTaskResult;
}

export interface GridOptions {
  /** Tasks kept under way at once; the result does not depend on it. */
  readonly workers: number;
  /** The part of the columns to do; null for all. */
  readonly shard: Shard | null;
  /** What an earlier run of the same request has finished: it is not done again. */
  readonly earlier?: readonly FinishedColumn[];
  /** Called with every column that this run finishes, in the order in which it does. */
  readonly onFinished?: (column: FinishedColumn) => void;
  /** Aborting stops after the tasks under way. */
  readonly signal?: AbortSignal;
}

/** The columns of a part: every K-th, so that the parts take about the same time. */
export function shardColumns(columns: number, shard: Shard | null): number[] {
  const all = Array.from({ length: columns }, (_, column) => column);
  return shard ? all.filter((column) => column % shard.count === shard.index - 1) : all;
}

/** Computes the columns of a map on a runner, in order; those that are missing if it was aborted are left out. */
export async function runGrid(
  request: MapRequest,
  columns: number,
  runner: GridRunner,
  { workers, shard, earlier = [], onFinished, signal }: GridOptions,
): Promise<FinishedColumn[]> {
  const finished = new Map(earlier.map((piece) => [piece.column, piece]));
  const wanted = shardColumns(columns, shard);
  const waiting = wanted.filter((column) => !finished.has(column));
  async function work(): Promise<void> {
    for (let column = waiting.shift(); column !== undefined; column = waiting.shift()) {
      if (signal?.aborted) return;
      const piece = { column, cells: await runner.run({ request, column }) };
      finished.set(column, piece);
      onFinished?.(piece);
    }
  }
  await Promise.all(Array.from({ length: workers }, work));
  return wanted.flatMap((column) => finished.get(column) ?? []);
}
