import { z } from 'zod';
import type { TensorBackendName } from '../network/gradient-backend.js';
import { TENSOR_BACKENDS } from '../network/tfjs-backend.js';
import type { MatrixSource } from '../theory/matrix-source.js';
import type { BatchSizes, FactorSet, SamplingChoice, SetName } from '../theory/problem.js';
import { SET_NAMES } from '../theory/problem.js';
import type { ProcedureSpec } from '../theory/procedure.js';
import { parseSchema, shown } from './checked-json.js';
import { type FieldName, InputError } from './input-error.js';
import type { JacobianAxes } from './matrix-file.js';
import { matrixPlace, type MatrixPlace } from './matrix-place.js';
import { problemSchema, stepSizeSchema } from './problem-file.js';
import type { TrainingFit } from './training-fit.js';
import { INTEGER_WORDS, mixingOf, type TrainingWords } from './training-words.js';

/** Shows how far a part of the reading is. */
export interface ReadingProgress {
  readonly update: (done: number) => void;
  readonly clear: () => void;
}

/** What reading a problem tells its caller while it goes on. */
export interface Reading {
  readonly fieldName: FieldName;
  /** Called with a line for the user about what was done in place of what could not be. */
  readonly note: (line: string) => void;
  /** Begins a part of so many pieces. */
  readonly progress: (name: string, total: number) => ReadingProgress;
  /** Hears of the multiplications of reading and analysing, about, before they begin; it may throw. */
  readonly announce: (multiplications: number) => void;
  /** Adds what is to be closed when everything is read. */
  readonly closing: (close: () => void) => void;
}

/** Factors of both sets as a model gives them, readable until the reading is closed. */
export interface SetFactors {
  readonly retain: MatrixSource;
  readonly forget: MatrixSource;
  /** How the model fits the samples that were read; null without a model that can tell, or labels. */
  training(): TrainingFit | null;
  /** Where the samples stand in the one file that holds both sets; absent: in files of their own. */
  readonly rows?: Readonly<Record<SetName, readonly number[]>>;
  /** What the file of the forget samples calls them, by their row; absent: nothing. */
  readonly forgetIds?: readonly number[] | null;
  /** True if the rows are known to be factors: by a model, or by what their files say; default true. */
  readonly areDeclared?: boolean;
}

/** Losses that a model.json may have been trained with. */
export const MODEL_LOSSES = ['squared', 'cross-entropy'] as const;

/** What the files of both sets hold, and what else a model of that kind takes; a file is a `Place`. Declarations name it. */
export interface Models<Place> {
  /** Curvature factors: gradients of the samples. */
  readonly factors: {
    readonly kind: 'factors';
    /** Whether samples without a number other than 0 are taken: no curvature, or rows never written; default false. */
    readonly allowZeroSamples?: boolean;
    /** Order of the axes of several factors a sample; default: samples first, ncp. */
    readonly axes?: JacobianAxes;
  };
  /** The Gram matrix of all factors of both sets, in one file. */
  readonly gram: {
    readonly kind: 'gram';
    /** Consecutive rows that are factors of one sample; default 1. */
    readonly factorsPerSample?: number | undefined;
  };
  /** Features of a linear model: the factor of a row is the row. */
  readonly linear: { readonly kind: 'linear' };
  /** Features of a logistic model, at given weights or at those that fit the labels best. */
  readonly logistic: {
    readonly kind: 'logistic';
    /** A file of p weights, or p + 1 with the bias last; default null: the model is fitted. */
    readonly weights?: Place | null;
    /** L of (L/2)|w|^2 beside the mean loss of the fit; default 0. */
    readonly ridge?: number;
    /** Default true. */
    readonly bias?: boolean;
    /** Default null: the column `label` of .csv files. */
    readonly labels?: { readonly retain: Place; readonly forget: Place } | null;
  };
  /** Inputs of a TensorFlow.js LayersModel. */
  readonly 'layers-model': {
    readonly kind: 'layers-model';
    /** Its model.json. */
    readonly path: string;
    readonly loss: (typeof MODEL_LOSSES)[number];
    readonly labels?: { readonly retain: Place; readonly forget: Place } | null;
    /** Default null: the first that starts and has all derivatives. */
    readonly backend?: TensorBackendName | null;
  };
}

export type ModelKind = keyof Models<never>;

/** What the files hold, as a user says it. */
export type ModelInput = Models<string>[ModelKind];

