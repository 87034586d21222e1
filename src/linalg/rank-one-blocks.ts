import { padded, startKernel } from './kernel.js';

/** Samples, a multiple of 4, whose numbers stay in the second-level cache. */
const STRIP = 128;

/** Most sums that are formed apart from each other, each by one thread: strips of samples that follow each other. */
const BLOCKS = 4;

/** Place in the memory of the kernel where products begin, in numbers. */
const PLACE = 8192;

/**
 * The map M -> sum_i w_i (h_i^T M h_i) h_i h_i^T of symmetric r x r matrices as numbers that threads share.
 *
 * `width` is r, `count` the number of samples, each filled up with zeros to a multiple of 4. Panels have four rows
 * interleaved, column by column.
 */
export interface RankOneBlocks {
  readonly width: number;
  readonly count: number;
  /** Number of sums that are formed apart. */
  readonly blocks: number;
  /** h_i, in panels of samples: count x width. */
  readonly samples: Float64Array;
  /** The same for each strip in panels of coordinates: width x the samples of the strip. */
  readonly coordinates: Float64Array;
  readonly weights: Float64Array;
  /** The matrix M of an application as the triangle L with x^T M x = x^T L x, in panels: width x width. */
  readonly lower: Float64Array;
  /** The sum of each block, width x width: entries on and above the diagonal. */
  readonly sums: Float64Array;
}

/** The samples as blocks. @param rows n x r. @param numbers makes the memory. */
export function rankOneBlocks(
  rows: Float64Array,
  weights: Float64Array,
  r: number,
  numbers: (count: number) => Float64Array,
): RankOneBlocks {
  const [width, count] = [padded(r), padded(weights.length)];
  const samples = numbers(count * width);
  const coordinates = numbers(count * width);
  for (let i = 0; i < weights.length; i++) {
    const first = i - (i % STRIP);
    const length = Math.min(STRIP, count - first);
    const panel = (i - (i % 4)) * width + (i % 4);
    const column = first * width + 4 * (i - first);
    for (let a = 0; a < r; a++) {
      const x = rows[i * r + a]!;
      samples[panel + 4 * a] = x;
      coordinates[column + (a - (a % 4)) * length + (a % 4)] = x;
    }
  }
  const all = numbers(count);
  all.set(weights);
  const blocks = Math.min(BLOCKS, stripsOf(count));
  const [lower, sums] = [numbers(width * width), numbers(blocks * width * width)];
  return { width, count, blocks, samples, coordinates, weights: all, lower, sums };
}

function stripsOf(count: number): number {
  return Math.ceil(count / STRIP);
}

/** Writes the r x r matrix M of an application. */
export function setMatrix({ lower, width }: RankOneBlocks, m: Float64Array, r: number): void {
  for (let j = 0; j < r; j++) {
    const panel = (j - (j % 4)) * width + (j % 4);
    for (let k = 0; k < j; k++) lower[panel + 4 * k] = 2 * m[j * r + k]!;
    lower[panel + 4 * j] = m[j * r + j]!;
  }
}

/** out += the sum over all blocks, r x r. */
export function addBlockSums({ sums, width, blocks }: RankOneBlocks, out: Float64Array, r: number): void {
  const size = width * width;
  for (let a = 0; a < r; a++) {
    for (let b = a; b < r; b++) {
      let sum = 0;
      for (let k = a * width + b; k < blocks * size; k += size) sum += sums[k]!;
      out[a * r + b]! += sum;
      if (b > a) out[b * r + a]! += sum;
    }
  }
}

/** Numbers of a strip and of a block in the memory where they are worked on. */
interface Places {
  readonly samples: number;
  readonly coordinates: number;
  readonly weighted: number;
  readonly forms: number;
  readonly lower: number;
  readonly sum: number;
  readonly end: number;
}

function placesFrom(start: number, width: number): Places {
  const coordinates = start + STRIP * width;
  const weighted = coordinates + STRIP * width;
  const forms = weighted + STRIP * width;
  const lower = forms + STRIP;
  const sum = lower + width * width;
  return { samples: start, coordinates, weighted, forms, lower, sum, end: sum + width * width };
}

