import { type ForecastDocument, forecastDocument } from '../forecast/document.js';
import { forecast, type ForecastWatch, ordersOf, routeOf } from '../forecast/forecast.js';
import { levelOf } from '../forecast/levels.js';
import { type ForecastSets, listedSets } from '../forecast/output-set.js';
import { type ForecastPlan, forecastPlan } from '../forecast/plan.js';
import type { Route } from '../forecast/route.js';
import type { ForecastRequest, LoopProcedure } from '../forecast/setting.js';
import { FORGET_SHARES, ratesAround, searchedRates, type Sweep, sweep } from '../forecast/sweep.js';
import { FORECAST_LOSSES, forecastRequest } from '../input/forecast-request.js';
import { readOutputs } from '../input/output-files.js';
import { progressLine } from '../jobs/progress-line.js';
import { forecastHtml } from '../report/forecast-html.js';
import { describeForecast } from '../report/forecast-text.js';
import { SAMPLINGS } from '../theory/problem.js';
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
import { SCHEDULE } from './procedure-options.js';

const LOADERS = [...SAMPLINGS, 'reshuffled'] as const;

const LOADER_WORDS = LOADERS.join(', ');

/** Largest numbers of steps, epochs, batch orders. */
const LARGEST = { steps: 1e7, epochs: 1e6, seeds: 1000 };

const FILES = {
  retain: {
    ...text('<file>', '.npz of the retain set: jacobian (n, c, p), outputs, labels'),
    required: true as const,
  },
  forget: { ...text('<file>', '.npz of the forget set'), required: true as const },
  test: text('<file>', '.npz of held-out samples'),
  loss: {
    ...oneOf('<name>', Object.keys(FORECAST_LOSSES).join(', '), Object.keys(FORECAST_LOSSES) as Loss[]),
    required: true as const,
  },
  axes: otherwise('ncp', oneOf('<order>', 'axes of the Jacobians: ncp or cnp', ['ncp', 'cnp'] as const)),
};

type Loss = keyof typeof FORECAST_LOSSES;

/** The words of training scripts. */
export const TRAINING_OPTIONS = {
  lr: number('<x>', 'learning rate', POSITIVE),
  retainWeight: otherwise('1', number('<x>', 'loss = W_R L_R - W_F L_F: W_R', NOT_NEGATIVE)),
  forgetWeight: number('<x>', 'W_F', NOT_NEGATIVE),
  batchSize: integer('<n>', 'samples of a step of either set', 1),
  perDevice: integer('<n>', 'in place of --batch-size: samples a device', 1),
  devices: integer('<n>', 'with --per-device: devices (default: 1)', 1),
  accumulation: integer('<n>', 'with --per-device: accumulated batches (default: 1)', 1),
  batchRetain: integer('<n>', 'in place of --batch-size: retain batch size', 1),
  batchForget: integer('<n>', 'in place of --batch-size: forget batch size', 1),
  epochs: integer('<n>', 'epochs over the forget set', 1, LARGEST.epochs),
  steps: integer('<n>', 'in place of --epochs: steps', 1, LARGEST.steps),
};

const LOOP_OPTIONS = {
  sampling: otherwise('reshuffled', oneOf('<scheme>', LOADER_WORDS, LOADERS)),
  samplingRetain: oneOf('<scheme>', 'of the retain set (default: --sampling)', LOADERS),
  samplingForget: oneOf('<scheme>', 'of the forget set (default: --sampling)', LOADERS),
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
  seeds: otherwise('1', integer('<n>', 'batch orders', 1, LARGEST.seeds)),
  seed: otherwise('1', integer('<n>', 'seed of the batch orders', 0)),
  every: integer('<k>', 'steps between two points of the curves (default: by cost)', 1),
  route: oneOf('<name>', 'jacobian or gram (default: the cheaper one)', ['jacobian', 'gram'] as const),
  sweep: flag('try learning rates (and forget weights, if none is given), and choose'),
  timeLimit: number('<s>', 'seconds after which what there is is printed', POSITIVE),
  out: text('<dir>', 'write forecast.json and forecast.html to that folder'),
  json: flag('print the result as JSON'),
};

const OPTIONS = { ...FILES, ...TRAINING_OPTIONS, ...LOOP_OPTIONS, ...ANSWER_OPTIONS };

