import { writeSync } from 'node:fs';
import { fileErrorReason } from '../input/file-bytes.js';
import type { ProgressStream } from '../jobs/progress-line.js';
import { failureOf, USAGE_EXIT } from './failure.js';

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
