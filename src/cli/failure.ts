import { LogError } from '../jobs/checked-lines.js';
import { fileErrorReason } from '../input/file-bytes.js';
import { InputError } from '../input/input-error.js';
import { BackendUnavailableError } from '../network/load-backend.js';
import { UsageError } from './options.js';

/** Exit code for wrong usage, bad input, and files or streams that refuse. */
export const USAGE_EXIT = 2;

/** Exit code for what was not foreseen: EX_SOFTWARE of sysexits.h. */
const FAULT_EXIT = 70;

/** Environment variable that adds the stack trace to what was not foreseen. */
export const STACK_VARIABLE = 'UNLEARNING_STABILITY_STACK';

/** Errors that say in one line what was wrong with options or files. */
const REFUSALS = [UsageError, InputError, LogError, BackendUnavailableError];

/** How a program ends that did not do what it was asked to. */
export interface Failure {
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
