import { frontierDocument, type FrontierDocument } from '../../src/frontier/frontier-document.js';
import type { MapRequest, MapTools } from '../../src/frontier/frontier-map.js';
import { gridWorker, requestedMap, runGrid } from '../../src/frontier/maps.js';
import { frontierHeader } from '../../src/frontier/map-log.js';
import { logText } from '../../src/jobs/log.js';
import { localPool, type Shard } from '../../src/jobs/run-jobs.js';
import { unlearning } from '../../src/unlearning/process.js';
import { theorems } from '../../theorems/index.js';

export const tools: MapTools = { theorems, implementation: unlearning };

const tool = { name: 'unlearning-stability', version: '0.0.0-test', commit: null };

/** A request with the defaults of the command line. */
export function requestOf(map: string, changes: Partial<MapRequest> = {}): MapRequest {
  return { map, seed: 1, grid: { columns: 6, rows: 5 }, simulate: false, settings: {}, ...changes };
}

/** A map, or a part of it, computed in this thread: its document, and the text of its file. */
export async function computedMap(
  request: MapRequest,
  shard: Shard | null = null,
  used: MapTools = tools,
): Promise<{ document: FrontierDocument; file: string }> {
  const { frame } = requestedMap(request, used);
  const columns = await runGrid(request, frame.x.values.length, localPool(gridWorker(used)), {
    workers: 1,
    shard,
  });
  const run = { tool, request, frame, shard };
  return { document: frontierDocument(run, columns), file: logText(frontierHeader(run), columns) };
}
