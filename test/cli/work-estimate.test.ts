import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { announceWork, gradientProduct } from '../../src/cli/work-estimate.js';
import { analysisWork } from '../../src/input/subset-request.js';
import { npyBytes } from '../input/npy-bytes.js';
import { capture, temporaryFolder } from './captured-context.js';

/** Where a test reads what is said, and its clock. */
function listener(now: () => number) {
  const heard: string[] = [];
  return { heard, context: { now, stderr: { write: (text: string) => heard.push(text) } } };
}

/** What is said of work by a product of 3e6 multiplications that takes 1 ms: 3e9 a second. */
function said(work: number, timeLimit?: number, fixed = work) {
  let time = 0;
  const { context, heard } = listener(() => time);
  const product = { multiplications: 3e6, run: () => (time += 1) };
  const given = { work, fixed, timeLimit, shorter: 'so it is shorter', instead: 'or this' };
  announceWork(context, given, () => product);
  return heard.join('');
}

describe('long work', () => {
  test('is announced from 20 s on, by the measured rate, in two digits', () => {
    expect(said(19.9 * 3e9)).toBe('');
    expect(said(20.1 * 3e9)).toBe('About 21 s of work on one processor; so it is shorter\n');
    expect(said(1234 * 3e9)).toMatch(/^About 1200 s /);
    expect(said(1234 * 3e9, 200)).toBe('About 1200 s of work on one processor\n');
  });

  test('of simulated steps is measured by the gradients of a batch', () => {
    const { multiplications, run } = gradientProduct();
    expect(multiplications).toBe(4 * 64 * 256);
    expect(run).not.toThrow();
  });

  test('is refused where what no limit shortens takes more than ten times the limit', () => {
    expect(said(99 * 3e9, 10)).toMatch(/^About 99 s/);
    expect(() => said(101 * 3e9, 10)).toThrow(
      '--time-limit must be near the 100 s of work that it does not shorten, or left out (or this); got 10',
    );
    expect(said(101 * 3e9, 10, 99 * 3e9)).toMatch(/^About 100 s/);
  });

  test('is not measured where it is short, and a clock that stands still ends no measurement', () => {
    const { context, heard } = listener(() => 0);
    const given = { fixed: 0, timeLimit: 1, shorter: '', instead: '' };
    announceWork(context, { ...given, work: 1e9 }, () => {
      throw new Error('measured');
    });
    announceWork(context, { ...given, work: 1e12 }, () => ({ multiplications: 1, run: () => undefined }));
    expect(heard).toEqual([]);
  });
});

test('the work of an analysis has the Gram matrix of wide sets, and grows as the products of the theory', () => {
  const sizes = (factors: number, parameters: number) => {
    return { retain: factors / 2, forget: factors / 2, factors, parameters };
  };
  const whole = (factors: number, parameters: number) => analysisWork(sizes(factors, parameters), null);
  expect(whole(2000, 1e6) - whole(2000, 2000)).toBe((2000 ** 2 * 1e6) / 2);
  expect(whole(2000, 1000) / whole(1000, 500)).toBeCloseTo(8, 10);
  // One pass over all samples beside what is drawn: with their mean curvature up to 2048 parameters.
  const drawn = (factors: number, parameters: number) => analysisWork(sizes(factors, parameters), 50);
  expect(drawn(1e6, 10) - drawn(5e5, 10)).toBe((5e5 * 100) / 2);
  expect(drawn(1e6, 4096) - drawn(5e5, 4096)).toBe(5e5 * 4096);
});

test('analyze refuses a limit that is far too short at once, before the Gram matrix', async () => {
  const folder = temporaryFolder();
  const [n, p] = [500, 450];
  const path = join(folder, 'R.npy');
  writeFileSync(
    path,
    npyBytes(
      Float64Array.from({ length: n * p }, (_, k) => Math.sin(k * k)),
      [n, p],
      { type: 'f4' },
    ),
  );
  const options = '--alpha 0.1 --eta 0.001 --batch-retain 5 --batch-forget 5 --sampling bernoulli'.split(' ');
  const args = ['analyze', '--retain', path, '--forget', path, ...options, '--time-limit', '0.001'];
  const { code, stdout, stderr } = await capture(args, { now: () => performance.now() });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(
    /^unlearning-stability: --time-limit must be near the \d+ s of work that it does not shorten, or left out \(--subset N takes less\); got 0\.001\n$/,
  );
});
