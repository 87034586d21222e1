/**
 * Slope of the least-squares line through values at 0, 1, 2, ..
 *
 * @throws RangeError for fewer than two values.
 */
export function fittedSlope(values: readonly number[]): number {
  const n = values.length;
  if (n < 2) throw new RangeError(`a slope needs at least two values; got ${n}`);
  const middle = (n - 1) / 2;
  let product = 0;
  let square = 0;
  values.forEach((value, k) => {
    product += (k - middle) * value;
    square += (k - middle) ** 2;
  });
  return product / square;
}
