import { resolve } from 'node:path';
import type { CheckpointHeader, SavedCheckpoint } from '../data/checkpoint-file.js';
import { BUDGETS, type Budget, type BudgetName } from '../harness/budget.js';
import type { FinishedWork } from '../harness/finished-work.js';
import type { Theorem } from '../harness/theorem.js';
import { checkpointPath, readCheckpoint } from './checkpoint.js';
import type { CliContext } from './context.js';
import { integerOption, theoremNamed, wordOption } from './option-values.js';
import { UsageError } from './usage-error.js';

export interface VerifyCommandOptions {
  readonly theorem?: readonly string[];
  readonly runs?: string;
  readonly seed?: string;
  readonly budget?: string;
  readonly out?: string;
  readonly workers?: string;
  readonly resume?: string;
  readonly json?: boolean;
}

/** What a run of `verify` is to do. */
export interface VerifyPlan {
  readonly theorems: readonly Theorem[];
  readonly seed: number;
  readonly budget: Budget;
  readonly workers: number;
  /** Folder of the reports and the checkpoint. */
  readonly folder: string;
  /** The checkpoint of the run that is continued; null for a new run. */
  readonly saved: SavedCheckpoint | null;
  readonly earlier: readonly FinishedWork[];
}

const MAX_RUNS = 1_000_000;
const MAX_WORKERS = 256;

/** The options as given, checked. */
interface GivenOptions {
  readonly theorems?: readonly Theorem[];
  readonly runs?: number;
  readonly seed?: number;
  readonly budget?: BudgetName;
  readonly out?: string;
}

/** The plan of a new run, or of the interrupted run that `--resume` names. @throws UsageError, InputError */
export function verifyPlan(context: CliContext, options: VerifyCommandOptions): VerifyPlan {
  const given = givenOptions(context, options);
  const workers = options.workers
    ? integerOption('workers', options.workers, 1, MAX_WORKERS)
    : context.processors;
  return options.resume === undefined
    ? newPlan(context, given, workers)
    : resumedPlan(context, given, workers, options.resume);
}

/** The first line of the checkpoint of a new run. */
export function checkpointHeader({ tool }: CliContext, plan: VerifyPlan): CheckpointHeader {
  const { name, version, commit } = tool;
  const { theorems, seed, budget } = plan;
  return {
    schemaVersion: 1,
    kind: 'checkpoint',
    tool: { name, version, commit },
    seed,
    budget,
    theorems: theorems.map(({ id }) => id),
  };
}

function givenOptions({ theorems }: CliContext, options: VerifyCommandOptions): GivenOptions {
  const { theorem, runs, seed, budget, out } = options;
  const chosen = theorem?.map((id) => theoremNamed(theorems, id));
  return {
    ...(chosen && { theorems: theorems.filter((candidate) => chosen.includes(candidate)) }),
    ...(runs !== undefined && { runs: integerOption('runs', runs, 1, MAX_RUNS) }),
    ...(seed !== undefined && { seed: integerOption('seed', seed, 0, Number.MAX_SAFE_INTEGER) }),
    ...(budget !== undefined && {
      budget: wordOption('budget', budget, Object.keys(BUDGETS) as BudgetName[]),
    }),
    ...(out !== undefined && { out }),
  };
}

function newPlan(context: CliContext, given: GivenOptions, workers: number): VerifyPlan {
  const budget = BUDGETS[given.budget ?? 'standard'];
  return {
    theorems: given.theorems ?? context.theorems,
    seed: given.seed ?? 1,
    budget: { ...budget, instances: given.runs ?? budget.instances },
    workers,
    folder: given.out ?? 'reports',
    saved: null,
    earlier: [],
  };
}

function resumedPlan(context: CliContext, given: GivenOptions, workers: number, folder: string): VerifyPlan {
  const saved = readCheckpoint(folder);
  const { header, work } = saved;
  const place = checkpointPath(folder);
  checkTool(context, header, place);
  const theorems = header.theorems.map((id) => registered(context, id, place));
  checkGiven(given, header, folder);
  return { theorems, seed: header.seed, budget: header.budget, workers, folder, saved, earlier: work };
}

/** Another version may find something else: its work is not continued. */
function checkTool({ tool }: CliContext, header: CheckpointHeader, place: string): void {
  for (const field of ['name', 'version', 'commit'] as const) {
    if (header.tool[field] !== tool[field]) {
      throw new UsageError(
        `${place}: line 1: tool.${field} must be ${tool[field]}, as of this program; got ${header.tool[field]}`,
      );
    }
  }
}

function registered({ theorems }: CliContext, id: string, place: string): Theorem {
  const theorem = theorems.find((candidate) => candidate.id === id);
  if (theorem) return theorem;
  const allowed = theorems.map((candidate) => candidate.id).join(', ');
  throw new UsageError(`${place}: line 1: theorems must be among ${allowed}; got ${id}`);
}

/** Options beside --resume may repeat what the checkpoint says, not contradict it. */
function checkGiven(given: GivenOptions, { seed, budget, theorems }: CheckpointHeader, folder: string): void {
  const ids = given.theorems?.map(({ id }) => id).join(' ');
  const compared: [string, string | number | undefined, string | number][] = [
    ['theorem', ids, theorems.join(' ')],
    ['runs', given.runs, budget.instances],
    ['seed', given.seed, seed],
    ['budget', given.budget, budget.name],
    ['out', given.out && resolve(given.out), resolve(folder)],
  ];
  for (const [name, value, saved] of compared) {
    if (value !== undefined && value !== saved) {
      throw new UsageError(
        `--${name} must be ${saved}, as in ${checkpointPath(folder)}, or left out; got ${value}`,
      );
    }
  }
}
