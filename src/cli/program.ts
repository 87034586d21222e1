import { Command, CommanderError } from 'commander';
import { mapDefinitions } from '../frontier/maps.js';
import { InputError } from '../input/problem-file.js';
import { LogError } from '../jobs/checked-lines.js';
import { BackendUnavailableError } from '../network/load-backend.js';
import { unlearning, type UnlearningImplementation } from '../unlearning/process.js';
import { analyzeCommand, type AnswerOptions } from './analyze.js';
import type { CliContext } from './context.js';
import type { FrontierCommandOptions } from './frontier-plan.js';
import { frontierCommand } from './frontier.js';
import { mergeCommand, type MergeCommandOptions } from './merge.js';
import { networkCommand, type NetworkCommandOptions, withNetworkOptions } from './network.js';
import { UsageError } from './options.js';
import type { AnalyzeOptions } from './problem-options.js';
import { replayCommand } from './replay.js';
import type { SubsetOptions } from './subset-options.js';
import { theoremsCommand } from './theorems.js';
import type { VerifyCommandOptions } from './verify-plan.js';
import { verifyCommand } from './verify.js';

/** Exit code for wrong usage and bad input. */
const USAGE_EXIT = 2;

/**
 * Runs the command line.
 *
 * @param args without the interpreter and the script.
 * @param implementation the unlearning code that `replay` runs; that of `verify` is the runner's.
 * @returns the exit code. Wrong usage and bad input end in one line on stderr and 2.
 */
export async function runCommandLine(
  args: readonly string[],
  context: CliContext,
  implementation: UnlearningImplementation = unlearning,
): Promise<number> {
  let exitCode = 0;
  const program = buildProgram(context, implementation, (code) => (exitCode = code));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT;
    if (
      !(error instanceof UsageError) &&
      !(error instanceof InputError) &&
      !(error instanceof LogError) &&
      !(error instanceof BackendUnavailableError)
    )
      throw error;
    context.stderr.write(`unlearning-stability: ${error.message}\n`);
    return USAGE_EXIT;
  }
}

