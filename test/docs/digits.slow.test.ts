import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { expectShown, root } from './shown-output.js';

/** What a study prints on stdout. */
function printed(...words: string[]): string {
  return execFileSync(process.execPath, [`${root}dist/studies/run.js`, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

test('the digits table in the docs is what the study prints', { timeout: 240_000 }, () => {
  expectShown('docs/digits.md', 'digits', printed('digits', '--quick'));
});

test('the network on digits in the docs is what the study prints', { timeout: 240_000 }, () => {
  expectShown('docs/digits.md', 'digits-network', printed('digits-network', '--quick'));
});

test('a study that does not exist is refused', () => {
  expect(() => printed('digit')).toThrow(/Command failed/);
});
