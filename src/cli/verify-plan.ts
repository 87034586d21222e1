import { resolve } from 'node:path';
import { type Budget, type BudgetName, BUDGETS } from '../harness/budget.js';
import type { Shard } from '../harness/run-work.js';
import type { FinishedWork } from '../harness/task.js';
import type { Theorem } from '../harness/theorem.js';
import type { TensorBackendName } from '../network/gradient-backend.js';
import { TENSOR_BACKENDS } from '../network/load-backend.js';
import {
  type CheckpointHeader,
  checkpointPath,
  readCheckpoint,
  type SavedCheckpoint,
  type ShardFile,
} from './checkpoint.js';
import type { CliContext } from './context.js';
import { integerOption, shardOption, theoremNamed, UsageError, wordOption } from './options.js';

export interface VerifyCommandOptions {
  readonly theorem?: readonly string[];
  readonly runs?: string;
  readonly seed?: string;
  readonly budget?: string;
  readonly out?: string;
  readonly workers?: string;
  readonly backend?: string;
  readonly shard?: string;
  readonly resume?: string;
  readonly json?: boolean;
}

/** What a run of `verify` is to do. */
export interface VerifyPlan {
  readonly theorems: readonly Theorem[];
  readonly seed: number;
  readonly budget: Budget;
  readonly workers: number;
  /** TensorFlow.js backend that was asked for; null: the first that starts. */
  readonly backend: TensorBackendName | null;
  /** The part of the run to do; null for all of it. */
  readonly shard: Shard | null;
  /** True if the report is printed as JSON. */
  readonly json: boolean;
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
  const manner = mannerOf(context, options);
  return options.resume === undefined
    ? newPlan(context, given, manner)
    : resumedPlan(context, given, manner, options.resume);
}

/** The first line of the checkpoint of a new run. */
export function checkpointHeader({ tool }: CliContext, plan: VerifyPlan): CheckpointHeader {
  const { name, version, commit } = tool;
  const { theorems, seed, budget, shard } = plan;
  return {
    schemaVersion: 1,
    kind: 'checkpoint',
    tool: { name, version, commit },
    seed,
    budget,
    shard,
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

/** What the result does not depend on. */
type Manner = Pick<VerifyPlan, 'workers' | 'backend' | 'shard' | 'json'>;

/** The plan of a whole run whose work its shards have done. @throws UsageError, InputError */
export function mergedPlan(
  context: CliContext,
  { path, saved: { header } }: ShardFile,
  earlier: readonly FinishedWork[],
  options: Pick<VerifyCommandOptions, 'workers' | 'backend' | 'json'> & { readonly out: string },
): VerifyPlan {
  checkTool(context, header, path);
  const theorems = header.theorems.map((id) => registered(context, id, path));
  const { seed, budget } = header;
  return {
    ...mannerOf(context, options),
    theorems,
    seed,
    budget,
    folder: options.out,
    saved: null,
    earlier,
  };
}

function mannerOf(
  context: CliContext,
  { workers, backend, shard, json }: Pick<VerifyCommandOptions, 'workers' | 'backend' | 'shard' | 'json'>,
): Manner {
  return {
    workers: workers ? integerOption('workers', workers, 1, MAX_WORKERS) : context.processors,
    backend: backend === undefined ? null : wordOption('backend', backend, TENSOR_BACKENDS),
    shard: shard === undefined ? null : shardOption(shard),
    json: json === true,
  };
}

function newPlan(context: CliContext, given: GivenOptions, manner: Manner): VerifyPlan {
  const budget = BUDGETS[given.budget ?? 'standard'];
  return {
    theorems: given.theorems ?? context.theorems,
    seed: given.seed ?? 1,
    budget: { ...budget, instances: given.runs ?? budget.instances },
    ...manner,
    folder: given.out ?? 'reports',
    saved: null,
    earlier: [],
  };
}

function resumedPlan(context: CliContext, given: GivenOptions, manner: Manner, folder: string): VerifyPlan {
  const saved = readCheckpoint(folder, manner.shard);
  const { header, work } = saved;
  const place = checkpointPath(folder, manner.shard);
  checkTool(context, header, place);
  const theorems = header.theorems.map((id) => registered(context, id, place));
  checkGiven(given, header, folder);
  return { theorems, seed: header.seed, budget: header.budget, ...manner, folder, saved, earlier: work };
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
function checkGiven(
  given: GivenOptions,
  { seed, budget, theorems, shard }: CheckpointHeader,
  folder: string,
): void {
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
        `--${name} must be ${saved}, as in ${checkpointPath(folder, shard)}, or left out; got ${value}`,
      );
    }
  }
}
