import { PRODUCT_NUMBERS, startKernel } from './kernel.js';
import { multiplyTransposed, multiplyTransposedSymmetric } from './multiply-transposed.js';
import { transpose } from './vectors.js';

/** Outer factors of a sum of sandwiches of matrices S, r x r each: Y = C C^T with C = L M^T, M = R S^T or S itself. */
export interface Sandwich {
  readonly left: Float64Array;
  /** null: M = S. */
  readonly right: Float64Array | null;
}

/** Sums of the powers 1 to 4 of D = level I - Y, r x r each. */
export type PowerSums = readonly [Float64Array, Float64Array, Float64Array, Float64Array];

/** From this order on the products of `multiplyTransposed`, which go by tiles, are faster. */
const LARGE = 80;

/** Place of the first matrix in the memory of the kernel, in numbers: those of products, which are free between them. */
const PLACE = 8192;

/** True if the compiled loops are there and pay for matrices of order r. */
export function compilesSandwiches(r: number): boolean {
  return r < LARGE && startKernel() !== null;
}

/**
 * Adds the powers of D = level I - Y, for the Y of the first `count` of some matrices, one after the other, to their sums by
 * compiled loops: to the last bit what products in JavaScript give.
 *
 * @param matrices count x r x r. @param norms gets a number that is at least lambda_1(Y), to rounding, for each.
 */
export function addSandwiches(
  matrices: Float64Array,
  count: number,
  r: number,
  { left, right }: Sandwich,
  level: number,
  sums: PowerSums,
  norms: Float64Array,
): void {
  const kernel = startKernel()!;
  const numbers = kernel.numbers(PRODUCT_NUMBERS)!;
  const size = r * (r + (r % 2));
  const places = { left: PLACE, right: PLACE + size, sums: PLACE + 2 * size, work: PLACE + 6 * size };
  const first = places.work + 3 * size;
  const lot = Math.floor((PRODUCT_NUMBERS - first) / (r * r + 1));
  copyIn(transpose(left, r, r), r, numbers, places.left);
  if (right) copyIn(transpose(right, r, r), r, numbers, places.right);
  sums.forEach((sum, k) => {
    copyIn(sum, r, numbers, places.sums + k * size);
  });
  for (let from = 0; from < count; from += lot) {
    const many = Math.min(lot, count - from);
    const bounds = first + many * r * r;
    numbers.set(matrices.subarray(from * r * r, (from + many) * r * r), first);
    kernel.calls.addSandwiches(
      8 * first,
      many,
      r,
      right ? 8 * places.right : 0,
      8 * places.left,
      level,
      8 * places.work,
      8 * places.sums,
      8 * bounds,
    );
    norms.set(numbers.subarray(bounds, bounds + many), from);
  }
  sums.forEach((sum, k) => {
    copyOut(numbers, places.sums + k * size, r, sum);
  });
}

/** An r x r matrix with its rows filled up to an even length. */
function copyIn(matrix: Float64Array, r: number, numbers: Float64Array, at: number): void {
  const width = r + (r % 2);
  for (let a = 0; a < r; a++) {
    for (let b = 0; b < width; b++) numbers[at + a * width + b] = b < r ? matrix[a * r + b]! : 0;
  }
}

function copyOut(numbers: Float64Array, at: number, r: number, matrix: Float64Array): void {
  const width = r + (r % 2);
  for (let a = 0; a < r; a++) {
    for (let b = 0; b < r; b++) matrix[a * r + b] = numbers[at + a * width + b]!;
  }
}

/** Makes Y = C C^T, C = L M^T, always in the same array. */
export function sandwiches(r: number): (moved: Float64Array, left: Float64Array) => Float64Array {
  const columns = new Float64Array(r * r);
  const y = new Float64Array(r * r);
  return (moved, left) => {
    multiplyTransposed(left, r, moved, r, r, columns);
    return multiplyTransposedSymmetric(columns, columns, r, r, y);
  };
}

/** Makes Y of the first `count` of some matrices one after the other, and the bounds of `addSandwiches`. */
export function forEachSandwich(
  matrices: Float64Array,
  count: number,
  r: number,
  { left, right }: Sandwich,
  norms: Float64Array,
  take: (y: Float64Array) => void,
): void {
  const made = sandwiches(r);
  for (let s = 0; s < count; s++) {
    const matrix = matrices.subarray(s * r * r, (s + 1) * r * r);
    const y = made(right ? multiplyTransposed(right, r, matrix, r, r) : matrix, left);
    norms[s] = normBound(y, r);
    take(y);
  }
}

/** The smaller of the largest sum of a row and the Frobenius norm, Y near the identity and Y near rank one. */
function normBound(y: Float64Array, r: number): number {
  let largest = 0;
  let squares = 0;
  for (let a = 0; a < r; a++) {
    let sum = 0;
    for (let k = a * r; k < (a + 1) * r; k++) {
      sum += Math.abs(y[k]!);
      squares += y[k]! * y[k]!;
    }
    largest = Math.max(largest, sum);
  }
  return Math.min(largest, Math.sqrt(squares));
}
