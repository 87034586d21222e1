import { MODEL_LOSSES, type ModelInput, type ModelKind, type ProblemFiles } from '../input/problem-source.js';
import { TENSOR_BACKENDS } from '../network/tfjs-backend.js';
import { ALL_SAMPLINGS } from '../theory/problem.js';
import {
  flag,
  givenFields,
  type GivenOptions,
  integer,
  negatedFlag,
  NOT_NEGATIVE,
  number,
  oneOf,
  type Option,
  optionName,
  type OptionValues,
  POSITIVE,
  readAllOptions,
  readOptions,
  SHARE,
  text,
  typedName,
  UsageError,
} from './options.js';

/** A file a set. */
const FILES_OF_SETS = {
  retain: text('<file>', 'retain factors, samples x p: .npy, .npz#MEMBER, .safetensors#TENSOR or .csv'),
  forget: text('<file>', 'forget factors, of the same p'),
};

/** One file of both sets. */
const FILE_OF_BOTH = {
  data: text('<file>', 'in place of --retain and --forget: one file of the factors of all samples'),
  forgetIndex: text('<file>', 'with --data: its rows (from 0) that are to be forgotten, .npy, .txt or .json'),
};

/** Options that a problem given in files needs beside them. */
const SETTING_OPTIONS = {
  alpha: number('<x>', 'mixing weight of the ascent', SHARE),
  eta: number('<x>', 'step size', POSITIVE),
  batchRetain: integer('<n>', 'retain batch size', 1),
  batchForget: integer('<n>', 'forget batch size', 1),
  sampling: oneOf('<scheme>', ALL_SAMPLINGS.join(', '), ALL_SAMPLINGS),
};

/** How many samples files are a draw from. */
export const THINNED_OPTIONS = {
  ofRetain: integer('<n>', 'the retain file is a uniform draw from so many samples (default: its own)', 1),
  ofForget: integer('<n>', 'the forget file likewise', 1),
};

/** Files, and the setting in the words of the theory. */
export const SET_OPTIONS = { ...FILES_OF_SETS, ...FILE_OF_BOTH, ...THINNED_OPTIONS, ...SETTING_OPTIONS };

/** Largest numbers of steps and epochs. */
const LARGEST = { steps: 1e9, epochs: 1e6 };

/** The words of training scripts: loss = W_R L_R - W_F L_F. */
export const TRAINING_OPTIONS = {
  lr: number('<x>', 'learning rate', POSITIVE),
  retainWeight: number('<x>', 'loss = W_R L_R - W_F L_F: W_R (default: 1)', NOT_NEGATIVE),
  forgetWeight: number('<x>', 'W_F', NOT_NEGATIVE),
  batchSize: integer('<n>', 'samples of a step of either set', 1),
  perDevice: integer('<n>', 'in place of --batch-size: samples a device', 1),
  devices: integer('<n>', 'with --per-device: devices (default: 1)', 1),
  accumulation: integer('<n>', 'with --per-device: accumulated batches (default: 1)', 1),
  epochs: integer('<n>', 'epochs over the forget set', 1, LARGEST.epochs),
  steps: integer('<n>', 'in place of --epochs: steps', 1, LARGEST.steps),
};

/** Fields whose options say that a setting is given in the words of a training script; --steps may be about something else. */
const WORDS = Object.keys(TRAINING_OPTIONS).filter(
  (field) => field !== 'steps',
) as (keyof typeof TRAINING_OPTIONS)[];

/** The option, with the models that take it. */
function takenBy<Taken extends Option<unknown>>(models: readonly ModelKind[], option: Taken) {
  return { ...option, models };
}

