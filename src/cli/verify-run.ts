import type { GradientBackend } from '../backends/gradient-backend.js';
import type { FinishedWork } from '../harness/finished-work.js';
import type { SavedFailure, VerifyOptions } from '../harness/run-options.js';
import type { TaskRunner } from '../harness/task.js';
import { usesBackend } from '../harness/theorem.js';
import { verify } from '../harness/verify.js';
import { agreementReport, type AgreementReport } from '../report/agreement.js';
import { agreementText } from '../report/agreement-text.js';
import type { CliContext } from './context.js';
import { liveTable } from './live-table.js';
import type { VerifyPlan } from './verify-plan.js';
import { writeReports } from './write-reports.js';

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
