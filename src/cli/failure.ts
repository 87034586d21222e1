import { writeSync } from 'node:fs';
import { fileErrorReason } from '../input/file-bytes.js';
import { InputError } from '../input/input-error.js';
import { LogError } from '../jobs/checked-lines.js';
import type { ProgressStream } from '../jobs/progress-line.js';
import { BackendUnavailableError } from '../network/tfjs-backend.js';
import { UsageError } from './options.js';

/** Exit code for wrong usage, bad input, and files or streams that refuse. */
export const USAGE_EXIT = 2;

/** Exit code for what was not foreseen: EX_SOFTWARE of sysexits.h. */
const FAULT_EXIT = 70;

/** Exit code of a run that was interrupted. */
export const INTERRUPTED_EXIT = 130;

/** Environment variable that adds the stack trace to what was not foreseen. */
const STACK_VARIABLE = 'UNLEARNING_STABILITY_STACK';

/** Errors that say in one line what was wrong with options or files. */
const REFUSALS = [UsageError, InputError, LogError, BackendUnavailableError];

/** How a program ends that did not do what it was asked to. */
interface Failure {
  /** The line for stderr, with its line break; the stack trace behind it only where it was asked for. */
  readonly text: string;
  readonly code: number;
}

/** Longest message that an unforeseen error is quoted with. */
const LONGEST_MESSAGE = 300;

/**
 * What is said of an error, and the exit code: one line and 2 for what the user can mend (options, input, files), one
 * line with a hint and 70 for what the program did not foresee. Never 1: that is a contradicted theorem.
 *
 * @param name of the program.
 */
export function failureOf(
  error: unknown,
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Failure {
  if (error instanceof Error && REFUSALS.some((kind) => error instanceof kind)) {
    return { text: `${name}: ${error.message}\n`, code: USAGE_EXIT };
  }
  if (isSystemError(error)) {
    const place = error.path === undefined ? '' : `${error.path}: `;
    return {
      text: `${name}: ${place}${error.syscall} failed (${fileErrorReason(error)})\n`,
      code: USAGE_EXIT,
    };
  }
  const [kind, message, stack] =
    error instanceof Error ? [error.name, error.message, error.stack] : ['thrown', String(error), undefined];
  const [line = ''] = message.split('\n');
  const asked = (env[STACK_VARIABLE] ?? '') !== '';
  const hint = asked ? '' : `; ${STACK_VARIABLE}=1 shows where`;
  return {
    text: `${name}: a fault of the program: ${kind}: ${line.slice(0, LONGEST_MESSAGE)} (please report it with the command and its input${hint})\n${asked && stack !== undefined ? `${stack}\n` : ''}`,
    code: FAULT_EXIT,
  };
}

/** An error of the operating system: a file, a folder, a stream. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly syscall: string } {
  return (
    error instanceof Error &&
    'syscall' in error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^E[A-Z0-9]+$/.test(error.code)
  );
}

/** Where an exit code is kept until the process ends. */
interface GuardedProcess {
  readonly stdout: ProgressStream;
  readonly stderr: ProgressStream;
}

/**
 * Guards the process of a program: whatever no command has caught ends in one line and the code of `failureOf`. A
 * closed pipe behind stdout or stderr (`| head`) is no failure: the command goes on, and its exit code stands. Any
 * other refusal of stdout (a full disk) is said in a line; the exit code is then 2, unless it says more.
 *
 * @param name of the program, as its lines begin.
 */
export function guardProcess(name: string): GuardedProcess {
  process.on('uncaughtException', (error) => {
    const { text, code } = failureOf(error, name, process.env);
    say(text);
    process.exit(code);
  });
  const stdout = watchedStream(process.stdout);
  const stderr = watchedStream(process.stderr);
  process.once('exit', () => {
    const refused = stdout.refusal();
    if (refused === null || isClosedPipe(refused)) return;
    say(`${name}: stdout: cannot be written (${fileErrorReason(refused)})\n`);
    if ([undefined, 0, 3].includes(process.exitCode as number | undefined)) process.exitCode = USAGE_EXIT;
  });
  return { stdout, stderr };
}

/** A stream whose refusals are kept, the first of them, instead of ending the process. */
function watchedStream(
  stream: NodeJS.WriteStream,
): ProgressStream & { readonly refusal: () => Error | null } {
  let refusal: Error | null = null;
  const refuse = (error: unknown): void => {
    refusal ??= error instanceof Error ? error : new Error(String(error));
  };
  stream.on('error', refuse);
  return {
    write(text) {
      if (refusal) return;
      try {
        // A file that is full throws, a pipe that is closed tells later.
        stream.write(text);
      } catch (error) {
        refuse(error);
      }
    },
    isTTY: stream.isTTY,
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
    refusal: () => refusal,
  };
}

function isClosedPipe(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED');
}

/** A last word: the process may be about to end, and stderr may be closed. */
function say(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // Nobody listens.
  }
}
