import { describe, expect, test } from 'vitest';
import { npyBytes, type NpyVariant } from './npy-bytes.js';
import { quarters } from './number-bytes.js';
import { allNumbers, opened } from './matrix-of.js';

const flat = quarters([5, 7]);
const deep = quarters([4, 3, 5]);
const good = npyBytes(flat, [5, 7]);

const variants: NpyVariant[] = (['f2', 'f4', 'f8'] as const).flatMap((type) =>
  [false, true].flatMap((bigEndian) => [false, true].map((fortran) => ({ type, bigEndian, fortran }))),
);

describe('a .npy file', () => {
  test.each(variants)('gives the same numbers as %o, whole and by columns', async (variant) => {
    for (const version of [1, 2, 3] as const) {
      const source = await opened(npyBytes(flat, [5, 7], { ...variant, version }), 'R.npy');
      expect(source).toMatchObject({ rows: 5, columns: 7, factorsPerSample: 1 });
      for (const atOnce of [7, 3, 1]) expect(allNumbers(source, atOnce)).toEqual(flat);
    }
  });

  test.each(variants)('of shape n x c x p gives c rows a sample, as %o', async (variant) => {
    const source = await opened(npyBytes(deep, [4, 3, 5], variant), 'R.npy');
    expect(source).toMatchObject({ rows: 12, columns: 5, factorsPerSample: 3 });
    for (const atOnce of [5, 2]) expect(allNumbers(source, atOnce)).toEqual(deep);
  });

  test.each([false, true])(
    'larger than the piece that is decoded at once, Fortran order %o',
    async (fortran) => {
      const numbers = quarters([300, 900]);
      const source = await opened(npyBytes(numbers, [300, 900], { type: 'f4', fortran }), 'R.npy');
      for (const read of [allNumbers(source), allNumbers(source, 899)]) {
        expect(read.length).toBe(numbers.length);
        expect(read.findIndex((x, k) => x !== numbers[k])).toBe(-1);
      }
    },
  );

  test('read in the wrong order is another matrix', async () => {
    const source = await opened(npyBytes(flat, [5, 7], { fortran: true }), 'R.npy');
    const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (5, 7), }";
    const wrong = await opened(npyBytes(flat, [5, 7], { fortran: true, header }), 'R.npy');
    expect(allNumbers(wrong)).not.toEqual(allNumbers(source));
  });

  test('may order and quote the keys of its header as it likes', async () => {
    const header = `{"shape": (5L, 7L), "fortran_order": False, "descr": "<f8"}`;
    expect(allNumbers(await opened(npyBytes(flat, [5, 7], { header }), 'R.npy'))).toEqual(flat);
  });
});

const dictionary = (descr: string, shape: string) =>
  npyBytes(flat, [5, 7], { header: `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }` });

describe('a .npy file is refused in one line', () => {
  test.each<[string, Buffer, RegExp]>([
    ['empty', Buffer.alloc(0), /must be 8 bytes from byte 0 on; the file ends at 0 \(truncated\)/],
    ['with other magic', Buffer.concat([Buffer.from('PK'), good.subarray(2)]), /not an .npy file/],
    ['of version 4.0', edited(6, 4), /version must be 1.0, 2.0 or 3.0; got 4.0/],
    ['of version 1.1', edited(7, 1), /version must be 1.0, 2.0 or 3.0; got 1.1/],
    ['with a header of 65535 bytes', edited(8, 255, 255), /header must have at most 10000 bytes; got 65535/],
    [
      'that ends in its header',
      good.subarray(0, 40),
      /the header must be 118 bytes .* ends at 40 \(truncated\)/,
    ],
    [
      'that ends in its numbers',
      good.subarray(0, -1),
      /\(5, 7\) of <f8 must be 280 bytes; got 279 \(truncated\)/,
    ],
    [
      'with numbers too many',
      Buffer.concat([good, Buffer.alloc(8)]),
      /must be 280 bytes; got 288 \(the header/,
    ],
    ['whose header says more', dictionary("'<f8'", '(6, 7)'), /must be 336 bytes; got 280/],
    ['whose header says less', dictionary("'<f4'", '(5, 7)'), /must be 140 bytes; got 280/],
    [
      'of integers',
      npyBytes(flat.map(Math.round), [5, 7], { type: 'i8' }),
      /dtype must be f2, f4 .* got "<i8"/,
    ],
    ['of complex numbers', dictionary("'<c8'", '(5, 7)'), /dtype must be .* got "<c8"/],
    ['of records', dictionary("[('x', '<f8')]", '(5, 7)'), /dtype must be .* got "\[\('x', '<f8'\)\]"/],
    ['of one dimension', dictionary("'<f8'", '(35,)'), /shape must be \(samples, p\) or .* got \(35,\)/],
    ['of no dimension', dictionary("'<f8'", '()'), /shape must be .* got \(\)/],
    ['of four dimensions', dictionary("'<f8'", '(5, 1, 7, 1)'), /shape must be .* got \(5, 1, 7, 1\)/],
    [
      'without rows',
      npyBytes(new Float64Array(0), [0, 7]),
      /at least 1 sample, factor and column; got \(0, 7\)/,
    ],
    ['without columns', npyBytes(new Float64Array(0), [5, 0]), /at least 1 sample, .* got \(5, 0\)/],
    ['of a size beyond all', dictionary("'<f8'", '(9007199254740991, 9)'), /shape must have/],
    ['with a negative length', dictionary("'<f8'", '(-5, -7)'), /dictionary with a valid shape/],
    [
      'without the order',
      npyBytes(flat, [5, 7], { header: "{'descr': '<f8', 'shape': (5, 7)}" }),
      /fortran_order/,
    ],
    ['whose header is no dictionary', npyBytes(flat, [5, 7], { header: '17' }), /must be a dictionary/],
  ])('%s', async (_, bytes, message) => {
    const refused = await opened(bytes, 'R.npy').catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ name: 'InputError', message: expect.stringMatching(message) as string });
    expect((refused as Error).message).toMatch(/R\.npy: [^\n]*$/);
  });
});

/** The good file with other bytes from a position on. */
function edited(at: number, ...bytes: number[]): Buffer {
  const copy = Buffer.from(good);
  copy.set(bytes, at);
  return copy;
}
