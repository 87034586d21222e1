import { appendFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import {
  frontierDocument,
  type FrontierDocument,
  type FrontierVerdict,
} from '../frontier/frontier-document.js';
import { type FinishedColumn, runGrid, shardColumns } from '../frontier/run-grid.js';
import { frontierFile, frontierHeader, frontierLines } from '../frontier/shard-file.js';
import { progressLine } from '../jobs/progress-line.js';
import { heatMapText } from '../report/character-pictures.js';
import { frontierPicture } from '../report/frontier-picture.js';
import { type FrontierCircumstances, frontierJson, frontierText } from '../report/frontier-text.js';
import type { CliContext } from './context.js';
import { changeFile, prepareOutputFolder, writeFileWhole } from './files.js';
import {
  type FrontierCommandOptions,
  frontierPlan,
  type FrontierPlan,
  growingPath,
} from './frontier-plan.js';

/**
 * `frontier MAP`: computes a map or a shard of one, writes it, and returns the exit code: 1 if the exact operator
 * contradicts a theorem or a sampled certificate in some cell, 130 if it was interrupted.
 */
export async function frontierCommand(
  context: CliContext,
  mapName: string,
  options: FrontierCommandOptions,
): Promise<number> {
  const plan = frontierPlan(context, mapName, options);
  const { run, folder, workers } = plan;
  const start = context.now();
  const file = openGrowingFile(context, plan);
  const { columns, interrupted } = await computedColumns(context, plan, (column) => file.append(column));
  const document = frontierDocument(run, columns);
  const circumstances = circumstancesOf(context, start, workers);
  const complete = columns.length === columnsOf(plan).length;
  const written =
    !complete || run.shard ? [file.path] : await writeFrontierReports(document, circumstances, folder);
  if (complete) file.finish(columns);
  printFrontier(context, document, circumstances, written, plan);
  if (interrupted && !complete) {
    const shard = run.shard ? ` --shard ${run.shard.index}/${run.shard.count}` : '';
    context.stderr.write(`interrupted; frontier ${run.request.map}${shard} --resume ${folder} continues\n`);
    return FRONTIER_EXIT_CODES.interrupted;
  }
  return FRONTIER_EXIT_CODES[document.verdict];
}

function columnsOf({ run: { frame, shard } }: FrontierPlan): number[] {
  return shardColumns(frame.x.values.length, shard);
}

/** Computes the columns of a plan while progress is shown and an interrupt stops after those under way. */
async function computedColumns(
  context: CliContext,
  plan: FrontierPlan,
  onFinished: (column: FinishedColumn) => void,
): Promise<{ columns: FinishedColumn[]; interrupted: boolean }> {
  const { run, workers, saved } = plan;
  const { request, frame, shard } = run;
  const earlier = saved?.columns ?? [];
  const progress = progressLine(context, request.map, columnsOf(plan).length, earlier.length);
  const abort = new AbortController();
  const stopListening = context.onInterrupt(() => abort.abort());
  const runner = context.createGridRunner(workers);
  let done = earlier.length;
  try {
    progress.update(done);
    const columns = await runGrid(request, frame.x.values.length, runner, {
      workers,
      shard,
      earlier,
      signal: abort.signal,
      onFinished: (column) => {
        onFinished(column);
        progress.update(++done);
      },
    });
    return { columns, interrupted: abort.signal.aborted };
  } finally {
    progress.clear();
    stopListening();
    await runner.close();
  }
}

/** The file that a run of `frontier` grows while it goes on. */
export interface GrowingFile {
  readonly path: string;
  append(column: FinishedColumn): void;
  /** Ends the run: a checkpoint goes away, a shard is written with its columns in order. */
  finish(columns: readonly FinishedColumn[]): void;
}

/** Starts the file of a new run, or takes up that of an interrupted one: a torn last line is cut off. */
export function openGrowingFile({ stderr }: CliContext, { run, folder, saved }: FrontierPlan): GrowingFile {
  prepareOutputFolder(folder, saved ? '--resume' : '--out');
  const path = growingPath(folder, run.request.map, run.shard);
  const header = frontierHeader(run);
  const lines = frontierLines(header);
  if (saved === null) changeFile(path, () => writeFileWhole(path, lines.header));
  else {
    if (saved.tornLine !== null) {
      stderr.write(`${path}: line ${saved.tornLine} was not written to its end; it is done again\n`);
    }
    changeFile(path, () => truncateSync(path, Buffer.byteLength(saved.intact)));
  }
  return {
    path,
    append: (column) => changeFile(path, () => appendFileSync(path, lines.line(column))),
    finish: (columns) =>
      changeFile(path, () => {
        if (run.shard) writeFileWhole(path, frontierFile(header, columns));
        else rmSync(path, { force: true });
      }),
  };
}

export const FRONTIER_EXIT_CODES: Readonly<Record<FrontierVerdict, number>> = {
  agree: 0,
  contradicted: 1,
  interrupted: 130,
};

/** Writes MAP.json, MAP.svg and MAP.png of a complete map; returns their paths. */
export async function writeFrontierReports(
  document: FrontierDocument,
  circumstances: FrontierCircumstances,
  folder: string,
): Promise<string[]> {
  // Native code: commands that write no PNG do without it.
  const { pngOf } = await import('../report/png.js');
  const svg = frontierPicture(document);
  const contents: [string, string | Uint8Array][] = [
    ['json', frontierJson(document, circumstances)],
    ['svg', svg],
    ['png', pngOf(svg)],
  ];
  return contents.map(([extension, content]) => {
    const path = join(folder, `${document.request.map}.${extension}`);
    writeFileWhole(path, content);
    return path;
  });
}

/** What is said of the machine and the time of a run that began at `start`. */
export function circumstancesOf(context: CliContext, start: number, workers: number): FrontierCircumstances {
  return {
    timing: {
      seconds: (context.now() - start) / 1000,
      peakMemoryMegabytes: context.peakMemory(),
    },
    environment: {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      processors: context.processors,
      workers,
    },
  };
}

/** Prints a map to stdout: as one JSON document, or as its summary, behind the map in characters if asked for. */
export function printFrontier(
  { stdout, env }: CliContext,
  document: FrontierDocument,
  circumstances: FrontierCircumstances,
  files: readonly string[],
  { json, text }: { readonly json: boolean; readonly text: boolean },
): void {
  if (json) {
    stdout.write(frontierJson(document, circumstances));
    return;
  }
  const coloured = stdout.isTTY === true && (env.NO_COLOR ?? '') === '';
  const picture = text ? `${heatMapText(document, { coloured, width: stdout.columns ?? 80 })}\n\n` : '';
  stdout.write(`${picture}${frontierText(document, files)}\n`);
}
