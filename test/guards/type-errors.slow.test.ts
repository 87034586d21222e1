import { ESLint } from 'eslint';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What lint says of the types of a file with this text, with everything that it imports at hand. */
async function typeErrors(file: string, text: string): Promise<string[]> {
  const eslint = new ESLint({ cwd: root, ruleFilter: ({ ruleId }) => ruleId === 'types/no-errors' });
  const [result] = await eslint.lintText(text, { filePath: `${root}${file}` });
  return result!.messages.map(({ line, message }) => `${line}: ${message}`);
}

test('lint finds no type error in a file as it is, and a planted one where it stands', async () => {
  const file = 'test/closeness.ts';
  const text = readFileSync(`${root}${file}`, 'utf8');
  expect(await typeErrors(file, text)).toEqual([]);
  const wrong = `const planted: string = 1;\nexport { planted };\n${text}`;
  expect(await typeErrors(file, wrong)).toEqual([
    "1: TS2322: Type 'number' is not assignable to type 'string'.",
  ]);
});
