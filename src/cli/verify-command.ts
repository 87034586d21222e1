import { join } from 'node:path';
import type { FinishedWork } from '../harness/finished-work.js';
import { EXIT_CODES } from '../harness/verdict.js';
import { verify } from '../harness/verify.js';
import { agreementReport, type AgreementReport } from '../report/agreement.js';
import { agreementMarkdown } from '../report/agreement-markdown.js';
import { agreementText } from '../report/agreement-text.js';
import { junitXml } from '../report/junit.js';
import { corpusFolder, readCorpus, saveFailure } from './corpus.js';
import { checkpointPath, continueCheckpoint, startCheckpoint, type Checkpoint } from './checkpoint.js';
import type { CliContext } from './context.js';
import { prepareOutputFolder, writeFileWhole } from './files.js';
import { liveTable } from './live-table.js';
import { checkpointHeader, verifyPlan, type VerifyCommandOptions, type VerifyPlan } from './verify-plan.js';

/** `verify`: puts theorems to the test, writes the reports, and returns the exit code of the verdict. */
export async function verifyCommand(context: CliContext, options: VerifyCommandOptions): Promise<number> {
  const plan = verifyPlan(context, options);
  const { theorems, seed, budget, workers, folder, earlier } = plan;
  const corpus = readCorpus(corpusFolder(folder));
  const checkpoint = openCheckpoint(context, plan);

  const start = context.now();
  const display = liveTable(context, theorems, budget.instances, examinedInstances(earlier));
  const abort = new AbortController();
  const stopListening = context.onInterrupt(() => abort.abort());
  const runner = context.createRunner(workers);
  try {
    const result = await verify(theorems, runner, {
      seed,
      budget,
      workers,
      corpus,
      earlier,
      signal: abort.signal,
      onProgress: (progress) => display.update(progress),
      onFinished: (work) => checkpoint.append(work),
    });
    const report = agreementReport(context.tool, seed, budget, result, {
      timing: { seconds: (context.now() - start) / 1000, peakMemoryMegabytes: context.peakMemory() },
      environment: {
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
        processors: context.processors,
        workers,
      },
    });
    const files = writeReports(report, folder);
    display.clear();
    context.stdout.write(
      `${options.json ? JSON.stringify(report, null, 2) : agreementText(report, files)}\n`,
    );
    if (report.verdict === 'interrupted') {
      context.stderr.write(`interrupted; verify --resume ${folder} continues\n`);
    } else {
      // Not before the end: a resumed run starts from the same corpus as the interrupted one.
      saveFailures(report, corpusFolder(folder));
      checkpoint.remove();
    }
    return EXIT_CODES[report.verdict];
  } finally {
    display.clear();
    stopListening();
    await runner.close();
  }
}

/** Takes the checkpoint of the run up again, or starts a new one. */
function openCheckpoint(context: CliContext, plan: VerifyPlan): Checkpoint {
  const { folder, saved } = plan;
  prepareOutputFolder(folder, saved ? '--resume' : '--out');
  if (!saved) return startCheckpoint(folder, checkpointHeader(context, plan));
  if (saved.tornLine !== null) {
    const path = checkpointPath(folder);
    context.stderr.write(`${path}: line ${saved.tornLine} was not written to its end; it is done again\n`);
  }
  return continueCheckpoint(folder, saved);
}

function examinedInstances(work: readonly FinishedWork[]): number {
  return work.reduce((sum, piece) => sum + (piece.kind === 'examine' ? piece.to - piece.from : 0), 0);
}

function saveFailures({ theorems }: AgreementReport, folder: string): void {
  for (const { counterexample } of theorems) if (counterexample) saveFailure(folder, counterexample);
}

/** Writes all reports and the counterexamples; returns their paths. */
function writeReports(report: AgreementReport, folder: string): string[] {
  const contents: [string, string][] = [
    ['agreement.json', `${JSON.stringify(report, null, 2)}\n`],
    ['agreement.md', agreementMarkdown(report)],
    ['junit.xml', junitXml(report)],
    ...report.theorems.flatMap(({ id, counterexample }): [string, string][] =>
      counterexample ? [[`counterexample-${id}.json`, `${JSON.stringify(counterexample, null, 2)}\n`]] : [],
    ),
  ];
  return contents.map(([name, text]) => {
    const path = join(folder, name);
    writeFileWhole(path, text);
    return path;
  });
}
