import { type MatrixSource, accuracyOfType, heldMatrix } from '../theory/matrix-source.js';
import { SET_NAMES, type SetName } from '../theory/problem.js';
import { pickedSource } from '../theory/subset-of-sources.js';
import { parseJson, shown } from './checked-json.js';
import { fileText } from './file-bytes.js';
import { InputError } from './input-error.js';
import { matrixFile, readArray } from './matrix-file.js';
import { matrixPlace, type MatrixPlace } from './matrix-place.js';
import type { CheckedProblemFiles, Reading, SetFactors } from './problem-source.js';
import { factorFacts, storedIds } from './stored-facts.js';
import { symmetricEigenvalues } from '../linalg/symmetric-eigen.js';
import { gramCoordinates } from '../theory/reduction.js';
import { validatedMatrix } from './matrix-views.js';

/**
 * The factors of both sets as files hold them: a file a set, or one file and the row numbers of the forget set.
 *
 * @throws InputError in one line.
 */
export async function storedSets(
  reading: Reading,
  { model, retain, forget, forgetIndex }: CheckedProblemFiles,
): Promise<SetFactors> {
  const places = forgetIndex === null ? { retain, forget } : { 'all samples': retain };
  const facts = model.kind === 'factors' ? await factorFacts(places) : null;
  for (const line of facts?.notes ?? []) reading.note(line);
  const areDeclared = facts?.areDeclared ?? true;
  const sources: MatrixSource[] = [];
  for (const place of forgetIndex === null ? [retain, forget] : [retain]) {
    // The factor of a linear model is the row itself, of integers too.
    const { source, close } = await factorsOfModel(model, place);
    reading.closing(close);
    checkCount(source, facts?.samples[Object.keys(places)[sources.length]!] ?? null);
    sources.push(source);
  }
  const training = (): null => null;
  if (forgetIndex === null) {
    const [ofRetain, ofForget] = sources as [MatrixSource, MatrixSource];
    const forgetIds = await storedIds(forget, samplesOf(ofForget), reading);
    return { retain: ofRetain, forget: ofForget, training, forgetIds, areDeclared };
  }
  const data = sources[0]!;
  const rows = await splitBy(forgetIndex, data.name, samplesOf(data));
  const [ofRetain, ofForget] = SET_NAMES.map((name) => ({
    ...pickedSource(data, rows[name]),
    name: `${data.name} (${name} rows)`,
  }));
  const ids = await storedIds(forget, samplesOf(data), reading);
  const forgetIds = rows.forget.map((row) => ids?.[row] ?? row);
  return { retain: ofRetain!, forget: ofForget!, training, rows, forgetIds, areDeclared };
}

/** The factors of a file by the kind of the model. @throws InputError */
async function factorsOfModel(
  model: CheckedProblemFiles['model'],
  place: MatrixPlace,
): Promise<{ readonly source: MatrixSource; readonly close: () => void }> {
  if (model.kind === 'factors') return matrixFile(place, 'floats', model.axes);
  if (model.kind !== 'gram') return matrixFile(place, 'numbers');
  return { source: await gramFactors(place, model.factorsPerSample ?? 1), close: () => undefined };
}

/** @throws InputError if a file holds other samples than it says. */
function checkCount(source: MatrixSource, said: number | null): void {
  if (said === null || said === samplesOf(source)) return;
  throw new InputError(
    `${source.name}: must have ${said} samples, as its member n says; got ${samplesOf(source)}`,
  );
}

function samplesOf({ rows, factorsPerSample }: MatrixSource): number {
  return rows / factorsPerSample;
}

/** Samples of both sets among n of a file, by the file of the row numbers of the forget set. @throws InputError */
export async function splitBy(
  index: string,
  data: string,
  n: number,
): Promise<Readonly<Record<SetName, readonly number[]>>> {
  return splitRows(await rowNumbers(index), n, { index, data });
}

/** Row numbers as an .npy file, a .txt file with blanks or commas between them, or a .json list holds them. */
async function rowNumbers(path: string): Promise<readonly unknown[]> {
  if (/\.txt$/i.test(path)) {
    const words = fileText(path).split(/[\s,]+/);
    // np.savetxt writes 3.000000000000000000e+00.
    return words
      .filter((word) => word !== '')
      .map((word) => (Number.isNaN(Number(word)) ? word : Number(word)));
  }
  if (/\.json$/i.test(path)) {
    const list = parseJson(fileText(path), path);
    if (Array.isArray(list)) return list as readonly unknown[];
    throw new InputError(`${path}: must be a list of row numbers (from 0); got ${shown(list)}`);
  }
  const place = matrixPlace(path);
  if (place.kind !== 'npy') {
    throw new InputError(`${path}: row numbers must be in an .npy, .txt or .json file`);
  }
  const { numbers, shape } = await readArray(place);
  if (numbers.length === shape[0]) return Array.from(numbers);
  throw new InputError(`${path}: row numbers must have the shape (m,); got (${shape.join(', ')})`);
}

