import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { matrixFile } from '../../src/input/matrix-file.js';
import { matrixPlace } from '../../src/input/matrix-place.js';
import { accuracyOfType } from '../../src/theory/matrix-source.js';
import { temporaryFolder } from '../cli/captured-context.js';
import { npyBytes } from './npy-bytes.js';
import { safetensorsBytes } from './safetensors-bytes.js';
import { zipBytes } from './zip-bytes.js';

const numbers = Float64Array.of(1, 2, 3, 0.5);

function written(name: string, bytes: Uint8Array | string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

describe('a file under another name is taken for what its first bytes say', () => {
  test('.npy, as numpy.memmap leaves it', async () => {
    const path = written('factors.dat', npyBytes(numbers, [2, 2]));
    expect(matrixPlace(path)).toEqual({ path, kind: 'npy', part: null });
    const { source, close } = await matrixFile(matrixPlace(path));
    expect(source.readColumns(0, 2)).toEqual(numbers);
    close();
  });

  test('.npz and .safetensors with their parts', () => {
    const archive = written('a#b', zipBytes([{ name: 'x.npy', data: npyBytes(numbers, [2, 2]) }]));
    expect(matrixPlace(`${archive}#x`)).toEqual({ path: archive, kind: 'npz', part: 'x' });
    expect(matrixPlace(archive)).toEqual({ path: archive, kind: 'npz', part: null });
    const tensors = written('model.bin', safetensorsBytes({ x: { type: 'f8', numbers, shape: [2, 2] } }));
    expect(matrixPlace(`${tensors}#x`)).toEqual({ path: tensors, kind: 'safetensors', part: 'x' });
  });

  test('and anything else is refused in a line', () => {
    const refusal = /must be named .npy, .npz, .npz#MEMBER/;
    const text = written('text.dat', 'some words of text');
    expect(() => matrixPlace(text)).toThrow(refusal);
    expect(() => matrixPlace(text)).toThrow(`or have ${text}.json beside it, with dtype and shape`);
    expect(() => matrixPlace(written('empty.dat', ''))).toThrow(refusal);
    expect(() => matrixPlace('/no/such/file.dat')).toThrow(
      /^\/no\/such\/file\.dat: cannot be read \(no such file/,
    );
    expect(() => matrixPlace('/no/such/file#x')).toThrow(
      /^\/no\/such\/file#x: cannot be read \(no such file/,
    );
    expect(() => matrixPlace(`${written('one.dat', npyBytes(numbers, [2, 2]))}#x`)).toThrow(refusal);
  });
});

test.each(['<V2', '|V2'])('bfloat16 in a .npy file, which NumPy calls %s', async (descr) => {
  // The upper halves of single-precision numbers.
  const upper = Buffer.from(Float32Array.from(numbers).buffer);
  const halves = Buffer.concat([0, 1, 2, 3].map((k) => upper.subarray(4 * k + 2, 4 * k + 4)));
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (2, 2), }`;
  const npy = npyBytes(new Float64Array(0), [2, 2], { header });
  const { source, close } = await matrixFile(matrixPlace(written('x.npy', Buffer.concat([npy, halves]))));
  expect(source.readColumns(0, 2)).toEqual(numbers);
  expect(accuracyOfType(source.dtype)).toEqual(accuracyOfType('BF16'));
  close();
});
