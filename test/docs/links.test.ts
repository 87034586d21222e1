import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './shown-output.js';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'studies/data/README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Files of the repository that a page links to and that are not there. */
function deadLinks(page: string, text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
  return links.filter((target) => !existsSync(join(root, dirname(page), target)));
}

/** Folders and files of the sources that a page names and that are not there; U15 is the next theorem. */
function deadPaths(text: string): string[] {
  const named = text.matchAll(/`((?:src|test|studies|theorems|properties|scripts|examples)\/[\w./-]+)`/g);
  const paths = [...named].map(([, path]) => path!).filter((path) => !path.includes('U15'));
  return paths.filter((path) => !existsSync(join(root, path)));
}

test.each(pages)('%s names files that exist', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  expect(deadLinks(page, text)).toEqual([]);
  expect(deadPaths(text)).toEqual([]);
});

test('a dead link and a path of yesterday are noticed', () => {
  expect(deadLinks('docs/limits.md', '[gone](gone.md#section)')).toEqual(['gone.md']);
  expect(deadPaths('see `src/gone`, `src/linalg` and `theorems/U15.ts`')).toEqual(['src/gone']);
});
