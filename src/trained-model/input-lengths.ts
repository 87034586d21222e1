import { InputError } from '../data/input-error.js';

/**
 * Lengths of one input of a model, from data of the shape (samples, ...) with as many numbers a sample.
 *
 * @param inputShape of the model, null where it takes any length.
 * @throws InputError if the data do not fit.
 */
export function inputLengths(
  inputShape: readonly (number | null)[],
  { name, shape }: { readonly name: string; readonly shape: readonly number[] },
): number[] {
  const own = shape.slice(1);
  if (
    own.length === inputShape.length &&
    inputShape.every((length, k) => length === null || length === own[k])
  ) {
    return own;
  }
  const known = inputShape.every((length) => length !== null);
  const [numbers, wanted] = [own, inputShape].map((lengths) =>
    lengths.reduce<number>((product, length) => product * (length ?? NaN), 1),
  );
  if (known && numbers === wanted) return [...inputShape] as number[];
  const shown = ['samples', ...inputShape.map((length) => length ?? 'any')].join(', ');
  throw new InputError(
    `${name}: must have the shape (${shown}) of the model's input, or as many numbers a sample; got (${shape.join(', ')})`,
  );
}
