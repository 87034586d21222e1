import type { ForecastDocument } from '../forecast/document.js';
import { levelAt } from '../forecast/levels.js';
import type { ForecastSets } from '../forecast/output-set.js';
import type { ForecastPlan } from '../forecast/plan.js';
import { plannedForecast } from '../forecast/planned.js';
import {
  FORECAST_LOSSES,
  type ForecastLoss,
  type ForecastRequest,
  type LoopProcedure,
} from '../forecast/setting.js';
import { forecastRequest } from '../input/forecast-request.js';
import { OUTPUT_MODELS, readOutputs } from '../input/output-files.js';
import { completedUnlessAborted } from '../jobs/interrupt.js';
import { progressLine } from '../jobs/progress-line.js';
import { forecastHtml } from '../report/forecast-html.js';
import { describeForecast } from '../report/forecast-text.js';
import { ALL_SAMPLINGS } from '../theory/problem.js';
import { type CliCommand, type CliContext, prepareOutputFolder, writeFiles } from './context.js';
import {
  BELOW_ONE,
  flag,
  integer,
  NOT_NEGATIVE,
  number,
  oneOf,
  optionName,
  type OptionValues,
  otherwise,
  POSITIVE,
  readOptions,
  text,
  UsageError,
} from './options.js';
import { INTERRUPTED_EXIT } from './failure.js';
import { THINNED_OPTIONS, TRAINING_OPTIONS } from './problem-options.js';
import { SCHEDULE } from './procedure-options.js';
import { announceWork, stepProduct } from './work-estimate.js';

const LOADER_WORDS = ALL_SAMPLINGS.join(', ');

/** Most batch orders. */
const MOST_SEEDS = 1000;

const FILES = {
  retain: text('<file>', '.npz of the retain set: jacobian (n, c, p), outputs, labels'),
  forget: text('<file>', '.npz of the forget set'),
  data: text('<file>', 'in place of --retain and --forget: one .npz of all samples'),
  forgetIndex: text(
    '<file>',
    'with --data: its samples (from 0) that are to be forgotten, .npy, .txt or .json',
  ),
  test: text('<file>', '.npz of held-out samples'),
  loss: {
    ...oneOf(
      '<name>',
      Object.keys(FORECAST_LOSSES).join(', '),
      Object.keys(FORECAST_LOSSES) as ForecastLoss[],
    ),
    required: true as const,
  },
  model: otherwise(
    'jacobian',
    oneOf(
      '<name>',
      'jacobian, or gram, with --data: its inner products J J^T (n c, n c) in its place',
      OUTPUT_MODELS,
    ),
  ),
  ...THINNED_OPTIONS,
  axes: otherwise('ncp', oneOf('<order>', 'axes of the Jacobians: ncp or cnp', ['ncp', 'cnp'] as const)),
};

/** The words of training scripts. */
const LOOP_WORDS = {
  ...TRAINING_OPTIONS,
  retainWeight: otherwise('1', number('<x>', 'loss = W_R L_R - W_F L_F: W_R', NOT_NEGATIVE)),
  batchRetain: integer('<n>', 'in place of --batch-size: retain batch size', 1),
  batchForget: integer('<n>', 'in place of --batch-size: forget batch size', 1),
};

const LOOP_OPTIONS = {
  sampling: otherwise('reshuffled', oneOf('<scheme>', LOADER_WORDS, ALL_SAMPLINGS)),
  samplingRetain: oneOf('<scheme>', 'of the retain set (default: --sampling)', ALL_SAMPLINGS),
  samplingForget: oneOf('<scheme>', 'of the forget set (default: --sampling)', ALL_SAMPLINGS),
  dropLast: flag('reshuffled: leave out a last batch that is too small'),
  optimizer: otherwise('sgd', oneOf('<name>', 'sgd, adam or adamw', ['sgd', 'adam', 'adamw'] as const)),
  momentum: otherwise('0', number('<b>', 'momentum of sgd', BELOW_ONE)),
  nesterov: flag('Nesterov momentum'),
  weightDecay: otherwise('0', number('<x>', 'weight decay, which needs jw in the files', NOT_NEGATIVE)),
  schedule: SCHEDULE,
  clip: number('<x>', 'largest norm of a gradient', POSITIVE),
};

const ANSWER_OPTIONS = {
  goal: text('<mark>', 'forget-loss=X or forget-accuracy=X (default: the accuracy of guessing)'),
  limit: text('<mark>', 'retain-loss=X or retain-accuracy=X (default: 0.02 below the start)'),
  seeds: otherwise('1', integer('<n>', 'batch orders', 1, MOST_SEEDS)),
  seed: otherwise('1', integer('<n>', 'seed of the batch orders', 0)),
  every: integer('<k>', 'steps between two points of the curves (default: by cost)', 1),
  route: oneOf('<name>', 'jacobian or gram (default: the cheaper one)', ['jacobian', 'gram'] as const),
  sweep: flag('try learning rates (and forget weights, if none is given), and choose'),
  timeLimit: number('<s>', 'seconds after which what there is is printed', POSITIVE),
  out: text('<dir>', 'write forecast.json and forecast.html to that folder'),
  json: flag('print the result as JSON'),
};

