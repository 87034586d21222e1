import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { capture } from '../cli/captured-context.js';
import { expectShown, root } from './shown-output.js';

test('the commands on the page of procedures print what it shows', async () => {
  const page = readFileSync(`${root}docs/procedures.md`, 'utf8');
  const commands = [...page.matchAll(/^\$ unlearning-stability (.*)$/gm)].map(([, words]) => words!);
  expect(commands.length).toBeGreaterThan(5);
  const shown: string[] = [];
  for (const command of commands) {
    const words = command.split(' ').map((word) => word.replace(/^examples\//, `${root}examples/`));
    const { code, stdout } = await capture(words);
    expect(code).toBe(0);
    shown.push(`$ unlearning-stability ${command}`, stdout.split('\n')[0]!);
  }
  expectShown('docs/procedures.md', 'procedures', shown.join('\n'));
});
