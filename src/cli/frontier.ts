import { join, resolve } from 'node:path';
import { closest } from 'fastest-levenshtein';
import {
  frontierDocument,
  type FrontierDocument,
  type FrontierVerdict,
} from '../frontier/frontier-document.js';
import type { MapDefinition, MapRequest, MapSettings } from '../frontier/frontier-map.js';
import { type FrontierHeader, frontierHeader, mapLog } from '../frontier/map-log.js';
import {
  mapDefinitions,
  requestedMap,
  type FinishedColumn,
  runGrid,
  shardColumns,
} from '../frontier/maps.js';
import { fileText } from '../input/file-bytes.js';
import { parseProblemFile } from '../input/problem-file.js';
import { interruptible } from '../jobs/interrupt.js';
import { circumstancesOf, type Circumstances } from '../jobs/machine.js';
import { progressLine } from '../jobs/progress-line.js';
import { logName } from '../jobs/run-jobs.js';
import { heatMapText, frontierJson, frontierText } from '../report/frontier-text.js';
import { frontierPicture } from '../report/frontier-picture.js';
import { SAMPLINGS } from '../theory/problem.js';
import { unlearning } from '../unlearning/process.js';
import { type CliCommand, type CliContext, writeFiles } from './context.js';
import { INTERRUPTED_EXIT } from './failure.js';
import {
  DRAWN_ANEW,
  flag,
  type GivenOptions,
  integer,
  number,
  oneOf,
  type OptionValues,
  parsed,
  POSITIVE,
  readOptions,
  SHARD,
  text,
  UsageError,
  WORKERS,
} from './options.js';
import { checkRepeated, inWords, type LoggedRun, readRunLog, withRunLog } from './run-log.js';

const MOST_CELLS_ASIDE = 400;

const OPTIONS = {
  seed: integer('<n>', 'seed of planted problems and simulations (default: 1)', 0),
  out: text('<dir>', 'folder of MAP.json, MAP.svg and MAP.png (default: reports/frontier)'),
  grid: parsed('<CxR>', 'columns and rows, such as 40x40 (default: by map)', (given) => {
    const match = /^(\d{1,4})x(\d{1,4})$/.exec(given.trim());
    const [columns, rows] = [Number(match?.[1]), Number(match?.[2])];
    if (match && [columns, rows].every((count) => count >= 2 && count <= MOST_CELLS_ASIDE)) {
      return { columns, rows };
    }
    throw new UsageError(
      `--grid must be COLUMNSxROWS with 2..${MOST_CELLS_ASIDE} of each, such as 40x40; got ${given}`,
    );
  }),
  problem: parsed('<file>', 'problem file (JSON) in place of the planted problem', (file) => {
    const { gradients, ...problem } = parseProblemFile(fileText(file), file);
    if (!gradients) return problem;
    throw new UsageError(
      `${file}: gradients must be left out: maps are of rho, which does not depend on them`,
    );
  }),
  eta: number('<x>', 'step size, where the map does not vary it', POSITIVE),
  alpha: number('<x>', 'mixing weight, where the map does not vary it', {
    includes: (x) => x >= 0 && x <= 1,
    words: 'in 0..1',
  }),
  sampling: oneOf('<name>', DRAWN_ANEW, SAMPLINGS),
  simulate: flag('decide every cell by sampled steps too'),
  workers: WORKERS,
  shard: SHARD,
  resume: text('<dir>', 'continue the interrupted run in that folder, to the same files'),
  text: flag('print the map in characters'),
  json: flag('print the data as JSON'),
};

/** The options that some maps take and others do not. */
const SETTINGS = ['eta', 'alpha', 'sampling', 'problem'] as const satisfies readonly (keyof MapSettings)[];

/**
 * `frontier MAP`: computes a map or a shard of one, writes it, and returns the exit code: 1 if the exact operator
 * contradicts a theorem or a sampled certificate in some cell, 130 if it was interrupted.
 */
export const frontierCommand: CliCommand = {
  argument: ['<map>', mapDefinitions.map(({ id }) => id).join(', ')],
  options: OPTIONS,
  async run({ context, words: [name], given }) {
    const map = mapNamed(name!);
    checkTaken(map, given);
    const options = readOptions(OPTIONS, given);
    const { workers = context.processors, json = false, text: drawn = false } = options;
    if (json && drawn)
      throw new UsageError('--text prints a picture and --json nothing but JSON; give one of them');
    const run = frontierRun(context, map, options);
    const { folder, path, header } = run;
    const { request, frame, shard } = header;
    const start = context.now();
    return withRunLog(context, run, async (log) => {
      const { columns, interrupted } = await finishedColumns(context, run, workers, (column) =>
        log.append(column),
      );
      const document = frontierDocument(header, columns);
      const circumstances = circumstancesOf(context, start, workers);
      const complete = columns.length === shardColumns(frame.x.values.length, shard).length;
      const files = !complete || shard ? [path] : await writeFrontierReports(document, circumstances, folder);
      if (complete && shard) log.rewrite(columns);
      else if (complete) log.remove();
      printFrontier(context, document, circumstances, { json, text: drawn, files });
      if (interrupted && !complete) {
        const part = shard ? ` --shard ${shard.index}/${shard.count}` : '';
        context.stderr.write(`interrupted; frontier ${request.map}${part} --resume ${folder} continues\n`);
        return FRONTIER_EXIT_CODES.interrupted;
      }
      return FRONTIER_EXIT_CODES[document.verdict];
    });
  },
};

type FrontierRun = LoggedRun<FrontierHeader, FinishedColumn>;

