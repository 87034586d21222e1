import { join } from 'node:path';
import { BUDGETS, type Budget, type BudgetName } from '../harness/budget.js';
import { EXIT_CODES } from '../harness/verdict.js';
import { verify } from '../harness/verify.js';
import { agreementReport, type AgreementReport } from '../report/agreement.js';
import { agreementMarkdown } from '../report/agreement-markdown.js';
import { agreementText } from '../report/agreement-text.js';
import { junitXml } from '../report/junit.js';
import type { CliContext } from './context.js';
import { prepareOutputFolder, writeFileWhole } from './files.js';
import { liveTable } from './live-table.js';
import { integerOption, theoremNamed, wordOption } from './option-values.js';

export interface VerifyCommandOptions {
  readonly theorem?: readonly string[];
  readonly runs?: string;
  readonly seed: string;
  readonly budget: string;
  readonly out: string;
  readonly workers?: string;
  readonly json?: boolean;
}

const MAX_RUNS = 1_000_000;
const MAX_WORKERS = 256;

/** `verify`: puts theorems to the test, writes the reports, and returns the exit code of the verdict. */
export async function verifyCommand(context: CliContext, options: VerifyCommandOptions): Promise<number> {
  const chosen = (options.theorem ?? []).map((id) => theoremNamed(context.theorems, id));
  const theorems = context.theorems.filter((theorem) => chosen.length === 0 || chosen.includes(theorem));
  const seed = integerOption('seed', options.seed, 0, Number.MAX_SAFE_INTEGER);
  const budget = chosenBudget(options);
  const workers = options.workers
    ? integerOption('workers', options.workers, 1, MAX_WORKERS)
    : context.processors;
  prepareOutputFolder(options.out);

  const start = context.now();
  const display = liveTable(context, theorems, budget.instances);
  const abort = new AbortController();
  const stopListening = context.onInterrupt(() => abort.abort());
  const runner = context.createRunner(workers);
  try {
    const result = await verify(theorems, runner, {
      seed,
      budget,
      workers,
      signal: abort.signal,
      onProgress: (progress) => display.update(progress),
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
    const files = writeReports(report, options.out);
    display.clear();
    context.stdout.write(
      `${options.json ? JSON.stringify(report, null, 2) : agreementText(report, files)}\n`,
    );
    return EXIT_CODES[report.verdict];
  } finally {
    display.clear();
    stopListening();
    await runner.close();
  }
}

function chosenBudget(options: VerifyCommandOptions): Budget {
  const names = Object.keys(BUDGETS) as BudgetName[];
  const budget = BUDGETS[wordOption('budget', options.budget, names)];
  if (options.runs === undefined) return budget;
  return { ...budget, instances: integerOption('runs', options.runs, 1, MAX_RUNS) };
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
