import { Command, CommanderError } from 'commander';
import type { CliCommand, CliContext, Shell } from './context.js';
import { failureOf, USAGE_EXIT } from './failure.js';
import { declareOptions, type GivenOptions } from './options.js';

/** A line of the help, and where the command is: only the one that is called is loaded. */
interface ListedCommand {
  readonly name: string;
  readonly usage: string;
  readonly description: string;
  readonly load: () => Promise<CliCommand>;
}

/** All commands, in the order of the help. */
const COMMANDS: readonly ListedCommand[] = [
  {
    name: 'verify',
    usage: '[options]',
    description: 'put the theorems to the test and write the agreement reports',
    load: async () => (await import('./verify.js')).verifyCommand,
  },
  {
    name: 'merge',
    usage: '[options] <dir...>',
    description: 'unite the shards of one run to the reports it would have written alone',
    load: async () => (await import('./merge.js')).mergeCommand,
  },
  {
    name: 'frontier',
    usage: '[options] <map>',
    description: 'draw where a minimum is left and where it holds, beside what the theorems say',
    load: async () => (await import('./frontier.js')).frontierCommand,
  },
  {
    name: 'analyze',
    usage: '[options] [problem]',
    description: 'say on which side a given problem is, and why',
    load: async () => (await import('./analyze.js')).analyzeCommand,
  },
  {
    name: 'forecast',
    usage: '[options]',
    description: 'say what an unlearning run will do, and when to stop it',
    load: async () => (await import('./forecast.js')).forecastCommand,
  },
  {
    name: 'network',
    usage: '[options]',
    description:
      'train a two-layer ReLU network, predict its unlearning, unlearn it, and say what became of it',
    load: async () => (await import('./network.js')).networkCommand,
  },
  {
    name: 'theorems',
    usage: '[options] [id]',
    description: 'list the theorems, or explain one',
    load: async () => (await import('./theorems.js')).theoremsCommand,
  },
  {
    name: 'replay',
    usage: '[options] <file>',
    description: 'repeat a saved contradiction; exits with 1 while it stands',
    load: async () => (await import('./replay.js')).replayCommand,
  },
];

/**
 * Runs the command line.
 *
 * @param args without the interpreter and the script.
 * @param loadContext what a command works with; the help does without.
 * @returns the exit code. Wrong usage and bad input end in one line on stderr and 2, what was not foreseen in one line and 70.
 */
export async function runCommandLine(
  args: readonly string[],
  { tool, stdout, stderr, env }: Shell,
  loadContext: () => Promise<CliContext>,
): Promise<number> {
  let exitCode = 0;
  const { name, version } = tool;
  const program = new Command(name)
    .description('Checks the linear stability theory of machine unlearning against real unlearning steps.')
    .version(version)
    .exitOverride()
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) =>
        write(`${name}: ${text.replace(/^error: /, '').replace(/\n(?=.)/g, ' ')}`),
    });
  for (const { name: called, usage, description, load } of COMMANDS) {
    const command = program.command(called).usage(usage).description(description);
    command.exitOverride().copyInheritedSettings(program);
    if (!args.includes(called)) continue;
    const { argument, options, run } = await load();
    if (argument) command.argument(...argument);
    declareOptions(command, options);
    command.action(async () => {
      const context = await loadContext();
      exitCode = await run({ context, words: command.args, given: command.opts<GivenOptions>() });
    });
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT;
    const { text, code } = failureOf(error, name, env);
    stderr.write(text);
    return code;
  }
}
