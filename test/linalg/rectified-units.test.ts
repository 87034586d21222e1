import { describe, expect, test } from 'vitest';
import { startKernel } from '../../src/linalg/kernel.js';
import { multiplyTransposed } from '../../src/linalg/multiply-transposed.js';
import {
  addUnitGradientInLots,
  type GroupPicks,
  type RectifiedUnits,
  type Slope,
} from '../../src/linalg/rectified-lots.js';
import { gradientsByProducts, unitGradients } from '../../src/linalg/rectified-units.js';
import { normals, randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { integerEntries } from '../sample-problems.js';

interface Shape {
  readonly groups: number;
  readonly height: number;
  readonly length: number;
  readonly units: number;
}

interface Sample {
  readonly units: RectifiedUnits;
  readonly filters: Float64Array;
}

/** Entries of many magnitudes, so that another order of summation shows; the last of several filters is never active. */
function sample({ groups, height, length, units }: Shape, random: RandomSource): Sample {
  const spread = (count: number) => normals(count, random).map((x) => x * 10 ** (6 * random.uniform()));
  const rows = spread(groups * height * length).map((x, k) => (k % length === 0 ? Math.abs(x) : x));
  const filters = spread(units * length);
  if (units > 1) {
    filters.fill(0, (units - 1) * length);
    filters[(units - 1) * length] = -1;
  } else filters[0] = Math.abs(filters[0]!);
  return { units: { rows, height, length, scales: spread(units) }, filters };
}

function picksOf(indices: readonly number[]): GroupPicks {
  // What is behind the batch means nothing.
  return { indices: Int32Array.of(...indices, 0, 0), size: indices.length };
}

const wholeOf = (groups: number): GroupPicks => picksOf(Array.from({ length: groups }, (_, i) => i));

/** Of no particular loss: another one for every sample, and the last bits of the output show in it. */
const SLOPE: Slope = (k, output) => output / 3 - k;

/** Bits of numbers: equal zeros have one sign. */
const bits = (numbers: Float64Array): BigUint64Array => new BigUint64Array(numbers.slice().buffer);

/** What each way adds to the same numbers. */
function bothWays({ units, filters }: Sample, picks: GroupPicks, slope = SLOPE) {
  const before = normals(filters.length, randomSource('before'));
  const [compiled, plain] = [before.slice(), before.slice()];
  expect(addUnitGradientInLots(units, filters, picks, slope, compiled), '`npm run build` compiles it').toBe(
    true,
  );
  gradientsByProducts(units)(filters, picks, slope, plain);
  return { before, compiled, plain };
}

/** Remainders of panels of four, one and several rows a group, and of rows around the stretch of 512 that sums restart at. */
const SHAPES: readonly Shape[] = [
  { groups: 1, height: 1, length: 1, units: 1 },
  { groups: 1, height: 8, length: 9, units: 2 },
  { groups: 9, height: 1, length: 7, units: 5 },
  { groups: 20, height: 2, length: 50, units: 20 },
  { groups: 6, height: 3, length: 13, units: 7 },
  { groups: 5, height: 2, length: 511, units: 4 },
  { groups: 5, height: 2, length: 513, units: 3 },
  { groups: 7, height: 1, length: 1031, units: 6 },
  // Stretches that end with a group, and within one.
  { groups: 256, height: 2, length: 3, units: 2 },
  { groups: 400, height: 3, length: 5, units: 3 },
  // Several lots, with a stretch that ends within one.
  { groups: 300, height: 2, length: 260, units: 3 },
  { groups: 90, height: 3, length: 1030, units: 3 },
  { groups: 3, height: 9, length: 8000, units: 2 },
];

describe.each(SHAPES)('$groups groups of $height rows of $length numbers, $units units', (shape) => {
  const { groups, units, height, length } = shape;
  const random = randomSource('rectified units', groups, height, length, units);
  const drawn = sample(shape, random);

  test('compiled loops add the gradient that products give, to the last bit', () => {
    const { before, compiled, plain } = bothWays(drawn, wholeOf(groups));
    expect(bits(compiled)).toEqual(bits(plain));
    expect(compiled).not.toEqual(before);
  });

  test('for batches in any order, with groups twice, too', () => {
    const picks = picksOf(Array.from({ length: Math.min(groups, 30) + 1 }, () => random.integer(groups)));
    const { compiled, plain } = bothWays(drawn, picks);
    expect(bits(compiled)).toEqual(bits(plain));
    const shifted = bothWays(drawn, picks, (k, output) => SLOPE(k + 1, output));
    expect(bits(shifted.compiled)).not.toEqual(bits(plain));
  });

  test('nothing that is left in the memory of the kernel is read', () => {
    const { compiled } = bothWays(drawn, wholeOf(groups));
    for (const left of [NaN, Infinity]) {
      startKernel()!.numbers(0)!.fill(left, 8192);
      expect(bits(bothWays(drawn, wholeOf(groups)).compiled)).toEqual(bits(compiled));
    }
  });

  test('the gradient is sum_i l_i(f_i) s_r sum of the rows with a positive inner product: exactly, on whole numbers', () => {
    const rows = integerEntries(random, groups * height, length);
    const filters = integerEntries(random, units, length);
    const scales = Float64Array.from({ length: units }, (_, r) => (r % 2 === 0 ? 1 : -2));
    const row = (matrix: Float64Array, i: number) => matrix.subarray(i * length, (i + 1) * length);
    const positive = (i: number, r: number): number =>
      Math.max(
        0,
        row(rows, i).reduce((sum, x, a) => sum + x * row(filters, r)[a]!, 0),
      );
    const slope: Slope = (k, output) => (output % 5) + (k % 3);
    const expected = new Float64Array(units * length);
    for (let i = 0; i < groups; i++) {
      const own = Array.from({ length: height }, (_, p) => i * height + p);
      const along = own.map((p) => Array.from(scales.keys(), (r) => positive(p, r)));
      const output = along.flat().reduce((sum, x, k) => sum + scales[k % units]! * x, 0);
      own.forEach((p, k) => {
        for (let r = 0; r < units; r++) {
          const weight = along[k]![r]! > 0 ? slope(i, output) * scales[r]! : 0;
          for (let a = 0; a < length; a++) expected[r * length + a]! += weight * rows[p * length + a]!;
        }
      });
    }
    const out = new Float64Array(units * length);
    unitGradients({ rows, height, length, scales })(filters, wholeOf(groups), slope, out);
    expect(Array.from(out, (x) => x + 0)).toEqual(Array.from(expected, (x) => x + 0));
  });
});

describe('by products, with as many picks as there are groups', () => {
  const shape = { groups: 6, height: 2, length: 5, units: 3 };
  const random = randomSource('as many picks');
  const rows = integerEntries(random, shape.groups * shape.height, shape.length);
  const filters = integerEntries(random, shape.units, shape.length);
  const units = { rows, height: shape.height, length: shape.length, scales: Float64Array.of(1, -2, 3) };

  test.each([
    ['in their order, once and again', [0, 1, 2, 3, 4, 5]],
    ['in another order', [5, 0, 1, 2, 3, 4]],
    ['with repeats', [0, 1, 2, 3, 4, 4]],
  ])('%s, the gradient is that of one group after the other', (_, indices) => {
    const gradients = gradientsByProducts(units);
    const slope: Slope = (k, output) => (output % 5) + 1 + k;
    const picks = { indices: Int32Array.from(indices), size: indices.length };
    const [expected, out, again] = [0, 1, 2].map(() => new Float64Array(filters.length));
    indices.forEach((i, k) => {
      const one = { indices: Int32Array.of(i), size: 1 };
      gradients(filters, one, (__, output) => slope(k, output), expected!);
    });
    gradients(filters, picks, slope, out!);
    gradients(filters, picks, slope, again!);
    expect(Array.from(out!, (x) => x + 0)).toEqual(Array.from(expected!, (x) => x + 0));
    expect(again).toEqual(out);
  });
});

test('an empty batch adds nothing', () => {
  const drawn = sample({ groups: 3, height: 2, length: 5, units: 4 }, randomSource('empty'));
  const { before, compiled } = bothWays(drawn, picksOf([]));
  expect(compiled).toEqual(before);
});

test('sums run from the first row to the last, where the order shows', () => {
  // One unit of filter 1 on rows of one number each; what is small is lost beside 1e16, unless that has gone again.
  const gradient = (rows: readonly number[]): number => {
    const units = { rows: Float64Array.from(rows), height: 1, length: 1, scales: Float64Array.of(1) };
    const out = new Float64Array(1);
    const slopes = rows.map((_, k) => (k === 1 ? -1 : 1));
    expect(
      addUnitGradientInLots(units, Float64Array.of(1), wholeOf(rows.length), (k) => slopes[k]!, out),
    ).toBe(true);
    return out[0]!;
  };
  expect(gradient([1e16, 1e16, 1])).toBe(1);
  expect(gradient([1, 1e16, 1e16])).toBe(0);
});

test('two sets in turn, with a product between them, do not disturb each other', () => {
  const random = randomSource('in turn');
  const first = sample({ groups: 20, height: 2, length: 50, units: 20 }, random);
  const second = sample({ groups: 11, height: 3, length: 41, units: 6 }, random);
  const square = normals(10_000, random);
  const alone = [first, second].map((drawn, k) => bothWays(drawn, wholeOf([20, 11][k]!)).plain);
  for (let round = 0; round < 3; round++) {
    [first, second].forEach((drawn, k) => {
      expect(bits(bothWays(drawn, wholeOf([20, 11][k]!)).compiled)).toEqual(bits(alone[k]!));
      multiplyTransposed(square, 100, square, 100, 100);
    });
  }
});

describe('products do the work', () => {
  const gradientOf = (length: number) => {
    const drawn = sample({ groups: 4, height: 1, length, units: 2 }, randomSource('many parameters', length));
    const out = new Float64Array(2 * length);
    const done = addUnitGradientInLots(drawn.units, drawn.filters, wholeOf(4), SLOPE, out);
    return { ...drawn, done, out };
  };

  test('for more parameters than the compiled loops take, which leave everything as it was', () => {
    const { units, filters, done, out } = gradientOf(32_769);
    expect(done).toBe(false);
    expect(out).toEqual(new Float64Array(65_538));
    const [found, plain] = [out.slice(), out.slice()];
    unitGradients(units)(filters, wholeOf(4), SLOPE, found);
    gradientsByProducts(units)(filters, wholeOf(4), SLOPE, plain);
    expect(found).toEqual(plain);
    expect(found).not.toEqual(out);
  });

  test('and not for one less', () => {
    expect(gradientOf(32_768).done).toBe(true);
  });
});

test('inner products that are not numbers are not positive, an infinite one is', () => {
  const units = { rows: Float64Array.of(1, 2, 3, 4), height: 1, length: 2, scales: Float64Array.of(1, 1, 1) };
  const filters = Float64Array.of(NaN, 1, Infinity, 0, -Infinity, 0);
  const { compiled, plain } = bothWays({ units, filters }, wholeOf(2), (_, output) =>
    output === Infinity ? 2 : 0,
  );
  expect(bits(compiled)).toEqual(bits(plain));
  const start = normals(6, randomSource('before'));
  expect(Array.from(compiled, (x, k) => Math.round(x - start[k]!))).toEqual([0, 0, 8, 12, 0, 0]);
});
