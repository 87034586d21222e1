import type { WantedLoss } from '../input/layers-model.js';
import { matrixPlace, type MatrixPlace } from '../input/matrix-place.js';
import type { TensorBackendName } from '../network/gradient-backend.js';
import { TENSOR_BACKENDS } from '../network/load-backend.js';
import { type Sampling, SAMPLINGS } from '../theory/problem.js';
import {
  integerOption,
  NOT_NEGATIVE,
  numberOption,
  POSITIVE,
  SHARE,
  UsageError,
  wordOption,
} from './options.js';

/** Options of `analyze` as commander gives them. */
export interface AnalyzeOptions extends ModelOptions {
  readonly json?: boolean;
  readonly retain?: string;
  readonly forget?: string;
  readonly alpha?: string;
  readonly eta?: string;
  readonly batchRetain?: string;
  readonly batchForget?: string;
  readonly sampling?: string;
}

/** A problem whose sets are in files of their own. */
export interface FilesRequest {
  readonly retain: MatrixPlace;
  readonly forget: MatrixPlace;
  readonly alpha: number;
  readonly eta: number;
  readonly batch: { readonly retain: number; readonly forget: number };
  readonly sampling: Sampling;
  readonly model: ModelRequest;
}

/** Options that a problem given in files needs, as they are typed. */
const NEEDED = {
  retain: 'retain',
  forget: 'forget',
  alpha: 'alpha',
  eta: 'eta',
  batchRetain: 'batch-retain',
  batchForget: 'batch-forget',
  sampling: 'sampling',
} as const satisfies Partial<Record<keyof AnalyzeOptions, string>>;

/**
 * Reads what stands beside a problem file, or in its place.
 *
 * @returns null if the problem is in a problem file.
 * @throws UsageError, InputError if both or neither are given, one is missing, or a value is not allowed.
 */
export function filesRequest(file: string | undefined, options: AnalyzeOptions): FilesRequest | null {
  const keys = Object.keys(NEEDED) as (keyof typeof NEEDED)[];
  const given = [
    ...keys.filter((key) => options[key] !== undefined).map((key) => NEEDED[key]),
    ...givenModelOptions(options),
  ];
  if (file !== undefined) {
    if (given.length === 0) return null;
    throw new UsageError(
      `--${given[0]!} must be left out beside a problem file, which says it all; got ${file}`,
    );
  }
  if (given.length === 0) {
    throw new UsageError('missing required argument: a problem file, or --retain FILE and --forget FILE');
  }
  const value = (key: keyof typeof NEEDED): string => {
    const text = options[key];
    if (text !== undefined) return text;
    const all = Object.values(NEEDED).map((name) => `--${name}`);
    throw new UsageError(`--${NEEDED[key]} is missing; without a problem file give ${all.join(', ')}`);
  };
  const [retain, forget] = [matrixPlace(value('retain')), matrixPlace(value('forget'))];
  const request = {
    retain,
    forget,
    alpha: numberOption('alpha', value('alpha'), SHARE),
    eta: numberOption('eta', value('eta'), POSITIVE),
    batch: {
      retain: integerOption('batch-retain', value('batchRetain'), 1, Number.MAX_SAFE_INTEGER),
      forget: integerOption('batch-forget', value('batchForget'), 1, Number.MAX_SAFE_INTEGER),
    },
    sampling: wordOption('sampling', value('sampling'), SAMPLINGS),
    model: modelRequest(options),
  };
  const features = [retain, forget].find(({ kind }) => kind === 'csv');
  if (features && request.model.kind === 'factors') {
    throw new UsageError(
      `--model is missing; ${features.path} holds features: give --model linear (the factor of a row is the row), logistic or FILE.json`,
    );
  }
  return request;
}

/** Options of `analyze` that say what model the files belong to, as commander gives them. */
export interface ModelOptions {
  readonly model?: string;
  readonly weights?: string;
  readonly ridge?: string;
  /** False for --no-bias; true without it. */
  readonly bias?: boolean;
  readonly labelsRetain?: string;
  readonly labelsForget?: string;
  readonly loss?: string;
  readonly backend?: string;
  readonly allowZeroSamples?: boolean;
}

/** Files of labels, if they are given. */
export interface LabelPlaces {
  readonly retain: MatrixPlace;
  readonly forget: MatrixPlace;
}

/** What the files hold: factors, or features or inputs of a model. */
export type ModelRequest =
  FactorsRequest | { readonly kind: 'linear' } | LogisticRequest | LayersModelRequest;

export interface FactorsRequest {
  readonly kind: 'factors';
  /** Whether samples without a number other than 0 are taken. */
  readonly allowZeroSamples: boolean;
}