function buildProgram(
  context: CliContext,
  implementation: UnlearningImplementation,
  finish: (exitCode: number) => void,
): Command {
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

  program
    .command('verify')
    .description('put the theorems to the test and write the agreement reports')
    .option('--theorem <id...>', 'only these theorems')
    .option('--runs <n>', 'instances a theorem (default: by budget)')
    .option('--seed <n>', 'seed; the same seed gives the same report (default: 1)')
    .option('--budget <name>', 'quick, standard or deep (default: standard)')
    .option('--out <dir>', 'folder of the reports (default: reports)')
    .option('--workers <n>', 'worker threads (default: number of processors)')
    .option('--backend <name>', 'TensorFlow.js backend: node, wasm or cpu (default: the first that starts)')
    .option('--shard <i/k>', 'only part i of k, to be united by merge')
    .option('--resume <dir>', 'continue the interrupted run in that folder, to the same reports')
    .option('--json', 'print the report as JSON')
    .action(async (options: VerifyCommandOptions) => finish(await verifyCommand(context, options)));

  program
    .command('merge')
    .description('unite the shards of one run to the reports it would have written alone')
    .argument('<dir...>', 'folders with shards')
    .requiredOption('--out <dir>', 'folder of the reports')
    .option('--workers <n>', 'worker threads (default: number of processors)')
    .option('--json', 'print the report as JSON')
    .action(async (folders: string[], options: MergeCommandOptions) =>
      finish(await mergeCommand(context, folders, options)),
    );

  program
    .command('frontier')
    .description('draw where a minimum is left and where it holds, beside what the theorems say')
    .argument('<map>', mapDefinitions.map(({ id }) => id).join(', '))
    .option('--seed <n>', 'seed of planted problems and simulations (default: 1)')
    .option('--out <dir>', 'folder of MAP.json, MAP.svg and MAP.png (default: reports/frontier)')
    .option('--grid <CxR>', 'columns and rows, such as 40x40 (default: by map)')
    .option('--problem <file>', 'problem file (JSON) in place of the planted problem')
    .option('--eta <x>', 'step size, where the map does not vary it')
    .option('--alpha <x>', 'mixing weight, where the map does not vary it')
    .option('--sampling <name>', 'bernoulli, with-replacement or without-replacement')
    .option('--simulate', 'decide every cell by sampled steps too')
    .option('--workers <n>', 'worker threads (default: number of processors)')
    .option('--shard <i/k>', 'only part i of k, to be united by merge')
    .option('--resume <dir>', 'continue the interrupted run in that folder, to the same files')
    .option('--text', 'print the map in characters')
    .option('--json', 'print the data as JSON')
    .action(async (map: string, options: FrontierCommandOptions) =>
      finish(await frontierCommand(context, map, options)),
    );

  program
    .command('analyze')
    .description('say on which side a given problem is, and why')
    .argument('[problem]', 'problem file (JSON); without it, all options up to --sampling are needed')
    .option('--retain <file>', 'retain factors, samples x p: .npy, .npz#MEMBER, .safetensors#TENSOR or .csv')
    .option('--forget <file>', 'forget factors, of the same p')
    .option('--alpha <x>', 'mixing weight of the ascent')
    .option('--eta <x>', 'step size')
    .option('--batch-retain <n>', 'retain batch size')
    .option('--batch-forget <n>', 'forget batch size')
    .option('--sampling <scheme>', 'bernoulli, with-replacement or without-replacement')
    .option(
      '--model <name>',
      'the files hold features of a linear or logistic model, or inputs of model.json',
    )
    .option('--labels-retain <file>', 'labels of the retain set, for --model logistic and model.json')
    .option('--labels-forget <file>', 'labels of the forget set')
    .option('--weights <file>', 'weights of --model logistic, the bias last (default: they are fitted)')
    .option('--ridge <x>', 'ridge of the fit of --model logistic (default: 0)')
    .option('--no-bias', 'the fit of --model logistic has no bias')
    .option('--loss <name>', 'loss of model.json: squared or cross-entropy')
    .option('--backend <name>', 'TensorFlow.js backend of model.json: node, wasm or cpu')
    .option('--allow-zero-samples', 'take samples whose stored factors are all 0 (no curvature)')
    .option('--factor <x>', 'growth of the distance that counts as escape (default: 1000)')
    .option('--recommend', 'look for the setting that escapes within --steps with the largest margin')
    .option('--steps <n>', 'with --recommend: steps that the escape may take (default: 1000)')
    .option(
      '--retain-share <x>',
      'with --recommend: share of the retain curvature that may go (default: 0.1)',
    )
    .option('--batches <n,..>', 'with --recommend: retain batch sizes to try (default: powers of two)')
    .option(
      '--subset <n>',
      'draw so many samples of each set at most, with confidence intervals (default: large sets)',
    )
    .option('--seed <n>', 'seed of the draw of --subset (default: 1)')
    .option('--confidence <x>', 'with which the intervals of a subset hold together (default: 0.95)')
    .option(
      '--out <dir>',
      'write analysis.json, analysis.html and a picture of the forget samples to that folder',
    )
    .option('--json', 'print the result as JSON')
    .action(async (file: string | undefined, options: AnalyzeOptions & AnswerOptions & SubsetOptions) =>
      finish(await analyzeCommand(context, file, options)),
    );

  withNetworkOptions(program.command('network')).action(async (options: NetworkCommandOptions) =>
    finish(await networkCommand(context, options, implementation)),
  );

  program
    .command('theorems')
    .description('list the theorems, or explain one')
    .argument('[id]', 'theorem id')
    .option('--json', 'print as JSON')
    .action((id: string | undefined, options: { json?: boolean }) =>
      finish(theoremsCommand(context, id, options)),
    );

  program
    .command('replay')
    .description('repeat a saved contradiction; exits with 1 while it stands')
    .argument('<file>', 'counterexample file')
    .action(async (file: string) => finish(await replayCommand(context, file, implementation)));

  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  return program;
}
