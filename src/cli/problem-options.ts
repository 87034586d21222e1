import type { ModelInput, ModelKind, ProblemFiles } from '../input/problem-source.js';
import { MODEL_LOSSES } from '../input/problem-source.js';
import { TENSOR_BACKENDS } from '../network/load-backend.js';
import { SAMPLINGS } from '../theory/problem.js';
import {
  integerOption,
  NOT_NEGATIVE,
  numberOption,
  optionName,
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

/** Options that a problem given in files needs. */
const NEEDED = ['retain', 'forget', 'alpha', 'eta', 'batchRetain', 'batchForget', 'sampling'] as const;

/** The models that take an option. */
const TAKEN_BY = {
  weights: ['logistic'],
  ridge: ['logistic'],
  bias: ['logistic'],
  labelsRetain: ['logistic', 'layers-model'],
  labelsForget: ['logistic', 'layers-model'],
  loss: ['layers-model'],
  backend: ['layers-model'],
  allowZeroSamples: ['factors'],
} as const satisfies Record<Exclude<keyof ModelOptions, 'model'>, readonly ModelKind[]>;

const MODEL_WORDS: Record<ModelKind, string> = {
  factors: 'factors (no --model)',
  linear: '--model linear',
  logistic: '--model logistic',
  'layers-model': '--model FILE.json',
};

/** The option of a field of `ProblemFiles`: --batch-retain of batch.retain, --weights of model.weights. */
export function fieldOption(field: string): string {
  return `--${optionName(field.replace(/^model\./, ''))}`;
}

/**
 * Reads what stands beside a problem file, or in its place.
 *
 * @returns null if the problem is in a problem file.
 * @throws UsageError if both or neither are given, one is missing, or a value is not allowed.
 */
export function problemFiles(file: string | undefined, options: AnalyzeOptions): ProblemFiles | null {
  const given = [...NEEDED.filter((key) => options[key] !== undefined), ...givenModelOptions(options)].map(
    typed,
  );
  if (file !== undefined) {
    if (given.length === 0) return null;
    throw new UsageError(
      `--${given[0]!} must be left out beside a problem file, which says it all; got ${file}`,
    );
  }
  if (given.length === 0) {
    throw new UsageError('missing required argument: a problem file, or --retain FILE and --forget FILE');
  }
  const value = (key: (typeof NEEDED)[number]): string => {
    const text = options[key];
    if (text !== undefined) return text;
    const all = NEEDED.map((name) => `--${typed(name)}`);
    throw new UsageError(`--${typed(key)} is missing; without a problem file give ${all.join(', ')}`);
  };
  return {
    retain: value('retain'),
    forget: value('forget'),
    alpha: numberOption('alpha', value('alpha'), SHARE),
    eta: numberOption('eta', value('eta'), POSITIVE),
    batch: {
      retain: integerOption('batch-retain', value('batchRetain'), 1, Number.MAX_SAFE_INTEGER),
      forget: integerOption('batch-forget', value('batchForget'), 1, Number.MAX_SAFE_INTEGER),
    },
    sampling: wordOption('sampling', value('sampling'), SAMPLINGS),
    model: modelInput(options),
  };
}

/** An option as it is typed, without the dashes. */
function typed(key: string): string {
  return key === 'bias' ? 'no-bias' : optionName(key);
}

function givenModelOptions(options: ModelOptions): string[] {
  return ['model', ...Object.keys(TAKEN_BY)].filter((key) => {
    const value = options[key as keyof ModelOptions];
    // Commander gives true for --no-bias where it is left out.
    return value !== undefined && !(key === 'bias' && value === true);
  });
}

/**
 * Reads the options of the model.
 *
 * @throws UsageError if one is missing, belongs to another model, or has a value that is not allowed.
 */
function modelInput(options: ModelOptions): ModelInput {
  const kind = kindOf(options.model);
  const given = givenModelOptions(options);
  for (const [key, kinds] of Object.entries(TAKEN_BY)) {
    if (given.includes(key) && !(kinds as readonly string[]).includes(kind)) {
      const owners = kinds.map((owner) => MODEL_WORDS[owner]).join(' or ');
      throw new UsageError(`--${typed(key)} goes with ${owners}; got it with ${MODEL_WORDS[kind]}`);
    }
  }
  if (kind === 'logistic') return logisticInput(options);
  if (kind === 'layers-model') return layersModelInput(options, options.model!);
  if (kind === 'linear') return { kind };
  return { kind, allowZeroSamples: options.allowZeroSamples === true };
}

function kindOf(model: string | undefined): ModelKind {
  if (model === undefined) return 'factors';
  if (/\.json$/i.test(model)) return 'layers-model';
  if (model === 'linear' || model === 'logistic') return model;
  throw new UsageError(`--model must be linear, logistic or the model.json of TensorFlow.js; got ${model}`);
}

function logisticInput(options: ModelOptions): ModelInput {
  const { weights = null, ridge, bias = true } = options;
  if (weights !== null && ridge !== undefined) {
    throw new UsageError(`--ridge must be left out beside --weights, which need no fit; got ${ridge}`);
  }
  return {
    kind: 'logistic',
    weights,
    ridge: ridge === undefined ? 0 : numberOption('ridge', ridge, NOT_NEGATIVE),
    bias,
    labels: labelFiles(options),
  };
}

function layersModelInput(options: ModelOptions, path: string): ModelInput {
  const { loss, backend } = options;
  if (loss === undefined) {
    throw new UsageError(`--loss is missing; --model ${path} needs one of ${MODEL_LOSSES.join(', ')}`);
  }
  return {
    kind: 'layers-model',
    path,
    loss: wordOption('loss', loss, MODEL_LOSSES),
    labels: labelFiles(options),
    backend: backend === undefined ? null : wordOption('backend', backend, TENSOR_BACKENDS),
  };
}

/** Files of labels, if they are given. */
function labelFiles({ labelsRetain, labelsForget }: ModelOptions): { retain: string; forget: string } | null {
  if (labelsRetain === undefined && labelsForget === undefined) return null;
  if (labelsRetain !== undefined && labelsForget !== undefined) {
    return { retain: labelsRetain, forget: labelsForget };
  }
  const missing = labelsRetain === undefined ? 'retain' : 'forget';
  throw new UsageError(`--labels-${missing} is missing; give the labels of both sets, or of none`);
}
