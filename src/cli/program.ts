import { Command, CommanderError } from 'commander';
import { unlearning, type UnlearningImplementation } from '../unlearning/process.js';
import { analyzeCommand } from './analyze.js';
import type { CliCommand, CliContext } from './context.js';
import { failureOf, USAGE_EXIT } from './failure.js';
import { forecastCommand } from './forecast.js';
import { frontierCommand } from './frontier.js';
import { mergeCommand } from './merge.js';
import { networkCommand } from './network.js';
import { declareOptions, type GivenOptions } from './options.js';
import { replayCommand } from './replay.js';
import { theoremsCommand } from './theorems.js';
import { verifyCommand } from './verify.js';

/** All commands, in the order of the help. */
const COMMANDS: readonly CliCommand[] = [
  verifyCommand,
  mergeCommand,
  frontierCommand,
  analyzeCommand,
  forecastCommand,
  networkCommand,
  theoremsCommand,
  replayCommand,
];

/**
 * Runs the command line.
 *
 * @param args without the interpreter and the script.
 * @param implementation the unlearning code that `replay` and `network` run; that of `verify` is its pool's.
 * @returns the exit code. Wrong usage and bad input end in one line on stderr and 2, what was not foreseen in one line and 70.
 */
export async function runCommandLine(
  args: readonly string[],
  context: CliContext,
  implementation: UnlearningImplementation = unlearning,
): Promise<number> {
  let exitCode = 0;
  const { name, version } = context.tool;
  const program = new Command(name)
    .description('Checks the linear stability theory of machine unlearning against real unlearning steps.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: (text, write) =>
        write(`${name}: ${text.replace(/^error: /, '').replace(/\n(?=.)/g, ' ')}`),
    });
  for (const { name: called, description, argument, options, run } of COMMANDS) {
    const command = program.command(called).description(description);
    if (argument) command.argument(...argument);
    declareOptions(command, options);
    command.action(async () => {
      exitCode = await run({
        context,
        implementation,
        words: command.args,
        given: command.opts<GivenOptions>(),
      });
    });
    command.exitOverride().copyInheritedSettings(program);
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT;
    const { text, code } = failureOf(error, name, context.env);
    context.stderr.write(text);
    return code;
  }
}
