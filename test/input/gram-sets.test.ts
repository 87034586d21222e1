import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis/answer.js';
import { normals, randomSource } from '../../src/statistics/generator.js';
import { capture, temporaryFolder } from '../cli/captured-context.js';
import { relativeDifference } from '../closeness.js';
import { npyBytes, type NpyVariant } from './npy-bytes.js';

const [N, P] = [12, 5];
const factors = normals(N * P, randomSource('gram sets'));
const gram = Float64Array.from({ length: N * N }, (_, k) => {
  const [i, j] = [Math.floor(k / N) * P, (k % N) * P];
  return Array.from({ length: P }, (__, a) => factors[i + a]! * factors[j + a]!).reduce((x, y) => x + y);
});
const setting = '--alpha 0.05 --eta 0.05 --batch-retain 2 --batch-forget 1 --sampling bernoulli'.split(' ');

function analysed(numbers: Float64Array, shape: number[], more: string[], variant?: NpyVariant) {
  const folder = temporaryFolder();
  const [data, index] = [join(folder, 'data.npy'), join(folder, 'forget.txt')];
  writeFileSync(data, npyBytes(numbers, shape, variant));
  writeFileSync(index, '1 4');
  return capture(['analyze', '--data', data, '--forget-index', index, ...setting, ...more]);
}

async function answer(...given: Parameters<typeof analysed>): Promise<Analysis> {
  const { code, stdout, stderr } = await analysed(given[0], given[1], [...given[2], '--json'], given[3]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Analysis;
}

describe('a Gram matrix in place of factors', () => {
  test.each([
    [1, undefined, 1e-9],
    [2, undefined, 1e-9],
    [1, { type: 'f4' } as const, 1e-4],
  ])('says what its factors say, %s a sample', async (c, variant, tolerance) => {
    const shape = c === 1 ? [N, P] : [N / c, c, P];
    const expected = await answer(factors, shape, []);
    const found = await answer(
      gram,
      [N, N],
      ['--model', 'gram', ...(c === 1 ? [] : ['--factors-per-sample', '2'])],
      variant,
    );
    const numbers = ({ exact, coherence, mixing }: Analysis) => [
      exact.etaStar,
      exact.logGrowth,
      coherence.sigma,
      coherence.kappa!,
      mixing.alphaStar,
      mixing.lambdaMin,
    ];
    numbers(expected).forEach((x, k) =>
      expect(relativeDifference(numbers(found)[k]!, x)).toBeLessThan(tolerance),
    );
    expect(found.dimension).toMatchObject({ reduced: P, samples: expected.dimension.samples });
    // Squares know their roots to half the digits.
    expect(found.dimension.precision).toBeGreaterThan(expected.dimension.precision);
    expect(found.geometry.samples.map(({ id }) => id)).toEqual(expected.geometry.samples.map(({ id }) => id));
  });

  const changed = (at: number, value: number): Float64Array => gram.map((x, k) => (k === at ? value : x));
  const cone = Float64Array.from({ length: 16 }, (_, k) => (k % 5 === 0 ? 1 : -0.9));

  test.each<[string, Float64Array, number[], string[], RegExp]>([
    [
      'no square',
      gram.subarray(0, 24),
      [2, N],
      [],
      /data\.npy: a Gram matrix must have the shape \(N, N\), N at most 8192 factors, 1 a sample; got 2 x 12$/,
    ],
    ['factors that do not divide', gram, [N, N], ['--factors-per-sample', '5'], /5 a sample; got 12 x 12$/],
    [
      'one that is not symmetric',
      changed(1, 7),
      [N, N],
      [],
      /row 1, column 0 \(from 0\) must be as row 0, column 1: 7; got /,
    ],
    [
      'a negative length',
      changed(N + 1, -1),
      [N, N],
      [],
      /row 1 \(from 0\) must have a diagonal entry >= 0, a squared length; got -1$/,
    ],
    [
      'more than two lengths',
      changed(0, 1e-9),
      [N, N],
      [],
      /row 1, column 0 \(from 0\) must be at most \S+ in size, the product of two lengths; got /,
    ],
    [
      'an indefinite one',
      Float64Array.from({ length: N * N }, (_, k) => cone[(Math.floor(k / N) % 4) * 4 + (k % 4)]!),
      [N, N],
      [],
      /must be positive semidefinite, as inner products are; its smallest eigenvalue is -/,
    ],
  ])('refuses %s in one line', async (_, numbers, shape, more, message) => {
    const { code, stderr } = await analysed(numbers, shape, ['--model', 'gram', ...more]);
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([2, 1]);
    expect(stderr.trimEnd()).toMatch(message);
  });

  test('is one file of both sets', async () => {
    const { code, stderr } = await capture([
      'analyze',
      '--retain',
      'R.npy',
      '--forget',
      'F.npy',
      ...setting,
      '--model',
      'gram',
    ]);
    expect([code, stderr]).toEqual([
      2,
      'unlearning-stability: --data and --forget-index go with --model gram, whose file holds the products of both sets; got a file a set\n',
    ]);
  });
});
