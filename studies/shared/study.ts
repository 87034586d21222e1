import { UsageError } from '../../src/cli/options.js';
import { LogError } from '../../src/jobs/checked-lines.js';
import { onSigint } from '../../src/jobs/interrupt.js';
import { statusLine } from '../../src/jobs/progress-line.js';

/** Where a study says what it does and what it has found. */
export interface StudyConsole {
  /** Results: a text and its line break on stdout. */
  print(text: string): void;
  /** A line on stderr. */
  say(text: string): void;
  /** What is being done: one line that overwrites itself, on a terminal only. */
  status(text: string): void;
  /** Aborted by Ctrl-C, once asked for: work that never asks, and never pauses, is ended by Ctrl-C itself. */
  readonly interrupt: () => AbortSignal;
}

/** A measurement about the product: a command with options of its own. */
export interface StudyDefinition<Options> {
  /** How messages begin. */
  readonly name: string;
  readonly usage: string;
  /** Options from command line words; null if help is asked for. @throws UsageError */
  readonly options: (words: readonly string[]) => Options | null;
  /** @returns the exit code. */
  readonly run: (options: Options, console: StudyConsole) => Promise<number> | number;
}

/** A study that is run by the words of a command line; gives its exit code, 2 for wrong usage. */
export type Study = (words: readonly string[]) => Promise<number>;

export function study<Options>({ name, usage, options, run }: StudyDefinition<Options>): Study {
  return async (words) => {
    const say = (text: string): void => void process.stderr.write(`${name}: ${text}\n`);
    const line = statusLine({ stderr: process.stderr, env: process.env, now: () => performance.now() });
    let stopListening = (): void => undefined;
    let signal: AbortSignal | null = null;
    const interrupt = (): AbortSignal => {
      if (signal) return signal;
      const abort = new AbortController();
      stopListening = onSigint(() => abort.abort());
      return (signal = abort.signal);
    };
    const console: StudyConsole = {
      print(text) {
        line.clear();
        process.stdout.write(`${text}\n`);
      },
      say(text) {
        line.clear();
        say(text);
      },
      status: (text) => line.show(text, true),
      interrupt,
    };
    try {
      const chosen = options(words);
      if (chosen) return await run(chosen, console);
      process.stdout.write(usage);
      return 0;
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof LogError)) throw error;
      console.say(error.message);
      return 2;
    } finally {
      line.clear();
      stopListening();
    }
  };
}

/** Options of a study that takes none. @throws UsageError */
export function noOptions(words: readonly string[]): object {
  if (words.length > 0) throw new UsageError(`no options are allowed; got ${words[0]}`);
  return {};
}
