import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Analysis, SubsetReport } from '../../src/analysis/answer.js';
import { randomSource } from '../../src/statistics/generator.js';
import { npyBytes } from '../input/npy-bytes.js';
import { capture, temporaryFolder } from './captured-context.js';

type SubsetAnalysis = Analysis & { readonly subset: SubsetReport };

const random = randomSource('analyze subset');
const [N, M, P] = [200, 30, 4];
const numbers = { retain: new Float64Array(N * P), forget: new Float64Array(M * P) };
for (const set of Object.values(numbers)) set.forEach((_, k) => (set[k] = Math.fround(random.normal())));
const setting = { alpha: 0.1, eta: 0.1, batch: { retain: 8, forget: 4 }, sampling: 'bernoulli' };
const options = '--alpha 0.1 --eta 0.1 --batch-retain 8 --batch-forget 4 --sampling bernoulli'.split(' ');

function problemPath(step = setting.eta): string {
  const rows = (set: Float64Array): number[][][] =>
    Array.from({ length: set.length / P }, (_, i) => [Array.from(set.subarray(i * P, (i + 1) * P))]);
  const path = join(temporaryFolder(), 'problem.json');
  const problem = { retain: rows(numbers.retain), forget: rows(numbers.forget), ...setting, eta: step };
  writeFileSync(path, JSON.stringify(problem));
  return path;
}

async function analysed(args: readonly string[]): Promise<SubsetAnalysis> {
  const { code, stdout, stderr } = await capture(['analyze', ...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as SubsetAnalysis;
}

/** The analysis of everything, made once. */
let ofAll: Promise<Analysis> | null = null;
const analysedWhole = (): Promise<Analysis> => (ofAll ??= analysed([problemPath()]));

describe('analyze --subset', () => {
  test('gives intervals that contain what the analysis of everything says, and says what was drawn', async () => {
    const file = problemPath();
    const whole = await analysedWhole();
    const { subset, ...rest } = await analysed([file, '--subset', '100', '--seed', '3']);
    expect(rest.dimension.samples).toEqual({ retain: N, forget: M });
    expect(subset.samples).toEqual({
      retain: { of: N, drawn: 100, thinned: false },
      forget: { of: M, drawn: M, thinned: false },
    });
    expect([subset.seed, subset.confidence, subset.side]).toEqual([3, 0.95, 'stable']);
    const { sigma, etaStar, alphaStar, lambdaMin } = subset.intervals;
    expect(sigma.low).toBeLessThan(whole.coherence.sigma);
    expect(sigma.high).toBeGreaterThan(whole.coherence.sigma);
    expect(etaStar.low).toBeLessThan(whole.exact.etaStar);
    expect(etaStar.high).toBeGreaterThan(whole.exact.etaStar);
    expect(alphaStar.low).toBeCloseTo(whole.mixing.alphaStar, 10);
    expect(lambdaMin).toMatchObject({ exact: true });
    expect(lambdaMin.low).toBeCloseTo(whole.mixing.lambdaMin, 10);
    expect(rest.theorems).toEqual([]);
  });

  test.each(['C', 'Fortran'])('says of files in %s order what it says of the problem file', async (order) => {
    const folder = temporaryFolder();
    const write = (name: 'retain' | 'forget', n: number): string => {
      const path = join(folder, `${name}.npy`);
      writeFileSync(path, npyBytes(numbers[name], [n, P], { type: 'f4', fortran: order === 'Fortran' }));
      return path;
    };
    const files = ['--retain', write('retain', N), '--forget', write('forget', M), ...options];
    const ofFiles = await analysed([...files, '--subset', '50']);
    const expected = await analysed([problemPath(), '--subset', '50']);
    expect(ofFiles.subset.samples).toEqual(expected.subset.samples);
    for (const name of ['sigma', 'etaStar'] as const) {
      expect(ofFiles.subset.intervals[name].low / expected.subset.intervals[name].low).toBeCloseTo(1, 8);
    }
    expect(ofFiles.geometry.samples.map(({ index }) => index)).toEqual(
      expected.geometry.samples.map(({ index }) => index),
    );
  });

  test('answers for clipping of all samples, by a bound that the subset does not change', async () => {
    const file = problemPath();
    const whole = await analysed([file, '--clip', '2']);
    const { clipping } = await analysed([file, '--clip', '2', '--subset', '50']);
    expect(clipping).toMatchObject({ norm: 2, radiusIs: 'at least', perStep: 0.2 });
    expect(clipping!.radius / whole.clipping!.radius).toBeCloseTo(1, 10);
    const { stdout } = await capture(['analyze', file, '--clip', '2', '--subset', '50']);
    expect(stdout).toMatch(/^clipping {5}at 2: no step is clipped within at least /m);
  });

  test('is the same every time, and another one with another seed', async () => {
    const file = problemPath();
    const first = await analysed([file, '--subset', '50']);
    expect(await analysed([file, '--subset', '50'])).toEqual(first);
    expect(await analysed([file, '--subset', '50', '--seed', '2'])).not.toEqual(first);
  });

  test('as large as the sets is no subset', async () => {
    expect(await analysed([problemPath(), '--subset', String(N)])).toEqual(await analysedWhole());
  });

  test('tells people first that it is an estimate, and what it decides', async () => {
    const words = async (eta: number): Promise<string> =>
      (await capture(['analyze', problemPath(eta), '--subset', '50'])).stdout.split('\n')[0]!;
    const { low, high } = (await analysed([problemPath(), '--subset', '50'])).subset.intervals.etaStar;
    expect(await words(0.5 * low)).toMatch(/^estimate from a subset: stable, eta .* is below the interval/);
    expect(await words(1.5 * high!)).toMatch(
      /^estimate from a subset: diverges, eta .* is above the interval/,
    );
    expect(await words((low + high!) / 2)).toMatch(
      /^estimate from a subset: undecided, the interval of eta\* contains/,
    );
  });

  test.each<[string, string[], RegExp]>([
    ['a tiny subset', ['--subset', '5'], /--subset must be an integer in 20\.\.\d+; got 5/],
    [
      'certainty',
      ['--subset', '50', '--confidence', '1'],
      /--confidence must be a number in \(0, 1\); got 1/,
    ],
    [
      'a recommendation',
      ['--subset', '50', '--recommend'],
      /--recommend must be left out for a subset .*; got 50 of 200/,
    ],
  ])('refuses %s in one line', async (_, args, message) => {
    const { code, stderr } = await capture(['analyze', problemPath(), ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('is what happens to sets with more than 8192 factors', async () => {
    const folder = temporaryFolder();
    const n = 8190;
    const big = Float64Array.from({ length: n * 2 }, () => random.normal());
    writeFileSync(join(folder, 'R.npy'), npyBytes(big, [n, 2]));
    writeFileSync(join(folder, 'F.npy'), npyBytes(big.subarray(0, 6), [3, 2]));
    const files = ['--retain', join(folder, 'R.npy'), '--forget', join(folder, 'F.npy'), ...options];
    const args = files.map((word, i) => (files[i - 1] === '--batch-forget' ? '2' : word));
    const { subset } = await analysed([...args, '--subset', '30']);
    expect(subset.samples.retain).toMatchObject({ of: n, drawn: 30 });
    expect((await analysed(args)).subset.samples.retain).toMatchObject({ of: n, drawn: 2000 });
  });
});
