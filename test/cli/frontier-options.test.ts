import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { progressLine } from '../../src/jobs/progress-line.js';
import { capture, temporaryFolder } from './captured-context.js';

const bad: [string, RegExp][] = [
  ['', /missing required argument 'map'/],
  [
    'step-bach',
    /MAP must be one of step-batch, .*hessian-grid.*; got step-bach \(did you mean step-batch\?\)/,
  ],
  ['step-batch --seed x', /--seed must be an integer in 0\.\.\d+; got x/],
  ['step-batch --workers 0', /--workers must be an integer in 1\.\.256; got 0/],
  ['step-batch --grid 40', /--grid must be COLUMNSxROWS with 2\.\.400 of each, such as 40x40; got 40/],
  ['step-batch --grid 1x9', /--grid must be .*; got 1x9/],
  ['step-batch --grid 9x401', /--grid must be .*; got 9x401/],
  ['step-batch --shard 3/2', /--shard must be I\/K with I in 1\.\.K, such as 2\/8; got 3\/2/],
  ['step-batch --alpha 1.5', /--alpha must be a number in 0\.\.1; got 1.5/],
  ['step-batch --alpha ""', /--alpha must be a number in 0\.\.1; got ""/],
  ['hessian-grid --eta 0', /--eta must be a number > 0; got 0/],
  ['hessian-grid --eta Infinity', /--eta must be a number > 0; got Infinity/],
  ['step-mixing --sampling poisson', /--sampling must be one of bernoulli, .*; got poisson/],
  ['step-mixing --alpha 0.1', /step-mixing does not take --alpha; it takes --problem, --sampling/],
  [
    'step-coherence --problem p.json',
    /step-coherence does not take --problem.*is for step-batch, step-mixing/,
  ],
  ['hessian-grid --problem p.json', /hessian-grid does not take --problem/],
  [
    'gradient-alignment --eta 1',
    /gradient-alignment does not take --eta; it takes none of these \(--eta is for mixing-alignment, hessian-grid\)/,
  ],
  ['snr-mixing --simulate', /snr-mixing runs real networks in every cell; leave --simulate out/],
  ['mixing-alignment --problem p.json', /mixing-alignment does not take --problem/],
  ['step-batch --problem missing.json', /missing.json: cannot be read \(no such file or folder\)/],
  ['step-batch --json --text', /--text prints a picture and --json nothing but JSON; give one of them/],
  ['step-batch --resume /nowhere', /step-batch.checkpoint.jsonl: cannot be read/],
  ['step-batch --frobnicate', /unknown option '--frobnicate'/],
];

describe('frontier refuses in one line, without starting,', () => {
  test.each(bad)('%s', async (words, message) => {
    const out = temporaryFolder();
    const args = words === '' ? [] : words.split(' ');
    const where = words.includes('--resume') || words === '' ? [] : ['--out', out];
    const { code, stdout, stderr } = await capture(['frontier', ...args, ...where]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(readdirSync(out)).toEqual([]);
  });

  test('a problem file with a wrong field, and one that step-mixing cannot vary', async () => {
    const out = temporaryFolder();
    const file = join(out, 'problem.json');
    const problem = { retain: [[[1]]], forget: [], alpha: 0, eta: 1, batch: { retain: 1, forget: 0 } };
    writeFileSync(file, JSON.stringify({ ...problem, sampling: 'often' }));
    const wrong = await capture(['frontier', 'step-batch', '--problem', file, '--out', out]);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/problem.json: sampling must be/)]);
    writeFileSync(file, JSON.stringify({ ...problem, sampling: 'bernoulli' }));
    const empty = await capture(['frontier', 'step-mixing', '--problem', file, '--out', out]);
    expect([empty.code, empty.stderr]).toEqual([
      2,
      expect.stringMatching(/step-mixing needs a problem with forget samples/),
    ]);
    writeFileSync(
      file,
      JSON.stringify({ ...problem, sampling: 'bernoulli', gradients: { retain: [[1]], forget: [] } }),
    );
    const pushed = await capture(['frontier', 'step-batch', '--problem', file, '--out', out]);
    expect([pushed.code, pushed.stderr]).toEqual([
      2,
      expect.stringMatching(/problem.json: gradients must be left out/),
    ]);
    writeFileSync(file, JSON.stringify({ ...problem, sampling: 'bernoulli' }));
    const mixed = await capture([
      'frontier',
      'step-batch',
      '--problem',
      file,
      '--alpha',
      '0.1',
      '--out',
      out,
    ]);
    expect([mixed.code, mixed.stderr]).toEqual([2, expect.stringMatching(/--alpha must be 0 for a problem/)]);
  });
});

describe('the line of progress', () => {
  function shown(isTTY: boolean): string {
    let text = '';
    let now = 0;
    const stderr = { write: (part: string) => (text += part), isTTY, columns: 60 };
    const line = progressLine({ stderr, now: () => now }, 'step-batch', 10, 2);
    now = 4000;
    line.update(4);
    now = 4010;
    line.update(5);
    line.clear();
    return text;
  }

  test('overwrites itself on a terminal and tells the remaining time, earlier work left aside', () => {
    expect(shown(true)).toBe('\r\u001b[Kstep-batch: 40 % after 4 s, about 12 s left\r\u001b[K');
  });

  test('is not there where stderr is no terminal', () => {
    expect(shown(false)).toBe('');
  });
});
