import { expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis/answer.js';
import type { SideClaim } from '../../src/harness/side-claim.js';
import type { ProblemTheorem } from '../../src/harness/theorem.js';
import { D2 } from '../../theorems/D2.js';
import { root } from '../docs/shown-output.js';
import { unshortened } from '../../src/cli/work-estimate.js';
import { capture } from './captured-context.js';

/** The analysis of the example, where every look at the clock takes a millisecond. */
async function analyzed(args: readonly string[]) {
  let time = 0;
  const now = (): number => time++;
  const { code, stdout, stderr } = await capture(
    ['analyze', `${root}examples/problem.json`, ...args, '--json'],
    { now },
  );
  expect(code).toBe(0);
  const { theorems, notes = [], ...rest } = JSON.parse(stdout) as Analysis & { notes?: readonly string[] };
  return { theorems, notes, rest, stderr };
}

test('--time-limit leaves theorems out, names them, and changes nothing else', async () => {
  const whole = await analyzed([]);
  expect(whole.notes).toEqual([]);
  const limited = await analyzed(['--time-limit', '0.03']);
  const { length } = limited.theorems;
  expect(length).toBeGreaterThan(0);
  expect(length).toBeLessThan(whole.theorems.length);
  expect(limited.theorems).toEqual(whole.theorems.slice(0, length));
  expect(limited.rest).toEqual(whole.rest);
  const left = whole.theorems.slice(length).map(({ id }) => id);
  expect(limited.notes).toEqual([
    `${left.length} theorems were not asked within --time-limit 0.03: ${left.join(', ')}`,
  ]);
  expect(limited.stderr).toContain(`note: ${limited.notes[0]!}\n`);
});

test('a limit that is not reached leaves nothing out, and one of 0 is refused', async () => {
  const whole = await analyzed([]);
  expect(await analyzed(['--time-limit', '1e6'])).toEqual(whole);
  const { code, stderr } = await capture(['analyze', `${root}examples/problem.json`, '--time-limit', '0']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/--time-limit must be a number > 0; got 0\n$/);
});

test('what takes more than a quarter longer than the limit, and is not shortened by it, is said on stderr alone', async () => {
  const late = await analyzed(['--time-limit', '0.0001']);
  expect(late.stderr).toMatch(/^note: what --time-limit does not shorten took 1 s; got 0\.0001$/m);
  expect(late.notes.join()).not.toContain('does not shorten');
  expect(late.rest).toEqual((await analyzed([])).rest);
  expect((await analyzed(['--time-limit', '0.03'])).stderr).not.toContain('does not shorten');
  expect([unshortened(1250, 1), unshortened(1251, 1)]).toEqual([null, expect.stringContaining('took 2 s')]);
});

test('the headline is printed before a theorem is asked, and in JSON nothing is', async () => {
  const file = `${root}examples/problem.json`;
  const headline = (await capture(['analyze', file])).stdout.split('\n\n')[0]!;
  const failing: ProblemTheorem<SideClaim> = {
    ...D2,
    claim: {
      ...D2.claim,
      applies() {
        throw new Error('asked');
      },
    },
  };
  const [text, json] = await Promise.all(
    [[], ['--json']].map((args) => capture(['analyze', file, ...args], { theorems: [failing] })),
  );
  expect(headline).toMatch(/^(diverges|stable):/);
  expect([text!.code, text!.stdout]).toEqual([70, `${headline}\n`]);
  expect([json!.code, json!.stdout]).toEqual([70, '']);
});
