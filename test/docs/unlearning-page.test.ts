import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capture } from '../cli/captured-context.js';
import { expectShown, root } from './shown-output.js';

const PAGE = 'docs/unlearning-in-pytorch.md';

/** Files as the Python of the page wrote them: UPDATE_DOCS=1 scripts/test-python.sh writes this folder. */
const folder = join(root, 'test/fixtures/unlearning');

/** Arguments of the command behind a marker. */
function commandOf(page: string, name: string): string[] {
  const line = new RegExp(`<!-- command: ${name} -->\\n\\n {4}npm run (.*)\\n`).exec(page)?.[1];
  if (line === undefined) throw new Error(`${PAGE} has no command ${name}`);
  return line
    .split(' ')
    .filter((word) => word !== '--')
    .map((word) => word.replace(/^unlearning\b/, folder));
}

test("the page's command says what the page shows, and what Python was told", async () => {
  const page = readFileSync(join(root, PAGE), 'utf8');
  const { code, stdout } = await capture(commandOf(page, 'forecast'));
  expect(code).toBe(0);
  expectShown(PAGE, 'forecast', stdout);
  expect(page).toContain(`\n${stdout.split('\n')[0]}\nstep `);
  const other = await capture(commandOf(page.replace('--lr 0.1 ', '--lr 0.02 '), 'forecast'));
  expect(other.stdout).toMatch(/^nothing/);
});
