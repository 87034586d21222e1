import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseProblem } from '../../src/input/problem-input.js';
import { readProblem } from '../../src/input/read-problem.js';
import { capture, temporaryFolder } from '../cli/captured-context.js';
import { npyBytes } from './npy-bytes.js';
import { quarters } from './number-bytes.js';

type Shape = readonly [number, number, number];

const setting = {
  alpha: 0.1,
  eta: 0.01,
  batch: { retain: 1, forget: 1 },
  sampling: 'bernoulli',
} as const;

/** What is said of two sets of these shapes, in files and in memory; null if they are read. */
async function refusals(
  retain: Shape | readonly [number, number],
  forget: Shape | readonly [number, number],
) {
  const folder = temporaryFolder();
  const files = [retain, forget].map((shape, k) => {
    const path = join(folder, `${'RF'[k]!}.npy`);
    writeFileSync(path, npyBytes(quarters([...shape]), [...shape], {}));
    return path;
  });
  const arrays = [retain, forget].map((shape) => ({ data: quarters([...shape]), shape }));
  const said = (error: unknown): string => (error as Error).message.replaceAll(`${folder}/`, '');
  return {
    files: await readProblem({ ...setting, retain: files[0]!, forget: files[1]! }).then(() => null, said),
    memory: await Promise.resolve()
      .then(() => parseProblem({ ...setting, retain: arrays[0]!, forget: arrays[1]! }))
      .then(() => null, said),
  };
}

test('swapped axes, (c, n, p) in place of (n, c, p), are refused with a question', async () => {
  const words =
    'got 5 (shapes are (samples, factors, p); both have 3 samples: are the first two axes swapped?)';
  expect(await refusals([3, 8, 4], [3, 5, 4])).toEqual({
    files: `F.npy: must have 8 factors a sample, as R.npy; ${words}`,
    memory: `problem: forget: must have 8 factors a sample, as retain; ${words}`,
  });
});

test('so are those of a set of one sample, (c, 1, p); gradients (n, p) of as many samples are read', async () => {
  const refused = await refusals([3, 8, 4], [3, 1, 4]);
  expect(refused.files).toContain('must have 8 factors a sample, as R.npy; got 1 (');
  expect(refused.memory).toContain('are the first two axes swapped?');
  expect((await refusals([3, 1, 4], [3, 8, 4])).files).toContain('are the first two axes swapped?');
  expect(await refusals([3, 8, 4], [3, 4])).toEqual({ files: null, memory: null });
});

test('several factors a sample beside more are refused without that question', async () => {
  const { files, memory } = await refusals([8, 2, 4], [5, 3, 4]);
  expect(files).toBe(
    'F.npy: must have 2 factors a sample, as R.npy; got 3 (shapes are (samples, factors, p))',
  );
  expect(memory).toContain('must have 2 factors a sample, as retain; got 3');
});

test('as many factors a sample are read, and one beside several', async () => {
  expect(await refusals([8, 3, 4], [5, 3, 4])).toEqual({ files: null, memory: null });
  expect(await refusals([8, 4], [5, 3, 4])).toEqual({ files: null, memory: null });
  expect(await refusals([8, 4], [5, 1, 4])).toEqual({ files: null, memory: null });
});

test.each([false, true])(
  '--axes cnp reads outputs first as samples first, Fortran order: %s',
  async (fortran) => {
    const folder = temporaryFolder();
    const [n, c, p] = [5, 3, 20];
    const given = quarters([n, c, p]);
    const swapped = Float64Array.from({ length: n * c * p }, (_, k) => {
      const [output, sample] = [Math.floor(k / (n * p)), Math.floor(k / p) % n];
      return given[(sample * c + output) * p + (k % p)]!;
    });
    const store = (name: string, numbers: Float64Array, shape: number[]): string => {
      const path = join(folder, name);
      writeFileSync(path, npyBytes(numbers, shape, { fortran }));
      return path;
    };
    const files = ['ncp', 'cnp'].map((axes) =>
      axes === 'ncp' ? store('n.npy', given, [n, c, p]) : store('c.npy', swapped, [c, n, p]),
    );
    const options =
      '--alpha 0.1 --eta 0.01 --batch-retain 2 --batch-forget 1 --sampling bernoulli --json'.split(' ');
    const answers = [];
    for (const [k, axes] of ['ncp', 'cnp'].entries()) {
      const args = ['analyze', '--retain', files[k]!, '--forget', files[k]!, ...options, '--axes', axes];
      const { code, stdout, stderr } = await capture(args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      answers.push(stdout);
    }
    expect(answers[1]).toBe(answers[0]);
    const twoAxes = store('two.npy', given, [n * c, p]);
    const refused = await capture([
      'analyze',
      '--retain',
      twoAxes,
      '--forget',
      files[1]!,
      ...options,
      '--axes',
      'cnp',
    ]);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      `unlearning-stability: ${twoAxes}: shape must be (outputs, samples, p) with --axes cnp; got (15, 20)\n`,
    ]);
  },
);
