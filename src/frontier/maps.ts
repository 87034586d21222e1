import { isInShard, type JobOptions, type Pool, runJobs, type Shard } from '../jobs/run-jobs.js';
import { gradientAlignment, mixingAlignment } from './alignment-maps.js';
import type { FrontierCell, FrontierMap, MapDefinition, MapRequest, MapTools } from './frontier-map.js';
import { alternation, procedures } from './procedure-maps.js';
import { hessianGrid } from './hessian-grid.js';
import { snrMixing, snrSamples } from './snr-maps.js';
import { criticalBatch, threeAxisMap } from './tight-maps.js';
import { stepBatch, stepCoherence, stepMixing } from './step-maps.js';

/** All maps, in the order of the help. */
export const mapDefinitions: readonly MapDefinition[] = [
  stepBatch,
  stepMixing,
  mixingAlignment,
  stepCoherence,
  hessianGrid,
  threeAxisMap,
  criticalBatch,
  procedures,
  alternation,
  snrSamples,
  snrMixing,
  gradientAlignment,
];

/** A piece of work for one worker: one column of a map. Plain data. */
export interface GridTask {
  readonly request: MapRequest;
  readonly column: number;
}

/** The cells of a column, by rows. */
export type GridTaskResult = readonly FrontierCell[];

/** The map of a request. @throws Error if there is none of that name; InputError if the request cannot be met. */
export function requestedMap(
  request: MapRequest,
  tools: MapTools,
  definitions: readonly MapDefinition[] = mapDefinitions,
): FrontierMap {
  const definition = definitions.find(({ id }) => id === request.map);
  if (!definition) throw new Error(`no map ${request.map} is registered`);
  return definition.build(request, tools);
}

/** Carries out tasks with the given theorems and implementation; the map of the last request is kept. */
export function gridWorker(tools: MapTools): (task: GridTask) => GridTaskResult {
  let known: { readonly request: string; readonly map: FrontierMap } | null = null;
  return ({ request, column }) => {
    const text = JSON.stringify(request);
    if (known?.request !== text) known = { request: text, map: requestedMap(request, tools) };
    const { map } = known;
    return map.frame.y.values.map((_, row) => map.cell(column, row));
  };
}

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