/** The map of that name. @throws UsageError */
function mapNamed(name: string): MapDefinition {
  const ids = mapDefinitions.map(({ id }) => id);
  const definition = mapDefinitions.find(({ id }) => id === name);
  if (definition) return definition;
  throw new UsageError(
    `MAP must be one of ${ids.join(', ')}; got ${name} (did you mean ${closest(name, ids)}?)`,
  );
}

/** @throws UsageError for an option that the map does not take. */
function checkTaken({ id, takes }: MapDefinition, given: GivenOptions): void {
  const foreign = SETTINGS.find((name) => given[name] !== undefined && !takes.includes(name));
  if (foreign === undefined) return;
  const own = takes.length === 0 ? 'none of these' : takes.map((name) => `--${name}`).join(', ');
  const others = mapDefinitions.filter((map) => map.takes.includes(foreign)).map((map) => map.id);
  throw new UsageError(
    `${id} does not take --${foreign}; it takes ${own} (--${foreign} is for ${others.join(', ')})`,
  );
}

/** A new run, or the interrupted one that --resume names. @throws UsageError, InputError, LogError */
function frontierRun(
  context: CliContext,
  map: MapDefinition,
  options: OptionValues<typeof OPTIONS>,
): FrontierRun {
  const { theorems, tool } = context;
  const { seed, grid, simulate, shard = null, out, resume } = options;
  const folder = resume ?? out ?? join('reports', 'frontier');
  const path = join(folder, logName(shard, `${map.id}.`));
  const headerOf = (request: MapRequest): FrontierHeader => {
    const { frame } = requestedMap(request, { theorems, implementation: unlearning });
    return frontierHeader({ tool, request, frame, shard });
  };
  if (resume === undefined) {
    const given = SETTINGS.filter((name) => options[name] !== undefined);
    const settings: MapSettings = Object.fromEntries(given.map((name) => [name, options[name]]));
    const request = {
      map: map.id,
      seed: seed ?? 1,
      grid: grid ?? null,
      simulate: simulate ?? false,
      settings,
    };
    return { folder, path, header: headerOf(request), saved: null };
  }
  const saved = readRunLog(path, mapLog);
  const { header } = saved;
  const { request } = header;
  const own = headerOf(request);
  const expected: [string, unknown, unknown][] = [
    ['tool', header.tool, own.tool],
    ['request.map', request.map, map.id],
    ['frame', header.frame, own.frame],
  ];
  for (const [field, found, wanted] of expected) {
    if (JSON.stringify(found) === JSON.stringify(wanted)) continue;
    throw new UsageError(
      `${path}: line 1: ${field} must be ${inWords(wanted)}, as of this program; got ${inWords(found)}`,
    );
  }
  checkRepeated(path, [
    ['seed', seed, request.seed],
    ['grid', grid, request.grid],
    ['simulate', simulate, request.simulate],
    ['eta', options.eta, request.settings.eta],
    ['alpha', options.alpha, request.settings.alpha],
    ['sampling', options.sampling, request.settings.sampling],
    ['problem', options.problem, request.settings.problem],
    ['out', out && resolve(out), resolve(folder)],
  ]);
  return { folder, path, header, saved };
}

/** Computes the columns of a run while progress is shown and an interrupt stops after those under way. */
async function finishedColumns(
  context: CliContext,
  { header: { request, frame, shard }, saved }: FrontierRun,
  workers: number,
  onFinished: (column: FinishedColumn) => void,
): Promise<{ columns: FinishedColumn[]; interrupted: boolean }> {
  const earlier = saved?.entries ?? [];
  const total = frame.x.values.length;
  let done = earlier.length;
  const progress = progressLine(context, request.map, shardColumns(total, shard).length, done);
  const pool = context.mapPool(workers);
  try {
    progress.update(done);
    return await interruptible(context.onInterrupt, async (signal) => {
      const columns = await runGrid(request, total, pool, {
        ...{ workers, shard, earlier, signal },
        onFinished(column) {
          onFinished(column);
          progress.update(++done);
        },
      });
      return { columns, interrupted: signal.aborted };
    });
  } finally {
    progress.clear();
    await pool.close();
  }
}

export const FRONTIER_EXIT_CODES: Readonly<Record<FrontierVerdict, number>> = {
  agree: 0,
  contradicted: 1,
  interrupted: INTERRUPTED_EXIT,
};

/** Writes MAP.json, MAP.svg and MAP.png of a complete map; returns their paths. */
export async function writeFrontierReports(
  document: FrontierDocument,
  circumstances: Circumstances,
  folder: string,
): Promise<string[]> {
  // Native code: commands that write no PNG do without it.
  const { pngOf } = await import('../report/png.js');
  const svg = frontierPicture(document);
  const { map } = document.request;
  return writeFiles(folder, [
    [`${map}.json`, frontierJson(document, circumstances)],
    [`${map}.svg`, svg],
    [`${map}.png`, pngOf(svg)],
  ]);
}

/** How a map is printed. */
interface PrintedAs {
  readonly json: boolean;
  /** Whether the map in characters stands before its summary. */
  readonly text: boolean;
  /** Paths of its files. */
  readonly files: readonly string[];
}

/** Prints a map to stdout: as one JSON document, or as its summary. */
export function printFrontier(
  { stdout, env }: CliContext,
  document: FrontierDocument,
  circumstances: Circumstances,
  { json, text, files }: PrintedAs,
): void {
  if (json) {
    stdout.write(frontierJson(document, circumstances));
    return;
  }
  const coloured = stdout.isTTY === true && env.TERM !== 'dumb' && (env.NO_COLOR ?? '') === '';
  const picture = text ? `${heatMapText(document, { coloured, width: stdout.columns ?? 80 })}\n\n` : '';
  stdout.write(`${picture}${frontierText(document, files)}\n`);
}
