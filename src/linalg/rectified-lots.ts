import { type KernelCalls, padded, startKernel } from './kernel.js';
import { STRETCH } from './product-loops.js';

/**
 * Rectified units over rows in groups of one height: with filters w_r, one row a unit, group i has the output
 * f_i = sum over its rows x and the units r of s_r max(<w_r, x>, 0).
 */
export interface RectifiedUnits {
  /** Finite, row-major; those of group i begin with row i * height. */
  readonly rows: Float64Array;
  readonly height: number;
  /** Numbers of a row. */
  readonly length: number;
  /** s_r. */
  readonly scales: Float64Array;
}

/** The groups of a batch: the first `size` entries. */
export interface GroupPicks {
  readonly indices: Int32Array;
  readonly size: number;
}

/** Derivative of the loss of the group that is picked as number k, at its output. */
export type Slope = (k: number, output: number) => number;

/** Numbers of the rows of a lot: they are gone through several times, and stay in the second-level cache. */
const LOT = 1 << 16;

/** Most parameters: each lot goes through as many sums. */
const MOST_PARAMETERS = 1 << 16;

/** Place in the memory of the kernel where products begin, in numbers. */
const PLACE = 8192;

/** Places in that memory, in numbers. */
interface Places {
  /** Filters in panels, a stretch of their columns behind the other. */
  readonly filters: number;
  /** The sum over the rows of the present stretch; before it, filters as they are. */
  readonly partial: number;
  /** The sum over the stretches before. */
  readonly total: number;
  readonly scales: number;
  /** Room for the pairs of a sparse product. */
  readonly pairs: number;
  /** The rows of a lot as they are, .. */
  readonly rows: number;
  /** .. a stretch of their columns in panels, .. */
  readonly panels: number;
  /** .. their inner products with the filters, .. */
  readonly products: number;
  /** .. and what each row adds to the gradient of each filter, one row a filter. */
  readonly weights: number;
  readonly outputs: number;
  readonly slopes: number;
  readonly end: number;
}

/** Places for lots of so many groups. */
function placesOf({ height, length, scales }: RectifiedUnits, groups: number): Places {
  const width = padded(scales.length);
  const tall = padded(groups * height);
  const filters = PLACE;
  const partial = filters + width * length;
  const total = partial + width * length;
  const scalesPlace = total + scales.length * length;
  const pairs = scalesPlace + width;
  const rows = pairs + 2 * STRETCH;
  const panels = rows + tall * length;
  const products = panels + tall * Math.min(STRETCH, length);
  const weights = products + tall * width;
  const outputs = weights + tall * width;
  const slopes = outputs + padded(groups);
  const end = slopes + groups;
  return {
    filters,
    partial,
    total,
    scales: scalesPlace,
    pairs,
    rows,
    panels,
    products,
    weights,
    outputs,
    slopes,
    end,
  };
}

/** Units at work in the memory of the kernel. */
interface Work {
  readonly units: RectifiedUnits;
  readonly places: Places;
  readonly numbers: Float64Array;
  readonly calls: KernelCalls;
}

/**
 * `unitGradients` by compiled loops, to the same last bit: each lot of groups is copied to the memory of the kernel once,
 * and goes forward to its outputs and back to the gradient there.
 *
 * @returns false, with nothing done, where they are missing or do not pay.
 */
export function addUnitGradientInLots(
  units: RectifiedUnits,
  filters: Float64Array,
  picks: GroupPicks,
  slope: Slope,
  out: Float64Array,
): boolean {
  const kernel = filters.length <= MOST_PARAMETERS ? startKernel() : null;
  const lot = Math.max(1, Math.min(picks.size, Math.floor(LOT / (units.height * units.length))));
  const places = placesOf(units, lot);
  const numbers = kernel?.numbers(places.end);
  if (!kernel || !numbers) return false;
  const { calls } = kernel;
  const work = { units, places, numbers, calls };
  const { partial, total } = places;
  const parameters = filters.length;
  loadFilters(work, filters);
  numbers.fill(0, partial, total + parameters);
  for (let first = 0; first < picks.size; first += lot) {
    const groups = Math.min(lot, picks.size - first);
    loadRows(work, picks, first, groups);
    forward(work, groups);
    for (let k = 0; k < groups; k++) {
      numbers[places.slopes + k] = slope(first + k, numbers[places.outputs + k]!);
    }
    backward(work, groups, first * units.height);
  }
  calls.addNumbers(8 * partial, parameters, 8 * total);
  numbers.set(out, partial);
  calls.addNumbers(8 * total, parameters, 8 * partial);
  out.set(numbers.subarray(partial, partial + parameters));
  return true;
}

function loadFilters({ units, places, numbers, calls }: Work, filters: Float64Array): void {
  const { length, scales } = units;
  const width = padded(scales.length);
  const at = places.partial;
  numbers.set(filters, at);
  numbers.fill(0, at + filters.length, at + width * length);
  for (let r = 0; r < width; r++) numbers[places.scales + r] = r < scales.length ? scales[r]! : 0;
  for (let from = 0; from < length; from += STRETCH) {
    const some = Math.min(STRETCH, length - from);
    calls.interleaveRows(8 * (at + from), width, 8 * length, some, 8 * (places.filters + from * width));
  }
}

/** Copies the rows of groups first .. of a batch. What is behind them, up to a multiple of four rows, has products that nobody reads. */
function loadRows(
  { units, places, numbers }: Work,
  { indices }: GroupPicks,
  first: number,
  groups: number,
): void {
  const { rows, height, length } = units;
  const size = height * length;
  for (let k = 0; k < groups;) {
    const i = indices[first + k]!;
    let many = 1;
    while (k + many < groups && indices[first + k + many] === i + many) many++;
    numbers.set(rows.subarray(i * size, (i + many) * size), places.rows + k * size);
    k += many;
  }
}

/** Inner products and outputs of the groups. */
function forward({ units, places, numbers, calls }: Work, groups: number): void {
  const { height, length, scales } = units;
  const [width, tall] = [padded(scales.length), padded(groups * height)];
  const products = 8 * places.products;
  numbers.fill(0, places.products, places.products + tall * width);
  for (let from = 0; from < length; from += STRETCH) {
    const some = Math.min(STRETCH, length - from);
    const filters = 8 * (places.filters + from * width);
    calls.interleaveRows(8 * (places.rows + from), tall, 8 * length, some, 8 * places.panels);
    calls.addProducts(8 * places.panels, tall, filters, width, some, products, 0, some);
  }
  calls.sumPositiveParts(products, groups, height, 8 * width, 8 * places.scales, 8 * places.outputs);
}

/** Adds the groups, whose rows begin with number `first` of the batch, to the gradient. */
function backward({ units, places, numbers, calls }: Work, groups: number, first: number): void {
  const { height, length, scales } = units;
  const { products, weights, partial, total, pairs } = places;
  const width = 8 * padded(scales.length);
  const [count, parameters] = [groups * height, scales.length * length];
  calls.weighPositive(8 * products, groups, height, width, 8 * places.scales, 8 * places.slopes, 8 * weights);
  for (let from = 0; from < count;) {
    const left = STRETCH - ((first + from) % STRETCH);
    const some = Math.min(left, count - from);
    const [a, x] = [8 * (weights + from), 8 * (places.rows + from * length)];
    calls.addSparseProduct(a, 8 * count, scales.length, some, x, length, 8 * pairs, 8 * partial);
    if (some === left) {
      calls.addNumbers(8 * partial, parameters, 8 * total);
      numbers.fill(0, partial, partial + parameters);
    }
    from += some;
  }
}
