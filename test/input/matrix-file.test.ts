import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readLabels } from '../../src/input/labels.js';
import { readArray } from '../../src/input/matrix-file.js';
import { matrixPlace } from '../../src/input/matrix-place.js';
import { temporaryFolder } from '../cli/captured-context.js';
import { npyBytes } from './npy-bytes.js';
import { quarters } from './number-bytes.js';
import { safetensorsBytes } from './safetensors-bytes.js';
import { zipBytes } from './zip-bytes.js';

function placed(content: Uint8Array | string, name: string) {
  const place = matrixPlace(join(temporaryFolder(), name));
  writeFileSync(place.path, content);
  return place;
}

const shape = [2, 3, 2, 2];
const images = quarters(shape);
/** What NumPy writes for the transpose: the last index first. */
const transposed = (header: string) => npyBytes(images, [...shape], { header });

describe('an array of any shape is read', () => {
  test.each([
    ['.npy', npyBytes(images, shape, { type: 'f4' }), 'X.npy'],
    ['.npz', zipBytes([{ name: 'X.npy', data: npyBytes(images, shape), deflated: true }]), 'X.npz'],
    ['.safetensors', safetensorsBytes({ X: { numbers: images, shape, type: 'bf16' } }), 'X.safetensors'],
  ])('from %s', async (_, content, name) => {
    expect(await readArray(placed(content, name))).toMatchObject({ shape, numbers: images, labels: null });
  });

  test('in Fortran order', async () => {
    const header = "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2, 3, 2), }";
    const { numbers } = await readArray(placed(transposed(header), 'X.npy'));
    // Index (d, c, b, a) of the array is index (a, b, c, d) of the bytes.
    numbers.forEach((value, k) => {
      const [a, b, c, d] = [k % 2, Math.floor(k / 2) % 3, Math.floor(k / 6) % 2, Math.floor(k / 12)];
      expect(value).toBe(images[((a * 3 + b) * 2 + c) * 2 + d]);
    });
  });

  test.each(['i4', 'i8'] as const)('of integers %s', async (type) => {
    const numbers = Float64Array.of(0, -1, 2, 70000);
    expect((await readArray(placed(npyBytes(numbers, [4], { type }), 'y.npy'))).numbers).toEqual(numbers);
  });

  test.each([
    ['u1', '00ff07', [0, 255, 7]],
    ['i1', '00ff07', [0, -1, 7]],
    ['b1', '000101', [0, 1, 1]],
    ['u2', 'fffe0102ff7f', [65534, 258, 65407]],
    ['i2', 'fffe0102ff7f', [-2, 258, -129]],
    ['u4', 'fffffffe0000010080000000', [2 ** 32 - 2, 256, 2 ** 31]],
    ['i4', 'fffffffe0000010080000000', [-2, 256, -(2 ** 31)]],
    ['u8', 'ffffffffffff000000000000000001008000000000000000', [2 ** 64 - 2 ** 16, 256, 2 ** 63]],
    ['i8', 'ffffffffffff000000000000000001008000000000000000', [-(2 ** 16), 256, -(2 ** 63)]],
  ])('of type %s in either byte order', async (kind, bigEndian, expected) => {
    const size = Number(kind.slice(1));
    const numbers = Buffer.from(bigEndian, 'hex');
    const turned = Buffer.concat(
      [0, 1, 2].map((k) => numbers.subarray(k * size, (k + 1) * size).toReversed()),
    );
    for (const [order, bytes] of size === 1
      ? ([['|', numbers]] as const)
      : ([
          ['>', numbers],
          ['<', turned],
        ] as const)) {
      const header = `{'descr': '${order}${kind}', 'fortran_order': False, 'shape': (3,), }`;
      const content = Buffer.concat([npyBytes(new Float64Array(0), [0], { header }), bytes]);
      expect(Array.from((await readArray(placed(content, 'y.npy'))).numbers)).toEqual(expected);
    }
    const name = { u: 'U', i: 'I', b: 'BOOL' }[kind.slice(0, 1)]!;
    const dtype = name === 'BOOL' ? name : `${name}${8 * size}`;
    const text = JSON.stringify({ y: { dtype, shape: [3], data_offsets: [0, 3 * size] } });
    const length = Buffer.alloc(8);
    length.writeUInt8(text.length);
    const stored = placed(Buffer.concat([length, Buffer.from(text), turned]), 'y.safetensors');
    expect(Array.from((await readArray(stored)).numbers)).toEqual(expected);
  });

  test('from .csv, its column label apart', async () => {
    const place = placed('a,label,b\n1,0,2\n3,1,4\n', 'X.csv');
    expect(await readArray(place)).toMatchObject({ shape: [2, 2], numbers: Float64Array.of(1, 2, 3, 4), labels: Float64Array.of(0, 1) }); // prettier-ignore
    expect(await readLabels(place)).toMatchObject({ shape: [2], numbers: Float64Array.of(0, 1) });
  });
});

test.each([
  ['one column', 'label\n0\n1\n', [2]],
  ['one column without a name', '0\n1\n', [2]],
  ['several columns', 'a,b\n0,1\n1,0\n', [2, 2]],
])('labels are %s', async (_, text, expected) => {
  expect((await readLabels(placed(text, 'y.csv'))).shape).toEqual(expected);
});

describe('an array is refused in one line', () => {
  test.each<[string, Uint8Array | string, string, RegExp]>([
    [
      'that is cut',
      npyBytes(images, shape).subarray(0, -1),
      'X.npy',
      /must be 192 bytes; got 191 \(truncated\)/,
    ],
    [
      'of complex numbers',
      npyBytes(images, shape, { header: "{'descr': '<c8', 'fortran_order': False, 'shape': (24,), }" }),
      'X.npy',
      /dtype must be f2, f4, f8, i1 \.\. u8 or b1, < or >; got "<c8"/,
    ],
    [
      'without samples',
      npyBytes(new Float64Array(0), [0, 3]),
      'X.npy',
      /at least 1 sample and 1 number each; got \(0, 3\)/,
    ],
    [
      'of one number',
      npyBytes(Float64Array.of(1), [1], {
        header: "{'descr': '<f8', 'fortran_order': False, 'shape': (), }",
      }),
      'X.npy',
      /at least 1 sample/,
    ],
    [
      'with NaN',
      npyBytes(images.with(13, NaN), shape),
      'X.npy',
      /sample 1 \(from 0\) must have finite numbers; got NaN/,
    ],
    [
      'larger than is read',
      npyBytes(images, shape, {
        header: "{'descr': '<f8', 'fortran_order': False, 'shape': (70000, 1000), }",
      }),
      'X.npy',
      /at most 67108864 numbers; got the shape \(70000, 1000\)/,
    ],
    [
      'with two columns label',
      'label,a,label\n1,2,3\n',
      'X.csv',
      /must have one column named label; got several/,
    ],
    ['with labels alone', 'label\n1\n', 'X.csv', /must have a column beside label; got none/],
  ])('%s', async (_, content, name, message) => {
    const refused = await readArray(placed(content, name)).catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ name: 'InputError', message: expect.stringMatching(message) as string });
    expect((refused as Error).message).toMatch(/^[^\n]*$/);
  });
});
