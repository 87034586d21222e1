import { closest } from 'fastest-levenshtein';
import { SAMPLINGS } from '../curvature/problem.js';
import { parseProblemFile } from '../data/problem-file.js';
import type { MapDefinition, MapRequest, MapSettings } from '../frontier/frontier-map.js';
import { mapDefinitions } from '../frontier/map-definitions.js';
import type { Shard } from '../harness/run-options.js';
import { readInputFile } from './files.js';
import { integerOption, shardOption, wordOption } from './option-values.js';
import { UsageError } from './usage-error.js';

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
      eta: numberOption('eta', eta, 'a number > 0', (x) => x > 0),
    }),
    ...(alpha !== undefined && {
      alpha: numberOption('alpha', alpha, 'a number in 0..1', (x) => x >= 0 && x <= 1),
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

function numberOption(name: string, text: string, allowed: string, holds: (x: number) => boolean): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value) || !holds(value)) {
    throw new UsageError(`--${name} must be ${allowed}; got ${text}`);
  }
  return value;
}
