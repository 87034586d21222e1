import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { factorFile } from '../../src/input/layers-model-sets.js';
import { temporaryFolder } from '../cli/captured-context.js';
import { allNumbers } from './matrix-of.js';
import { quarters } from './number-bytes.js';

const numbers = quarters([4, 2, 5]);

test('factors are read as they were written, in any order, and rounded to float32', () => {
  const file = factorFile('model', 4, 2, 5);
  onTestFinished(() => file.close());
  for (const i of [2, 0, 3]) file.write(i, numbers.slice(i * 10, i * 10 + 10));
  file.write(1, new Float64Array(10).fill(1 / 3));
  const expected = numbers.slice();
  expected.fill(Math.fround(1 / 3), 10, 20);
  expect(file.source).toMatchObject({ name: 'model', rows: 8, columns: 5, factorsPerSample: 2 });
  expect(allNumbers(file.source, 2)).toEqual(expected);
});

test('the file leaves nothing behind, and a folder that cannot be written is named', () => {
  const folder = temporaryFolder();
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('TMPDIR', folder);
  factorFile('model', 1, 1, 3).close();
  expect(readdirSync(folder)).toEqual([]);
  vi.stubEnv('TMPDIR', join(folder, 'nowhere'));
  expect(() => factorFile('model', 1, 1, 3)).toThrow(
    /model: cannot write its factors into .*nowhere \(no such file/,
  );
});