/** Computes the sum of one block, compiled where that is possible, to the same last bit. */
export function computeBlock(blocks: RankOneBlocks, block: number): void {
  const kernel = startKernel();
  const places = placesFrom(PLACE, blocks.width);
  const numbers = kernel?.numbers(places.end);
  if (!kernel || !numbers) return computePlainBlock(blocks, block);
  const { width } = blocks;
  const { addPanelForms, weighPanels, addProducts } = kernel.calls;
  const [samples, coordinates, weighted] = [8 * places.samples, 8 * places.coordinates, 8 * places.weighted];
  const [forms, lower, sum] = [8 * places.forms, 8 * places.lower, 8 * places.sum];
  sumBlock(blocks, block, numbers, places, {
    addForms: (count) => addPanelForms(samples, count, width, lower, forms),
    weigh: (count) => weighPanels(width / 4, count, coordinates, forms, weighted),
    addSquares: (count) => addProducts(weighted, width, coordinates, width, count, sum, 1, count),
  });
}

/** The same in plain loops, for engines without SIMD. */
export function computePlainBlock(blocks: RankOneBlocks, block: number): void {
  const { width } = blocks;
  const places = placesFrom(0, width);
  const x = new Float64Array(places.end);
  sumBlock(blocks, block, x, places, {
    addForms(count) {
      for (let i = 0; i < count; i++) {
        const row = places.samples + (i - (i % 4)) * width + (i % 4);
        for (let j = 0; j < width; j++) {
          const panel = places.lower + (j - (j % 4)) * width + (j % 4);
          let t = 0;
          for (let k = 0; k <= j; k++) t += x[panel + 4 * k]! * x[row + 4 * k]!;
          x[places.forms + i]! += t * x[row + 4 * j]!;
        }
      }
    },
    weigh(count) {
      for (let k = 0; k < count * width; k++)
        x[places.weighted + k] = x[places.forms + (Math.floor(k / 4) % count)]! * x[places.coordinates + k]!;
    },
    addSquares(count) {
      for (let a = 0; a < width; a++) {
        const left = places.weighted + (a - (a % 4)) * count + (a % 4);
        for (let b = a; b < width; b++) {
          const right = places.coordinates + (b - (b % 4)) * count + (b % 4);
          let s = 0;
          for (let c = 0; c < count; c++) s += x[left + 4 * c]! * x[right + 4 * c]!;
          x[places.sum + a * width + b]! += s;
        }
      }
    },
  });
}

/** What is done with a strip of `count` samples in the memory. */
interface Loops {
  /** forms[i] += h_i^T L h_i. */
  addForms(count: number): void;
  /** Column i of the weighted coordinates is that of the coordinates times forms[i]. */
  weigh(count: number): void;
  /** sum += weighted coordinates times coordinates transposed, on and above the diagonal. */
  addSquares(count: number): void;
}

function sumBlock(
  { width, count, blocks, samples, coordinates, weights, lower, sums }: RankOneBlocks,
  block: number,
  numbers: Float64Array,
  places: Places,
  loops: Loops,
): void {
  const strips = stripsOf(count);
  const beginOf = (k: number): number => STRIP * Math.floor((k * strips) / blocks);
  const [first, end] = [beginOf(block), Math.min(count, beginOf(block + 1))];
  const size = width * width;
  for (let j = 0; j < width; j += 4)
    numbers.set(lower.subarray(j * width, j * width + 4 * (j + 4)), places.lower + j * width);
  numbers.fill(0, places.sum, places.sum + size);
  for (let i = first; i < end; i += STRIP) {
    const length = Math.min(STRIP, end - i);
    numbers.set(samples.subarray(i * width, (i + length) * width), places.samples);
    numbers.set(coordinates.subarray(i * width, (i + length) * width), places.coordinates);
    numbers.fill(0, places.forms, places.forms + length);
    loops.addForms(length);
    for (let k = 0; k < length; k++) numbers[places.forms + k]! *= weights[i + k]!;
    loops.weigh(length);
    loops.addSquares(length);
  }
  for (let a = 0; a < width; a++) {
    const row = places.sum + a * width;
    sums.set(numbers.subarray(row + a, row + width), block * size + a * width + a);
  }
}
