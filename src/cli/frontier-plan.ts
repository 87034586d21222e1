import { join, resolve } from 'node:path';
import { closest } from 'fastest-levenshtein';
import type { FrontierRun } from '../frontier/frontier-document.js';
import type { MapDefinition, MapRequest, MapSettings } from '../frontier/frontier-map.js';
import { mapDefinitions, requestedMap } from '../frontier/maps.js';
import { parseFrontierFile, type SavedFrontier } from '../frontier/shard-file.js';
import type { Shard } from '../harness/run-work.js';
import { parseProblemFile } from '../input/problem-file.js';
import { SAMPLINGS } from '../theory/problem.js';
import { unlearning } from '../unlearning/process.js';
import type { CliContext } from './context.js';
import { readInputFile } from './files.js';
import { integerOption, shardOption, UsageError, wordOption } from './options.js';

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

/** Options of `frontier` as the command line gives them. */
export interface FrontierCommandOptions {
  readonly seed?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly workers?: string;
  readonly shard?: string;
  readonly resume?: string;
  readonly text?: boolean;
  readonly problem?: string;
  readonly eta?: string;
  readonly alpha?: string;
  readonly sampling?: string;
  readonly grid?: string;
  readonly simulate?: boolean;
}

/** What was given of what decides the cells. */
export interface GivenRequest {
  readonly seed?: number;
  readonly grid?: NonNullable<MapRequest['grid']>;
  readonly simulate?: boolean;
  readonly settings: MapSettings;
}

const MOST_CELLS_ASIDE = 400;

/** The map of that name. @throws UsageError */
export function mapNamed(text: string): MapDefinition {
  const ids = mapDefinitions.map(({ id }) => id);
  const definition = mapDefinitions.find(({ id }) => id === text);
  if (definition) return definition;
  throw new UsageError(
    `MAP must be one of ${ids.join(', ')}; got ${text} (did you mean ${closest(text, ids)}?)`,
  );
}

/** The given options, checked; files are read. @throws UsageError, InputError */
export function givenRequest(map: MapDefinition, options: FrontierCommandOptions): GivenRequest {
  const { seed, grid, simulate, problem, eta, alpha, sampling } = options;
  checkTaken(map, options);
  const settings: MapSettings = {
    ...(eta !== undefined && {
      eta: mapNumber('eta', eta, 'a number > 0', (x) => x > 0),
    }),
    ...(alpha !== undefined && {
      alpha: mapNumber('alpha', alpha, 'a number in 0..1', (x) => x >= 0 && x <= 1),
    }),
    ...(sampling !== undefined && { sampling: wordOption('sampling', sampling, SAMPLINGS) }),
    ...(problem !== undefined && { problem: parseProblemFile(readInputFile(problem), problem) }),
  };
  return {
    ...(seed !== undefined && { seed: integerOption('seed', seed, 0, Number.MAX_SAFE_INTEGER) }),
    ...(grid !== undefined && { grid: gridOption(grid) }),
    ...(simulate !== undefined && { simulate }),
    settings,
  };
}

/** What the result does not depend on, checked. @throws UsageError */
export function givenManner(
  processors: number,
  { workers, shard, json, text }: FrontierCommandOptions,
): { workers: number; shard: Shard | null; json: boolean; text: boolean } {
  if (json && text)
    throw new UsageError('--text prints a picture and --json nothing but JSON; give one of them');
  return {
    workers: workers === undefined ? processors : integerOption('workers', workers, 1, 256),
    shard: shard === undefined ? null : shardOption(shard),
    json: json === true,
    text: text === true,
  };
}

function checkTaken({ id, takes }: MapDefinition, options: FrontierCommandOptions): void {
  const known: readonly (keyof MapSettings)[] = ['problem', 'eta', 'alpha', 'sampling'];
  const foreign = known.find((name) => options[name] !== undefined && !takes.includes(name));
  if (foreign === undefined) return;
  const own = takes.length === 0 ? 'none of these' : takes.map((name) => `--${name}`).join(', ');
  const others = mapDefinitions.filter((map) => map.takes.includes(foreign)).map((map) => map.id);
  throw new UsageError(
    `${id} does not take --${foreign}; it takes ${own} (--${foreign} is for ${others.join(', ')})`,
  );
}

function gridOption(text: string): NonNullable<MapRequest['grid']> {
  const match = /^(\d{1,4})x(\d{1,4})$/.exec(text.trim());
  const [columns, rows] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || [columns, rows].some((count) => count < 2 || count > MOST_CELLS_ASIDE)) {
    throw new UsageError(
      `--grid must be COLUMNSxROWS with 2..${MOST_CELLS_ASIDE} of each, such as 40x40; got ${text}`,
    );
  }
  return { columns, rows };
}

function mapNumber(name: string, text: string, allowed: string, holds: (x: number) => boolean): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value) || !holds(value)) {
    throw new UsageError(`--${name} must be ${allowed}; got ${text}`);
  }
  return value;
}
