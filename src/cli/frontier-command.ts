import { frontierDocument } from '../frontier/frontier-document.js';
import { runGrid, shardColumns, type FinishedColumn } from '../frontier/run-grid.js';
import type { CliContext } from './context.js';
import { openGrowingFile } from './frontier-file.js';
import type { FrontierCommandOptions } from './frontier-options.js';
import { frontierPlan, type FrontierPlan } from './frontier-plan.js';
import {
  circumstancesOf,
  FRONTIER_EXIT_CODES,
  printFrontier,
  writeFrontierReports,
} from './frontier-reports.js';
import { progressLine } from './progress-line.js';

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
