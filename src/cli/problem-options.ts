import { MODEL_LOSSES, type ModelInput, type ModelKind, type ProblemFiles } from '../input/problem-source.js';
import { TENSOR_BACKENDS } from '../network/load-backend.js';
import { SAMPLINGS } from '../theory/problem.js';
import {
  flag,
  givenFields,
  type GivenOptions,
  integer,
  negatedFlag,
  NOT_NEGATIVE,
  number,
  oneOf,
  optionName,
  type OptionValues,
  POSITIVE,
  readOptions,
  SHARE,
  text,
  UsageError,
} from './options.js';

/** What a problem whose sets are in files of their own needs. */
const NEEDED = {
  retain: text('<file>', 'retain factors, samples x p: .npy, .npz#MEMBER, .safetensors#TENSOR or .csv'),
  forget: text('<file>', 'forget factors, of the same p'),
  alpha: number('<x>', 'mixing weight of the ascent', SHARE),
  eta: number('<x>', 'step size', POSITIVE),
  batchRetain: integer('<n>', 'retain batch size', 1),
  batchForget: integer('<n>', 'forget batch size', 1),
  sampling: oneOf('<scheme>', 'bernoulli, with-replacement or without-replacement', SAMPLINGS),
};

/** What the files hold. */
const MODEL = {
  model: text('<name>', 'the files hold features of a linear or logistic model, or inputs of model.json'),
  labelsRetain: text('<file>', 'labels of the retain set, for --model logistic and model.json'),
  labelsForget: text('<file>', 'labels of the forget set'),
  weights: text('<file>', 'weights of --model logistic, the bias last (default: they are fitted)'),
  ridge: number('<x>', 'ridge of the fit of --model logistic (default: 0)', NOT_NEGATIVE),
  bias: negatedFlag('the fit of --model logistic has no bias'),
  loss: oneOf('<name>', 'loss of model.json: squared or cross-entropy', MODEL_LOSSES),
  backend: oneOf('<name>', 'TensorFlow.js backend of model.json: node, wasm or cpu', TENSOR_BACKENDS),
  allowZeroSamples: flag('take samples whose stored factors are all 0 (no curvature)'),
};

/** The models that take an option. */
const TAKEN_BY: Readonly<Record<Exclude<keyof typeof MODEL, 'model'>, readonly ModelKind[]>> = {
  weights: ['logistic'],
  ridge: ['logistic'],
  bias: ['logistic'],
  labelsRetain: ['logistic', 'layers-model'],
  labelsForget: ['logistic', 'layers-model'],
  loss: ['layers-model'],
  backend: ['layers-model'],
  allowZeroSamples: ['factors'],
};

const MODEL_WORDS: Readonly<Record<ModelKind, string>> = {
  factors: 'factors (no --model)',
  linear: '--model linear',
  logistic: '--model logistic',
  'layers-model': '--model FILE.json',
};

/** Options that stand in the place of a problem file. */
export const PROBLEM_OPTIONS = { ...NEEDED, ...MODEL };

/** The option of a field of `ProblemFiles`: --batch-retain of batch.retain, --weights of model.weights. */
export function fieldOption(field: string): string {
  return `--${optionName(field.replace(/^model\./, '').replaceAll('.', '-'))}`;
}

/**
 * The problem of the options, if there is no problem file.
 *
 * @returns null if there is one.
 * @throws UsageError if both or neither are given, an option is missing, or has a value that is not allowed.
 */
export function problemFiles(file: string | undefined, given: GivenOptions): ProblemFiles | null {
  const [first] = givenFields(PROBLEM_OPTIONS, given);
  if (file !== undefined) {
    if (first === undefined) return null;
    throw new UsageError(
      `${typed(first)} must be left out beside a problem file, which says it all; got ${file}`,
    );
  }
  if (first === undefined) {
    throw new UsageError('missing required argument: a problem file, or --retain FILE and --forget FILE');
  }
  const missing = Object.keys(NEEDED).find((field) => given[field] === undefined);
  if (missing !== undefined) {
    const all = Object.keys(NEEDED).map(typed).join(', ');
    throw new UsageError(`${typed(missing)} is missing; without a problem file give ${all}`);
  }
  const { retain, forget, alpha, eta, batchRetain, batchForget, sampling } = readOptions(NEEDED, given);
  return {
    retain: retain!,
    forget: forget!,
    alpha: alpha!,
    eta: eta!,
    batch: { retain: batchRetain!, forget: batchForget! },
    sampling: sampling!,
    model: modelInput(given),
  };
}

/** An option as it is typed. */
function typed(field: string): string {
  return field === 'bias' ? '--no-bias' : `--${optionName(field)}`;
}

function modelInput(given: GivenOptions): ModelInput {
  const kind = kindOf(given.model as string | undefined);
  const foreign = givenFields(MODEL, given).find(
    (field) => field !== 'model' && !TAKEN_BY[field].includes(kind),
  ) as keyof typeof TAKEN_BY | undefined;
  if (foreign !== undefined) {
    const owners = TAKEN_BY[foreign].map((owner) => MODEL_WORDS[owner]).join(' or ');
    throw new UsageError(`${typed(foreign)} goes with ${owners}; got it with ${MODEL_WORDS[kind]}`);
  }
  const options = readOptions(MODEL, given);
  if (kind === 'logistic') {
    const { weights = null, ridge = 0, bias } = options;
    if (weights !== null && options.ridge !== undefined) {
      throw new UsageError(`--ridge must be left out beside --weights, which need no fit; got ${ridge}`);
    }
    return { kind, weights, ridge, bias, labels: labelFiles(options) };
  }
  if (kind === 'layers-model') {
    const { model: path, loss, backend = null } = options;
    if (loss === undefined) {
      throw new UsageError(`--loss is missing; --model ${path} needs one of ${MODEL_LOSSES.join(', ')}`);
    }
    return { kind, path: path!, loss, backend, labels: labelFiles(options) };
  }
  return kind === 'linear' ? { kind } : { kind, allowZeroSamples: options.allowZeroSamples === true };
}

function kindOf(model: string | undefined): ModelKind {
  if (model === undefined) return 'factors';
  if (/\.json$/i.test(model)) return 'layers-model';
  if (model === 'linear' || model === 'logistic') return model;
  throw new UsageError(`--model must be linear, logistic or the model.json of TensorFlow.js; got ${model}`);
}

/** Files of labels, if they are given. */
function labelFiles({ labelsRetain, labelsForget }: OptionValues<typeof MODEL>) {
  if (labelsRetain === undefined && labelsForget === undefined) return null;
  if (labelsRetain !== undefined && labelsForget !== undefined) {
    return { retain: labelsRetain, forget: labelsForget };
  }
  const missing = labelsRetain === undefined ? 'retain' : 'forget';
  throw new UsageError(`--labels-${missing} is missing; give the labels of both sets, or of none`);
}
