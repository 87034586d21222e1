import { theorems as registered } from '../../theorems/index.js';
import { type Budget, type BudgetName, BUDGETS, LEAST_SAMPLES } from '../harness/budget.js';
import { type Counterexample, replayCounterexample, theoremOfRecord } from '../harness/counterexample.js';
import type { Examination } from '../harness/examination.js';
import {
  performTask,
  type SavedFailure,
  type TheoremProgress,
  type VerifyPool,
} from '../harness/run-work.js';
import { experimentsOf, usesBackend } from '../harness/kinds.js';
import type { Theorem } from '../harness/theorem.js';
import { verify as verifyOn } from '../harness/verify.js';
import { checkedCounterexample } from '../input/counterexample-file.js';
import { type FieldsOf, InputError, withKnownFields } from '../input/input-error.js';
import { circumstancesOf, thisMachine } from '../jobs/machine.js';
import { localPool } from '../jobs/run-jobs.js';
import type { GradientBackend, TensorBackendName } from '../network/gradient-backend.js';
import { agreementReport, type AgreementReport } from '../report/agreement.js';
import { unlearning } from '../unlearning/process.js';
import { checkId, integerIn, theoremsOf } from './checked-options.js';
import { toolIdentity } from './tool-identity.js';

export interface VerifyOptions {
  /** The draws and all decisions are a function of it; default 1. */
  readonly seed?: number;
  /** How much is spent: `quick`, `standard` (default), `deep`, or numbers of one's own. */
  readonly budget?: BudgetName | Budget;
  /** Instances a theorem, in place of those of the budget. */
  readonly instances?: number;
  /** Aborting stops after the piece of work under way; the report then has the verdict `interrupted`. */
  readonly signal?: AbortSignal;
  /** Called after every ten instances of a theorem. */
  readonly onProgress?: (progress: TheoremProgress) => void;
  /** Called with a line for every theorem without wrong variants; default: a warning of the process. */
  readonly onWarning?: (line: string) => void;
  /** Failures found earlier, which are examined again first. */
  readonly corpus?: readonly SavedFailure[];
  /**
   * Worker threads; without it, all is done in this one, which takes a turn of the event loop before every piece
   * of work. Theorems of one's own hold functions, which threads cannot be sent: they need `module` too.
   */
  readonly workers?: number;
  /** File with a default export that lists all theorems of this run, for the worker threads to import. */
  readonly module?: URL;
  /**
   * TensorFlow.js backend that theorems about gradients of the network (C1) are compared with; default: the first
   * that starts, loaded only if one of the theorems needs it. null leaves the comparison out.
   */
  readonly backend?: TensorBackendName | null;
}

const VERIFY_OPTIONS: FieldsOf<VerifyOptions> = {
  seed: true,
  budget: true,
  instances: true,
  signal: true,
  onProgress: true,
  onWarning: true,
  corpus: true,
  workers: true,
  module: true,
  backend: true,
};

const BUDGET_FIELDS: FieldsOf<Budget> = {
  name: true,
  instances: true,
  maxSamples: true,
  maxSamplesUndecided: true,
};

/**
 * Puts theorems to the test as `unlearning-stability verify` does: draws problems, runs the real step, decides on
 * which side of the prediction each falls with an error probability of at most 1e-9 for the whole run, and shrinks
 * the first contradiction of each theorem.
 *
 * @returns what agreement.json holds. Same theorems, seed, budget and version: the same but for `timing` and `environment`.
 * @throws InputError for options that are not allowed; whatever a theorem of one's own throws.
 */
export async function verify(
  theorems: Theorem | readonly Theorem[],
  options: VerifyOptions = {},
): Promise<AgreementReport> {
  withKnownFields('verify', options, VERIFY_OPTIONS);
  const start = thisMachine.now();
  const list = isList(theorems) ? theorems : [theorems];
  checkTheorems(list);
  const seed = integerIn('seed', options.seed ?? 1, 0);
  const budget = budgetOf(options);
  const workers = integerIn('workers', options.workers ?? 1, 1);
  const warn = options.onWarning ?? ((line) => process.emitWarning(line, 'TheoremWarning'));
  untriedTheorems(list).forEach(warn);
  const backend = await backendFor(list, options.backend);
  const pool = await poolFor(list, backend, options);
  const { signal, onProgress, corpus } = options;
  try {
    const result = await verifyOn(list, pool, {
      seed,
      budget,
      workers,
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
      ...(corpus && { corpus }),
    });
    const { timing, environment } = circumstancesOf(thisMachine, start, workers);
    return agreementReport(toolIdentity, seed, budget, result, {
      timing,
      environment: { ...environment, backend: backend?.version ?? null },
    });
  } finally {
    await pool.close();
  }
}

