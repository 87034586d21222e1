import { join } from 'node:path';
import type { Command } from 'commander';
import { statusLine } from '../jobs/progress-line.js';
import { experimentRecord } from '../network/experiment-record.js';
import { type ExperimentSettings, FORGET_RULES } from '../network/experiment-settings.js';
import type { GradientBackend, TensorBackendName } from '../network/gradient-backend.js';
import { BackendUnavailableError, TENSOR_BACKENDS } from '../network/load-backend.js';
import { type ExperimentResult, Interrupted, networkExperiment } from '../network/network-experiment.js';
import { signalNormOf } from '../network/signal-plus-noise.js';
import type { TrainingProgress } from '../network/training.js';
import { describeExperiment } from '../report/network-text.js';
import { type BatchSizes, SAMPLINGS } from '../theory/problem.js';
import type { UnlearningImplementation } from '../unlearning/process.js';
import type { CliContext } from './context.js';
import { prepareOutputFolder, writeFileWhole } from './files.js';
import {
  ABOVE_ONE,
  inside,
  integerOption,
  NOT_NEGATIVE,
  numberOption,
  POSITIVE,
  SHARE,
  UsageError,
  wordOption,
} from './options.js';

/** As predicted, or not comparable; not as predicted; nothing to compare; interrupted. */
const EXIT = { fine: 0, otherwise: 1, nothing: 3, interrupted: 130 } as const;

/** `network`: trains a two-layer network, predicts its unlearning, and unlearns it. */
export async function networkCommand(
  context: CliContext,
  options: NetworkCommandOptions,
  implementation: UnlearningImplementation,
): Promise<number> {
  const plan = networkPlan(options);
  const { settings, folder } = plan;
  if (folder !== null) prepareOutputFolder(folder);
  const abort = new AbortController();
  const stopListening = context.onInterrupt(() => abort.abort());
  const display = statusLine(context);
  try {
    const backend = await startedBackend(context, plan);
    const result = await networkExperiment(settings, {
      theorems: context.theorems,
      backend,
      signal: abort.signal,
      checkSplit: ({ retain, forget }) =>
        checkCounts(settings, { retain: retain.length, forget: forget.length }),
      onProgress: (doing, training) =>
        // What begins is shown at once, how training goes on now and then.
        display.show(progressText(doing, training), !training || training.steps === 0),
      implementation,
    });
    display.clear();
    const json = JSON.stringify(experimentRecord(context.tool, settings, result), null, 2);
    context.stdout.write(`${plan.json ? json : describeExperiment(settings, result)}\n`);
    if (folder !== null) {
      const path = join(folder, 'network.json');
      writeFileWhole(path, `${json}\n`);
      if (!plan.json) context.stdout.write(`\nAll numbers: ${path}\n`);
    }
    return exitCode(result);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    display.clear();
    context.stderr.write('interrupted; nothing was written\n');
    return EXIT.interrupted;
  } finally {
    display.clear();
    stopListening();
  }
}

function progressText(doing: string, training: TrainingProgress | null): string {
  if (!training) return doing;
  return `${doing}: step ${training.steps}, ${training.relativeLoss.toExponential(1)} of the initial loss`;
}

/** Without a backend that was asked for, gradients are compared if one starts. */
async function startedBackend(
  context: CliContext,
  { backend }: NetworkPlan,
): Promise<GradientBackend | null> {
  try {
    return await context.loadBackend(backend);
  } catch (error) {
    if (backend === null && error instanceof BackendUnavailableError) return null;
    throw error;
  }
}

function exitCode({ outcome }: ExperimentResult): number {
  if (!outcome) return EXIT.nothing;
  return outcome.verdict.says === 'not as predicted' ? EXIT.otherwise : EXIT.fine;
}

/** Options of `network` as words; all have a default, or one that depends on the others. */
export interface NetworkCommandOptions {
  readonly samples: string;
  readonly forgetCount: string;
  readonly forget: string;
  readonly dimension: string;
  readonly width: string;
  readonly snr?: string;
  readonly signal?: string;
  readonly noiseScale: string;
  readonly noisePatches: string;
  readonly positives: string;
  readonly loss: string;
  readonly train: string;
  readonly stopAt?: string;
  readonly labelNoise: string;
  readonly alpha: string;
  readonly eta?: string;
  readonly batchRetain?: string;
  readonly batchForget?: string;
  readonly sampling: string;
  readonly steps?: string;
  readonly factor: string;
  readonly displacement?: string;
  readonly retrained: string;
  readonly test: string;
  readonly seed: string;
  readonly backend?: string;
  readonly json?: boolean;
  readonly out?: string;
}

