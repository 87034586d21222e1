import type { GradientBackend } from '../network/gradient-backend.js';
import type { ProblemSpec } from '../theory/problem.js';
import { unlearning, type UnlearningImplementation } from '../unlearning/process.js';
import type { Examination } from './examination.js';
import { examine, kindOf } from './kinds.js';
import type { Instance, NetworkInstance, ProblemInstance } from './instance.js';
import type { RunSettings, ShrunkContradiction } from './run-instances.js';
import type { Theorem } from './theorem.js';

/** A problem with its step size, as in a problem file. */
export type ProblemWithStep = ProblemSpec & { readonly eta: number };

/** A self-contained record of a contradiction: `replay` needs nothing else. */
export interface Counterexample {
  readonly schemaVersion: 1;
  readonly kind: 'counterexample';
  readonly theorem: { readonly id: string; readonly name: string; readonly statement: string };
  /** null for a theorem about networks. */
  readonly problem: ProblemWithStep | null;
  readonly companion: ProblemSpec | null;
  readonly escape: ProblemInstance['escape'] | null;
  readonly run: ProblemInstance['run'] | null;
  /** The experiment of a theorem about networks, else null. */
  readonly network: NetworkInstance | null;
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
    ...recordedInstance(instance, examination.eta),
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

/** The theorem that a record is of; or in words why it is of none of these. */
export function theoremOfRecord(record: Counterexample, theorems: readonly Theorem[]): Theorem | string {
  const theorem = theorems.find(({ id }) => id === record.theorem.id);
  if (theorem) return misfitOf(theorem, record) ?? theorem;
  return `theorem.id must be one of ${theorems.map(({ id }) => id).join(', ')}; got ${record.theorem.id}`;
}

/** Field that a record lacks to be one of a theorem: "companion must be given, .."; null if it may be examined. */
function misfitOf({ id, claim }: Theorem, record: Counterexample): string | null {
  const { about, needs, experiments = [] } = kindOf(claim);
  if (record[about] === null) return `${about} must be given, as ${id} is about it; got null`;
  if (needs !== undefined && record[needs] === null) {
    return `${needs} must be given, as ${id} compares with it; got null`;
  }
  const experiment = record.network?.experiment;
  if (experiment === undefined || experiments.includes(experiment)) return null;
  return `network.experiment must be one of ${experiments.join(', ')}, as ${id} is about; got ${experiment}`;
}

/** Examines a recorded contradiction again. */
export function replayCounterexample(
  theorem: Theorem,
  record: Counterexample,
  implementation: UnlearningImplementation = unlearning,
  backend: GradientBackend | null = null,
): Examination {
  return examine(theorem.claim, instanceOf(record), {
    implementation,
    backend,
    mutants: [],
    theoremId: theorem.id,
    ...record.decision,
  });
}

function recordedInstance(
  instance: Instance,
  eta: number | null,
): Pick<Counterexample, 'problem' | 'companion' | 'escape' | 'run' | 'network'> {
  if ('experiment' in instance)
    return { problem: null, companion: null, escape: null, run: null, network: instance };
  const { problem, companion = null, escape = null, run = null } = instance;
  if (eta === null) throw new Error('an examined problem has a step size');
  return { problem: { ...problem, eta }, companion, escape, run, network: null };
}

function instanceOf({ problem: recorded, companion, escape, run, network }: Counterexample): Instance {
  if (network) return network;
  if (!recorded) throw new Error('a counterexample has a problem or a network');
  const { eta, ...problem } = recorded;
  return {
    problem,
    step: { reference: 'absolute', eta },
    ...(companion ? { companion } : {}),
    ...(escape ? { escape } : {}),
    ...(run ? { run } : {}),
  };
}
