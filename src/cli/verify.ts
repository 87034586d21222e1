import { join, resolve } from 'node:path';
import { BUDGETS, type BudgetName } from '../harness/budget.js';
import type { FinishedWork, VerifyOptions, VerifyPool } from '../harness/run-work.js';
import { usesBackend } from '../harness/kinds.js';
import type { Theorem } from '../harness/theorem.js';
import { EXIT_CODES } from '../harness/verdict.js';
import { verify, verifyShard } from '../harness/verify.js';
import { interruptible } from '../jobs/interrupt.js';
import type { SavedLog } from '../jobs/log.js';
import { circumstancesOf } from '../jobs/machine.js';
import { logName } from '../jobs/run-jobs.js';
import type { GradientBackend, TensorBackendName } from '../network/gradient-backend.js';
import { TENSOR_BACKENDS } from '../network/tfjs-backend.js';
import { agreementText } from '../report/agreement-text.js';
import { agreementReport, type AgreementReport } from '../report/agreement.js';
import { readCorpus, saveFailures, writeReports } from './agreement-files.js';
import type { CliCommand, CliContext } from './context.js';
import { liveTable } from './live-table.js';
import {
  flag,
  integer,
  oneOf,
  type OptionValues,
  readOptions,
  SHARD,
  text,
  texts,
  theoremNamed,
  UsageError,
  WORKERS,
} from './options.js';
import { checkRepeated, checkTool, type LoggedRun, readRunLog, withRunLog } from './run-log.js';
import { examinedInstances, type VerifyHeader, verifyLog } from './verify-log.js';

const OPTIONS = {
  theorem: texts('<id...>', 'only these theorems'),
  runs: integer('<n>', 'instances a theorem (default: by budget)', 1, 1_000_000),
  seed: integer('<n>', 'seed; the same seed gives the same report (default: 1)', 0),
  budget: oneOf(
    '<name>',
    'quick, standard or deep (default: standard)',
    Object.keys(BUDGETS) as BudgetName[],
  ),
  out: text('<dir>', 'folder of the reports (default: reports)'),
  workers: WORKERS,
  backend: oneOf(
    '<name>',
    'TensorFlow.js backend: node, wasm or cpu (default: the first that starts)',
    TENSOR_BACKENDS,
  ),
  shard: SHARD,
  resume: text('<dir>', 'continue the interrupted run in that folder, to the same reports'),
  json: flag('print the report as JSON'),
};

/** `verify`: puts theorems to the test, writes the reports, and returns the exit code of the verdict. */
export const verifyCommand: CliCommand = {
  options: OPTIONS,
  async run({ context, given }) {
    const run = verifyRun(context, readOptions(OPTIONS, given));
    const { folder, header } = run;
    const corpus = header.shard ? [] : readCorpus(folder, context.theorems);
    return withRunLog(context, run, async (log) => {
      const onFinished = (work: FinishedWork): void => log.append(work);
      if (header.shard) return runShard(context, run, onFinished);
      const report = await runToReport(context, run, { corpus, onFinished });
      if (report.verdict === 'interrupted') {
        context.stderr.write(`interrupted; verify --resume ${folder} continues\n`);
      } else {
        // Not before the end: a resumed run starts from the same corpus as the interrupted one.
        saveFailures(report, folder);
        log.remove();
      }
      return EXIT_CODES[report.verdict];
    });
  },
};

/** Settings of a run of `verify`. */
interface VerifyRun {
  readonly header: VerifyHeader;
  /** Folder of the reports. */
  readonly folder: string;
  readonly theorems: readonly Theorem[];
  readonly workers: number;
  /** TensorFlow.js backend that was asked for; null: the first that starts. */
  readonly backend: TensorBackendName | null;
  /** Whether the report is printed as JSON. */
  readonly json: boolean;
  /** What is finished already. */
  readonly earlier: readonly FinishedWork[];
}

