import type { GridRunner } from '../frontier/maps.js';
import type { TaskRunner } from '../harness/task.js';
import type { Theorem } from '../harness/theorem.js';
import type { GradientBackend, TensorBackendName } from '../network/gradient-backend.js';

/** Where output goes; a terminal tells so. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What the program is, as reports name it. */
export interface ToolIdentity {
  readonly name: string;
  readonly version: string;
  /** Commit it was built from, null if unknown. */
  readonly commit: string | null;
}

/** Everything the commands get from outside; the composition root fills it in. */
export interface CliContext {
  readonly theorems: readonly Theorem[];
  readonly tool: ToolIdentity;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Picture of the measured error rates (SVG text), null where the package comes without it. */
  readonly calibrationPicture: string | null;
  /** Number of processors, the default number of workers. */
  readonly processors: number;
  /** A started TensorFlow.js backend: the one asked for, or the first that starts. @throws BackendUnavailableError */
  loadBackend(requested: TensorBackendName | null): Promise<GradientBackend>;
  /** @param backend for the theorems that compare with automatic differentiation; null leaves it out. */
  createRunner(workers: number, backend: GradientBackend | null): TaskRunner;
  /** Runs the columns of maps. */
  createGridRunner(workers: number): GridRunner;
  /** Milliseconds, for timing and progress only; never in results. */
  now(): number;
  /** Largest memory of the process so far, in megabytes; for timing only. */
  peakMemory(): number;
  /** Calls the handler on SIGINT; returns a function that stops doing so. */
  onInterrupt(handler: () => void): () => void;
}
