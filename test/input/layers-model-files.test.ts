import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readLayersModel } from '../../src/input/layers-model-files.js';
import { temporaryFolder } from '../cli/captured-context.js';

const weights = [
  { name: 'kernel', shape: [2, 3], dtype: 'float32' },
  { name: 'bias', shape: [3], dtype: 'float32', quantization: { dtype: 'uint8', min: 0, scale: 1 } },
];
const good = {
  format: 'layers-model',
  modelTopology: { class_name: 'Sequential', config: {} },
  weightsManifest: [{ paths: ['a.bin', 'b.bin'], weights }],
};

/** Writes a model of two weight files with 20 and 7 bytes, or others. @returns the path of model.json. */
function written(model: unknown, files: Readonly<Record<string, number>> = { 'a.bin': 20, 'b.bin': 7 }) {
  const folder = temporaryFolder();
  const path = join(folder, 'model.json');
  writeFileSync(path, typeof model === 'string' ? model : JSON.stringify(model));
  for (const [name, length] of Object.entries(files)) {
    writeFileSync(join(folder, name), Buffer.alloc(length, name));
  }
  return path;
}

test('a model is read with its weights, one file after another', () => {
  const { weightData, weightSpecs, modelTopology } = readLayersModel(written(good));
  const expected = Buffer.concat([Buffer.alloc(20, 'a.bin'), Buffer.alloc(7, 'b.bin')]);
  expect(Buffer.from(weightData)).toEqual(expected);
  expect(weightSpecs).toEqual(weights);
  expect(modelTopology).toEqual(good.modelTopology);
});

test('a model without format, of earlier versions, is read too', () => {
  expect(readLayersModel(written({ ...good, format: undefined })).weightData.byteLength).toBe(27);
});

const manifest = (changed: object) => ({
  ...good,
  weightsManifest: [{ ...good.weightsManifest[0], ...changed }],
});

describe('a model is refused in one line', () => {
  test.each<[string, unknown, Readonly<Record<string, number>> | undefined, RegExp]>([
    ['that is no JSON', '{"format":', undefined, /model\.json: not JSON/],
    ['that is no object', '17', undefined, /the document must be an object; got 17/],
    [
      'of another format',
      { ...good, format: 'graph-model' },
      undefined,
      /format must be layers-model; got "graph-model"/,
    ],
    ['without a topology', { ...good, modelTopology: undefined }, undefined, /modelTopology is missing/],
    [
      'with a topology that is a word',
      { ...good, modelTopology: 'x' },
      undefined,
      /modelTopology must be an object; got "x"/,
    ],
    ['without weights', { ...good, weightsManifest: undefined }, undefined, /weightsManifest is missing/],
    [
      'with weights of words',
      manifest({ weights: [{ name: 'w', shape: [1], dtype: 'string' }] }),
      undefined,
      /weightsManifest\[0\]\.weights\[0\]\.dtype must be one of float32, int32, bool; got "string"/,
    ],
    [
      'with half a length',
      manifest({ weights: [{ name: 'w', shape: [0.5], dtype: 'float32' }] }),
      undefined,
      /shape\[0\] must be an integer; got 0\.5/,
    ],
    [
      'whose weight file is not there',
      good,
      { 'a.bin': 20 },
      /b\.bin: cannot be read \(no such file or folder\); .*model\.json names it/,
    ],
    [
      'whose weight file is cut',
      good,
      { 'a.bin': 20, 'b.bin': 6 },
      /must be 27 bytes in a\.bin, b\.bin; got 26 \(truncated\)/,
    ],
    ['whose weight file is too long', good, { 'a.bin': 21, 'b.bin': 7 }, /got 28 \(the manifest says less\)/],
    [
      'whose weights lie elsewhere',
      manifest({ paths: ['../a.bin'] }),
      undefined,
      /weights must lie beside it; got the path \.\.\/a\.bin/,
    ],
    [
      'whose weights lie anywhere',
      manifest({ paths: ['/etc/passwd'] }),
      undefined,
      /weights must lie beside it/,
    ],
  ])('%s', (_, model, files, message) => {
    const path = written(model, files);
    expect(() => readLayersModel(path)).toThrow(expect.objectContaining({ name: 'InputError', message: expect.stringMatching(message) as string }) as Error); // prettier-ignore
    expect(() => readLayersModel(path)).toThrow(/^[^\n]*$/);
  });

  test('that is not there, or a folder', () => {
    const folder = temporaryFolder();
    expect(() => readLayersModel(join(folder, 'model.json'))).toThrow(
      /cannot be read \(no such file or folder\)$/,
    );
    mkdirSync(join(folder, 'x.json'));
    expect(() => readLayersModel(join(folder, 'x.json'))).toThrow(/it is a folder/);
  });
});
