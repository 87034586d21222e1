import type { ForecastSets, OutputSet } from '../forecast/output-set.js';
import type { MatrixSource } from '../theory/matrix-source.js';
import { SET_NAMES, type SetName } from '../theory/problem.js';
import { pickedSource } from '../theory/subset-of-sources.js';
import type { LossKind } from '../unlearning/output-loss.js';
import { gramFactors, splitBy } from './stored-sets.js';
import { type FieldName, InputError } from './input-error.js';
import { readLabels, targetsOf } from './labels.js';
import type { MatrixPlace } from './matrix-place.js';
import { type JacobianAxes, matrixFile, type NumberArray, readArray } from './matrix-file.js';
import { validatedMatrix } from './matrix-views.js';
import { filesOfSets, gramFault } from './problem-source.js';
import { memberNames } from './stored-facts.js';
import { thinnedFrom } from './subset-request.js';

/** Files of a forecast: one a set, or one of both and the row numbers of the forget set. */
export interface OutputFiles {
  readonly retain?: string | undefined;
  readonly forget?: string | undefined;
  readonly data?: string | undefined;
  readonly forgetIndex?: string | undefined;
  readonly test: string | null;
  readonly loss: LossKind;
  /** Order of the first two axes of the Jacobian: samples first, or outputs first. */
  readonly axes: JacobianAxes;
  /** What says how outputs depend on weights: `jacobian`, or its inner products, `gram` (n c, n c) in one file of both sets. */
  readonly model: OutputModel;
  /** How many samples the retain, or the forget, set is a uniform draw from; default: those that there are. */
  readonly ofRetain?: number | undefined;
  readonly ofForget?: number | undefined;
}

export const OUTPUT_MODELS = ['jacobian', 'gram'] as const;

export type OutputModel = (typeof OUTPUT_MODELS)[number];

/** The sets of a forecast, whose Jacobians are read where they are needed until `close`. */
interface ReadOutputs {
  readonly sets: ForecastSets;
  readonly close: () => void;
}

/** Members of an .npz file beside that of the model: those that it must have, and those that it may have. */
const MEMBERS = {
  required: ['outputs', 'labels'],
  optional: ['jw', 'ids', 'projection', 'real_outputs', 'real_steps'],
} as const;

/**
 * Opens the files of a forecast: .npz archives with `jacobian` (n, c, p), `outputs` (n, c), `labels` (n,) or (n, c), and
 * maybe `jw` (n, c), `ids` (n,), `projection` (seed and columns), `real_outputs` (n, c) after `real_steps` real steps.
 *
 * @throws InputError in one line that names file and member, or the field; nothing stays open then.
 */
