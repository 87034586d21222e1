import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Analysis, SubsetReport } from '../../src/analysis/answer.js';
import { randomSource } from '../../src/statistics/generator.js';
import { npyBytes } from '../input/npy-bytes.js';
import { capture, temporaryFolder } from './captured-context.js';

const random = randomSource('analyze thinned');
const [N, HELD, M, P] = [120, 60, 24, 3];
/** Sorted by size, as a thinned file may be by class: the first half of its rows is unlike the second. */
const retain = Float64Array.from({ length: N * P }, (_, k) => (k < (N * P) / 2 ? 1 : 0.5) * random.normal());
const forget = Float64Array.from({ length: M * P }, () => 0.4 * random.normal());
/** Every second retain sample: as good as a uniform draw here. */
const held = retain.filter((_, k) => Math.floor(k / P) % 2 === 0);
const options = '--alpha 0.05 --eta 0.1 --batch-retain 10 --batch-forget 4 --sampling without-replacement';

function stored(name: string, numbers: Float64Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, npyBytes(numbers, [numbers.length / P, P]));
  return path;
}
/** Paths of the files, written where a test asks for them. */
const files = {
  get whole() {
    return stored('R.npy', retain);
  },
  get held() {
    return stored('H.npy', held);
  },
  get forget() {
    return stored('F.npy', forget);
  },
};

function analysed(file: string, args: string, setting = options) {
  const given = `${setting} ${args}`.split(' ').filter(Boolean);
  return capture(['analyze', '--retain', file, '--forget', files.forget, ...given]);
}

async function answer(file: string, args: string, setting = options) {
  const { code, stdout, stderr } = await analysed(file, `${args} --json`, setting);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Analysis & { readonly subset?: SubsetReport };
}

describe('analyze --of-retain', () => {
  test('answers for all samples that the file is said to be drawn from, with their noise', async () => {
    const whole = await answer(files.whole, '');
    const { subset, ...thinned } = await answer(files.held, `--of-retain ${N}`);
    expect(thinned.dimension.samples).toEqual({ retain: N, forget: M });
    expect(subset!.samples).toEqual({
      retain: { of: N, drawn: HELD, thinned: true },
      forget: { of: M, drawn: M, thinned: false },
    });
    const { etaStar, sigma, alphaStar, lambdaMin } = subset!.intervals;
    for (const [{ low, high }, value] of [
      [etaStar, whole.exact.etaStar],
      [sigma, whole.coherence.sigma],
      [alphaStar, whole.mixing.alphaStar],
      [lambdaMin, whole.mixing.lambdaMin],
    ] as const) {
      expect(low).toBeLessThanOrEqual(value);
      expect(high ?? Infinity).toBeGreaterThanOrEqual(value);
    }
    // The largest sample may be one that is not there.
    expect(sigma.low).toBe(1);
    expect(subset!.certainEtaStar).toBeNull();
    expect(thinned.theorems).toEqual([]);
  });

  test('the noise is that of N samples: with batches of all of them there is none', async () => {
    const full = `--alpha 0.05 --eta 0.1 --batch-retain ${N} --batch-forget ${M} --sampling without-replacement`;
    const { exact, mixing } = await answer(files.held, `--of-retain ${N}`, full);
    expect(exact.spectralRadius).toBeCloseTo((1 - 0.1 * mixing.lambdaMin) ** 2, 10);
    const noisy = await answer(files.held, `--of-retain ${2 * N}`, full);
    expect(noisy.exact.spectralRadius).toBeGreaterThan(exact.spectralRadius + 1e-6);
  });

  test('as many as the file holds are no draw', async () => {
    expect(await answer(files.held, `--of-retain ${HELD} --of-forget ${M}`)).toEqual(
      await answer(files.held, ''),
    );
  });

  test('words of training scripts mean the samples of the whole set', async () => {
    const words = '--lr 0.1 --forget-weight 0.05 --batch-size 4 --epochs 3 --sampling bernoulli';
    const answered = await answer(files.held, '--of-forget 240', words);
    expect(answered).toMatchObject({ translation: { batch: { forget: 4 }, steps: 180 } });
  });

  test('--subset thins out further, and with one file of both sets the rows keep their numbers', async () => {
    const { subset } = await answer(files.held, `--of-retain ${N} --subset 30`);
    expect(subset!.samples.retain).toEqual({ of: N, drawn: 30, thinned: true });
    const index = join(temporaryFolder(), 'rows.txt');
    writeFileSync(index, Array.from({ length: 20 }, (_, k) => 2 * k).join(' '));
    const words = `${options} --alpha 0.6 --data ${files.whole} --forget-index ${index} --of-forget 50`;
    const { code, stdout } = await capture([
      'analyze',
      ...words.replace('--alpha 0.05 ', '').split(' '),
      '--json',
    ]);
    expect(code).toBe(0);
    const { geometry } = JSON.parse(stdout) as Analysis;
    expect(geometry.samples.map(({ id }) => id).sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 20 }, (_, k) => 2 * k),
    );
  });

  test('tells people that the file was thinned, and what the intervals do not know', async () => {
    const { stdout } = await analysed(files.held, `--of-retain ${N}`);
    expect(stdout).toMatch(/^estimate from a subset: /);
    expect(stdout).toContain(`${HELD} of ${N} (thinned out beforehand) retain and all ${M} forget samples`);
    expect(stdout).toContain('a sample that was thinned out may be larger than all that are left');
  });

  test.each<[string, string, RegExp]>([
    [
      'fewer than the file holds',
      '--of-retain 59',
      /--of-retain must be >= 60, the samples of .*H\.npy; got 59$/,
    ],
    ['no number', '--of-forget 0', /--of-forget must be an integer in 1\.\.\d+; got 0$/],
    [
      'a recommendation',
      `--of-retain ${N} --recommend`,
      /--recommend must be left out for a subset \(thinned sets are one\); got 60 of 120 and 24 of 24$/,
    ],
    [
      'clipping, which the largest sample decides',
      `--of-retain ${N} --clip 1`,
      /--clip: it is not answered for thinned sets, .*; got 60 of 120 retain samples$/,
    ],
    [
      'another procedure',
      `--of-retain ${N} --momentum 0.5`,
      /a subset stands for all samples under plain steps .*; got another procedure \(thinned sets are one\)$/,
    ],
  ])('refuses %s in one line', async (_, args, message) => {
    const { code, stderr } = await analysed(files.held, args);
    expect(code).toBe(2);
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('refuses a draw of fewer than 20, and fits of thinned sets', async () => {
    const few = stored('few.npy', held.subarray(0, 19 * P));
    const { code, stderr } = await analysed(few, `--of-retain ${N}`);
    expect([code, stderr]).toEqual([
      2,
      `unlearning-stability: --of-retain goes with a draw of at least 20 samples; got 19 of ${N} in ${few}\n`,
    ]);
    const fit = await analysed(files.held, `--of-retain ${N} --model logistic --ridge 1`);
    expect([fit.code, fit.stderr]).toEqual([
      2,
      `unlearning-stability: --of-retain needs --weights beside it: a fit to thinned sets is another one; got ${N} without\n`,
    ]);
    const beside = await capture(['analyze', 'problem.json', '--of-retain', '100']);
    expect(beside.stderr).toMatch(/--of-retain must be left out beside a problem file, which says it all/);
  });
});
