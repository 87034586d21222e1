import { z } from 'zod';
import { TENSOR_BACKENDS } from '../network/load-backend.js';
import { parseSchema } from './checked-json.js';
import type { FieldName } from './reading.js';
import { InputError } from './input-error.js';
import { matrixPlace } from './matrix-place.js';
import { problemSchema, stepSizeSchema } from './problem-file.js';

/** Losses that a model.json may have been trained with. */
export const MODEL_LOSSES = ['squared', 'cross-entropy'] as const;

const place = z.string('must be FILE.npy, FILE.npz, FILE.safetensors or FILE.csv').transform(matrixPlace);
const labels = z.strictObject({ retain: place, forget: place }, 'must be { "retain": .., "forget": .. }');

/** What the files of both sets hold, and what else a model of that kind takes. */
const MODELS = {
  /** Curvature factors: gradients of the samples. */
  factors: z.strictObject({
    kind: z.literal('factors'),
    /** Whether samples without a number other than 0 are taken: no curvature, or rows that were never written. */
    allowZeroSamples: z.boolean('must be true or false').default(false),
  }),
  /** Features of a linear model: the factor of a row is the row. */
  linear: z.strictObject({ kind: z.literal('linear') }),
  /** Features of a logistic model, at given weights or at those that fit the labels best. */
  logistic: z.strictObject({
    kind: z.literal('logistic'),
    /** A file of p weights, or p + 1 with the bias last; null: the model is fitted. */
    weights: place.nullable().default(null),
    /** L of (L/2)|w|^2 beside the mean loss of the fit. */
    ridge: z.number('must be a number >= 0').min(0, 'must be >= 0').default(0),
    bias: z.boolean('must be true or false').default(true),
    labels: labels.nullable().default(null),
  }),
  /** Inputs of a TensorFlow.js LayersModel. */
  'layers-model': z.strictObject({
    kind: z.literal('layers-model'),
    /** Its model.json. */
    path: z.string('must be the path of a model.json'),
    loss: z.enum(MODEL_LOSSES, `must be one of ${MODEL_LOSSES.join(', ')}`),
    labels: labels.nullable().default(null),
    /** null: the first that starts and has all derivatives. */
    backend: z
      .enum(TENSOR_BACKENDS, `must be one of ${TENSOR_BACKENDS.join(', ')}`)
      .nullable()
      .default(null),
  }),
};

export type ModelKind = keyof typeof MODELS;

/** What the files hold, as a user says it. */
export type ModelInput = { [Kind in ModelKind]: z.input<(typeof MODELS)[Kind]> }[ModelKind];

/** What the files hold, everything said. */
export type Model<Kind extends ModelKind = ModelKind> = {
  [Each in Kind]: z.output<(typeof MODELS)[Each]>;
}[Kind];

const kindSchema = z.looseObject(
  { kind: z.enum(Object.keys(MODELS) as ModelKind[], `must be one of ${Object.keys(MODELS).join(', ')}`) },
  'must be an object with its kind',
);

const filesSchema = problemSchema.extend({
  retain: place,
  forget: place,
  eta: stepSizeSchema,
  model: kindSchema.default({ kind: 'factors' }),
});

/** A problem whose sets are in files of their own: FILE.npy, FILE.npz[#MEMBER], FILE.safetensors[#TENSOR] or FILE.csv. */
export type ProblemFiles = Omit<z.input<typeof filesSchema>, 'model'> & {
  /** What the files hold; default: factors. */
  readonly model?: ModelInput;
};

/** The same, checked. */
export type CheckedProblemFiles<Kind extends ModelKind = ModelKind> = Omit<
  z.output<typeof filesSchema>,
  'model'
> & { readonly model: Model<Kind> };

/** @throws InputError in one line that names the field, the value and what is allowed. */
export function checkedProblemFiles(input: ProblemFiles, fieldName: FieldName): CheckedProblemFiles {
  const { model: given, ...files } = parseSchema(filesSchema, input, 'problem');
  const model = parseSchema<Model>(MODELS[given.kind], given, 'problem: model');
  const features = [files.retain, files.forget].find(({ kind }) => kind === 'csv');
  if (features && model.kind === 'factors') {
    const name = fieldName('model');
    throw new InputError(
      `${name} is missing; ${features.path} holds features: give ${name} linear (the factor of a row is the row), logistic or FILE.json`,
    );
  }
  return { ...files, model };
}
