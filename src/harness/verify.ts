import { MAX_SHRINK_CANDIDATES } from './budget.js';
import type { Examination } from './examination.js';
import { assertionOf, kindOf } from './kinds.js';
import { type ProcedureBoundaries, procedureBoundaries } from './procedure-boundaries.js';
import {
  indexFinishedWork,
  replayAll,
  type ReplayedFailure,
  type Run,
  shardInstances,
  shrinkAll,
  type VerifyOptions,
  type VerifyPool,
  workThrough,
} from './run-work.js';
import { hasSharpEnds, type SharedAxes } from './sharp-ends.js';
import { type ExactVariantResult, exactVariantResults, isSideClaim } from './side-claim.js';
import { summariseTheorem, type TheoremSummary } from './summary.js';
import type { Theorem } from './theorem.js';
import { runVerdict, type RunVerdict } from './verdict.js';

/** Error probability of everything one run of `verify` may say, at most. */
export const FAMILY_ERROR = 1e-9;

/** The error budget of a run, fixed before it starts. */
export interface ErrorBudget {
  /** Certificates that may be issued at most, candidates of shrinking included. */
  readonly verdicts: number;
  readonly perVerdict: number;
  /** verdicts * perVerdict: the bound on the probability that any certificate of the run is wrong. */
  readonly family: number;
}

/** Sampled certificates that one examined instance of a theorem may issue at most. */
function certificatesPerInstance({ claim, mutants }: Theorem): number {
  return kindOf(claim).certificates(mutants.length);
}

/** A replayed failure issues no more than any instance without its wrong variants. */
const CERTIFICATES_PER_REPLAY = 2;

/**
 * Splits FAMILY_ERROR evenly over all certificates that a run can issue (Boole's inequality).
 *
 * @param instances drawn for each theorem; @param replays saved failures that are examined again.
 */
export function errorBudget(theorems: readonly Theorem[], instances: number, replays = 0): ErrorBudget {
  const each = instances + MAX_SHRINK_CANDIDATES;
  const drawn = theorems.reduce((sum, theorem) => sum + each * certificatesPerInstance(theorem), 0);
  const verdicts = drawn + replays * CERTIFICATES_PER_REPLAY;
  // Rounded down to three digits, so that the product never exceeds the family bound.
  const share = FAMILY_ERROR / Math.max(1, verdicts);
  const exponent = Math.floor(Math.log10(share));
  const perVerdict = Number(`${Math.floor(share * 10 ** (2 - exponent))}e${exponent - 2}`);
  return { verdicts, perVerdict, family: verdicts * perVerdict };
}

/** Everything a run of `verify` finds out. */
export interface VerifyResult {
  readonly errorBudget: ErrorBudget;
  readonly verdict: RunVerdict;
  readonly reasons: readonly string[];
  readonly theorems: readonly TheoremSummary[];
  /** Wrong variants of the exact threshold, tried on the instances of all theorems about sides. */
  readonly exactThreshold: readonly ExactVariantResult[];
  /** One problem under each procedure; null unless a theorem is about one. */
  readonly procedures: ProcedureBoundaries | null;
  /** Problems with the same axes between their two sharp ends; null unless both ends are among the theorems. */
  readonly axes: SharedAxes | null;
  /** Saved contradictions of these theorems, examined again. */
  readonly corpus: readonly ReplayedFailure[];
}

/**
 * Puts theorems to the test: draws instances, examines them on the pool, shrinks the first
 * contradiction of each theorem, and summarises. The result depends on theorems, seed and budget alone.
 */
export async function verify(
  theorems: readonly Theorem[],
  pool: VerifyPool,
  options: VerifyOptions,
): Promise<VerifyResult> {
  const { seed, budget } = options;
  const corpus = (options.corpus ?? []).filter(({ record }) =>
    theorems.some(({ id }) => id === record.theorem.id),
  );
  const errors = errorBudget(theorems, budget.instances, corpus.length);
  const settings = { seed, budget, perVerdict: errors.perVerdict };
  const run: Run = { theorems, pool, options, settings, earlier: indexFinishedWork(options.earlier ?? []) };
  const replayed = await replayAll(run, corpus);
  const { examinations, boundaries, axes } = await workThrough(run, hasSharpEnds(theorems));
  const complete = examinations.every(({ length }) => length === budget.instances);
  const firsts = examinations.map((done, t) => contradictionToShrink(theorems[t]!, done));
  const counterexamples = complete ? await shrinkAll(run, firsts) : theorems.map(() => null);
  const interrupted =
    !complete ||
    axes === undefined ||
    boundaries.includes(undefined) ||
    firsts.some((index, t) => index >= 0 && counterexamples[t] === null);
  const summaries = theorems.map((theorem, t) =>
    summariseTheorem(theorem, examinations[t]!, counterexamples[t]!, boundaries[t] ?? null),
  );
  const exactThreshold = exactVariantResults(
    theorems.map(({ id }, t) => ({ theoremId: id, examinations: examinations[t]! })),
  );
  const { verdict, reasons } = interrupted
    ? { verdict: 'interrupted' as const, reasons: ['interrupted before the end'] }
    : runVerdict(summaries, budget, {
        replayed,
        exactThreshold: hasExactClaim(theorems) ? exactThreshold : [],
        axes,
      });
  const procedures = theorems.some(({ procedure }) => procedure !== undefined) ? procedureBoundaries() : null;
  return {
    errorBudget: errors,
    verdict,
    reasons,
    theorems: summaries,
    exactThreshold,
    procedures,
    axes: interrupted ? null : axes,
    corpus: replayed,
  };
}

/**
 * True if some theorem claims both sides by a critical step: its instances lie close to the exact threshold. Where the
 * side is named step by step, the stable ones need not be an interval, and no variant of a threshold is tried.
 */
function hasExactClaim(theorems: readonly Theorem[]): boolean {
  return theorems.some(
    ({ claim }) => assertionOf(claim) === 'both' && !(isSideClaim(claim) && claim.sideAt !== undefined),
  );
}

/** Number of the first drawn contradiction, else of the first witness that is one (they are shrunk already), or -1. */
function contradictionToShrink({ witnesses }: Theorem, done: readonly Examination[]): number {
  const numbers = [...done.keys()].filter((k) => done[k]!.outcome === 'contradict');
  return numbers.find((k) => k >= witnesses.length) ?? numbers[0] ?? -1;
}

/** Counts of a shard of a run; the results themselves went to `onFinished`. */
interface ShardResult {
  readonly instances: number;
  readonly contradictions: number;
  /** False if it was aborted before its end. */
  readonly complete: boolean;
}

/**
 * Does a shard's part of the work of `verify`: with the work of all shards as its `earlier` work, `verify`
 * finds what it finds alone. Shrinking is left to it, and saved failures are not replayed.
 */
export async function verifyShard(
  theorems: readonly Theorem[],
  pool: VerifyPool,
  options: VerifyOptions,
): Promise<ShardResult> {
  const { seed, budget } = options;
  const { perVerdict } = errorBudget(theorems, budget.instances);
  const earlier = indexFinishedWork(options.earlier ?? []);
  const run: Run = { theorems, pool, options, settings: { seed, budget, perVerdict }, earlier };
  const examinations = (await workThrough(run, false)).examinations.flat();
  return {
    instances: examinations.length,
    contradictions: examinations.filter(({ outcome }) => outcome === 'contradict').length,
    complete: examinations.length === shardInstances(theorems, options) && options.signal?.aborted !== true,
  };
}
