import { samplingName } from '../harness/instance.js';
import type { Budget } from '../harness/budget.js';
import type { ErrorBudget, VerifyResult } from '../harness/verify.js';
import type { Counterexample } from '../harness/counterexample.js';
import type { KindWords } from '../harness/kinds.js';
import type { TheoremSummary } from '../harness/summary.js';
import { MARGIN_ROUNDING } from '../harness/theorem.js';
import type { RunVerdict } from '../harness/verdict.js';
import type { Circumstances, ToolIdentity } from '../jobs/machine.js';
import { significant } from './number-format.js';

/** Time, machine and backend of a run; the only part of a report that differs between equal runs. */
interface RunCircumstances extends Circumstances {
  readonly environment: Circumstances['environment'] & {
    /** TensorFlow.js backend that gradients were compared with; null if no theorem needed one. */
    readonly backend: string | null;
  };
}

/** agreement.json. Same seed, budget and version: the same but for `timing` and `environment`. */
export interface AgreementReport extends RunCircumstances, Omit<VerifyResult, 'errorBudget'> {
  readonly schemaVersion: 1;
  readonly tool: ToolIdentity;
  readonly seed: number;
  readonly budget: Budget;
  readonly errorBudget: ErrorBudget & {
    /** Certificates the run issued, and the bound on the probability that any of them is wrong. */
    readonly issued: number;
    readonly spent: number;
  };
}

/** A report with the words of the theorems' kinds. */
export interface WordedReport extends AgreementReport {
  readonly theorems: readonly WordedSummary[];
}

export type WordedSummary = TheoremSummary & { readonly words: KindWords };

/** Report of a finished run. */
export function agreementReport(
  tool: AgreementReport['tool'],
  seed: number,
  budget: Budget,
  result: VerifyResult,
  circumstances: RunCircumstances,
): AgreementReport {
  const issued = result.theorems.reduce((sum, { certificates }) => sum + certificates, 0);
  return {
    schemaVersion: 1,
    tool,
    seed,
    budget,
    errorBudget: { ...result.errorBudget, issued, spent: issued * result.errorBudget.perVerdict },
    verdict: result.verdict,
    reasons: result.reasons,
    theorems: result.theorems,
    exactThreshold: result.exactThreshold,
    procedures: result.procedures,
    axes: result.axes,
    corpus: result.corpus,
    ...circumstances,
  };
}

/** Verdict of a run as a sentence. */
export const VERDICT_SENTENCES: Readonly<Record<RunVerdict, string>> = {
  agree: 'All theorems agree with the real unlearning step.',
  contradicted: 'A theorem is contradicted, or a planted wrong variant went unnoticed.',
  inconclusive: 'Too much was inconclusive.',
  interrupted: 'Interrupted: what was finished is below.',
};

/** Names the backend that ran; no line if none did. */
export function backendLine({ environment }: Pick<AgreementReport, 'environment'>): string[] {
  return environment.backend === null
    ? []
    : [`Gradients of the network compared with automatic differentiation by ${environment.backend}`];
}

/** Instance of a recorded contradiction in a line. */
export function instanceText({ problem, network }: Counterexample): string {
  if (problem) {
    const { retain, forget, alpha, eta, sampling, batch } = problem;
    return `${retain.length} retain and ${forget.length} forget samples, alpha ${alpha}, eta ${significant(eta)}, ${samplingName(sampling)} batches ${batch.retain} / ${batch.forget}`;
  }
  if (!network) return '';
  const parameters = Object.entries<number>({ ...network.setting }).map(
    ([name, value]) => `${name} ${significant(value)}`,
  );
  return `experiment ${network.experiment}: ${parameters.join(', ')}`;
}

/** Theorems by the procedure that they are about, in the order of their first ones. */
export function byProcedure<T extends TheoremSummary>(
  theorems: readonly T[],
): (readonly [procedure: string, theorems: readonly T[]])[] {
  const procedures = [...new Set(theorems.map(({ procedure }) => procedure))];
  return procedures.map((one) => [one, theorems.filter(({ procedure }) => procedure === one)]);
}

/** Refuted of all planted wrong variants: "6/6". */
export function refutedShare({ mutants }: TheoremSummary): string {
  return `${mutants.filter(({ killed }) => killed).length}/${mutants.length}`;
}

/** Status of one theorem after a run, worst first. */
type TheoremStatus = 'contradicted' | 'doubtful' | 'untested' | 'agrees';

/** Status of a theorem; in doubt if the exact operator and a certificate conflict, or a search found it wrong. */
export function theoremStatus({ agree, contradict, conflicts, boundary }: TheoremSummary): TheoremStatus {
  if (contradict > 0) return 'contradicted';
  if (conflicts.length > 0 || (boundary && boundary.smallestMargin < -MARGIN_ROUNDING)) return 'doubtful';
  return agree === 0 ? 'untested' : 'agrees';
}

/** The status in words; colour alone never carries it. */
export const STATUS_WORDS: Readonly<Record<TheoremStatus, string>> = {
  contradicted: 'contradicted',
  doubtful: 'in doubt',
  untested: 'not tested',
  agrees: 'agrees',
};
