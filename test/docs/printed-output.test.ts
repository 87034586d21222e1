import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { capture } from '../cli/captured-context.js';

/*
 * Output shown in the documents is what the program prints. After a change of the output:
 * UPDATE_DOCS=1 npx vitest run test/docs
 */
const root = fileURLToPath(new URL('../../', import.meta.url));

/** Replaces the first fenced block behind a marker line `<!-- output: name -->`. */
function withBlock(text: string, name: string, output: string): string {
  const marker = `<!-- output: ${name} -->`;
  const from = text.indexOf('```text\n', text.indexOf(marker)) + '```text\n'.length;
  const to = text.indexOf('\n```', from);
  if (!text.includes(marker) || to < 0) throw new Error(`no block for ${name}`);
  return text.slice(0, from) + output.trimEnd() + text.slice(to);
}

function expectShown(file: string, name: string, output: string): void {
  const path = `${root}${file}`;
  const text = readFileSync(path, 'utf8');
  const wanted = withBlock(text, name, output);
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path, wanted);
  else expect(text, `${file} shows other output; run UPDATE_DOCS=1 npx vitest run test/docs`).toBe(wanted);
}

test('the analysis in the README is what analyze prints', async () => {
  const { stdout } = await capture(['analyze', `${root}examples/problem.json`]);
  expectShown('README.md', 'analyze', stdout);
});

test('the digits table in the docs is what the example prints', () => {
  const script = `${root}dist/examples/digits.js`;
  const stdout = execFileSync(process.execPath, [script, '--quick'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expectShown('docs/digits.md', 'digits', stdout);
});
