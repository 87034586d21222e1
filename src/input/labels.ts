import { csvFile, featuresAndLabels } from './csv-table.js';
import { InputError } from './input-error.js';
import type { MatrixPlace } from './matrix-place.js';
import { readArray } from './matrix-file.js';
import type { LossKind } from '../unlearning/output-loss.js';

/** Labels as they were read: n numbers, or n rows of numbers. */
export interface Labels {
  readonly name: string;
  /** (n), or (n, ...). */
  readonly shape: readonly number[];
  readonly numbers: Float64Array;
}

/** Set of samples that labels belong to. */
export interface LabelledSet {
  readonly name: string;
  readonly samples: number;
}

/** Probabilities of a sample must sum to 1 up to the rounding of float16. */
const SUM_TOLERANCE = 1e-3;

/**
 * Targets of a model with c outputs, n x c: as they are (squared loss), of classes 0 .. c-1 or rows of probabilities (softmax), of
 * probabilities (sigmoid).
 *
 * @throws InputError naming file, sample and value if they are of another number or kind.
 */
export function targetsOf(labels: Labels, set: LabelledSet, kind: LossKind, c: number): Float64Array {
  const perSample = labelsPerSample(labels, set);
  const { name, numbers } = labels;
  if (kind === 'softmax' && perSample === 1) return oneHot(labels, c);
  if (perSample !== c) {
    const words = kind === 'softmax' ? `1 class or ${c} probabilities` : `${c} number${c === 1 ? '' : 's'}`;
    throw new InputError(`${name}: must have ${words} a sample, as the model has outputs; got ${perSample}`);
  }
  if (kind === 'squared') return numbers;
  refuse(labels, (y) => !(y >= 0 && y <= 1), 'must be in [0, 1]', c);
  for (let i = 0; kind === 'softmax' && i < set.samples; i++) {
    const sum = numbers.subarray(i * c, (i + 1) * c).reduce((a, b) => a + b, 0);
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new InputError(`${name}: the probabilities of sample ${i} (from 0) must sum to 1; got ${sum}`);
    }
  }
  return numbers;
}

/**
 * Targets 0 and 1 of two classes, which may be called by any two numbers: the smaller is 0.
 *
 * @throws InputError if there is a third, or only one that is not 0, 1 or -1.
 */
export function binaryTargets(
  sets: readonly { readonly labels: Labels; readonly set: LabelledSet }[],
): Float64Array[] {
  const names = new Set<number>();
  for (const { labels, set } of sets) {
    const perSample = labelsPerSample(labels, set);
    if (perSample !== 1) throw new InputError(`${labels.name}: must have 1 label a sample; got ${perSample}`);
    refuse(
      labels,
      (y) => names.size > 1 && !names.has(y),
      'must be one of two classes',
      1,
      (y) => names.add(y),
    );
  }
  const [low, high] = [...names].sort((a, b) => a - b) as [number, number | undefined];
  if (high === undefined && low !== 0 && low !== 1 && low !== -1) {
    throw new InputError(`${sets[0]!.labels.name}: labels must be 0 and 1, or two classes; got ${low} alone`);
  }
  const positive = high ?? 1;
  return sets.map(({ labels }) => labels.numbers.map((y) => (y === positive ? 1 : 0)));
}

function labelsPerSample({ name, shape, numbers }: Labels, set: LabelledSet): number {
  if (shape[0] !== set.samples) {
    throw new InputError(
      `${name}: must have ${set.samples} labels, as ${set.name} has samples; got ${shape[0]}`,
    );
  }
  return numbers.length / set.samples;
}

function oneHot(labels: Labels, c: number): Float64Array {
  refuse(labels, (y) => !Number.isInteger(y) || y < 0 || y >= c, `must be a class in 0..${c - 1}`, 1);
  const targets = new Float64Array(labels.numbers.length * c);
  labels.numbers.forEach((y, i) => (targets[i * c + y] = 1));
  return targets;
}

/** @throws InputError at the first number that is wrong; `accept` hears of the others. */
function refuse(
  { name, numbers }: Labels,
  isWrong: (y: number) => boolean,
  allowed: string,
  perSample: number,
  accept: (y: number) => unknown = () => undefined,
): void {
  numbers.forEach((y, k) => {
    if (isWrong(y)) {
      const sample = Math.floor(k / perSample);
      throw new InputError(`${name}: the label of sample ${sample} (from 0) ${allowed}; got ${y}`);
    }
    accept(y);
  });
}

/**
 * Labels of several sets: from files of their own, or those that stand beside the samples.
 *
 * @param places a file a set; null if there are none.
 * @returns null if neither has labels for every set.
 * @throws InputError in one line.
 */
export async function labelsOf(
  places: readonly MatrixPlace[] | null,
  sets: readonly (LabelledSet & { readonly labels: Float64Array | null })[],
): Promise<readonly Labels[] | null> {
  if (places !== null) return Promise.all(places.map(readLabels));
  const beside = sets.flatMap(({ name, samples, labels }) =>
    labels === null ? [] : [{ name, shape: [samples], numbers: labels }],
  );
  return beside.length === sets.length ? beside : null;
}

/**
 * Reads labels: of a .csv file its column `label`, if it has one beside others.
 *
 * @throws InputError in one line.
 */
export async function readLabels(place: MatrixPlace): Promise<Labels> {
  if (place.kind !== 'csv') return readArray(place);
  const table = csvFile(place.path, 'list');
  const { name, rows, columns, numbers } = table;
  const labels = columns === 1 ? numbers : featuresAndLabels(table).labels;
  return labels ? { name, shape: [rows], numbers: labels } : { name, shape: [rows, columns], numbers };
}
