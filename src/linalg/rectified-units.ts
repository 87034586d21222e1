import { multiplyTransposed } from './multiply-transposed.js';
import { sharedNumbers } from './product-team.js';
import { addUnitGradientInLots, type GroupPicks, type RectifiedUnits, type Slope } from './rectified-lots.js';
import { transpose } from './vectors.js';

/**
 * The gradient of sums of losses in the filters, sum_i l_i'(f_i) s_r sum of the rows x of group i with <w_r, x> > 0, as a
 * call that adds it to `out`. Sums run from left to right in stretches, as those of products do, compiled or not.
 */
export function unitGradients(
  units: RectifiedUnits,
): (filters: Float64Array, picks: GroupPicks, slope: Slope, out: Float64Array) => void {
  const byProducts = gradientsByProducts(units);
  return (filters, picks, slope, out) => {
    if (!addUnitGradientInLots(units, filters, picks, slope, out)) byProducts(filters, picks, slope, out);
  };
}

/** The same by products of whole matrices, on all processors where that pays. */
export function gradientsByProducts(
  units: RectifiedUnits,
): (filters: Float64Array, picks: GroupPicks, slope: Slope, out: Float64Array) => void {
  const { rows: all, height, length, scales } = units;
  const width = scales.length;
  let whole: PickedRows | null = null;
  let products = new Float64Array(0);
  let weights = new Float64Array(0);
  const gradient = new Float64Array(width * length);
  return (filters, picks, slope, out) => {
    const { rows, columns } = pickedRows(picks);
    const count = picks.size * height;
    if (products.length !== width * count) {
      products = new Float64Array(width * count);
      weights = new Float64Array(width * count);
    }
    multiplyTransposed(rows, count, filters, width, length, products);
    for (let k = 0; k < picks.size; k++) {
      const [first, end] = [k * height, (k + 1) * height];
      let output = 0;
      for (let row = first, at = first * width; row < end; row++) {
        for (let r = 0; r < width; r++, at++) {
          if (products[at]! > 0) output += products[at]! * scales[r]!;
        }
      }
      const derivative = slope(k, output);
      for (let row = first, at = first * width; row < end; row++) {
        for (let r = 0; r < width; r++, at++) {
          weights[r * count + row] = products[at]! > 0 ? derivative * scales[r]! : 0;
        }
      }
    }
    multiplyTransposed(weights, width, columns, length, count, gradient);
    for (let k = 0; k < out.length; k++) out[k]! += gradient[k]!;
  };

  /** Those of a batch of all groups are kept. */
  function pickedRows({ indices, size }: GroupPicks): PickedRows {
    const numbers = height * length;
    const isWhole = size * numbers === all.length && indices.every((i, k) => i === k);
    if (isWhole) return (whole ??= inSharedMemory(all, length));
    const rows = new Float64Array(size * numbers);
    for (let k = 0; k < size; k++) {
      const i = indices[k]!;
      rows.set(all.subarray(i * numbers, (i + 1) * numbers), k * numbers);
    }
    return { rows, columns: transpose(rows, size * height, length) };
  }
}

/** Rows of the groups of a batch, row-major: one a row, and one a column. */
interface PickedRows {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

/** All rows, where the threads of a large product find them without a copy. */
function inSharedMemory(all: Float64Array, length: number): PickedRows {
  const [rows, columns] = [sharedNumbers(all.length), sharedNumbers(all.length)];
  rows.set(all);
  columns.set(transpose(all, all.length / length, length));
  return { rows, columns };
}
