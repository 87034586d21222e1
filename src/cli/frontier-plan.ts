import { join, resolve } from 'node:path';
import type { FrontierRun } from '../frontier/frontier-document.js';
import type { MapDefinition, MapRequest } from '../frontier/frontier-map.js';
import { requestedMap } from '../frontier/grid-task.js';
import { parseFrontierFile, type SavedFrontier } from '../frontier/shard-file.js';
import type { Shard } from '../harness/run-options.js';
import { unlearning } from '../unlearning/process.js';
import type { CliContext } from './context.js';
import { readInputFile } from './files.js';
import {
  givenManner,
  givenRequest,
  mapNamed,
  type FrontierCommandOptions,
  type GivenRequest,
} from './frontier-options.js';
import { UsageError } from './usage-error.js';

/** What a run of `frontier` is to do. */
export interface FrontierPlan {
  readonly run: FrontierRun;
  readonly workers: number;
  readonly json: boolean;
  readonly text: boolean;
  readonly folder: string;
  /** The file of the run that is continued; null for a new run. */
  readonly saved: SavedFrontier | null;
}

const DEFAULT_FOLDER = join('reports', 'frontier');

/** The file that a run grows: of a whole map a checkpoint that goes away, of a shard the shard. */
export function growingPath(folder: string, map: string, shard: Shard | null): string {
  const suffix = shard ? `shard-${shard.index}-of-${shard.count}` : 'checkpoint';
  return join(folder, `${map}.${suffix}.jsonl`);
}

/** The plan of a new run, or of the interrupted one that `--resume` names. @throws UsageError, InputError */
export function frontierPlan(
  context: CliContext,
  mapName: string,
  options: FrontierCommandOptions,
): FrontierPlan {
  const map = mapNamed(mapName);
  const given = givenRequest(map, options);
  const { shard, ...manner } = givenManner(context.processors, options);
  if (options.resume !== undefined) {
    const saved = savedRun(context, map, given, shard, options);
    return { run: saved.header, ...manner, folder: options.resume, saved };
  }
  const { seed = 1, grid = null, simulate = false, settings } = given;
  const request: MapRequest = { map: map.id, seed, grid, simulate, settings };
  return {
    run: { tool: toolOf(context), request, frame: frameOf(context, request), shard },
    ...manner,
    folder: options.out ?? DEFAULT_FOLDER,
    saved: null,
  };
}

function toolOf({ tool: { name, version, commit } }: CliContext): FrontierRun['tool'] {
  return { name, version, commit };
}

function frameOf({ theorems }: CliContext, request: MapRequest): FrontierRun['frame'] {
  return requestedMap(request, { theorems, implementation: unlearning }).frame;
}

/** Reads the file of an interrupted run; other options may repeat what it says, not contradict it. */
function savedRun(
  context: CliContext,
  map: MapDefinition,
  given: GivenRequest,
  shard: Shard | null,
  { resume: folder, out }: FrontierCommandOptions,
): SavedFrontier {
  const path = growingPath(folder!, map.id, shard);
  const saved = parseFrontierFile(
    readInputFile(path, '; only an interrupted run leaves one to resume'),
    path,
  );
  const { tool, request, frame } = saved.header;
  const expected: [string, unknown, unknown][] = [
    ['line 1: tool', tool, toolOf(context)],
    ['line 1: request.map', request.map, map.id],
    ['line 1: frame', frame, frameOf(context, request)],
  ];
  for (const [place, found, own] of expected) {
    if (JSON.stringify(found) === JSON.stringify(own)) continue;
    throw new UsageError(`${path}: ${place} must be ${brief(own)}, as of this program; got ${brief(found)}`);
  }
  const repeated: [string, unknown, unknown][] = [
    ['seed', given.seed, request.seed],
    ['grid', given.grid, request.grid],
    ['simulate', given.simulate, request.simulate],
    ['eta', given.settings.eta, request.settings.eta],
    ['alpha', given.settings.alpha, request.settings.alpha],
    ['sampling', given.settings.sampling, request.settings.sampling],
    ['problem', given.settings.problem, request.settings.problem],
    ['out', out && resolve(out), resolve(folder!)],
  ];
  for (const [name, value, kept] of repeated) {
    if (value === undefined || JSON.stringify(value) === JSON.stringify(kept)) continue;
    throw new UsageError(
      `--${name} must be ${brief(kept ?? 'left out')}, as in ${path}, or left out; got ${brief(value)}`,
    );
  }
  return saved;
}

function brief(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
