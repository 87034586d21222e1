import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis/answer.js';
import { readProblem } from '../../src/input/read-problem.js';
import { npyBytes } from '../input/npy-bytes.js';
import { quarters } from '../input/number-bytes.js';
import { capture } from './captured-context.js';

const folder = mkdtempSync(join(tmpdir(), 'unlearning-stability-'));
writeFileSync(join(folder, 'R.npy'), npyBytes(quarters([6, 5]), [6, 5]));
writeFileSync(join(folder, 'F.npy'), npyBytes(quarters([3, 5]).reverse(), [3, 5]));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sets = ['--retain', join(folder, 'R.npy'), '--forget', join(folder, 'F.npy')];
const shuffled = ['--sampling', 'without-replacement'];
/** alpha 0.2, eta 0.04, batches of 4 and 3, of 6 and 3 samples. */
const script = '--lr 0.02 --retain-weight 1.6 --forget-weight 0.4 --batch-size 4'.split(' ');
const theory = '--alpha 0.2 --eta 0.04 --batch-retain 4 --batch-forget 3'.split(' ');

async function analysisOf(...args: string[]): Promise<Analysis & { translation?: object }> {
  const { code, stdout, stderr } = await capture(['analyze', ...sets, ...shuffled, ...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Analysis & { translation?: object };
}

describe('analyze in the words of training scripts', () => {
  test('answers as for alpha, eta and batch sizes, and says what it took', async () => {
    const { translation, ...answer } = await analysisOf(...script, '--epochs', '5');
    expect(translation).toEqual({
      ...{ lr: 0.02, retainWeight: 1.6, forgetWeight: 0.4, alpha: 0.2, eta: 0.04, steps: 5 },
      batch: { retain: 4, forget: 3 },
    });
    expect(answer).toEqual(await analysisOf(...theory));
    const { stdout } = await capture(['analyze', ...sets, ...shuffled, ...script]);
    expect(stdout).toMatch(
      /^script +lr 0.02, weights 1.6 \(retain\) and 0.4 \(forget\) are alpha 0.2, eta 0.04; batches of 4 and 3$/m,
    );
  });

  test('takes a weight decay and a clipping norm as those of the weighted loss', async () => {
    const worded = await analysisOf(...script, '--weight-decay', '0.01');
    const { exact, procedure } = await analysisOf(...theory, '--weight-decay', '0.005');
    expect(worded.exact).toEqual(exact);
    expect(worded.procedure).toEqual(procedure);
    expect((await analysisOf(...theory, '--weight-decay', '0.01')).exact).not.toEqual(exact);
    expect((await analysisOf(...script, '--clip', '3')).clipping).toEqual(
      (await analysisOf(...theory, '--clip', '1.5')).clipping,
    );
  });

  test('--sweep answers for rates a factor 16 to each side, with the window of those that forget', async () => {
    const args = [...script, '--sweep', '--steps', '40', '--factor', '10'];
    const { sweep = [] } = await analysisOf(...args);
    expect(sweep.map(({ lr }) => lr)).toHaveLength(17);
    expect([sweep[0]!.lr, sweep[8]!.lr, sweep[16]!.lr]).toEqual([0.00125, 0.02, 0.32]);
    expect(sweep[8]!.eta).toBeCloseTo(0.04, 12);
    const { stdout } = await capture(['analyze', ...sets, ...shuffled, ...args]);
    expect(stdout).toMatch(/^ +lr +side +steps to escape +forget loss +retain loss +2 gamma +word$/m);
    expect(stdout).toMatch(/^forgets: the expected forget loss grows by 100,/m);
  });

  test('the library takes them as `training`', async () => {
    const { translation, problem } = await readProblem({
      ...{ retain: sets[1]!, forget: sets[3]!, sampling: 'bernoulli' },
      training: { lr: 0.02, forgetWeight: 0.25, batchSize: 2, steps: 7 },
    });
    expect(translation).toMatchObject({ alpha: 0.2, eta: 0.025, retainWeight: 1, steps: 7 });
    expect(problem.batch).toEqual({ retain: 2, forget: 2 });
  });

  test.each<[string, string[], RegExp]>([
    [
      'both ways',
      [...script, '--alpha', '0.2'],
      /--alpha must be left out beside --lr: a setting is given in alpha and eta or in the words of a training script; got 0.2/,
    ],
    ['no weight', ['--lr', '1', '--batch-size', '2'], /--forget-weight is missing; with --lr give --retain/],
    [
      'no batch size',
      ['--lr', '1', '--forget-weight', '1'],
      /--batch-size is missing; give it, or --per-device/,
    ],
    [
      'weights that are both 0',
      '--lr 1 --forget-weight 0 --retain-weight 0 --batch-size 2'.split(' '),
      /--retain-weight and --forget-weight must not both be 0; got 0 and 0/,
    ],
    [
      'steps and epochs',
      [...script, '--steps', '3', '--epochs', '1'],
      /--epochs and --steps say the same; give one of them: got 1 and 3/,
    ],
    ['a sweep without steps', [...script, '--sweep'], /--steps is missing; --sweep needs it, or --epochs/],
    [
      'a sweep of a procedure',
      [...script, '--sweep', '--steps', '3', '--momentum', '0.9'],
      /--sweep knows the plain step with batches drawn anew; got momentum 0.9/,
    ],
    [
      'a sweep that would be long',
      [...script, '--sweep', '--steps', '999999999'],
      /--sweep takes at most \d+ steps here, about a minute; got 999999999/,
    ],
  ])('%s: exit code 2 and one line', async (_, args, message) => {
    const { code, stdout, stderr } = await capture(['analyze', ...sets, ...shuffled, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
