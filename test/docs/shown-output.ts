import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/*
 * Output shown in the documents is what the program prints. After a change of the output:
 * UPDATE_DOCS=1 npx vitest run test/docs
 */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Checks the first fenced block behind a marker line `<!-- output: name -->`; with UPDATE_DOCS=1 writes it. */
export function expectShown(file: string, name: string, output: string): void {
  const path = `${root}${file}`;
  const text = readFileSync(path, 'utf8');
  const wanted = withBlock(text, name, output);
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path, wanted);
  else expect(text, `${file} shows other output; run UPDATE_DOCS=1 npx vitest run test/docs`).toBe(wanted);
}

/** Replaces the first fenced block behind the marker line. */
function withBlock(text: string, name: string, output: string): string {
  const marker = `<!-- output: ${name} -->`;
  const opening = text.indexOf('```text\n', text.indexOf(marker));
  const from = opening + '```text'.length;
  const to = text.indexOf('\n```', from);
  if (!text.includes(marker) || opening < 0 || to < 0) throw new Error(`no block for ${name}`);
  return `${text.slice(0, from)}\n${output.trimEnd()}${text.slice(to)}`;
}
