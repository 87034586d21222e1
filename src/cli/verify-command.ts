import { EXIT_CODES } from '../harness/verdict.js';
import { verifyShard } from '../harness/verify-shard.js';
import type { AgreementReport } from '../report/agreement.js';
import { checkpointPath, continueCheckpoint, startCheckpoint, type Checkpoint } from './checkpoint.js';
import type { CliContext } from './context.js';
import { corpusFolder, readCorpus, saveFailure } from './corpus.js';
import { prepareOutputFolder } from './files.js';
import { checkpointHeader, verifyPlan, type VerifyCommandOptions, type VerifyPlan } from './verify-plan.js';
import { runToReport, withRunner } from './verify-run.js';

/** `verify`: puts theorems to the test, writes the reports, and returns the exit code of the verdict. */
export async function verifyCommand(context: CliContext, options: VerifyCommandOptions): Promise<number> {
  const plan = verifyPlan(context, options);
  const corpus = plan.shard ? [] : readCorpus(corpusFolder(plan.folder));
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
