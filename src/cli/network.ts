import { join } from 'node:path';
import { analyzeProblem } from '../analysis/analyze.js';
import { interruptible } from '../jobs/interrupt.js';
import { statusLine } from '../jobs/progress-line.js';
import {
  experimentRecord,
  type ExperimentResult,
  Interrupted,
  networkExperiment,
} from '../network/network-experiment.js';
import {
  type ExperimentSettings,
  FORGET_RULES,
  type UnlearningSettings,
} from '../network/experiment-settings.js';
import type { GradientBackend, TensorBackendName } from '../network/gradient-backend.js';
import { signalNormOf } from '../network/signal-plus-noise.js';
import { BackendUnavailableError, TENSOR_BACKENDS } from '../network/tfjs-backend.js';
import type { TrainingProgress } from '../network/training.js';
import { describeExperiment } from '../report/network-text.js';
import { type BatchSizes, SAMPLINGS } from '../theory/problem.js';
import { type CliCommand, type CliContext, prepareOutputFolder, writeFile } from './context.js';
import { INTERRUPTED_EXIT } from './failure.js';
import {
  ABOVE_ONE,
  DRAWN_ANEW,
  flag,
  inside,
  integer,
  NOT_NEGATIVE,
  number,
  oneOf,
  type OptionValues,
  otherwise,
  parsed,
  POSITIVE,
  readOptions,
  SHARE,
  text,
  UsageError,
} from './options.js';

/** Exit codes: as predicted, or not comparable; not as predicted; nothing to compare; interrupted. */
const EXIT = { fine: 0, otherwise: 1, nothing: 3, interrupted: INTERRUPTED_EXIT } as const;

/** Largest sizes: the Gram matrix of the samples has n^2 numbers, its eigenvalues cost n^3. */
const LARGEST = { samples: 1000, dimension: 100_000, width: 10_000, noisePatches: 100, test: 100_000 };

/** Numbers of the weights, and of all patches of training or test samples: 160 MB each. */
const LARGEST_ARRAY = 2e7;

const DEFAULT_SNR = 1;

const samplesOf = ({ samples }: Readonly<Record<string, unknown>>): number => samples as number;

const OPTIONS = {
  samples: otherwise('60', integer('<n>', 'training samples', 2, LARGEST.samples)),
  forgetCount: otherwise(
    '10',
    integer('<n>', 'samples to forget', 0, (earlier) => samplesOf(earlier) - 1),
  ),
  forget: otherwise('random', oneOf('<rule>', FORGET_RULES.join(', '), FORGET_RULES)),
  dimension: otherwise('200', integer('<d>', 'numbers of a patch', 2, LARGEST.dimension)),
  width: otherwise('10', integer('<m>', 'filters of each sign', 1, LARGEST.width)),
  snr: number('<x>', 'signal-to-noise ratio |mu|/(noise scale sqrt d) (default: 1)', NOT_NEGATIVE),
  signal: number('<x>', '|mu|, instead of --snr', NOT_NEGATIVE),
  noiseScale: otherwise('1', number('<x>', 'standard deviation of the noise', POSITIVE)),
  noisePatches: otherwise('1', integer('<n>', 'noise patches of a sample', 1, LARGEST.noisePatches)),
  positives: otherwise('0.5', number('<share>', 'share of samples with label +1', SHARE)),
  loss: otherwise('squared', oneOf('<name>', 'squared or logistic', ['squared', 'logistic'] as const)),
  train: otherwise('full', parsed('<method>', 'full or mini-batch:B', trainingBatch)),
  stopAt: number(
    '<share>',
    'stop training at this share of the initial loss (default: interpolate)',
    inside(0, 1),
  ),
  labelNoise: otherwise('0', number('<share>', 'share of flipped training labels', SHARE)),
  alpha: otherwise('0.3', number('<x>', 'mixing weight of the ascent', SHARE)),
  eta: number('<x>', 'step size (default: 0.5/lambda_1(K))', POSITIVE),
  batchRetain: integer('<n>', 'retain batch size (default: all)', 1, samplesOf),
  batchForget: integer('<n>', 'forget batch size (default: all)', 1, samplesOf),
  sampling: otherwise('without-replacement', oneOf('<scheme>', DRAWN_ANEW, SAMPLINGS)),
  steps: integer('<n>', 'unlearning steps (default: eight predicted times of escape)', 1, 10_000_000),
  factor: otherwise('100', number('<x>', 'growth of the displacement that counts as escape', ABOVE_ONE)),
  displacement: number(
    '<x>',
    'length of the start (default: no activation flips up to the escape)',
    POSITIVE,
  ),
  retrained: otherwise('5', integer('<n>', 'networks retrained without the forget set', 0, 100)),
  test: otherwise('1000', integer('<n>', 'test samples', 1, LARGEST.test)),
  seed: otherwise('1', integer('<n>', 'seed of everything random', 0)),
  backend: oneOf(
    '<name>',
    'compare gradients with node, wasm or cpu (default: the first that starts)',
    TENSOR_BACKENDS,
  ),
  json: flag('print the result as JSON'),
  out: text('<dir>', 'folder for network.json'),
};