/** `forecast`: what a training loop of unlearning will do, and when to stop it. */
export const forecastCommand: CliCommand = {
  name: 'forecast',
  description: 'say what an unlearning run will do, and when to stop it',
  options: OPTIONS,
  async run({ context, given }) {
    const options = readOptions(OPTIONS, given);
    const { out, json = false, retain, forget, test = null, axes } = options;
    const loss = FORECAST_LOSSES[options.loss];
    checkGiven(options);
    if (out !== undefined) prepareOutputFolder(out);
    const { sets, close } = await readOutputs({ retain, forget, test, loss, axes });
    try {
      const request = requestOf(sets, options);
      const document = computed(context, sets, request, options);
      const page = { document, source: `${retain}, ${forget}`, tool: context.tool };
      if (out !== undefined) {
        const written = writeFiles(out, [
          ['forecast.json', `${JSON.stringify(document, null, 2)}\n`],
          ['forecast.html', forecastHtml(page)],
        ]);
        context.stderr.write(`Written: ${written.join(', ')}\n`);
      }
      context.stdout.write(`${json ? JSON.stringify(document, null, 2) : describeForecast(document)}\n`);
      return 0;
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
  const { retain } = sets;
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
  const all = Int32Array.from({ length: retain.samples }, (_, i) => i);
  const start = levelOf(retain, loss, all, (from, to, z) =>
    z.set(retain.outputs.subarray(from * retain.width, to * retain.width)),
  );
  const procedure: LoopProcedure = {
    ...{ optimizer, momentum, nesterov, weightDecay, schedule: schedule ?? null, clip: clip ?? null },
  };
  const words = {
    ...options,
    ...{ lr, forgetWeight, loss, procedure, dropLast },
    sampling: { retain: samplingRetain ?? sampling, forget: samplingForget ?? sampling },
  };
  return forecastRequest(sets, words, start, (field) => `--${optionName(field)}`);
}

/** Plans, says what it takes, and computes. */
function computed(
  context: CliContext,
  sets: ForecastSets,
  request: ForecastRequest,
  options: Options,
): ForecastDocument {
  const {
    sweep: sweeps = false,
    lr,
    forgetWeight,
    timeLimit,
    every = null,
    seed,
    route: wished = null,
  } = options;
  const lrGiven = lr !== undefined;
  // Both given: the rates are those around the given one. A rate alone is pinned, and weights are tried.
  const weights =
    forgetWeight === undefined
      ? FORGET_SHARES.map((share) => share * request.setting.retainWeight)
      : [forgetWeight];
  const settings = sweeps ? 17 * weights.length : 0;
  const plan = forecastPlan(listedSets(sets), request.setting, {
    ...{ route: wished, every, seed },
    runs: ordersOf(request, sets) + settings,
  });
  announce(context, plan, timeLimit);
  const start = context.now();
  const isOver = (): boolean => timeLimit !== undefined && context.now() - start > 1000 * timeLimit;
  const route = shown(context, 'Jacobian', ({ onProgress }) => routeOf(sets, plan, onProgress), isOver);
  if (!sweeps) {
    const found = shown(context, 'forecast', (watch) => forecast(sets, request, route, plan, watch), isOver);
    return forecastDocument(found, request.setting);
  }
  const chosen = chosenSetting(context, sets, request, route, plan, isOver, {
    lrs: lrGiven && forgetWeight === undefined ? [lr] : lrGiven ? ratesAround(lr) : null,
    forgetWeights: weights,
  });
  const found = shown(
    context,
    'forecast',
    (watch) => forecast(sets, chosen.request, route, plan, watch),
    isOver,
  );
  return forecastDocument(found, chosen.request.setting, chosen.sweep);
}

/** Sweeps a grid; the request is that of the recommended setting, else that of the middle of the grid. */
function chosenSetting(
  context: CliContext,
  sets: ForecastSets,
  request: ForecastRequest,
  route: Route,
  plan: ForecastPlan,
  isOver: () => boolean,
  {
    lrs,
    forgetWeights,
  }: { readonly lrs: readonly number[] | null; readonly forgetWeights: readonly number[] },
): { readonly request: ForecastRequest; readonly sweep: Sweep } {
  const middleWeight = forgetWeights[Math.floor(forgetWeights.length / 2)]!;
  const around = { ...request, setting: { ...request.setting, forgetWeight: middleWeight } };
  const rates = lrs ?? searchedRates(sets, around, route, plan);
  const found = shown(
    context,
    'sweep',
    (watch) => sweep(sets, request, route, plan, { lrs: rates, forgetWeights }, watch),
    isOver,
  );
  const { lr, forgetWeight } = found.recommended ?? {
    lr: rates[Math.floor(rates.length / 2)]!,
    forgetWeight: middleWeight,
  };
  return { request: { ...request, setting: { ...request.setting, lr, forgetWeight } }, sweep: found };
}

/** Multiplications a second of one processor, about. */
const SPEED = 7e8;

/** Longer work is announced. */
const LONG_SECONDS = 20;

/** Most bytes that a forecast takes. */
const MOST_BYTES = 2 ** 31;

function announce(
  { stderr }: CliContext,
  { route, work, bytes }: ForecastPlan,
  timeLimit: number | undefined,
): void {
  const seconds = work / SPEED;
  if (route === 'gram' && bytes > MOST_BYTES) {
    throw new UsageError(
      `--route must be jacobian here: the Gram matrix takes ${Math.ceil(bytes / 1e6)} MB, more than ${Math.floor(MOST_BYTES / 1e6)}; got gram`,
    );
  }
  if (seconds < LONG_SECONDS) return;
  const limited = timeLimit === undefined ? '; --time-limit S ends it earlier with what there is' : '';
  stderr.write(`About ${Math.ceil(seconds)} s of work on one processor${limited}\n`);
}

/** Computes while the share that is done is shown. */
function shown<Result>(
  context: CliContext,
  name: string,
  compute: (watch: Required<ForecastWatch>) => Result,
  isOver: () => boolean,
): Result {
  const parts = 1000;
  const progress = progressLine(context, name, parts);
  try {
    return compute({ isOver, onProgress: (share) => progress.update(Math.floor(parts * share)) });
  } finally {
    progress.clear();
  }
}
