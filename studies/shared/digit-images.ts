/** Pixels of one image: 8 x 8. */
export const PIXEL_COUNT = 64;

/** The value of a black pixel; white is 0. */
export const BLACK = 16;

const LARGEST_LABEL = 9;

/** Labelled images of handwritten digits. */
export interface Digits {
  /** n x 64, row-major, integers 0 (white) .. 16 (black). */
  readonly pixels: Float64Array;
  /** n digits 0..9. */
  readonly labels: Int32Array;
}

/**
 * Digits from comma-separated text without a header: 64 pixels and the label a row.
 *
 * Rows and pixels count from 1 in messages. A line end after the last row is allowed, other empty rows are not.
 *
 * @throws RangeError naming the row, the value and what is allowed.
 */
export function parseDigits(text: string): Digits {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new RangeError('digits must have at least one row; got none');
  const pixels = new Float64Array(lines.length * PIXEL_COUNT);
  const labels = new Int32Array(lines.length);
  lines.forEach((line, i) => {
    const place = `digits row ${i + 1}`;
    const cells = line.split(',');
    if (cells.length !== PIXEL_COUNT + 1) {
      throw new RangeError(
        `${place}: must have ${PIXEL_COUNT + 1} numbers (${PIXEL_COUNT} pixels and the label); got ${cells.length}`,
      );
    }
    const values = cells.map((cell, c) =>
      c < PIXEL_COUNT
        ? wholeNumber(cell, BLACK, `${place}: pixel ${c + 1}`)
        : wholeNumber(cell, LARGEST_LABEL, `${place}: label`),
    );
    pixels.set(values.slice(0, PIXEL_COUNT), i * PIXEL_COUNT);
    labels[i] = values[PIXEL_COUNT]!;
  });
  return { pixels, labels };
}

function wholeNumber(cell: string, largest: number, place: string): number {
  const value = /^\s*\d+\s*$/.test(cell) ? Number(cell) : NaN;
  if (value <= largest) return value;
  const shown = cell.trim() === '' ? 'nothing' : cell.trim().slice(0, 20);
  throw new RangeError(`${place} must be an integer in 0..${largest}; got ${shown}`);
}