/** `network`: trains a two-layer network, predicts its unlearning, and unlearns it. */
export const networkCommand: CliCommand = {
  options: OPTIONS,
  async run({ context, given }) {
    const options = readOptions(OPTIONS, given);
    const { backend: requested = null, json: asJson = false, out } = options;
    const settings = experimentSettings(options);
    if (out !== undefined) prepareOutputFolder(out);
    const display = statusLine(context);
    try {
      const backend = await startedBackend(context, requested);
      const result = await interruptible(context.onInterrupt, (signal) =>
        networkExperiment(settings, {
          analyze: (problem, eta, parameters) =>
            analyzeProblem(problem, eta, context.theorems, { parameters }),
          backend,
          signal,
          checkSplit: ({ retain, forget }) =>
            checkCounts(settings.unlearning, { retain: retain.length, forget: forget.length }),
          // What begins is shown at once, how training goes on now and then.
          onProgress: (doing, training) =>
            display.show(progressText(doing, training), !training || training.steps === 0),
          implementation: context.implementation,
        }),
      );
      display.clear();
      const json = JSON.stringify(experimentRecord(context.tool, settings, result), null, 2);
      context.stdout.write(`${asJson ? json : describeExperiment(settings, result)}\n`);
      if (out !== undefined) {
        const path = join(out, 'network.json');
        writeFile(path, `${json}\n`);
        if (!asJson) context.stdout.write(`\nAll numbers: ${path}\n`);
      }
      return exitCode(result);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      display.clear();
      context.stderr.write('interrupted; nothing was written\n');
      return EXIT.interrupted;
    } finally {
      display.clear();
    }
  },
};

function progressText(doing: string, training: TrainingProgress | null): string {
  if (!training) return doing;
  return `${doing}: step ${training.steps}, ${training.relativeLoss.toExponential(1)} of the initial loss`;
}

/** Without a backend that was asked for, gradients are compared if one starts. */
async function startedBackend(
  context: CliContext,
  requested: TensorBackendName | null,
): Promise<GradientBackend | null> {
  try {
    return await context.loadBackend(requested);
  } catch (error) {
    if (requested === null && error instanceof BackendUnavailableError) return null;
    throw error;
  }
}

function exitCode({ outcome }: ExperimentResult<unknown>): number {
  if (!outcome) return EXIT.nothing;
  return outcome.verdict.says === 'not as predicted' ? EXIT.otherwise : EXIT.fine;
}

/** The settings that the options say. @throws UsageError for options that do not go together. */
function experimentSettings(options: OptionValues<typeof OPTIONS>): ExperimentSettings {
  const { snr, signal, dimension, noiseScale, noisePatches, positives, samples } = options;
  if (snr !== undefined && signal !== undefined) {
    throw new UsageError(`--signal must be left out beside --snr; got ${signal}`);
  }
  const signalNorm = signal ?? signalNormOf(snr ?? DEFAULT_SNR, noiseScale, dimension);
  const settings: ExperimentSettings = {
    data: {
      distribution: { dimension, noiseScale, signalNorm, noisePatches, positives },
      samples,
      labelNoise: options.labelNoise,
      test: options.test,
    },
    training: {
      width: options.width,
      loss: options.loss,
      batchSize: options.train,
      stopAt: options.stopAt ?? null,
    },
    unlearning: {
      forgetCount: options.forgetCount,
      forget: options.forget,
      alpha: options.alpha,
      eta: options.eta ?? null,
      batchRetain: options.batchRetain ?? null,
      batchForget: options.batchForget ?? null,
      sampling: options.sampling,
      steps: options.steps ?? null,
      factor: options.factor,
      displacement: options.displacement ?? null,
      retrained: options.retrained,
    },
    seed: options.seed,
  };
  checkSizes(settings);
  const { forget, forgetCount } = settings.unlearning;
  if (!forget.startsWith('class'))
    checkCounts(settings.unlearning, { retain: samples - forgetCount, forget: forgetCount });
  return settings;
}

/**
 * Checks what depends on the sizes of the two sets, which a class may make other than asked for.
 *
 * @throws UsageError
 */
function checkCounts(
  { alpha, batchRetain, batchForget, forget }: UnlearningSettings,
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

/** `full` or `mini-batch:B`; null for full. */
function trainingBatch(text: string, _: string, earlier: Readonly<Record<string, unknown>>): number | null {
  const samples = samplesOf(earlier);
  if (text === 'full') return null;
  const [, size] = /^mini-batch:(\d{1,9})$/.exec(text) ?? [];
  const batch = Number(size);
  if (batch >= 1 && batch <= samples) return batch;
  throw new UsageError(`--train must be full or mini-batch:B with B in 1..${samples}; got ${text}`);
}

function checkSizes({ data, training: { width } }: ExperimentSettings): void {
  const { distribution, samples, test } = data;
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
