import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze, recommend } from '../../src/api/analyze.js';
import type { ModelInput, ProblemFiles } from '../../src/input/problem-source.js';
import { randomSource } from '../../src/statistics/generator.js';
import { readProblem } from '../../src/input/read-problem.js';
import { startTensorflow } from '../../src/network/tfjs-backend.js';
import { capture, temporaryFolder } from '../cli/captured-context.js';
import { csv, drawnRows, features, labels, npy } from '../cli/model-analysis.js';
import { npyBytes } from '../input/npy-bytes.js';
import { safetensorsBytes } from '../input/safetensors-bytes.js';
import { drawWeights, storeModel, tfLayers } from '../input/stored-model.js';
import { zipBytes } from '../input/zip-bytes.js';
import { FILE, PROBLEM } from './problems.js';

const flat = (set: 'retain' | 'forget') => Float64Array.from(features[set].flat());
const labelled = (set: 'retain' | 'forget') =>
  csv(features[set].map((row, i) => [labels[set][i]!, ...row]), 'label,a,b,c\n'); // prettier-ignore

const folder = () => {
  const path = temporaryFolder();
  const files: Record<string, Uint8Array | string> = {
    'R.npy': npy(features.retain),
    'F.npy': npy(features.forget),
    'all.npz': zipBytes([
      { name: 'R.npy', data: npyBytes(flat('retain'), [12, 3]), deflated: true },
      { name: 'F.npy', data: npyBytes(flat('forget'), [6, 3]) },
    ]),
    'all.safetensors': safetensorsBytes({
      R: { numbers: flat('retain'), shape: [12, 3], type: 'f4' },
      F: { numbers: flat('forget'), shape: [6, 3], type: 'f4' },
    }),
    'R.csv': labelled('retain'),
    'F.csv': labelled('forget'),
    'w.csv': csv([[0.5, -1, 0.25, 0.3]]),
    'problem.json': JSON.stringify(FILE),
    'large.npy': npy(drawnRows('large', 60, 4)),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return (name: string) => join(path, name);
};

const setting = {
  alpha: 0.1,
  eta: 0.2,
  batch: { retain: 3, forget: 2 },
  sampling: 'without-replacement',
} as const;
const options =
  '--alpha 0.1 --eta 0.2 --batch-retain 3 --batch-forget 2 --sampling without-replacement'.split(' ');

async function printed(args: readonly string[]): Promise<unknown> {
  const { code, stdout } = await capture(['analyze', ...args, '--json']);
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

describe('analyze(await readProblem(..)) finds what the command line prints', () => {
  test.each<[string, string, ModelInput | undefined, string[]]>([
    ['R.npy', 'F.npy', undefined, []],
    ['all.npz#R', 'all.npz#F', undefined, []],
    ['all.safetensors#R', 'all.safetensors#F', { kind: 'factors' }, []],
    ['R.csv', 'F.csv', { kind: 'linear' }, ['--model', 'linear']],
    ['R.csv', 'F.csv', { kind: 'logistic' }, ['--model', 'logistic']],
    ['R.csv', 'F.csv', { kind: 'logistic', ridge: 0.1, bias: false }, ['--model', 'logistic', '--ridge', '0.1', '--no-bias']], // prettier-ignore
    ['R.npy', 'F.npy', { kind: 'logistic', weights: 'w.csv' }, ['--model', 'logistic', '--weights', 'w.csv']],
  ])('%s, %s, %j', async (retain, forget, model, args) => {
    const path = folder();
    const files: ProblemFiles = {
      ...setting,
      retain: path(retain),
      forget: path(forget),
      ...(model && { model: 'weights' in model ? { ...model, weights: path(model.weights!) } : model }),
    };
    const words = args.map((word) => (word === 'w.csv' ? path(word) : word));
    expect(JSON.parse(JSON.stringify(analyze(await readProblem(files))))).toEqual(
      await printed(['--retain', path(retain), '--forget', path(forget), ...options, ...words]),
    );
  });

  test('of a TensorFlow.js model', async () => {
    const path = folder();
    const tensorflow = await startTensorflow('cpu');
    const layers = [tfLayers.layers.dense({ units: 2, inputShape: [3] })];
    const model = tfLayers.sequential({ layers });
    drawWeights(tensorflow, model, randomSource('api model'));
    const file = await storeModel(model, path('model'));
    const sets = { retain: path('R.csv'), forget: path('F.csv') };
    const args = `--model ${file} --loss cross-entropy --backend cpu`.split(' ');
    const read = await readProblem({
      ...setting,
      ...sets,
      model: { kind: 'layers-model', path: file, loss: 'cross-entropy', backend: 'cpu' },
    });
    expect(JSON.parse(JSON.stringify(analyze(read)))).toEqual(
      await printed(['--retain', sets.retain, '--forget', sets.forget, ...args, ...options]),
    );
    expect(read.training?.loss).toBe('softmax');
  });

  test('of a problem file, and of a problem in memory', async () => {
    const file = folder()('problem.json');
    const expected = await printed([file]);
    for (const source of [file, FILE, PROBLEM]) {
      expect(JSON.parse(JSON.stringify(analyze(await readProblem(source))))).toEqual(expected);
    }
  });

  test('of a subset, with the confidence that is asked for', async () => {
    const path = folder();
    const sets = { retain: path('large.npy'), forget: path('large.npy') };
    const read = await readProblem({ ...setting, ...sets }, { subset: { size: 30, seed: 7 } });
    expect(JSON.parse(JSON.stringify(analyze(read, { confidence: 0.9 })))).toEqual(
      await printed(
        `--retain ${sets.retain} --forget ${sets.forget} --subset 30 --seed 7 --confidence 0.9`
          .split(' ')
          .concat(options),
      ),
    );
    expect(() => recommend(read)).toThrow(/^recommend needs all samples/);
  });
});

test('recommend(await readProblem(..)) finds what the command line prints', async () => {
  const path = folder();
  const sets = { retain: path('R.npy'), forget: path('F.npy') };
  const { recommendation } = (await printed([
    ...['--retain', sets.retain, '--forget', sets.forget, '--recommend'],
    ...options,
  ])) as { recommendation: unknown };
  const read = await readProblem({ ...setting, ...sets });
  expect(JSON.parse(JSON.stringify(recommend(read)))).toEqual(recommendation);
});

test.each(['memory', 'a file', 'sets in files'])(
  'readProblem(..) takes the samplings of both sets in place of one in the problem (%s)',
  async (place) => {
    const path = folder();
    const whole = { memory: PROBLEM, 'a file': FILE, 'sets in files': setting }[place]!;
    const unsampled = Object.fromEntries(Object.entries(whole).filter(([field]) => field !== 'sampling'));
    writeFileSync(path('bare.json'), JSON.stringify(unsampled));
    const files = { ...unsampled, retain: path('R.npy'), forget: path('F.npy') };
    const source = { memory: unsampled, 'a file': path('bare.json'), 'sets in files': files }[
      place
    ] as ProblemFiles;
    const sampling = { retain: 'with-replacement', forget: 'bernoulli' } as const;
    expect((await readProblem(source, { procedure: { sampling } })).problem.sampling).toEqual(sampling);
    const one = readProblem(source, { procedure: { sampling: { retain: 'bernoulli' } } });
    await expect(one).rejects.toThrow(/sampling is missing/);
    if (place !== 'a file') {
      const unknown = { ...source, sampling: 'often' } as unknown as ProblemFiles;
      await expect(readProblem(unknown, { procedure: { sampling } })).rejects.toThrow(/sampling .*"often"/);
    }
  },
);

describe('readProblem(..) refuses in one line that names the field', () => {
  test.each<[string, Partial<Record<keyof ProblemFiles, unknown>>, RegExp]>([
    ['a file that is not there', { retain: 'none.npy' }, /^none\.npy: cannot be read \(no such file/],
    ['a name of another kind', { forget: 'package.json' }, /^package\.json: must be named \.npy/],
    [
      'one set in memory',
      { forget: [[1, 2, 3]] },
      /^problem: forget must be FILE\.npy, .*; got \[\[1,2,3\]\]/,
    ],
    [
      'a batch larger than the set',
      { batch: { retain: 13, forget: 2 } },
      /^batch\.retain must be an integer in 1\.\.12; got 13/,
    ],
    ['no step size', { eta: undefined }, /^problem: eta is missing/],
    [
      'an unknown field',
      { beta: 1 } as object,
      /^problem: unknown field beta; allowed: .*model, ofRetain, ofForget$/,
    ],
    [
      'an unknown model',
      { model: { kind: 'cubic' } },
      /^problem: model\.kind must be one of factors, gram, linear, logistic, layers-model; got "cubic"/,
    ],
    [
      'what another model takes',
      { model: { kind: 'linear', ridge: 1 } },
      /^problem: model: unknown field ridge; allowed: kind/,
    ],
    [
      'a negative ridge',
      { model: { kind: 'logistic', ridge: -1 } },
      /^problem: model: ridge must be >= 0; got -1/,
    ],
    [
      'a fit without labels',
      { model: { kind: 'logistic' } },
      /^model\.labels\.retain and model\.labels\.forget are missing; .* or give model\.weights$/,
    ],
  ])('%s', async (_, change, message) => {
    const path = folder();
    const files = { ...setting, retain: path('R.npy'), forget: path('F.npy'), ...change } as ProblemFiles;
    await expect(readProblem(files)).rejects.toThrow(message);
    await expect(readProblem(files)).rejects.toMatchObject({ name: 'InputError' });
  });

  test.each(['R', 'F'])(
    'a preconditioner that takes the factors of %s.npy out of their range',
    async (set) => {
      const path = folder();
      const numbers = flat(set === 'R' ? 'retain' : 'forget').map((x) => 1e60 * x);
      writeFileSync(path(`${set}.npy`), npyBytes(numbers, [numbers.length / 3, 3]));
      const files = { ...setting, retain: path('R.npy'), forget: path('F.npy') };
      const scaled = (preconditioner: number[]) => readProblem({ ...files, optimizer: { preconditioner } });
      await expect(scaled([1e40, 1, 1])).rejects.toThrow(
        new RegExp(
          `${set}\\.npy, times the square roots of the preconditioner: its largest number must be in`,
        ),
      );
      await expect(scaled([1e10, 1, 1])).resolves.toMatchObject({ eta: setting.eta });
    },
  );

  test('features without a model', async () => {
    const path = folder();
    const files = { ...setting, retain: path('R.csv'), forget: path('F.csv') };
    await expect(readProblem(files)).rejects.toThrow(/^model is missing; .*R\.csv holds features/);
  });
});
