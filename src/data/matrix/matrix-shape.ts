import { InputError } from '../problem-file.js';

/** Rows, columns and factors a sample of a stored shape. */
export interface MatrixShape {
  readonly rows: number;
  readonly columns: number;
  readonly factorsPerSample: number;
}

/** Reads the shape n x p, or n x c x p. @throws InputError for any other, and for one without numbers. */
export function matrixShape(shape: readonly number[], name: string): MatrixShape {
  const shown = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  if (shape.length !== 2 && shape.length !== 3) {
    throw new InputError(`${name}: shape must be (samples, p) or (samples, factors, p); got ${shown}`);
  }
  const numbers = shape.reduce((product, length) => product * length, 1);
  if (
    !shape.every((length) => Number.isSafeInteger(length) && length >= 1) ||
    !Number.isSafeInteger(numbers)
  ) {
    throw new InputError(`${name}: shape must have at least 1 sample, factor and column; got ${shown}`);
  }
  const factorsPerSample = shape.length === 3 ? shape[1]! : 1;
  return { rows: shape[0]! * factorsPerSample, columns: shape.at(-1)!, factorsPerSample };
}
