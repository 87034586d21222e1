import type { ForecastDocument } from '../forecast/document.js';
import { levelAt } from '../forecast/levels.js';
import { plannedForecast } from '../forecast/planned.js';
import type { RouteName } from '../forecast/route.js';
import { FORECAST_LOSSES, type ForecastLoss, type LoopProcedure } from '../forecast/setting.js';
import { completed } from '../jobs/interrupt.js';
import { forecastRequest } from '../input/forecast-request.js';
import { type FieldsOf, InputError, withKnownFields } from '../input/input-error.js';
import type { JacobianAxes } from '../input/matrix-file.js';
import { OUTPUT_MODELS, type OutputModel, readOutputs } from '../input/output-files.js';
import { INTEGER_WORDS, type TrainingWords } from '../input/training-words.js';
import { procedureFault, type ProcedureSpec } from '../theory/procedure.js';
import { ALL_SAMPLINGS, type Sampling } from '../theory/problem.js';
import { integerIn, numberWhich } from './checked-options.js';

/** Options of `unlearning-stability forecast`, by the same words. */
export interface ForecastOptions extends Omit<TrainingWords, 'retainWeight' | 'lr' | 'forgetWeight'> {
  /** .npz files with `jacobian` (n, c, p), `outputs`, `labels`, and maybe `jw`, `ids`, `projection`, `real_outputs`, `real_steps`. */
  readonly retain?: string;
  readonly forget?: string;
  /** One file of both sets in place of theirs, and the file of the row numbers of the forget set. */
  readonly data?: string;
  readonly forgetIndex?: string;
  /** Default: jacobian. With gram `data` holds `gram` (n c, n c), its inner products, in its place. */
  readonly model?: OutputModel;
  /** How many samples the retain, or the forget, set is a uniform draw from; default: those that there are. */
  readonly ofRetain?: number;
  readonly ofForget?: number;
  readonly test?: string;
  readonly loss: ForecastLoss;
  /** Default: ncp. */
  readonly axes?: JacobianAxes;
  /** Rate and weights of the loss W_R L_R - W_F L_F; W_R defaults to 1. With `sweep` the others may be left out. */
  readonly lr?: number;
  readonly retainWeight?: number;
  readonly forgetWeight?: number;
  /** Default: reshuffled. */
  readonly sampling?: Sampling | { readonly retain: Sampling; readonly forget: Sampling };
  /** `sgd` if it has no name. */
  readonly optimizer?: Omit<NonNullable<ProcedureSpec['optimizer']>, 'preconditioner'> & {
    readonly name?: LoopProcedure['optimizer'];
  };
  readonly schedule?: NonNullable<ProcedureSpec['schedule']>;
  readonly dropLast?: boolean;
  readonly clip?: number;
  readonly goal?: string;
  readonly limit?: string;
  /** Batch orders, and the seed of them all; default 1. */
  readonly seeds?: number;
  readonly seed?: number;
  readonly every?: number;
  readonly route?: RouteName;
  readonly sweep?: boolean;
  /** Called with the part of the work and the share of it that is done. */
  readonly onProgress?: (part: string, share: number) => void;
  /** Asked now and then: true ends the work with what there is. */
  readonly isOver?: () => boolean;
}

const FIELDS: FieldsOf<ForecastOptions> = {
  ...{ retain: true, forget: true, test: true, loss: true, axes: true, lr: true, retainWeight: true },
  ...{ forgetWeight: true, batchSize: true, perDevice: true, devices: true, accumulation: true },
  ...{ batchRetain: true, batchForget: true, epochs: true, steps: true, sampling: true, optimizer: true },
  ...{ schedule: true, dropLast: true, clip: true, goal: true, limit: true, seeds: true, seed: true },
  ...{ every: true, route: true, sweep: true, onProgress: true, isOver: true, data: true },
  ...{ forgetIndex: true, model: true, ofRetain: true, ofForget: true },
};

