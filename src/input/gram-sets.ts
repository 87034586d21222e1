import { symmetricEigenvalues } from '../linalg/symmetric-eigen.js';
import { accuracyOfType, heldMatrix, type MatrixSource } from '../theory/matrix-source.js';
import { gramCoordinates } from '../theory/reduction.js';
import { InputError } from './input-error.js';
import { matrixFile } from './matrix-file.js';
import type { MatrixPlace } from './matrix-place.js';
import { validatedMatrix } from './matrix-views.js';

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
