import { describe, expect, it } from 'vitest';
import { readDigits } from '../../studies/shared/checkout.js';
import { parseDigits } from '../../studies/shared/digit-images.js';

/** One row of text: all pixels 5 but those given (counted from 1), then the label. */
function row(label: string, changed: Readonly<Record<number, string>> = {}): string {
  const pixels = Array.from({ length: 64 }, (_, c) => changed[c + 1] ?? '5');
  return [...pixels, label].join(',');
}

describe('parseDigits(text)', () => {
  it('reads pixels row by row and the label from the last column', () => {
    const { pixels, labels } = parseDigits(`${row('3', { 1: '0', 64: '16' })}\n${row('9', { 2: '7' })}\n`);
    expect(pixels).toHaveLength(2 * 64);
    expect([pixels[0], pixels[1], pixels[63]]).toEqual([0, 5, 16]);
    expect([pixels[64], pixels[65], pixels[127]]).toEqual([5, 7, 5]);
    expect(Array.from(labels)).toEqual([3, 9]);
  });

  it('reads the same with and without a last line end, and with either line end', () => {
    const expected = parseDigits(`${row('1')}\n${row('2')}\n`);
    expect(parseDigits(`${row('1')}\n${row('2')}`)).toEqual(expected);
    expect(parseDigits(`${row('1')}\r\n${row('2')}\r\n`)).toEqual(expected);
  });

  it('reads the 1,797 images that come with the example, about 180 of each digit', () => {
    const { pixels, labels } = readDigits();
    expect(pixels).toHaveLength(1797 * 64);
    const counts = Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  });

  it('names the first row without its 65 numbers, and how many it has', () => {
    const short = row('3').split(',').slice(1).join(',');
    expect(() => parseDigits([row('1'), row('2'), short, ''].join('\n'))).toThrow(
      new RangeError('digits row 3: must have 65 numbers (64 pixels and the label); got 64'),
    );
    expect(() => parseDigits(`${row('1')},1`)).toThrow(
      new RangeError('digits row 1: must have 65 numbers (64 pixels and the label); got 66'),
    );
  });

  it('rejects an empty row between others', () => {
    expect(() => parseDigits(`${row('1')}\n\n${row('2')}\n`)).toThrow(
      new RangeError('digits row 2: must have 65 numbers (64 pixels and the label); got 1'),
    );
  });

  it.each([
    ['17', '17'],
    ['-1', '-1'],
    ['2.5', '2.5'],
    ['0x10', '0x10'],
    ['dark', 'dark'],
    [' ', 'nothing'],
  ])('rejects the pixel %j, naming row, pixel, value and range', (cell, shown) => {
    expect(() => parseDigits(`${row('1')}\n${row('2', { 8: cell })}`)).toThrow(
      new RangeError(`digits row 2: pixel 8 must be an integer in 0..16; got ${shown}`),
    );
  });

  it.each([
    ['10', '10'],
    ['-3', '-3'],
    ['', 'nothing'],
  ])('rejects the label %j, naming row, value and range', (label, shown) => {
    expect(() => parseDigits(row(label))).toThrow(
      new RangeError(`digits row 1: label must be an integer in 0..9; got ${shown}`),
    );
  });

  it('rejects text without rows', () => {
    expect(() => parseDigits('')).toThrow(new RangeError('digits must have at least one row; got none'));
  });
});