/**
 * What an unlearning run will do, and when to stop it: what `unlearning-stability forecast --json` prints; losses that overflow
 * are Infinity.
 *
 * @throws InputError in one line that names the field or file, the value and what is allowed.
 * @example (await forecast({ retain: 'R.npz', forget: 'F.npz', loss: 'cross-entropy', lr: 0.01, forgetWeight: 0.1,
 *   batchSize: 64, epochs: 5 })).verdict.text
 */
export async function forecast(given: ForecastOptions): Promise<ForecastDocument> {
  const options = withKnownFields('forecast', given, FIELDS);
  const {
    test = null,
    axes = 'ncp',
    model = 'jacobian',
    every = null,
    route = null,
    sweep = false,
  } = options;
  const { onProgress = () => undefined, isOver = () => false } = options;
  const loss = oneOf('loss', options.loss, Object.keys(FORECAST_LOSSES) as ForecastLoss[]);
  const words = checkedWords(options);
  if (every !== null) integerIn('every', every, 1);
  if (route !== null) oneOf('route', route, ['jacobian', 'gram']);
  for (const field of ['ofRetain', 'ofForget'] as const) {
    if (options[field] !== undefined) integerIn(field, options[field], 1);
  }
  const files = {
    ...options,
    test,
    model: oneOf('model', model, OUTPUT_MODELS),
    loss: FORECAST_LOSSES[loss],
    axes: oneOf('axes', axes, ['ncp', 'cnp']),
  };
  const { sets, close } = await readOutputs(files);
  try {
    const start = levelAt(sets.retain, files.loss, sets.retain.outputs);
    const request = forecastRequest(sets, { ...words, loss: files.loss }, start);
    const free = sweep ? { lr: options.lr ?? null, forgetWeight: options.forgetWeight ?? null } : null;
    return completed(
      plannedForecast(sets, request, { route, every, sweep: free }, (part, work) =>
        work({ isOver, onProgress: (share) => onProgress(part, share) }),
      ),
    );
  } finally {
    close();
  }
}

function checkedWords(options: ForecastOptions) {
  const { sweep = false, retainWeight = 1, seeds = 1, seed = 1, clip, sampling = 'reshuffled' } = options;
  const { optimizer: { name = 'sgd', ...optimizer } = {}, schedule, dropLast = false } = options;
  const missing = (['lr', 'forgetWeight'] as const).find((field) => options[field] === undefined && !sweep);
  if (missing !== undefined) throw new InputError(`${missing} is missing; sweep looks for one`);
  const { lr = 1, forgetWeight = retainWeight } = options;
  numberWhich('lr', lr, (x) => x > 0, '> 0 and finite');
  for (const [field, weight] of Object.entries({ retainWeight, forgetWeight })) {
    numberWhich(field, weight, (x) => x >= 0, '>= 0 and finite');
  }
  if (clip !== undefined) numberWhich('clip', clip, (x) => x > 0, '> 0 and finite');
  for (const field of INTEGER_WORDS) {
    if (options[field] !== undefined) integerIn(field, options[field], 1);
  }
  const both = typeof sampling === 'string' ? { retain: sampling, forget: sampling } : sampling;
  for (const set of ['retain', 'forget'] as const) oneOf(`sampling.${set}`, both[set], ALL_SAMPLINGS);
  const fault = procedureFault(
    { optimizer, ...(schedule && { schedule }) },
    { alpha: 0.5, parameters: 0, groups: [] },
  );
  if (fault !== null) throw new InputError(fault);
  const { momentum = 0, nesterov = false, weightDecay = 0 } = optimizer;
  const procedure: LoopProcedure = {
    ...{
      optimizer: oneOf('optimizer.name', name, ['sgd', 'adam', 'adamw'] as const),
      momentum,
      nesterov,
      weightDecay,
    },
    ...{ dropLast, schedule: schedule ?? null, clip: clip ?? null },
  };
  integerIn('seeds', seeds, 1);
  integerIn('seed', seed, 0);
  return { ...options, lr, retainWeight, forgetWeight, seeds, seed, sampling: both, procedure };
}

function oneOf<Word extends string>(field: string, value: Word, allowed: readonly Word[]): Word {
  if (allowed.includes(value)) return value;
  throw new InputError(`${field} must be one of ${allowed.join(', ')}; got ${value}`);
}
