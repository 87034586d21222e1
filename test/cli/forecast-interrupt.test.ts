import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ForecastDocument } from '../../src/forecast/document.js';
import { writeSets } from '../forecast/output-npz.js';
import { randomSets } from '../forecast/random-sets.js';
import { capture } from './captured-context.js';

const folder = mkdtempSync(join(tmpdir(), 'forecast-interrupt-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const files = writeSets(folder, { ...randomSets('softmax'), test: null });
const WORDS = '--loss cross-entropy --lr 0.01 --forget-weight 0.5 --batch-size 4 --steps 200 --seeds 3';

/** Interrupts after so many turns of the event loop from where the program listens. */
const afterTurns = (turns: number) => (handler: () => void) => {
  const count = (left: number): void => {
    if (left === 0) handler();
    else setImmediate(count, left - 1);
  };
  count(turns);
};

/** A forecast that is interrupted after so many turns; null: never. */
const interrupted = (turns: number | null, ...more: string[]) =>
  capture(
    ['forecast', ...files, ...WORDS.split(' '), ...more],
    turns === null ? {} : { onListen: afterTurns(turns) },
  );

test('an interrupted forecast says what there is, and ends with 130', async () => {
  const { code, stdout } = await interrupted(20, '--json');
  expect(code).toBe(130);
  const { trust, steps, verdict } = JSON.parse(stdout) as ForecastDocument;
  expect(trust.orders).toEqual({ run: 1, of: 3, steps: 200 });
  // One turn a step, about.
  expect(trust.made).toBeGreaterThan(10);
  expect(trust.made).toBeLessThan(40);
  expect(steps.at(-1)).toBe(trust.made);
  expect(verdict.text).toBe(`nothing in ${trust.made} of 200 steps, where it was ended`);
});

test('one that is interrupted after its first order has that, and says so', async () => {
  const { code, stdout } = await interrupted(
    250,
    '--limit',
    'retain-loss=100',
    '--goal',
    'forget-accuracy=0',
  );
  expect(code).toBe(130);
  expect(stdout).toContain('it was ended after 1 of 3 batch orders');
});

test('an interrupted sweep has the settings that were finished', async () => {
  const words = '--loss cross-entropy --lr 0.01 --batch-size 4 --steps 50 --sweep --json'.split(' ');
  const { code, stdout } = await capture(['forecast', ...files, ...words], { onListen: afterTurns(120) });
  expect(code).toBe(130);
  const { sweep, grid } = JSON.parse(stdout) as ForecastDocument;
  expect(sweep!.length).toBeGreaterThan(0);
  expect(sweep!.length).toBeLessThan(5);
  const text = await capture(['forecast', ...files, ...words.slice(0, -1)], { onListen: afterTurns(120) });
  expect(text.stdout).toContain(
    `the sweep was ended after ${sweep!.length} of ${grid!.lrs.length * 5} settings`,
  );
});

test('without an interrupt it ends as ever', async () => {
  const { code, stdout } = await interrupted(null, '--json');
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as ForecastDocument).trust.orders).toEqual({ run: 3, of: 3, steps: 200 });
});
