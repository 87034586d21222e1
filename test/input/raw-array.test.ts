import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/input/input-error.js';
import { matrixFile, readArray } from '../../src/input/matrix-file.js';
import { matrixPlace } from '../../src/input/matrix-place.js';
import { temporaryFolder } from '../cli/captured-context.js';

const numbers = Float64Array.of(1, 2, 3, 0.5, -4, 8);

/** A file of bare numbers with a sidecar; its path. */
function mapped(bytes: Uint8Array, sidecar: unknown): string {
  const path = join(temporaryFolder(), 'factors.mmap');
  writeFileSync(path, bytes);
  writeFileSync(`${path}.json`, typeof sidecar === 'string' ? sidecar : JSON.stringify(sidecar));
  return path;
}

async function columnsOf(path: string) {
  const { source, close } = await matrixFile(matrixPlace(path));
  const read = {
    rows: source.rows,
    c: source.factorsPerSample,
    numbers: source.readColumns(0, source.columns),
  };
  close();
  return read;
}

const doubles = new Uint8Array(numbers.buffer);
const singles = new Uint8Array(Float32Array.from(numbers).buffer);

describe('a raw memory map with FILE.json beside it', () => {
  test.each<[string, Uint8Array, unknown]>([
    ['doubles', doubles, { dtype: 'float64', shape: [3, 2] }],
    ['singles, by the short name', singles, { dtype: '<f4', shape: [3, 2] }],
    [
      'in Fortran order',
      new Uint8Array(Float32Array.of(1, 3, -4, 2, 0.5, 8).buffer),
      { dtype: 'float32', shape: [3, 2], order: 'F' },
    ],
    [
      'behind a header',
      Buffer.concat([Buffer.alloc(5), singles]),
      { dtype: 'float32', shape: [3, 2], offset: 5 },
    ],
    ['in the other byte order', Buffer.from(singles).swap32(), { dtype: '>f4', shape: [3, 2] }],
  ])('%s', async (_, bytes, sidecar) => {
    expect(await columnsOf(mapped(bytes, sidecar))).toEqual({ rows: 3, c: 1, numbers });
  });

  test('bfloat16, and three axes', async () => {
    const upper = Buffer.concat(Array.from({ length: 6 }, (_, k) => singles.subarray(4 * k + 2, 4 * k + 4)));
    const path = mapped(upper, { dtype: 'bfloat16', shape: [1, 2, 3] });
    expect(await columnsOf(path)).toEqual({ rows: 2, c: 2, numbers });
  });

  test('labels, too: integers', async () => {
    const path = mapped(new Uint8Array(Int32Array.of(1, 0, 2).buffer), { dtype: 'int32', shape: [3] });
    expect((await readArray(matrixPlace(path))).numbers).toEqual(Float64Array.of(1, 0, 2));
  });

  test.each<[string, Uint8Array, unknown, RegExp]>([
    [
      'another length',
      singles,
      { dtype: 'float32', shape: [4, 2] },
      /factors\.mmap: shape \(4, 2\) of <f4 must be 32 bytes; got 24 \(truncated\)$/,
    ],
    [
      'an offset behind its end',
      singles,
      { dtype: 'float32', shape: [3, 2], offset: 25 },
      /\.mmap\.json: offset must be in 0\.\.24, the bytes of .*factors\.mmap; got 25$/,
    ],
    [
      'integers as factors',
      singles,
      { dtype: 'int32', shape: [3, 2] },
      /\.mmap\.json: dtype must be f2, f4 or f8 .*; got "<i4"$/,
    ],
    ['no shape', singles, { dtype: 'float32' }, /\.mmap\.json: shape /],
    [
      'an unknown field',
      singles,
      { dtype: 'float32', shape: [3, 2], axes: 'cnp' },
      /\.mmap\.json: unknown field axes; allowed: dtype, shape, order, offset$/,
    ],
    [
      'another order',
      singles,
      { dtype: 'float32', shape: [3, 2], order: 'A' },
      /order must be C or F; got "A"$/,
    ],
    ['no JSON', singles, 'dtype: float32', /\.mmap\.json: not JSON/],
  ])('refuses %s in one line', async (_, bytes, sidecar, message) => {
    const error: unknown = await matrixFile(matrixPlace(mapped(bytes, sidecar))).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('\n');
  });
});
