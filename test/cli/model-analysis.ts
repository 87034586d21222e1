import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Analysis } from '../../src/analysis/answer.js';
import { randomSource } from '../../src/statistics/generator.js';
import type { TrainingFit } from '../../src/input/training-fit.js';
import { relativeDifference } from '../closeness.js';
import { npyBytes } from '../input/npy-bytes.js';
import { capture, temporaryFolder } from './captured-context.js';

export type Files = Readonly<Record<string, Uint8Array | string>>;

const settings = { alpha: 0.1, eta: 0.2, batch: { retain: 3, forget: 2 }, sampling: 'without-replacement' };
const options =
  '--alpha 0.1 --eta 0.2 --batch-retain 3 --batch-forget 2 --sampling without-replacement'.split(' ');

/** Runs `analyze` in a folder with the files; arguments that name one of them become its path. */
export async function analyzed(files: Files, args: readonly string[]) {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const paths = args.map((word) => (Object.hasOwn(files, word) ? join(folder, word) : word));
  return capture(['analyze', ...paths, ...options]);
}

export async function analysisOf(files: Files, args: readonly string[]) {
  const { code, stdout, stderr } = await analyzed(files, [...args, '--json']);
  expect({ code, stderr: stderr.replace(/^note: .*\n/, '') }).toEqual({ code: 0, stderr: '' });
  return { ...(JSON.parse(stdout) as Analysis & { training?: TrainingFit }), stderr };
}

/** What `analyze` says of a problem file with these factors. */
export async function analysisOfFactors(retain: number[][][], forget: number[][][]): Promise<Analysis> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'problem.json'), JSON.stringify({ retain, forget, ...settings }));
  const { stdout } = await capture(['analyze', join(folder, 'problem.json'), '--json']);
  return JSON.parse(stdout) as Analysis;
}

/** The numbers of the theory are the same, up to a relative difference. */
export function expectSame(actual: Analysis, expected: Analysis, tolerance: number): void {
  expect(countsOf(actual)).toEqual(countsOf(expected));
  const numbers = ({ coherence, mixing, exact }: Analysis) =>
    [coherence.sigma, coherence.cross, coherence.chi2, mixing.alphaStar, mixing.lambdaMax, exact.etaStar, exact.logGrowth] as number[]; // prettier-ignore
  numbers(expected).forEach((value, k) => {
    expect(relativeDifference(numbers(actual)[k]!, value), `number ${k}`).toBeLessThan(tolerance);
  });
}

/** Rows of normal numbers that float32 holds exactly. */
export function drawnRows(name: string, n: number, p: number): number[][] {
  const random = randomSource('drawn rows', name);
  return Array.from({ length: n }, () => Array.from({ length: p }, () => Math.fround(random.normal())));
}

export function csv(rows: readonly (readonly number[])[], header = ''): string {
  return header + rows.map((row) => `${row.join(',')}\n`).join('');
}

export function npy(rows: readonly (readonly number[])[]): Buffer {
  return npyBytes(Float64Array.from(rows.flat()), [rows.length, rows[0]!.length], { type: 'f4' });
}

export const features = { retain: drawnRows('retain', 12, 3), forget: drawnRows('forget', 6, 3) };

/** No hyperplane separates labels that have nothing to do with the features. */
export const labels = { retain: [0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0], forget: [1, 0, 0, 1, 1, 0] };

/** Parameters, samples and r, without the rounding of the stored numbers. */
export function countsOf({ dimension: { parameters, samples, reduced } }: Pick<Analysis, 'dimension'>) {
  return { parameters, samples, reduced };
}
