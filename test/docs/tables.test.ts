import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** First lines of the tables of a page that have no header: a browser shows their rows as text. */
function headless(markdown: string): string[] {
  const lines = markdown.replaceAll(/^```[\s\S]*?^```/gm, '').split('\n');
  const isRow = (line: string | undefined): boolean => line?.startsWith('| ') ?? false;
  return lines.filter(
    (line, k) => isRow(line) && !isRow(lines[k - 1]) && !/^\|[\s:|-]+\|$/.test(lines[k + 1] ?? ''),
  );
}

test('a table cut in two by an empty line is found', () => {
  expect(headless('| a |\n| - |\n| 1 |\n\n| 2 |\n| 3 |')).toEqual(['| 2 |']);
});

test('every table of the pages has a header', () => {
  const pages = readdirSync('docs').filter((name) => name.endsWith('.md'));
  expect(
    pages.flatMap((page) =>
      headless(readFileSync(join('docs', page), 'utf8')).map((line) => `${page}: ${line}`),
    ),
  ).toEqual([]);
});