/** What `network` is asked to do. */
export interface NetworkPlan {
  readonly settings: ExperimentSettings;
  /** Backend that was asked for; null: the first that starts, if one does. */
  readonly backend: TensorBackendName | null;
  readonly json: boolean;
  /** Folder for network.json. */
  readonly folder: string | null;
}

/** Largest sizes: the Gram matrix of the samples has n^2 numbers, its eigenvalues cost n^3. */
const LARGEST = { samples: 1000, dimension: 100_000, width: 10_000, noisePatches: 100, test: 100_000 };

/** Numbers of the weights, and of all patches of training or test samples: 160 MB each. */
const LARGEST_ARRAY = 2e7;

const DEFAULT_SNR = 1;

/** @throws UsageError naming the option, the value and what is allowed. */
export function networkPlan(options: NetworkCommandOptions): NetworkPlan {
  const samples = integerOption('samples', options.samples, 2, LARGEST.samples);
  const distribution = distributionOf(options);
  const optional = <T>(text: string | undefined, read: (given: string) => T): T | null =>
    text === undefined ? null : read(text);
  const batch = (name: 'batch-retain' | 'batch-forget') => (text: string) =>
    integerOption(name, text, 1, samples);
  const settings: ExperimentSettings = {
    distribution,
    samples,
    forgetCount: integerOption('forget-count', options.forgetCount, 0, samples - 1),
    forget: wordOption('forget', options.forget, FORGET_RULES),
    width: integerOption('width', options.width, 1, LARGEST.width),
    loss: wordOption('loss', options.loss, ['squared', 'logistic']),
    batchSize: trainingBatch(options.train, samples),
    stopAt: optional(options.stopAt, (text) => numberOption('stop-at', text, inside(0, 1))),
    labelNoise: numberOption('label-noise', options.labelNoise, SHARE),
    alpha: numberOption('alpha', options.alpha, SHARE),
    eta: optional(options.eta, (text) => numberOption('eta', text, POSITIVE)),
    batchRetain: optional(options.batchRetain, batch('batch-retain')),
    batchForget: optional(options.batchForget, batch('batch-forget')),
    sampling: wordOption('sampling', options.sampling, SAMPLINGS),
    steps: optional(options.steps, (text) => integerOption('steps', text, 1, 10_000_000)),
    factor: numberOption('factor', options.factor, ABOVE_ONE),
    displacement: optional(options.displacement, (text) => numberOption('displacement', text, POSITIVE)),
    retrained: integerOption('retrained', options.retrained, 0, 100),
    test: integerOption('test', options.test, 1, LARGEST.test),
    seed: integerOption('seed', options.seed, 0, Number.MAX_SAFE_INTEGER),
  };
  checkSizes(settings);
  const { forget, forgetCount } = settings;
  if (!forget.startsWith('class'))
    checkCounts(settings, { retain: samples - forgetCount, forget: forgetCount });
  return {
    settings,
    backend: optional(options.backend, (text) => wordOption('backend', text, TENSOR_BACKENDS)),
    json: options.json ?? false,
    folder: options.out ?? null,
  };
}

/**
 * Checks what depends on the sizes of the two sets, which a class may make other than asked for.
 *
 * @throws UsageError
 */
export function checkCounts(
  { alpha, batchRetain, batchForget, forget }: ExperimentSettings,
  counts: BatchSizes,
): void {
  if (counts.forget === 0 && alpha !== 0) {
    throw new UsageError(`--alpha must be 0 when no sample is forgotten (--forget ${forget}); got ${alpha}`);
  }
  for (const [set, batch] of [['retain', batchRetain] as const, ['forget', batchForget] as const]) {
    if (batch !== null && batch > counts[set]) {
      const allowed =
        counts[set] === 0
          ? 'left out: the set is empty'
          : `an integer in 1..${counts[set]}, the size of the set`;
      throw new UsageError(`--batch-${set} must be ${allowed}; got ${batch}`);
    }
  }
}