export async function readOutputs(
  files: OutputFiles,
  fieldName: FieldName = (field) => field,
): Promise<ReadOutputs> {
  const open: (() => void)[] = [];
  const close = (): void => open.splice(0).forEach((one) => one());
  const { retain: path, forget: other, forgetIndex } = checkedFiles(files, fieldName);
  try {
    const first = await outputSet(path, files, open);
    const given =
      forgetIndex === null
        ? { retain: first, forget: await outputSet(other, files, open) }
        : await splitSet(first, forgetIndex);
    const thinned = thinnedFrom(files, given, fieldName);
    const [retain, forget] = [
      { ...given.retain, of: thinned?.retain ?? given.retain.samples },
      { ...given.forget, of: thinned?.forget ?? given.forget.samples },
    ];
    const test = files.test === null ? null : await outputSet(files.test, files, open);
    for (const set of test ? [forget, test] : [forget]) checkSameModel(retain, set);
    return { sets: { retain, forget, test }, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** @throws InputError unless the files are those of one way of giving them */
function checkedFiles(files: OutputFiles, fieldName: FieldName) {
  const { retain, forget, data, forgetIndex, test, axes, model } = files;
  const one = filesOfSets({ retain, forget, data, forgetIndex }, fieldName);
  const missing = SET_NAMES.find((name) => one.sets[name] === undefined);
  if (missing !== undefined) {
    throw new InputError(
      `${fieldName(missing)} is missing; give a file a set, or ${fieldName('data')} and ${fieldName('forgetIndex')}`,
    );
  }
  if (model === 'gram') {
    const fault =
      one.forgetIndex === null
        ? gramFault(fieldName)
        : test !== null
          ? `${fieldName('test')} must be left out with ${fieldName('model')} gram, whose file holds no products with its samples; got ${test}`
          : axes === 'cnp'
            ? `${fieldName('axes')} must be ncp with ${fieldName('model')} gram, where the outputs of a sample lie together; got cnp`
            : null;
    if (fault !== null) throw new InputError(fault);
  }
  const { retain: first, forget: second } = one.sets as Record<SetName, string>;
  return { retain: first, forget: second, forgetIndex: one.forgetIndex };
}

/** Both sets of a file of all samples. @throws InputError */
async function splitSet(all: OutputSet, forgetIndex: string): Promise<Readonly<Record<SetName, OutputSet>>> {
  const rows = await splitBy(forgetIndex, all.name, all.samples);
  const part = (name: SetName): OutputSet => pickedSet(all, rows[name], `${all.name} (${name} rows)`);
  return { retain: part('retain'), forget: part('forget') };
}

/** Some samples of a set, which keep their names; those without one are called by their numbers in the whole. */
function pickedSet(whole: OutputSet, picked: readonly number[], name: string): OutputSet {
  const { width, outputs, targets, pull, jacobian, ids, real } = whole;
  const cut = (numbers: Float64Array): Float64Array => {
    const own = new Float64Array(picked.length * width);
    picked.forEach((sample, k) => own.set(numbers.subarray(sample * width, (sample + 1) * width), k * width));
    return own;
  };
  return {
    ...whole,
    ...{
      name,
      samples: picked.length,
      outputs: cut(outputs),
      targets: cut(targets),
      pull: pull && cut(pull),
    },
    jacobian: { ...pickedSource(jacobian, picked), name },
    ids: picked.map((sample) => ids?.[sample] ?? sample),
    real: real && { ...real, outputs: cut(real.outputs) },
  };
}

async function outputSet(path: string, files: OutputFiles, open: (() => void)[]): Promise<OutputSet> {
  const names = await memberNames(path);
  const missing = [files.model, ...MEMBERS.required].find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw new InputError(`${path}: must have a member ${missing}; it has ${names.join(', ') || 'none'}`);
  }
  const place = (part: string): MatrixPlace => ({ path, kind: 'npz', part });
  const optional = (name: (typeof MEMBERS.optional)[number]): Promise<NumberArray | null> =>
    names.includes(name) ? readArray(place(name)) : Promise.resolve(null);
  const stored = await readArray(place('outputs'));
  const isGram = files.model === 'gram';
  const { source, close } = isGram
    ? { source: await gramFactors(place('gram'), stored.shape[1] ?? 1), close: () => undefined }
    : await matrixFile(place('jacobian'), 'floats', files.axes);
  open.push(close);
  const { rows, factorsPerSample: width } = source;
  const samples = rows / width;
  const shape = (array: NumberArray): Float64Array => outputShape(array, source.name, samples, width);
  const [real, steps] = [await optional('real_outputs'), await optional('real_steps')];
  if ((real === null) !== (steps === null)) {
    throw new InputError(
      `${path}: real_outputs and real_steps go together; it has ${real ? 'real_outputs' : 'real_steps'} alone`,
    );
  }
  const outputs = shape(stored);
  if (files.loss === 'softmax' && width < 2) {
    throw new InputError(
      `${source.name}: cross-entropy must have at least 2 outputs a sample; got ${width} (logistic takes one)`,
    );
  }
  const set = { name: source.name, samples };
  const [jw, ids, projection] = [await optional('jw'), await optional('ids'), await optional('projection')];
  return {
    name: path,
    samples,
    of: samples,
    width,
    outputs,
    targets: targetsOf(await readLabels(place('labels')), set, files.loss, width),
    pull: jw && shape(jw),
    jacobian: validatedMatrix(source),
    projection: projection && !isGram ? projectionOf(projection, source) : null,
    ...(isGram && { isGram }),
    ids: ids && idsOf(ids, samples),
    real: real && { outputs: shape(real), steps: realSteps(steps!) },
  };
}

/** Numbers of n x c outputs; (n,) for one output. @throws InputError */
function outputShape(
  { name, shape, numbers }: NumberArray,
  jacobian: string,
  n: number,
  c: number,
): Float64Array {
  const [samples, width = 1] = shape;
  if (shape.length <= 2 && samples === n && width === c) return numbers;
  const swapped = shape.length === 2 && samples === c && width === n;
  throw new InputError(
    `${name}: shape must be (${n}, ${c}), samples and outputs of ${jacobian}; got (${shape.join(', ')})${swapped ? ' (is the Jacobian (c, n, p)? --axes cnp)' : ''}`,
  );
}

function idsOf({ name, numbers }: NumberArray, n: number): readonly number[] {
  if (numbers.length === n) return Array.from(numbers);
  throw new InputError(`${name}: must have ${n} ids, as the Jacobian has samples; got ${numbers.length}`);
}

function projectionOf({ name, numbers }: NumberArray, { columns }: MatrixSource): OutputSet['projection'] {
  if (numbers.length === 2 && numbers[1] === columns) return { seed: numbers[0]!, columns };
  throw new InputError(
    `${name}: must be (seed, columns) with ${columns} columns, as the Jacobian has; got (${numbers.join(', ')})`,
  );
}

function realSteps({ name, numbers }: NumberArray): number {
  const [steps] = numbers;
  if (numbers.length === 1 && Number.isInteger(steps) && steps! >= 1) return steps!;
  throw new InputError(`${name}: must be one integer >= 1; got ${numbers.join(', ')}`);
}

/** @throws InputError if a set is not of the model of the first one. */
function checkSameModel(retain: OutputSet, other: OutputSet): void {
  const [p, q] = [retain.jacobian.columns, other.jacobian.columns];
  const refused = (what: string, own: number | string): InputError =>
    new InputError(`${other.jacobian.name}: must have ${what}, as ${retain.jacobian.name}; got ${own}`);
  if (p !== q) throw refused(`${p} columns`, q);
  if (retain.width !== other.width) throw refused(`${retain.width} outputs a sample`, other.width);
  const words = ({ projection }: OutputSet): string =>
    projection === null ? 'no projection' : `the projection with seed ${projection.seed}`;
  if (words(retain) !== words(other)) throw refused(words(retain), words(other));
}
