import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis/answer.js';
import { root } from '../docs/shown-output.js';
import { capture, temporaryFolder } from './captured-context.js';

const problem = `${root}examples/problem.json`;
const recommending = ['--recommend', '--retain-share', '0.5', '--steps', '200', '--factor', '50'];

async function answered(...args: string[]): Promise<Analysis> {
  const { code, stdout, stderr } = await capture(['analyze', problem, ...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Analysis;
}

describe('analyze', () => {
  test('appends escape and geometry to the fields that scripts rely on, recommendation only when asked', async () => {
    const fixed = [
      ...['schemaVersion', 'dimension', 'procedure', 'coherence', 'mixing', 'exact', 'theorems', 'typical'],
    ];
    expect(Object.keys(await answered())).toEqual([...fixed, 'escape', 'geometry', 'ends']);
    expect(Object.keys(await answered('--recommend'))).toEqual([
      ...fixed,
      'escape',
      'geometry',
      'ends',
      'recommendation',
    ]);
  });

  test('--factor, --steps, --retain-share and --batches are what is answered', async () => {
    const { escape, recommendation } = await answered(...recommending, '--batches', '2,6');
    expect(escape.factor).toBe(50);
    const { steps, factor, retainShareLimit, region, best, obstacle } = recommendation!;
    expect({ steps, factor, retainShareLimit, obstacle }).toEqual({
      steps: 200,
      factor: 50,
      retainShareLimit: 0.5,
      obstacle: null,
    });
    expect([...new Set(region.map(({ batch }) => batch.retain))]).toEqual([2, 6]);
    expect(best!.batch).toEqual({ retain: 6, forget: 2 });
  });

  test('the default factor is 1000, within 1000 steps, for a tenth of the retain curvature', async () => {
    const { escape, recommendation } = await answered('--recommend');
    expect(escape.factor).toBe(1000);
    expect(recommendation).toMatchObject({ steps: 1000, factor: 1000, retainShareLimit: 0.1, best: null });
  });

  test('without --json says the recommendation, or what blocks it, in sentences', async () => {
    const open = await capture(['analyze', problem, ...recommending, '--batches', '6']);
    expect(open.stdout).toMatch(
      /^Recommended for growth by the factor 50 within 200 steps, at most 50 % of/m,
    );
    expect(open.stdout).toMatch(/^ {2}alpha 0\.\d+, eta [\d.]+, batches 6 \/ 2$/m);
    expect(open.stdout).toMatch(
      /^ {2}of 200 simulated single runs 100 % escape within 200 steps, [\d.]+ % end with/m,
    );
    const noisy = await capture(['analyze', problem, ...recommending]);
    expect(noisy.stdout).toMatch(
      /^Blocked by retain coherence: .* batches 6 \/ 2 would do, growth by a factor of/m,
    );
    const blocked = await capture(['analyze', problem, '--recommend']);
    expect(blocked.stdout).toMatch(/^No setting to recommend/m);
    expect(blocked.stdout).toMatch(
      /^Blocked by cross coherence: .* at least 0\.2898 of the retain curvature/m,
    );
    for (const { stdout } of [open, noisy, blocked]) {
      expect(stdout).toMatch(/^What is sought is the widest range of step sizes, .* `forecast --sweep`/m);
    }
  });

  test('--out writes analysis.json, as --json prints it, and a page', async () => {
    const folder = join(temporaryFolder(), 'new');
    const { code, stdout, stderr } = await capture([
      'analyze',
      problem,
      ...recommending,
      '--json',
      '--out',
      folder,
    ]);
    expect(code).toBe(0);
    const json = join(folder, 'analysis.json');
    const html = join(folder, 'analysis.html');
    expect(stderr).toBe(`Written: ${json}, ${html}\n`);
    expect(readFileSync(json, 'utf8')).toBe(stdout);
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>/i);
  });
});

describe('analyze ends in one line and exit code 2 for', () => {
  test.each<[string, string[], RegExp]>([
    ['a factor of 1', ['--factor', '1'], /--factor must be a number > 1; got 1/],
    ['steps without --recommend', ['--steps', '9'], /--steps is for --recommend, which is missing; got 9/],
    ['a share without it', ['--retain-share', '0.2'], /--retain-share is for --recommend/],
    ['batches without it', ['--batches', '2'], /--batches is for --recommend/],
    ['no steps', ['--recommend', '--steps', '0'], /--steps must be an integer in 1\.\.1000000000; got 0/],
    [
      'a share of 1',
      ['--recommend', '--retain-share', '1'],
      /--retain-share must be a number in \[0, 1\); got 1/,
    ],
    ['a batch of 0', ['--recommend', '--batches', '2,0'], /--batches must be an integer in 1\.\.\d+; got 0/],
    ['no batch', ['--recommend', '--batches', '2,,4'], /--batches must be an integer/],
    ['a batch above n', ['--recommend', '--batches', '2,7'], /--batches must be integers in 1\.\.6; got 7/],
    ['a folder that is a file', ['--out', problem], /--out .*problem\.json: cannot be written to/],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await capture(['analyze', problem, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