/** A new run, or the interrupted one that --resume names. @throws UsageError, InputError, LogError */
function verifyRun(
  context: CliContext,
  options: OptionValues<typeof OPTIONS>,
): VerifyRun & LoggedRun<VerifyHeader, FinishedWork> {
  const { theorem, runs, seed, budget, out, resume, shard = null } = options;
  const chosen = theorem?.map((id) => theoremNamed(context.theorems, id));
  const theorems = context.theorems.filter((candidate) => chosen?.includes(candidate) ?? true);
  const workers = options.workers ?? context.processors;
  const taken = { workers, backend: options.backend ?? null, json: options.json ?? false };
  const folder = resume ?? out ?? 'reports';
  const path = join(folder, logName(shard));
  if (resume === undefined) {
    const { name, version, commit } = context.tool;
    const spent = BUDGETS[budget ?? 'standard'];
    const header: VerifyHeader = {
      schemaVersion: 1,
      kind: 'checkpoint',
      tool: { name, version, commit },
      seed: seed ?? 1,
      budget: { ...spent, instances: runs ?? spent.instances },
      shard,
      theorems: theorems.map(({ id }) => id),
    };
    return { ...taken, folder, path, header, saved: null, theorems, earlier: [] };
  }
  const saved = readRunLog(path, verifyLog);
  const { header, entries } = saved;
  const resumed = { ...taken, folder, path, header, saved, earlier: entries };
  const run = { ...resumed, theorems: theoremsOfLog(context, saved) };
  checkRepeated(path, [
    ['theorem', chosen && theorems.map(({ id }) => id).join(' '), header.theorems.join(' ')],
    ['runs', runs, header.budget.instances],
    ['seed', seed, header.seed],
    ['budget', budget, header.budget.name],
    ['out', out && resolve(out), resolve(folder)],
  ]);
  return run;
}

/** The theorems of a log, which this program must have written. @throws UsageError */
export function theoremsOfLog(
  { theorems, tool }: CliContext,
  { name, header }: SavedLog<VerifyHeader, FinishedWork>,
): Theorem[] {
  checkTool(header.tool, tool, name);
  return header.theorems.map((id) => {
    const theorem = theorems.find((candidate) => candidate.id === id);
    if (theorem) return theorem;
    const allowed = theorems.map((candidate) => candidate.id).join(', ');
    throw new UsageError(`${name}: line 1: theorems must be among ${allowed}; got ${id}`);
  });
}

/** Does one shard's part; its log is what `merge` reads. */
async function runShard(
  context: CliContext,
  run: VerifyRun & { readonly path: string },
  onFinished: (work: FinishedWork) => void,
): Promise<number> {
  const { theorems, folder, path, header } = run;
  const { index, count } = header.shard!;
  const result = await onPool(context, run, (pool, options) =>
    verifyShard(theorems, pool, { ...options, onFinished }),
  );
  const words = [
    `Shard ${index} of ${count}: ${result.instances} instances examined, ${result.contradictions} contradictions. ${path}`,
    'The verdict comes with the others: unlearning-stability merge DIR... --out DIR',
  ].join('\n');
  const json = { schemaVersion: 1, shard: header.shard, path, ...result };
  context.stdout.write(`${run.json ? JSON.stringify(json) : words}\n`);
  if (result.complete) return 0;
  context.stderr.write(`interrupted; verify --shard ${index}/${count} --resume ${folder} continues\n`);
  return EXIT_CODES.interrupted;
}

/** Runs `verify` to its report, writes the reports and prints one. */
export async function runToReport(
  context: CliContext,
  run: VerifyRun,
  given: Pick<VerifyOptions, 'corpus' | 'onFinished'>,
): Promise<AgreementReport> {
  const { theorems, workers, folder, header } = run;
  const start = context.now();
  const { report, words } = await onPool(context, run, async (pool, options, backend) => {
    const result = await verify(theorems, pool, { ...options, ...given });
    const { timing, environment } = circumstancesOf(context, start, workers);
    const report = agreementReport(context.tool, header.seed, header.budget, result, {
      timing,
      environment: { ...environment, backend: backend?.version ?? null },
    });
    const files = writeReports(context, report, folder);
    return { report, words: run.json ? JSON.stringify(report, null, 2) : agreementText(report, files) };
  });
  context.stdout.write(`${words}\n`);
  return report;
}

/** Does work on a pool while progress is shown and an interrupt aborts it. */
async function onPool<Result>(
  context: CliContext,
  { theorems, workers, backend: requested, header: { seed, budget, shard }, earlier }: VerifyRun,
  work: (pool: VerifyPool, options: VerifyOptions, backend: GradientBackend | null) => Promise<Result>,
): Promise<Result> {
  const backend = requested !== null || usesBackend(theorems) ? await context.loadBackend(requested) : null;
  const display = liveTable(context, theorems, budget.instances, examinedInstances(earlier));
  const pool = context.verifyPool(workers, backend);
  const options = { seed, budget, workers, shard, earlier, onProgress: display.update };
  try {
    return await interruptible(context.onInterrupt, (signal) => work(pool, { ...options, signal }, backend));
  } finally {
    display.clear();
    await pool.close();
  }
}
