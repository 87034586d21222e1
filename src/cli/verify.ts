import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Counterexample } from '../harness/counterexample.js';
import type { SavedFailure, VerifyOptions } from '../harness/run-work.js';
import type { FinishedWork, TaskRunner } from '../harness/task.js';
import { experimentsOf, usesBackend } from '../harness/kinds.js';
import { EXIT_CODES } from '../harness/verdict.js';
import { verify, verifyShard } from '../harness/verify.js';
import { parseCounterexampleFile } from '../input/counterexample-file.js';
import type { GradientBackend } from '../network/gradient-backend.js';
import { agreementText } from '../report/agreement-text.js';
import { type AgreementReport, agreementReport } from '../report/agreement.js';
import { writeReports } from './agreement-files.js';
import { type Checkpoint, checkpointPath, continueCheckpoint, startCheckpoint } from './checkpoint.js';
import type { CliContext } from './context.js';
import { prepareOutputFolder, readInputFile, writeFileWhole } from './files.js';
import { liveTable } from './live-table.js';
import { checkpointHeader, type VerifyCommandOptions, verifyPlan, type VerifyPlan } from './verify-plan.js';

/** `verify`: puts theorems to the test, writes the reports, and returns the exit code of the verdict. */
export async function verifyCommand(context: CliContext, options: VerifyCommandOptions): Promise<number> {
  const plan = verifyPlan(context, options);
  const corpus = plan.shard ? [] : readCorpus(corpusFolder(plan.folder), experimentsOf(context.theorems));
  const checkpoint = openCheckpoint(context, plan);
  if (plan.shard) return shardRun(context, plan, checkpoint);
  const report = await runToReport(context, plan, {
    corpus,
    onFinished: (work) => checkpoint.append(work),
  });
  if (report.verdict === 'interrupted') {
    context.stderr.write(`interrupted; verify --resume ${plan.folder} continues\n`);
  } else {
    // Not before the end: a resumed run starts from the same corpus as the interrupted one.
    saveFailures(report, plan.folder);
    checkpoint.remove();
  }
  return EXIT_CODES[report.verdict];
}

/** Does one shard's part; its checkpoint is what `merge` reads. */
async function shardRun(context: CliContext, plan: VerifyPlan, checkpoint: Checkpoint): Promise<number> {
  const { theorems, folder, shard } = plan;
  const result = await withRunner(context, plan, (runner, options) =>
    verifyShard(theorems, runner, { ...options, onFinished: (work) => checkpoint.append(work) }),
  );
  const path = checkpointPath(folder, shard);
  if (plan.json) context.stdout.write(`${JSON.stringify({ schemaVersion: 1, shard, path, ...result })}\n`);
  else {
    context.stdout.write(
      `Shard ${shard!.index} of ${shard!.count}: ${result.instances} instances examined, ${result.contradictions} contradictions. ${path}\nThe verdict comes with the others: unlearning-stability merge DIR... --out DIR\n`,
    );
  }
  if (result.complete) return 0;
  context.stderr.write(
    `interrupted; verify --shard ${shard!.index}/${shard!.count} --resume ${folder} continues\n`,
  );
  return EXIT_CODES.interrupted;
}

/** Takes the checkpoint of the run up again, or starts a new one. */
function openCheckpoint(context: CliContext, plan: VerifyPlan): Checkpoint {
  const { folder, saved, shard } = plan;
  prepareOutputFolder(folder, saved ? '--resume' : '--out');
  if (!saved) return startCheckpoint(folder, checkpointHeader(context, plan));
  if (saved.tornLine !== null) {
    const path = checkpointPath(folder, shard);
    context.stderr.write(`${path}: line ${saved.tornLine} was not written to its end; it is done again\n`);
  }
  return continueCheckpoint(folder, saved);
}

export function saveFailures({ theorems }: AgreementReport, folder: string): void {
  for (const { counterexample } of theorems) {
    if (counterexample) saveFailure(corpusFolder(folder), counterexample);
  }
}

/** What a run is given besides its plan. */
export interface RunCallbacks {
  readonly corpus: readonly SavedFailure[];
  readonly onFinished: (work: FinishedWork) => void;
}

/** Runs `verify` to its report, writes the reports and prints one. */
export async function runToReport(
  context: CliContext,
  plan: VerifyPlan,
  { corpus, onFinished }: RunCallbacks,
): Promise<AgreementReport> {
  const { theorems, seed, budget, workers, folder } = plan;
  const start = context.now();
  return withRunner(context, plan, async (runner, options, backend) => {
    const result = await verify(theorems, runner, { ...options, corpus, onFinished });
    const report = agreementReport(context.tool, seed, budget, result, {
      timing: { seconds: (context.now() - start) / 1000, peakMemoryMegabytes: context.peakMemory() },
      environment: {
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
        processors: context.processors,
        workers,
        backend: backend?.version ?? null,
      },
    });
    const files = writeReports(context, report, folder);
    return { report, text: plan.json ? JSON.stringify(report, null, 2) : agreementText(report, files) };
  }).then(({ report, text }) => {
    context.stdout.write(`${text}\n`);
    return report;
  });
}

/** Does work with a runner while progress is shown and an interrupt aborts it. */
export async function withRunner<Result>(
  context: CliContext,
  { theorems, seed, budget, workers, backend: requested, shard, earlier }: VerifyPlan,
  work: (runner: TaskRunner, options: VerifyOptions, backend: GradientBackend | null) => Promise<Result>,
): Promise<Result> {
  const backend = requested !== null || usesBackend(theorems) ? await context.loadBackend(requested) : null;
  const display = liveTable(context, theorems, budget.instances, examinedInstances(earlier));
  const abort = new AbortController();
  const stopListening = context.onInterrupt(() => abort.abort());
  const runner = context.createRunner(workers, backend);
  const options: VerifyOptions = {
    seed,
    budget,
    workers,
    shard,
    earlier,
    signal: abort.signal,
    onProgress: (progress) => display.update(progress),
  };
  try {
    return await work(runner, options, backend);
  } finally {
    display.clear();
    stopListening();
    await runner.close();
  }
}

function examinedInstances(work: readonly FinishedWork[]): number {
  return work.reduce((sum, piece) => sum + (piece.kind === 'examine' ? piece.to - piece.from : 0), 0);
}

/** Folder of saved failures beside the reports: the next run replays them first. */
export function corpusFolder(outputFolder: string): string {
  return join(outputFolder, 'corpus');
}

/** The saved failures of a folder in the order of their names; none if there is no such folder. */
export function readCorpus(folder: string, experiments: readonly string[]): SavedFailure[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => {
    const path = join(folder, name);
    return { name, record: parseCounterexampleFile(readInputFile(path), path, experiments) };
  });
}

/** Adds a failure under a name made of its theorem and its problem: the same failure is kept once. */
export function saveFailure(folder: string, record: Counterexample): void {
  mkdirSync(folder, { recursive: true });
  const { problem, companion, escape, network } = record;
  const digest = createHash('sha256')
    .update(JSON.stringify(network ?? [problem, companion, escape]))
    .digest('hex');
  const path = join(folder, `${record.theorem.id}-${digest.slice(0, 12)}.json`);
  writeFileWhole(path, `${JSON.stringify(record, null, 2)}\n`);
}