/** What the files hold, everything said. */
export type Model<Kind extends ModelKind = ModelKind> = {
  [Each in Kind]: Required<Models<MatrixPlace>[Each]>;
}[Kind];

/** Fields that both ways of saying a setting have in common; without a sampling where that of both sets is given beside the files. */
interface Setting extends ProcedureSpec {
  readonly sampling?: SamplingChoice;
  /** What the files hold; default: factors. */
  readonly model?: ModelInput;
  /** How many samples the retain, or the forget, file is a uniform draw from; default: those that it holds. */
  readonly ofRetain?: number | undefined;
  readonly ofForget?: number | undefined;
}

/** A file a set. */
interface FilesOfSets {
  readonly retain: string;
  readonly forget: string;
  readonly data?: never;
  readonly forgetIndex?: never;
}

/** One file of factors, or of features of a linear model. */
interface FileOfBoth {
  readonly data: string;
  /** Row numbers (from 0) of the forget set, an .npy, .txt or .json file; the rest is the retain set. */
  readonly forgetIndex: string;
  readonly retain?: never;
  readonly forget?: never;
}

/** A setting in the words of the theory. */
interface TheorySetting {
  /** Mixing weight in [0, 1]: 0 is descent on the retain set alone. */
  readonly alpha: number;
  /** Step size, > 0. */
  readonly eta: number;
  /** Samples in a batch of each set. */
  readonly batch: BatchSizes;
  readonly training?: never;
}

/** A setting in the words of training scripts. */
interface ScriptSetting {
  readonly training: Omit<TrainingWords, 'retainWeight'> & Partial<Pick<TrainingWords, 'retainWeight'>>;
  readonly alpha?: never;
  readonly eta?: never;
  readonly batch?: never;
}

/** A problem whose sets are in files of their own: FILE.npy, FILE.npz[#MEMBER], FILE.safetensors[#TENSOR] or FILE.csv. */
export type ProblemFiles = Setting & (FilesOfSets | FileOfBoth) & (TheorySetting | ScriptSetting);

/** The same, checked. */
export interface CheckedProblemFiles<Kind extends ModelKind = ModelKind>
  extends Omit<Setting, 'model' | 'sampling'>, Pick<TheorySetting, 'alpha' | 'eta'> {
  readonly sampling: SamplingChoice;
  readonly retain: MatrixPlace;
  readonly forget: MatrixPlace;
  /** The file of the row numbers of the forget set, where `retain` and `forget` are one file; null: they are not. */
  readonly forgetIndex: string | null;
  readonly model: Model<Kind>;
  /** Batch sizes, or the words that say them once the sizes of the sets are known. */
  readonly batch: BatchSizes | null;
  readonly training: TrainingWords | null;
}

const place = z.string('must be FILE.npy, FILE.npz, FILE.safetensors or FILE.csv').transform(matrixPlace);
const labels = z.strictObject({ retain: place, forget: place }, 'must be { "retain": .., "forget": .. }');
const yesOrNo = z.boolean('must be true or false');
const oneOf = <Word extends string>(words: readonly Word[]) =>
  z.enum(words, `must be one of ${words.join(', ')}`);

// The types above are not inferred from these: the declarations of the package name no other package.
const MODELS: { readonly [Kind in ModelKind]: z.ZodType<Model<Kind>> } = {
  factors: z.strictObject({
    kind: z.literal('factors'),
    allowZeroSamples: yesOrNo.default(false),
    axes: oneOf(['ncp', 'cnp']).default('ncp'),
  }),
  gram: z.strictObject({
    kind: z.literal('gram'),
    factorsPerSample: z.int('must be an integer >= 1').min(1, 'must be >= 1').default(1),
  }),
  linear: z.strictObject({ kind: z.literal('linear') }),
  logistic: z.strictObject({
    kind: z.literal('logistic'),
    weights: place.nullable().default(null),
    ridge: z.number('must be a number >= 0').min(0, 'must be >= 0').default(0),
    bias: yesOrNo.default(true),
    labels: labels.nullable().default(null),
  }),
  'layers-model': z.strictObject({
    kind: z.literal('layers-model'),
    path: z.string('must be the path of a model.json'),
    loss: oneOf(MODEL_LOSSES),
    labels: labels.nullable().default(null),
    backend: oneOf(TENSOR_BACKENDS).nullable().default(null),
  }),
};

const count = z.int('must be an integer >= 1').min(1, 'must be >= 1').optional();

