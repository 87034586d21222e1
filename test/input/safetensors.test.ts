import { describe, expect, test } from 'vitest';
import { quarters } from './number-bytes.js';
import { allNumbers, opened } from './matrix-of.js';
import { safetensorsBytes } from './safetensors-bytes.js';

const flat = { numbers: quarters([5, 7]), shape: [5, 7], type: 'f4' } as const;
const deep = { numbers: quarters([4, 3, 5]), shape: [4, 3, 5], type: 'f8' } as const;
const labels = { numbers: Float64Array.of(1, 2, 3), shape: [3], type: 'i8' } as const;
const two = safetensorsBytes({ labels, 'grads.retain': flat, grads: deep });

describe('a .safetensors file', () => {
  test.each(['f2', 'bf16', 'f4', 'f8'] as const)(
    'of %s gives its numbers, whole and by columns',
    async (type) => {
      const source = await opened(safetensorsBytes({ grads: { ...flat, type } }), 'R.safetensors');
      expect(source).toMatchObject({ rows: 5, columns: 7, factorsPerSample: 1 });
      for (const atOnce of [7, 3, 1]) expect(allNumbers(source, atOnce)).toEqual(flat.numbers);
    },
  );

  test('of several tensors gives the one that is named, beside those of other types', async () => {
    expect(allNumbers(await opened(two, 'R.safetensors#grads.retain'))).toEqual(flat.numbers);
    const source = await opened(two, 'R.safetensors#grads');
    expect(source).toMatchObject({ rows: 12, columns: 5, factorsPerSample: 3, dtype: 'F64' });
    expect(allNumbers(source, 2)).toEqual(deep.numbers);
  });

  test('gives several tensors side by side, in the order of their names', async () => {
    const wide = { numbers: quarters([4, 3, 2]).map((x) => x + 100), shape: [4, 3, 2], type: 'f8' } as const;
    const file = safetensorsBytes({ w: deep, b: wide, flat, 'w+b': flat, small: { ...deep, type: 'f4' } });
    const rows = Array.from({ length: 12 }, (_, i) => [
      ...wide.numbers.subarray(2 * i, 2 * i + 2),
      ...deep.numbers.subarray(5 * i, 5 * i + 5),
    ]);
    const source = await opened(file, 'R.safetensors#b+w');
    expect(source).toMatchObject({ rows: 12, columns: 7, factorsPerSample: 3, dtype: 'F64' });
    for (const atOnce of [7, 3, 2, 1]) {
      expect(allNumbers(source, atOnce)).toEqual(Float64Array.from(rows.flat()));
    }
    const block = source.readBlock({ fromSample: 1, toSample: 3, fromColumn: 1, toColumn: 4 });
    expect(Array.from(block)).toEqual(rows.slice(3, 9).flatMap((row) => row.slice(1, 4)));
    // A tensor of that very name comes first.
    expect(allNumbers(await opened(file, 'R.safetensors#w+b'))).toEqual(flat.numbers);
  });

  test.each([
    ['w+flat', /#flat: must have 4 samples of 3 factors in F64, as .*#w; got 5 samples of 1 factors in F32$/],
    [
      'w+small',
      /#small: must have 4 samples of 3 factors in F64, as .*#w; got 4 samples of 3 factors in F32$/,
    ],
    ['w+v', /: no tensor "v"; it has w, flat, small$/],
    ['w+', /: no tensor ""; it has/],
  ])('refuses %s in one line', async (names, message) => {
    const file = safetensorsBytes({ w: deep, flat, small: { ...deep, type: 'f4' } });
    await expect(opened(file, `R.safetensors#${names}`)).rejects.toThrow(message);
  });

  test('of float16 has subnormals, the largest number and infinities where IEEE 754 has them', async () => {
    const bits = Buffer.from(Uint16Array.of(0x0001, 0x03ff, 0x7bff, 0x8400, 0xfc00, 0x7e00).buffer);
    const shape = { numbers: new Float64Array(6), shape: [1, 6], type: 'f2' } as const;
    const bytes = Buffer.concat([safetensorsBytes({ x: shape }).subarray(0, -12), bits]);
    const expected = [2 ** -24, 1023 * 2 ** -24, 65504, -(2 ** -14), -Infinity, NaN];
    expect(Array.from(allNumbers(await opened(bytes, 'R.safetensors')))).toEqual(expected);
  });
});

const edited = (from: string, to: string) =>
  safetensorsBytes({ grads: flat }, (header) => header.replace(from, to));

/** Two tensors, of which the header is edited. */
const overlapping = (from: string, to: string) =>
  safetensorsBytes({ grads: flat, labels }, (header) => header.replace(from, to));

describe('a .safetensors file is refused in one line', () => {
  test.each<[string, Buffer, string, RegExp]>([
    ['empty', Buffer.alloc(0), '', /the length of the header must be 8 bytes/],
    ['that is another file', Buffer.from('\x93NUMPY and so on'), '', /not a .safetensors file/],
    ['that ends in its header', two.subarray(0, 40), '', /the header must be \d+ bytes .*\(truncated\)/],
    [
      'that ends in its numbers',
      two.subarray(0, -1),
      '#grads',
      /its tensors must be 644 bytes; got 643 \(trunc/,
    ],
    [
      'with bytes no tensor names',
      Buffer.concat([two, Buffer.alloc(1)]),
      '#grads',
      /must be 644 bytes; got 645/,
    ],
    ['whose shape says more', edited('[5,7]', '[6,7]'), '', /\(6, 7\) of F32 must be 168 bytes; got 140/],
    ['whose shape says less', edited('[5,7]', '[4,7]'), '', /\(4, 7\) of F32 must be 112 bytes; got 140/],
    ['whose header is not JSON', edited('{', '['), '', /header: not JSON/],
    ['without offsets', edited('data_offsets', 'offsets'), '', /header: grads.data_offsets is missing/],
    ['with a negative offset', edited('[0,', '[-4,'), '', /data_offsets\[0\] must be >= 0; got -4/],
    [
      'of integers',
      two,
      '#labels',
      /R.safetensors#labels: dtype must be one of F64, F32, F16, BF16; got I64/,
    ],
    [
      'whose tensors overlap',
      overlapping('[140,164]', '[136,160]'),
      '#grads',
      /R.safetensors#labels: data_offsets must begin at byte 140, .*; got \[136, 160\] \(overlaps the one before\)/,
    ],
    [
      'with a hole',
      overlapping('[140,164]', '[144,168]'),
      '#grads',
      /#labels: data_offsets must begin at byte 140, .* \(a hole before it\)/,
    ],
    [
      'with a hole at its begin',
      edited('[0,140]', '[4,140]'),
      '',
      /must begin at byte 0, .* \(a hole before it\)/,
    ],
    ['that ends before it begins', overlapping('[140,164]', '[140,120]'), '#grads', /\(ends before\)/],
    [
      'another tensor of which is too short',
      overlapping('"shape":[3]', '"shape":[4]'),
      '#grads',
      /#labels: shape \(4\) of I64 must be 32 bytes; got 24 \(data_offsets \[140, 164\]\)/,
    ],
    [
      'with a name twice',
      overlapping('"labels"', '"grads"'),
      '#grads',
      /R.safetensors: header: "grads" must be there once; got it twice/,
    ],
    [
      'with a name twice, once in other letters',
      overlapping('"labels"', '"gr\\u0061ds"'),
      '#grads',
      /header: "grads" must be there once/,
    ],
    [
      'with a field twice',
      edited('"shape":[5,7]', '"shape":[7,5],"shape":[5,7]'),
      '',
      /header: "shape" must be there once; got it twice/,
    ],
    ['of one dimension', edited('[5,7]', '[35]'), '', /shape must be \(samples, p\) .* got \(35,\)/],
    ['without a tensor of that name', two, '#grad', /no tensor "grad"; it has labels, grads.retain, grads$/],
    [
      'with several, none named',
      two,
      '',
      /must name its tensor, as .*R.safetensors#NAME; it has labels, grads/,
    ],
    ['without tensors', safetensorsBytes({}), '', /must name its tensor, .* it has none/],
  ])('%s', async (_, bytes, part, message) => {
    const refused = await opened(bytes, `R.safetensors${part}`).catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ name: 'InputError', message: expect.stringMatching(message) as string });
    expect((refused as Error).message).toMatch(/R\.safetensors(#\w+)?: [^\n]*$/);
  });
});