/** Options that say what model the files belong to. */
export const MODEL_OPTIONS = {
  model: takenBy(
    ['factors', 'gram', 'linear', 'logistic', 'layers-model'],
    text(
      '<name>',
      'the files hold features of a linear or logistic model, inputs of model.json, or (gram, with --data) inner products of factors',
    ),
  ),
  labelsRetain: takenBy(
    ['logistic', 'layers-model'],
    text('<file>', 'labels of the retain set, for --model logistic and model.json'),
  ),
  labelsForget: takenBy(['logistic', 'layers-model'], text('<file>', 'labels of the forget set')),
  weights: takenBy(
    ['logistic'],
    text('<file>', 'weights of --model logistic, the bias last (default: they are fitted)'),
  ),
  ridge: takenBy(
    ['logistic'],
    number('<x>', 'ridge of the fit of --model logistic (default: 0)', NOT_NEGATIVE),
  ),
  bias: takenBy(['logistic'], negatedFlag('the fit of --model logistic has no bias')),
  loss: takenBy(
    ['layers-model'],
    oneOf('<name>', 'loss of model.json: squared or cross-entropy', MODEL_LOSSES),
  ),
  backend: takenBy(
    ['layers-model'],
    oneOf('<name>', 'TensorFlow.js backend of model.json: node, wasm or cpu', TENSOR_BACKENDS),
  ),
  factorsPerSample: takenBy(['gram'], integer('<c>', 'with --model gram: factors a sample (default: 1)', 1)),
  axes: takenBy(
    ['factors'],
    oneOf('<order>', 'axes of several factors a sample: ncp (default) or cnp', ['ncp', 'cnp'] as const),
  ),
  allowZeroSamples: takenBy(['factors'], flag('take samples whose stored factors are all 0 (no curvature)')),
};

const MODEL_WORDS: Record<ModelKind, string> = {
  factors: 'factors (no --model)',
  gram: '--model gram',
  linear: '--model linear',
  logistic: '--model logistic',
  'layers-model': '--model FILE.json',
};

/** The option of a field of `ProblemFiles`: --batch-retain of batch.retain, --weights of model.weights. */
export function fieldOption(field: string): string {
  if (field === 'optimizer.preconditioner') return '--precondition';
  return `--${optionName(field.replace(/^(model|optimizer|training)\./, ''))}`;
}

/**
 * Reads what stands beside a problem file, or in its place.
 *
 * @returns null if the problem is in a problem file.
 * @throws UsageError if both or neither are given, one is missing, or a value is not allowed.
 */
export function problemFiles(file: string | undefined, given: GivenOptions): ProblemFiles | null {
  const words = WORDS.filter((field) => given[field] !== undefined);
  const [first] = [
    ...givenFields(SET_OPTIONS, given),
    ...words,
    ...givenFields(MODEL_OPTIONS, given).map((field) => typedName(MODEL_OPTIONS, field)),
  ];
  if (file !== undefined) {
    if (first === undefined) return null;
    throw new UsageError(
      `--${optionName(first)} must be left out beside a problem file, which says it all; got ${file}`,
    );
  }
  if (first === undefined) {
    throw new UsageError(
      'missing required argument: a problem file, or --retain FILE and --forget FILE, or --data FILE and --forget-index FILE',
    );
  }
  const files = { model: modelInput(given), ...readOptions(THINNED_OPTIONS, given) };
  if (words.length > 0) return { ...wordedFiles(words[0]!, given), ...files };
  const { sampling, ...setting } = SETTING_OPTIONS;
  const needed = { ...fileOptions(given), ...setting, ...neededSampling(given) };
  const { batchRetain, batchForget, ...rest } = readAllOptions(needed, given, (field) =>
    missing(field, 'without a problem file', { ...needed, sampling }),
  );
  return { ...rest, batch: { retain: batchRetain, forget: batchForget }, ...files };
}

/** The options of files that are to be given: of both sets, or of one file. @throws UsageError if both are given. */
function fileOptions(given: GivenOptions): typeof FILES_OF_SETS | typeof FILE_OF_BOTH {
  const [both] = givenFields(FILE_OF_BOTH, given);
  const [set] = givenFields(FILES_OF_SETS, given);
  if (both === undefined) return FILES_OF_SETS;
  if (set === undefined) return FILE_OF_BOTH;
  throw new UsageError(
    `--${set} must be left out beside --${optionName(both)}: one file holds both sets, or each has its own; got ${String(given[set])}`,
  );
}

/** The option of a sampling for both sets; nothing if each has its own. */
function neededSampling(given: GivenOptions): Partial<Pick<typeof SETTING_OPTIONS, 'sampling'>> {
  const { sampling } = SETTING_OPTIONS;
  const { samplingRetain, samplingForget } = given;
  return samplingRetain !== undefined && samplingForget !== undefined && given.sampling === undefined
    ? {}
    : { sampling };
}

