import { type JobOptions, type Pool, runJobs } from '../jobs/run-jobs.js';
import { isInShard, type Shard } from '../jobs/shard.js';
import type { MapRequest } from './frontier-map.js';
import type { GridTask, GridTaskResult } from './maps.js';

/** A finished column of a map. */
export interface FinishedColumn {
  readonly column: number;
  readonly cells: GridTaskResult;
}

/** Computes columns of maps. */
export type GridPool = Pool<GridTask, GridTaskResult>;

interface GridOptions extends Pick<JobOptions<number, FinishedColumn>, 'workers' | 'shard' | 'signal'> {
  /** Columns that an earlier run of the same request has finished: they are not done again. */
  readonly earlier?: readonly FinishedColumn[];
  /** Called with every column that this run finishes, in the order in which it does. */
  readonly onFinished?: (column: FinishedColumn) => void;
}

/** The columns of a shard of a map. */
export function shardColumns(columns: number, shard: Shard | null): number[] {
  return Array.from({ length: columns }, (_, column) => column).filter((column) => isInShard(column, shard));
}

/** Computes the columns of a map, in order; those that are missing if it was aborted are left out. */
export async function runGrid(
  request: MapRequest,
  columns: number,
  pool: GridPool,
  { earlier = [], onFinished, ...options }: GridOptions,
): Promise<FinishedColumn[]> {
  const finished = await runJobs(
    shardColumns(columns, null),
    async (column): Promise<FinishedColumn> => ({ column, cells: await pool.run({ request, column }) }),
    {
      ...options,
      earlier: (column) => earlier.find((piece) => piece.column === column),
      onFinished: (piece) => onFinished?.(piece),
    },
  );
  return finished.flatMap((piece) => piece ?? []);
}