/**
 * The rows of both sets, each in order.
 *
 * @param n rows of the data.
 * @throws InputError for a row that is not there or is named twice, and unless both sets have one.
 */
function splitRows(
  given: readonly unknown[],
  n: number,
  names: { readonly index: string; readonly data: string },
): Readonly<Record<SetName, readonly number[]>> {
  const { index, data } = names;
  const at = new Map<number, number>();
  given.forEach((row, k) => {
    const place = `${index}: number ${k} (from 0)`;
    if (!Number.isInteger(row) || (row as number) < 0 || (row as number) >= n) {
      throw new InputError(`${place} must be a row of ${data}, an integer in 0..${n - 1}; got ${shown(row)}`);
    }
    const earlier = at.get(row as number);
    if (earlier !== undefined) {
      const mask = given.length === n && given.every((x) => x === 0 || x === 1);
      const hint = mask
        ? '; is this a mask of the rows? Give the numbers of those that are to be forgotten'
        : '';
      throw new InputError(
        `${place} must be a row that is named once; got ${String(row)}, as number ${earlier}${hint}`,
      );
    }
    at.set(row as number, k);
  });
  if (at.size === 0 || at.size === n) {
    const what = at.size === 0 ? 'none' : `all ${n}`;
    throw new InputError(
      `${index}: must name 1..${n - 1} of the ${n} rows of ${data}, so that both sets have samples; got ${what}`,
    );
  }
  const all = Array.from({ length: n }, (_, row) => row);
  return { retain: all.filter((row) => !at.has(row)), forget: all.filter((row) => at.has(row)) };
}

/** Share of the lengths of two factors by which their products may be off: more is no rounding of any type. */
const ROUGH = 1e-3;

/** More factors are not held: their Gram matrix has 512 MB. */
const MOST_FACTORS = 8192;

/**
 * Factors with the Gram matrix of a file, in as many coordinates as it has directions; sample i has the rows i c .. i c + c - 1.
 * A Gram matrix holds squares: factors are known from one of doubles as they are from singles, and so on.
 *
 * @throws InputError unless the matrix is square, symmetric and positive semidefinite, up to rounding.
 */
export async function gramFactors(place: MatrixPlace, factorsPerSample: number): Promise<MatrixSource> {
  const { source, close } = await matrixFile(place);
  try {
    const { name, rows, columns, dtype } = source;
    if (
      source.factorsPerSample !== 1 ||
      rows !== columns ||
      rows % factorsPerSample !== 0 ||
      rows > MOST_FACTORS
    ) {
      throw new InputError(
        `${name}: a Gram matrix must have the shape (N, N), N at most ${MOST_FACTORS} factors, ${factorsPerSample} a sample; got ${rows} x ${columns}`,
      );
    }
    const gram = checkedGram(name, validatedMatrix(source).readColumns(0, columns), rows);
    const isSingle = accuracyOfType(dtype).precision > accuracyOfType('<f8').precision;
    const known = isSingle ? '<f2' : '<f4';
    const { dimension, coordinates } = gramCoordinates(gram, rows, accuracyOfType(known).precision);
    return { ...heldMatrix(name, coordinates, dimension, factorsPerSample, known), orthonormal: true };
  } finally {
    close();
  }
}

/** The symmetric part. @throws InputError for what is no Gram matrix. */
function checkedGram(name: string, gram: Float64Array, n: number): Float64Array {
  const lengths = Float64Array.from({ length: n }, (_, i) => Math.sqrt(gram[i * n + i]!));
  const negative = lengths.findIndex((x) => Number.isNaN(x));
  if (negative >= 0) {
    throw new InputError(
      `${name}: row ${negative} (from 0) must have a diagonal entry >= 0, a squared length; got ${gram[negative * n + negative]!}`,
    );
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const [one, other] = [gram[i * n + j]!, gram[j * n + i]!];
      const scale = lengths[i]! * lengths[j]!;
      const at = `${name}: row ${i}, column ${j} (from 0)`;
      if (Math.abs(one - other) > ROUGH * scale)
        throw new InputError(`${at} must be as row ${j}, column ${i}: ${other}; got ${one}`);
      if (Math.abs(one) > (1 + ROUGH) * scale) {
        throw new InputError(
          `${at} must be at most ${scale} in size, the product of two lengths; got ${one}`,
        );
      }
      gram[i * n + j] = gram[j * n + i] = (one + other) / 2;
    }
  }
  const values = symmetricEigenvalues(gram, n);
  if (values[0]! < -ROUGH * values.at(-1)!) {
    throw new InputError(
      `${name}: must be positive semidefinite, as inner products are; its smallest eigenvalue is ${values[0]!}`,
    );
  }
  return gram;
}