/** That an option is missing, and what is to be given. */
function missing(field: string, when: string, needed: object): string {
  const all = Object.keys(needed).map((name) => `--${optionName(name)}`);
  return `--${optionName(field)} is missing; ${when} give ${all.join(', ')}; in place of --sampling both --sampling-retain and --sampling-forget`;
}

/** Sets in files with a setting in the words of a training script. @throws UsageError */
function wordedFiles(word: string, given: GivenOptions): ProblemFiles {
  const { alpha, eta, batchRetain, batchForget, sampling } = SETTING_OPTIONS;
  const [twice] = givenFields({ alpha, eta }, given);
  if (twice !== undefined) {
    throw new UsageError(
      `--${twice} must be left out beside --${optionName(word)}: a setting is given in alpha and eta or in the words of a training script; got ${String(given[twice])}`,
    );
  }
  const { lr, forgetWeight, ...others } = TRAINING_OPTIONS;
  const needed = { ...fileOptions(given), ...neededSampling(given), lr, forgetWeight };
  const files = readAllOptions(needed, given, (field) =>
    missing(field, `with --${optionName(word)}`, { ...fileOptions(given), sampling, lr, forgetWeight }),
  );
  const { lr: rate, forgetWeight: weight, ...sets } = files;
  const rest = readOptions({ ...others, batchRetain, batchForget }, given);
  const { retainWeight = 1, ...sizes } = rest;
  return { ...sets, training: { lr: rate, forgetWeight: weight, retainWeight, ...sizes } };
}

/**
 * Reads the options of the model.
 *
 * @throws UsageError if one is missing, belongs to another model, or has a value that is not allowed.
 */
function modelInput(given: GivenOptions): ModelInput {
  const { model } = given;
  const kind = kindOf(model as string | undefined);
  for (const field of givenFields(MODEL_OPTIONS, given)) {
    const { models } = MODEL_OPTIONS[field];
    if (models.includes(kind)) continue;
    const owners = models.map((owner) => MODEL_WORDS[owner]).join(' or ');
    throw new UsageError(
      `--${typedName(MODEL_OPTIONS, field)} goes with ${owners}; got it with ${MODEL_WORDS[kind]}`,
    );
  }
  if (kind === 'logistic' && given.weights !== undefined && given.ridge !== undefined) {
    throw new UsageError(
      `--ridge must be left out beside --weights, which need no fit; got ${String(given.ridge)}`,
    );
  }
  if (kind === 'layers-model' && given.loss === undefined) {
    throw new UsageError(
      `--loss is missing; --model ${String(model)} needs one of ${MODEL_LOSSES.join(', ')}`,
    );
  }
  const options = readOptions(MODEL_OPTIONS, given);
  const {
    weights = null,
    ridge = 0,
    bias,
    loss,
    backend = null,
    axes = 'ncp',
    allowZeroSamples = false,
  } = options;
  switch (kind) {
    case 'factors':
      return { kind, allowZeroSamples, axes };
    case 'gram':
      return { kind, factorsPerSample: options.factorsPerSample };
    case 'linear':
      return { kind };
    case 'logistic':
      return { kind, weights, ridge, bias, labels: labelFiles(options) };
    case 'layers-model':
      return { kind, path: options.model!, loss: loss!, labels: labelFiles(options), backend };
  }
}

function kindOf(model: string | undefined): ModelKind {
  if (model === undefined) return 'factors';
  if (/\.json$/i.test(model)) return 'layers-model';
  if (model === 'linear' || model === 'logistic' || model === 'gram') return model;
  throw new UsageError(
    `--model must be linear, logistic, gram or the model.json of TensorFlow.js; got ${model}`,
  );
}

/** Files of labels, if they are given. */
function labelFiles({
  labelsRetain,
  labelsForget,
}: OptionValues<typeof MODEL_OPTIONS>): { retain: string; forget: string } | null {
  if (labelsRetain === undefined && labelsForget === undefined) return null;
  if (labelsRetain !== undefined && labelsForget !== undefined) {
    return { retain: labelsRetain, forget: labelsForget };
  }
  const missing = labelsRetain === undefined ? 'retain' : 'forget';
  throw new UsageError(`--labels-${missing} is missing; give the labels of both sets, or of none`);
}