function distributionOf(options: NetworkCommandOptions): ExperimentSettings['distribution'] {
  if (options.snr !== undefined && options.signal !== undefined) {
    throw new UsageError(`--signal must be left out beside --snr; got ${options.signal}`);
  }
  const dimension = integerOption('dimension', options.dimension, 2, LARGEST.dimension);
  const noiseScale = numberOption('noise-scale', options.noiseScale, POSITIVE);
  const snr = options.snr === undefined ? DEFAULT_SNR : numberOption('snr', options.snr, NOT_NEGATIVE);
  return {
    dimension,
    noiseScale,
    signalNorm:
      options.signal === undefined
        ? signalNormOf(snr, noiseScale, dimension)
        : numberOption('signal', options.signal, NOT_NEGATIVE),
    noisePatches: integerOption('noise-patches', options.noisePatches, 1, LARGEST.noisePatches),
    positives: numberOption('positives', options.positives, SHARE),
  };
}

/** `full` or `mini-batch:B`; null for full. */
function trainingBatch(text: string, samples: number): number | null {
  if (text === 'full') return null;
  const [, size] = /^mini-batch:(\d{1,9})$/.exec(text) ?? [];
  const batch = Number(size);
  if (batch >= 1 && batch <= samples) return batch;
  throw new UsageError(`--train must be full or mini-batch:B with B in 1..${samples}; got ${text}`);
}

function checkSizes({ distribution, samples, test, width }: ExperimentSettings): void {
  const { dimension, noisePatches } = distribution;
  const perSample = (1 + noisePatches) * dimension;
  const sizes: [string, number][] = [
    ['2 x --width x --dimension', 2 * width * dimension],
    ['--samples x patches x --dimension', samples * perSample],
    ['--test x patches x --dimension', test * perSample],
  ];
  for (const [name, size] of sizes) {
    if (size > LARGEST_ARRAY) throw new UsageError(`${name} must be at most ${LARGEST_ARRAY}; got ${size}`);
  }
}

/** Declares the options of `network`, with the defaults that do not depend on the others. */
export function withNetworkOptions(command: Command): Command {
  return command
    .description(
      'train a two-layer ReLU network, predict its unlearning, unlearn it, and say what became of it',
    )
    .option('--samples <n>', 'training samples', '60')
    .option('--forget-count <n>', 'samples to forget', '10')
    .option('--forget <rule>', FORGET_RULES.join(', '), 'random')
    .option('--dimension <d>', 'numbers of a patch', '200')
    .option('--width <m>', 'filters of each sign', '10')
    .option('--snr <x>', 'signal-to-noise ratio |mu|/(noise scale sqrt d) (default: 1)')
    .option('--signal <x>', '|mu|, instead of --snr')
    .option('--noise-scale <x>', 'standard deviation of the noise', '1')
    .option('--noise-patches <n>', 'noise patches of a sample', '1')
    .option('--positives <share>', 'share of samples with label +1', '0.5')
    .option('--loss <name>', 'squared or logistic', 'squared')
    .option('--train <method>', 'full or mini-batch:B', 'full')
    .option('--stop-at <share>', 'stop training at this share of the initial loss (default: interpolate)')
    .option('--label-noise <share>', 'share of flipped training labels', '0')
    .option('--alpha <x>', 'mixing weight of the ascent', '0.3')
    .option('--eta <x>', 'step size (default: 0.5/lambda_1(K))')
    .option('--batch-retain <n>', 'retain batch size (default: all)')
    .option('--batch-forget <n>', 'forget batch size (default: all)')
    .option(
      '--sampling <scheme>',
      'bernoulli, with-replacement or without-replacement',
      'without-replacement',
    )
    .option('--steps <n>', 'unlearning steps (default: eight predicted times of escape)')
    .option('--factor <x>', 'growth of the displacement that counts as escape', '100')
    .option('--displacement <x>', 'length of the start (default: no activation flips up to the escape)')
    .option('--retrained <n>', 'networks retrained without the forget set', '5')
    .option('--test <n>', 'test samples', '1000')
    .option('--seed <n>', 'seed of everything random', '1')
    .option('--backend <name>', 'compare gradients with node, wasm or cpu (default: the first that starts)')
    .option('--json', 'print the result as JSON')
    .option('--out <dir>', 'folder for network.json');
}