const filesSchema = problemSchema.extend({
  retain: place,
  forget: place,
  eta: stepSizeSchema,
  model: z
    .looseObject({ kind: oneOf(Object.keys(MODELS) as ModelKind[]) }, 'must be an object with its kind')
    .default({ kind: 'factors' }),
  ofRetain: count,
  ofForget: count,
});

const weight = z.number('must be a finite number >= 0').min(0, 'must be >= 0');

const scriptSchema = filesSchema.omit({ alpha: true, eta: true, batch: true }).extend({
  training: z.strictObject({
    lr: stepSizeSchema,
    retainWeight: weight.default(1),
    forgetWeight: weight,
    ...(Object.fromEntries(INTEGER_WORDS.map((word) => [word, count])) as Record<
      (typeof INTEGER_WORDS)[number],
      typeof count
    >),
  }),
});

/** Fields of one file that holds both sets, as those of two files. @throws InputError */
export function filesOfSets(
  input: object,
  fieldName: FieldName,
): { sets: Partial<Record<SetName, unknown>>; forgetIndex: string | null } {
  // Callers without types can give anything.
  const { data, forgetIndex, ...rest } = input as Partial<Record<'data' | 'forgetIndex' | SetName, unknown>>;
  if (data === undefined && forgetIndex === undefined) return { sets: rest, forgetIndex: null };
  const path = (field: string, other: string, value: unknown): string => {
    if (typeof value === 'string') return value;
    throw new InputError(
      `${fieldName(field)} must be the path of a file, beside ${fieldName(other)}; got ${shown(value)}`,
    );
  };
  const retain = path('data', 'forgetIndex', data);
  for (const set of SET_NAMES.filter((name) => rest[name] !== undefined)) {
    throw new InputError(
      `${fieldName(set)} must be left out beside ${fieldName('data')}, which holds both sets; got ${shown(rest[set])}`,
    );
  }
  const sets = { ...rest, retain, forget: retain };
  return { sets, forgetIndex: path('forgetIndex', 'data', forgetIndex) };
}

/** What is wrong with a Gram matrix a set, in words. */
export const gramFault = (fieldName: FieldName): string =>
  `${fieldName('data')} and ${fieldName('forgetIndex')} go with ${fieldName('model')} gram, whose file holds the products of both sets; got a file a set`;

/** The fields with alpha and eta, whichever way they are said. */
function checkedSetting(input: object, fieldName: FieldName) {
  if (!('training' in input) || input.training === undefined) {
    return { ...parseSchema(filesSchema, input, 'problem'), training: null };
  }
  const files = parseSchema(scriptSchema, input, 'problem');
  const mixing = mixingOf(files.training, (field) => fieldName(`training.${field}`));
  return { ...files, ...mixing, batch: null };
}

/** @throws InputError in one line that names the field, the value and what is allowed. */
export function checkedProblemFiles(input: ProblemFiles, fieldName: FieldName): CheckedProblemFiles {
  const { sets, forgetIndex } = filesOfSets(input, fieldName);
  const { model: given, ...files } = checkedSetting(sets, fieldName);
  const model = parseSchema<Model>(MODELS[given.kind], given, 'problem: model');
  const features = [files.retain, files.forget].find(({ kind }) => kind === 'csv');
  if (features && model.kind === 'factors') {
    const name = fieldName('model');
    throw new InputError(
      `${name} is missing; ${features.path} holds features: give ${name} linear (the factor of a row is the row), logistic or FILE.json`,
    );
  }
  if (forgetIndex === null && model.kind === 'gram') throw new InputError(gramFault(fieldName));
  if (forgetIndex !== null && !['factors', 'linear', 'gram'].includes(model.kind)) {
    throw new InputError(
      `${fieldName('data')} must hold factors or features of a linear model; got ${fieldName('model')} ${model.kind}, which takes a file a set`,
    );
  }
  const thinned = (['ofRetain', 'ofForget'] as const).find((field) => files[field] !== undefined);
  if (thinned !== undefined && model.kind === 'logistic' && model.weights === null) {
    throw new InputError(
      `${fieldName(thinned)} needs ${fieldName('model.weights')} beside it: a fit to thinned sets is another one; got ${files[thinned]!} without`,
    );
  }
  return { ...files, model, forgetIndex };
}

/** Gradients of the losses of single samples at w*, a row each, in the coordinates of the sets: with a preconditioner C^{1/2} g_i. */
export interface SampleGradients {
  readonly retain: FactorSet;
  readonly forget: FactorSet;
}

/** Files of them. */
export type GradientFiles = Readonly<Partial<Record<SetName, string>>>;