export interface LogisticRequest {
  readonly kind: 'logistic';
  /** null: the model is fitted. */
  readonly weights: MatrixPlace | null;
  readonly ridge: number;
  readonly bias: boolean;
  readonly labels: LabelPlaces | null;
}

export interface LayersModelRequest {
  readonly kind: 'layers-model';
  readonly path: string;
  readonly loss: WantedLoss;
  readonly labels: LabelPlaces | null;
  /** null: the first that starts. */
  readonly backend: TensorBackendName | null;
}

/** Option names as they are typed, and the models that take them. */
const TAKEN_BY = {
  weights: ['weights', ['logistic']],
  ridge: ['ridge', ['logistic']],
  bias: ['no-bias', ['logistic']],
  labelsRetain: ['labels-retain', ['logistic', 'layers-model']],
  labelsForget: ['labels-forget', ['logistic', 'layers-model']],
  loss: ['loss', ['layers-model']],
  backend: ['backend', ['layers-model']],
  allowZeroSamples: ['allow-zero-samples', ['factors']],
} as const satisfies Record<
  Exclude<keyof ModelOptions, 'model'>,
  readonly [string, readonly ModelRequest['kind'][]]
>;

const MODEL_WORDS: Record<ModelRequest['kind'], string> = {
  factors: 'factors (no --model)',
  linear: '--model linear',
  logistic: '--model logistic',
  'layers-model': '--model FILE.json',
};

/** Names of the given options, as they are typed without the dashes. */
export function givenModelOptions(options: ModelOptions): string[] {
  const names: string[] = options.model === undefined ? [] : ['model'];
  for (const [key, [name]] of Object.entries(TAKEN_BY)) {
    const value = options[key as keyof ModelOptions];
    // Commander gives true for --no-bias where it is left out.
    if (value !== undefined && !(key === 'bias' && value === true)) names.push(name);
  }
  return names;
}

/**
 * Reads the options of the model.
 *
 * @throws UsageError, InputError if one is missing, belongs to another model, or has a value that is not allowed.
 */
export function modelRequest(options: ModelOptions): ModelRequest {
  const kind = kindOf(options.model);
  const given = givenModelOptions(options);
  for (const [name, kinds] of Object.values(TAKEN_BY)) {
    if (given.includes(name) && !(kinds as readonly string[]).includes(kind)) {
      const owners = kinds.map((owner) => MODEL_WORDS[owner]).join(' or ');
      throw new UsageError(`--${name} goes with ${owners}; got it with ${MODEL_WORDS[kind]}`);
    }
  }
  if (kind === 'logistic') return logisticRequest(options);
  if (kind === 'layers-model') return layersModelRequest(options, options.model!);
  if (kind === 'linear') return { kind };
  return { kind, allowZeroSamples: options.allowZeroSamples === true };
}

function kindOf(model: string | undefined): ModelRequest['kind'] {
  if (model === undefined) return 'factors';
  if (/\.json$/i.test(model)) return 'layers-model';
  if (model === 'linear' || model === 'logistic') return model;
  throw new UsageError(`--model must be linear, logistic or the model.json of TensorFlow.js; got ${model}`);
}

function logisticRequest(options: ModelOptions): LogisticRequest {
  const { weights, ridge, bias = true } = options;
  if (weights !== undefined && ridge !== undefined) {
    throw new UsageError(`--ridge must be left out beside --weights, which need no fit; got ${ridge}`);
  }
  return {
    kind: 'logistic',
    weights: weights === undefined ? null : matrixPlace(weights),
    ridge: ridge === undefined ? 0 : numberOption('ridge', ridge, NOT_NEGATIVE),
    bias,
    labels: labelPlaces(options),
  };
}

const LOSSES: readonly WantedLoss[] = ['squared', 'cross-entropy'];

function layersModelRequest(options: ModelOptions, path: string): LayersModelRequest {
  const { loss, backend } = options;
  if (loss === undefined) {
    throw new UsageError(`--loss is missing; --model ${path} needs one of ${LOSSES.join(', ')}`);
  }
  return {
    kind: 'layers-model',
    path,
    loss: wordOption('loss', loss, LOSSES),
    labels: labelPlaces(options),
    backend: backend === undefined ? null : wordOption('backend', backend, TENSOR_BACKENDS),
  };
}

function labelPlaces({ labelsRetain, labelsForget }: ModelOptions): LabelPlaces | null {
  if (labelsRetain === undefined && labelsForget === undefined) return null;
  if (labelsRetain !== undefined && labelsForget !== undefined) {
    return { retain: matrixPlace(labelsRetain), forget: matrixPlace(labelsForget) };
  }
  const missing = labelsRetain === undefined ? 'retain' : 'forget';
  throw new UsageError(`--labels-${missing} is missing; give the labels of both sets, or of none`);
}
