import type { ProblemSpec } from '../curvature/problem-spec.js';
import { unlearning, type UnlearningImplementation } from '../unlearning/process.js';
import type { Examination } from './examination.js';
import { examine } from './examine.js';
import type { RunSettings, ShrunkContradiction } from './run-instances.js';
import type { Instance, Theorem } from './theorem.js';

/** A problem with its step size, as in a problem file. */
export type ProblemWithStep = ProblemSpec & { readonly eta: number };

/** A self-contained record of a contradiction: `replay` needs nothing else. */
export interface Counterexample {
  readonly schemaVersion: 1;
  readonly kind: 'counterexample';
  readonly theorem: { readonly id: string; readonly name: string; readonly statement: string };
  readonly problem: ProblemWithStep;
  readonly companion: ProblemSpec | null;
  readonly escape: Instance['escape'] | null;
  /** Seed of the run and parameters of the decision. */
  readonly decision: {
    readonly seed: number;
    readonly errorProbability: number;
    readonly maxSamples: number;
    readonly maxSamplesUndecided: number;
  };
  /** What the run that found it saw. */
  readonly found: Pick<
    Examination,
    'predicted' | 'observed' | 'criticalStep' | 'etaStar' | 'logGrowth' | 'evidence' | 'conflict'
  >;
  /** Number of the drawn instance, and fast-check's recipe for drawing and shrinking it again. */
  readonly instance: number;
  readonly fastCheck: ShrunkContradiction['fastCheck'];
}

/** The record of a shrunk contradiction. */
export function counterexample(
  theorem: Theorem,
  settings: RunSettings,
  index: number,
  shrunk: ShrunkContradiction,
): Counterexample {
  const { instance, examination } = shrunk;
  const { predicted, observed, criticalStep, etaStar, logGrowth, evidence, conflict } = examination;
  return {
    schemaVersion: 1,
    kind: 'counterexample',
    theorem: { id: theorem.id, name: theorem.name, statement: theorem.statement },
    problem: { ...instance.problem, eta: examination.eta },
    companion: instance.companion ?? null,
    escape: instance.escape ?? null,
    decision: {
      seed: settings.seed,
      errorProbability: settings.perVerdict,
      maxSamples: settings.budget.maxSamples,
      maxSamplesUndecided: settings.budget.maxSamplesUndecided,
    },
    found: { predicted, observed, criticalStep, etaStar, logGrowth, evidence, conflict },
    instance: index,
    fastCheck: shrunk.fastCheck,
  };
}

/** Examines a recorded contradiction again. */
export function replayCounterexample(
  theorem: Theorem,
  record: Counterexample,
  implementation: UnlearningImplementation = unlearning,
): Examination {
  const { eta, ...problem } = record.problem;
  const instance: Instance = {
    problem,
    step: { reference: 'absolute', eta },
    ...(record.companion ? { companion: record.companion } : {}),
    ...(record.escape ? { escape: record.escape } : {}),
  };
  return examine(theorem.claim, instance, {
    implementation,
    mutants: [],
    theoremId: theorem.id,
    ...record.decision,
  });
}
