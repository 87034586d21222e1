import { accessSync, constants, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GridPool } from '../frontier/maps.js';
import type { VerifyPool } from '../harness/run-work.js';
import type { Theorem } from '../harness/theorem.js';
import { fileErrorReason } from '../input/file-bytes.js';
import type { OnInterrupt } from '../jobs/interrupt.js';
import type { Machine, ToolIdentity } from '../jobs/machine.js';
import type { ProgressStream } from '../jobs/progress-line.js';
import { writeFileWhole } from '../jobs/log.js';
import type { GradientBackend, TensorBackendName } from '../network/gradient-backend.js';
import type { UnlearningImplementation } from '../unlearning/process.js';
import { type GivenOptions, type OptionTable, UsageError } from './options.js';

/** Surroundings of the program: all that its help needs. */
export interface Shell {
  readonly tool: ToolIdentity;
  readonly stdout: ProgressStream;
  readonly stderr: ProgressStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Everything the commands get from outside; the composition root fills it in. */
export interface CliContext extends Machine, Shell {
  readonly theorems: readonly Theorem[];
  /** The unlearning code of `replay` and `network`; that of `verify` and `frontier` is their pool's. */
  readonly implementation: UnlearningImplementation;
  /** Picture of the measured error rates (SVG text), null where the package comes without it. */
  readonly calibrationPicture: string | null;
  /** A started TensorFlow.js backend: the one asked for, or the first that starts. @throws BackendUnavailableError */
  loadBackend(requested: TensorBackendName | null): Promise<GradientBackend>;
  /** @param backend for the theorems that compare with automatic differentiation; null leaves it out. */
  verifyPool(workers: number, backend: GradientBackend | null): VerifyPool;
  mapPool(workers: number): GridPool;
  readonly onInterrupt: OnInterrupt;
}

/** A command of the command line; `program.ts` has its name and what it is for. */
export interface CliCommand {
  /** Syntax of its arguments and their help; left out: it has none. */
  readonly argument?: readonly [syntax: string, help: string];
  readonly options: OptionTable;
  /** Carries the command out and returns the exit code. @throws UsageError, InputError for exit code 2. */
  readonly run: (call: CommandCall) => number | Promise<number>;
}

/** Arguments of a command. */
interface CommandCall {
  readonly context: CliContext;
  readonly words: readonly string[];
  readonly given: GivenOptions;
}

/** Changes a file. @throws UsageError naming the file if the file system refuses. */
export function changeFile(path: string, change: () => void): void {
  try {
    change();
  } catch (error) {
    throw new UsageError(`${path}: cannot be written (${fileErrorReason(error)})`);
  }
}

/**
 * Creates the folder if needed and makes sure, before any long work, that files can be written there.
 *
 * @param option that named the folder.
 */
export function prepareOutputFolder(
  folder: string,
  option: '--out' | '--resume' | '--resist-csv' = '--out',
): void {
  const probe = join(folder, `.write-probe-${process.pid}`);
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new UsageError(
      `${option} ${folder}: cannot be written to (${fileErrorReason(error)}); give a folder that can`,
    );
  }
}

/**
 * Creates the folder and those above it that are missing, one by one: with `recursive` Node never comes back from a
 * parent that takes no folders, such as /proc.
 */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another run may have been faster.
    if (!existsSync(folder)) throw error;
  }
}

/** Writes a file whole. @throws UsageError naming it if the file system refuses */
export function writeFile(path: string, content: string | Uint8Array): void {
  changeFile(path, () => writeFileWhole(path, content));
}

/** Writes files by their names in a folder, each whole; returns their paths. @throws UsageError */
export function writeFiles(
  folder: string,
  contents: readonly (readonly [name: string, content: string | Uint8Array])[],
): string[] {
  return contents.map(([name, content]) => {
    const path = join(folder, name);
    writeFile(path, content);
    return path;
  });
}
