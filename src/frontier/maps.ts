import type { FrontierCell, FrontierMap, MapDefinition, MapRequest, MapTools } from './frontier-map.js';
import { gradientAlignment } from './gradient-alignment.js';
import { hessianGrid } from './hessian-grid.js';
import { mixingAlignment } from './mixing-alignment.js';
import { snrMixing, snrSamples } from './snr-maps.js';
import { stepBatch, stepCoherence, stepMixing } from './step-maps.js';

/** All maps, in the order of the help. */
export const mapDefinitions: readonly MapDefinition[] = [
  stepBatch,
  stepMixing,
  mixingAlignment,
  stepCoherence,
  hessianGrid,
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
