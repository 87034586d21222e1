import type { ForecastSets, OutputSet } from '../forecast/output-set.js';
import type { MatrixSource } from '../theory/matrix-source.js';
import type { LossKind } from '../unlearning/output-loss.js';
import { InputError } from './input-error.js';
import { readLabels, targetsOf } from './labels.js';
import type { MatrixPlace } from './matrix-place.js';
import { type JacobianAxes, matrixFile, type NumberArray, readArray } from './matrix-file.js';
import { validatedMatrix } from './matrix-views.js';
import { memberNames } from './stored-facts.js';

/** Files of a forecast. */
export interface OutputFiles {
  readonly retain: string;
  readonly forget: string;
  readonly test: string | null;
  readonly loss: LossKind;
  /** Order of the first two axes of the Jacobian: samples first, or outputs first. */
  readonly axes: JacobianAxes;
}

/** The sets of a forecast, whose Jacobians are read where they are needed until `close`. */
export interface ReadOutputs {
  readonly sets: ForecastSets;
  readonly close: () => void;
}

/** Members of an .npz file: those that it must have, and those that it may have. */
const MEMBERS = {
  required: ['jacobian', 'outputs', 'labels'],
  optional: ['jw', 'ids', 'projection', 'real_outputs', 'real_steps'],
} as const;

/**
 * Opens the files of a forecast: .npz archives with `jacobian` (n, c, p), `outputs` (n, c), `labels` (n,) or (n, c), and
 * maybe `jw` (n, c), `ids` (n,), `projection` (seed and columns), `real_outputs` (n, c) after `real_steps` real steps.
 *
 * @throws InputError in one line that names file and member; nothing stays open then.
 */
export async function readOutputs(files: OutputFiles): Promise<ReadOutputs> {
  const open: (() => void)[] = [];
  const close = (): void => open.splice(0).forEach((one) => one());
  try {
    const retain = await outputSet(files.retain, files, open);
    const forget = await outputSet(files.forget, files, open);
    const test = files.test === null ? null : await outputSet(files.test, files, open);
    for (const other of test ? [forget, test] : [forget]) checkSameModel(retain, other);
    return { sets: { retain, forget, test }, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function outputSet(path: string, files: OutputFiles, open: (() => void)[]): Promise<OutputSet> {
  const names = await memberNames(path);
  const missing = MEMBERS.required.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw new InputError(`${path}: must have a member ${missing}; it has ${names.join(', ') || 'none'}`);
  }
  const place = (part: string): MatrixPlace => ({ path, kind: 'npz', part });
  const optional = (name: (typeof MEMBERS.optional)[number]): Promise<NumberArray | null> =>
    names.includes(name) ? readArray(place(name)) : Promise.resolve(null);
  const { source, close } = await matrixFile(place('jacobian'), 'floats', files.axes);
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
  const outputs = shape(await readArray(place('outputs')));
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
    width,
    outputs,
    targets: targetsOf(await readLabels(place('labels')), set, files.loss, width),
    pull: jw && shape(jw),
    jacobian: validatedMatrix(source),
    projection: projection && projectionOf(projection, source),
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