const OPTIONS = { ...FILES, ...LOOP_WORDS, ...LOOP_OPTIONS, ...ANSWER_OPTIONS };

/** `forecast`: what a training loop of unlearning will do, and when to stop it. */
export const forecastCommand: CliCommand = {
  options: OPTIONS,
  async run({ context, given }) {
    const options = readOptions(OPTIONS, given);
    const { out, json = false, test = null } = options;
    const files = { ...options, test, loss: FORECAST_LOSSES[options.loss] };
    checkGiven(options);
    if (out !== undefined) prepareOutputFolder(out);
    const { sets, close } = await readOutputs(files, (field) => `--${optionName(field)}`);
    try {
      const request = requestOf(sets, options);
      const { document, isInterrupted } = await computed(context, sets, request, options);
      const page = {
        document,
        source: options.data ?? `${options.retain!}, ${options.forget!}`,
        tool: context.tool,
      };
      if (out !== undefined) {
        const written = writeFiles(out, [
          ['forecast.json', `${JSON.stringify(document, null, 2)}\n`],
          ['forecast.html', forecastHtml(page)],
        ]);
        context.stderr.write(`Written: ${written.join(', ')}\n`);
      }
      context.stdout.write(`${json ? JSON.stringify(document, null, 2) : describeForecast(document)}\n`);
      return isInterrupted ? INTERRUPTED_EXIT : 0;
    } finally {
      close();
    }
  },
};

type Options = OptionValues<typeof OPTIONS>;

/** @throws UsageError if there is nothing to run. */
function checkGiven({ lr, forgetWeight, sweep: sweeps }: Options): void {
  if (sweeps) return;
  const missing = lr === undefined ? 'lr' : forgetWeight === undefined ? 'forgetWeight' : null;
  if (missing !== null) throw new UsageError(`--${optionName(missing)} is missing; --sweep looks for one`);
}

function requestOf(sets: ForecastSets, options: Options): ForecastRequest {
  const {
    sampling,
    samplingRetain,
    samplingForget,
    dropLast = false,
    nesterov = false,
    schedule,
    clip,
  } = options;
  const { retainWeight, lr = 1, forgetWeight = retainWeight, optimizer, momentum, weightDecay } = options;
  const loss = FORECAST_LOSSES[options.loss];
  const procedure: LoopProcedure = {
    ...{
      optimizer,
      momentum,
      nesterov,
      weightDecay,
      dropLast,
      schedule: schedule ?? null,
      clip: clip ?? null,
    },
  };
  const words = {
    ...options,
    ...{ lr, forgetWeight, loss, procedure },
    sampling: { retain: samplingRetain ?? sampling, forget: samplingForget ?? sampling },
  };
  return forecastRequest(
    sets,
    words,
    levelAt(sets.retain, loss, sets.retain.outputs),
    (field) => `--${optionName(field)}`,
  );
}

/** Says what it takes, and computes while the share that is done is shown; an interrupt ends it with what there is, as the time does. */
async function computed(
  context: CliContext,
  sets: ForecastSets,
  request: ForecastRequest,
  options: Options,
): Promise<{ readonly document: ForecastDocument; readonly isInterrupted: boolean }> {
  const { lr = null, forgetWeight = null, timeLimit, every = null, route = null } = options;
  const start = context.now();
  const never = new AbortController().signal;
  let isInterrupted = false;
  const isOver = (): boolean =>
    isInterrupted || (timeLimit !== undefined && context.now() - start > 1000 * timeLimit);
  const parts = 1000;
  const work = plannedForecast(
    sets,
    request,
    { route, every, sweep: options.sweep ? { lr, forgetWeight } : null },
    function* (name, part) {
      const progress = progressLine(context, name, parts);
      try {
        return yield* part({ isOver, onProgress: (share) => progress.update(Math.floor(parts * share)) });
      } finally {
        progress.clear();
      }
    },
    (plan) => announce(context, plan, timeLimit),
  );
  // Up to here nothing is done that could be shown: an interrupt ends the program.
  work.next();
  const stopListening = context.onInterrupt(() => (isInterrupted = true));
  try {
    const document = await completedUnlessAborted(work, never);
    return { document: document!, isInterrupted };
  } finally {
    stopListening();
  }
}

/** Most bytes that a forecast takes. */
const MOST_BYTES = 2 ** 31;

function announce(
  context: CliContext,
  { route, work, fixed, bytes }: ForecastPlan,
  timeLimit: number | undefined,
): void {
  if (route === 'gram' && bytes > MOST_BYTES) {
    throw new UsageError(
      `--route must be jacobian here: the Gram matrix takes ${Math.ceil(bytes / 1e6)} MB, more than ${Math.floor(MOST_BYTES / 1e6)}; got gram`,
    );
  }
  announceWork(
    context,
    {
      ...{ work, fixed, timeLimit },
      shorter: '--time-limit S ends it earlier with what there is',
      instead: route === 'gram' ? '--route jacobian forms no Gram matrix' : 'fewer samples are read sooner',
    },
    stepProduct,
  );
}