/** TensorFlow.js is imported here and nowhere earlier. */
async function backendFor(
  theorems: readonly Theorem[],
  requested: TensorBackendName | null | undefined,
): Promise<GradientBackend | null> {
  if (requested === null || !usesBackend(theorems)) return null;
  const { loadBackend } = await import('../network/tfjs-backend.js');
  return loadBackend(requested);
}

async function poolFor(
  theorems: readonly Theorem[],
  backend: GradientBackend | null,
  { workers, module }: VerifyOptions,
): Promise<VerifyPool> {
  if (workers === undefined) return localPool((task) => performTask(task, theorems, unlearning, backend));
  const available = module ? await theoremsOf(module.href) : registered;
  const unknown = theorems.find(({ id }) => !available.some((candidate) => candidate.id === id));
  if (unknown) {
    const remedy = module
      ? `must be in the default export of ${module.href}`
      : 'must be given to worker threads as a module, or checked without workers';
    throw new InputError(`theorem ${unknown.id} ${remedy}`);
  }
  const { verifyThreads } = await import('./worker-threads.js');
  return verifyThreads(workers, backend, module?.href ?? null);
}

function budgetOf({ budget = 'standard', instances }: VerifyOptions): Budget {
  // Callers without types can name any.
  if (typeof budget === 'string' && !Object.hasOwn(BUDGETS, budget)) {
    const allowed = Object.keys(BUDGETS).join(', ');
    throw new InputError(`budget must be one of ${allowed}; got ${JSON.stringify(budget)}`);
  }
  const chosen =
    typeof budget === 'string' ? BUDGETS[budget] : withKnownFields('verify: budget', budget, BUDGET_FIELDS);
  const spent: Budget = { ...chosen, instances: instances ?? chosen.instances };
  integerIn('instances', spent.instances, 1);
  for (const field of ['maxSamples', 'maxSamplesUndecided'] as const)
    integerIn(field, spent[field], LEAST_SAMPLES);
  return spent;
}

function isList(theorems: Theorem | readonly Theorem[]): theorems is readonly Theorem[] {
  return Array.isArray(theorems);
}

export interface ReplayOptions {
  /** As that of `verify`. */
  readonly backend?: TensorBackendName | null;
}

const REPLAY_OPTIONS: FieldsOf<ReplayOptions> = { backend: true };

/**
 * Examines a recorded contradiction again: the contradiction stands if `outcome` is `contradict`.
 *
 * @param record of a report, or as read from a counterexample file.
 * @param theorems among which the contradicted one is found by its id.
 * @throws InputError if the record is not one, or its theorem is not among those given.
 */
export async function replay(
  record: Counterexample,
  theorems: Theorem | readonly Theorem[],
  options: ReplayOptions = {},
): Promise<Examination> {
  withKnownFields('replay', options, REPLAY_OPTIONS);
  const list = [theorems].flat() as readonly Theorem[];
  const checked = checkedCounterexample(record, 'counterexample', experimentsOf(list));
  const theorem = theoremOfRecord(checked, list);
  if (typeof theorem === 'string') throw new InputError(`counterexample: ${theorem}`);
  return replayCounterexample(theorem, checked, unlearning, await backendFor([theorem], options.backend));
}

/** Checks what a run relies on. @throws InputError for no theorem, an id that is none, and one that is not unique. */
function checkTheorems(theorems: readonly Theorem[]): void {
  if (theorems.length === 0) throw new InputError('theorems must have at least one theorem; got none');
  const ids = new Set<string>();
  for (const { id } of theorems) {
    checkId(id);
    if (ids.has(id)) throw new InputError(`theorems must have different ids; got ${id} twice`);
    ids.add(id);
  }
}

/** A line for every theorem without wrong variants: agreement means little if nothing could have been noticed. */
function untriedTheorems(theorems: readonly Theorem[]): string[] {
  return theorems
    .filter(({ mutants }) => mutants.length === 0)
    .map(({ id }) => `${id} has no wrong variants: nothing shows that a mistake in it would be noticed`);
}
