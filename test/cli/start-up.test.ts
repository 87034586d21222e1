import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../dist/bin/unlearning-stability.js', import.meta.url));

/** A loader that writes the address of every module to stderr. */
const loader = `import { writeSync } from 'node:fs';
export async function load(url, context, next) {
  if (!url.startsWith('node:')) writeSync(2, url + '\\n');
  return next(url, context);
}`;
const dataUrl = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
const hook = dataUrl(`import { register } from 'node:module'; register(${JSON.stringify(dataUrl(loader))});`);

/** What the built program loads: paths of its own modules from dist on, names of packages. */
function loadedBy(...words: string[]): { own: string[]; packages: string[] } {
  const redirect = `"$0" --import "$1" "$2" ${words.join(' ')} 2>&1 >/dev/null`;
  const printed = execFileSync('sh', ['-c', redirect, process.execPath, hook, program], { encoding: 'utf8' });
  const urls = printed.split('\n').filter((line) => line.startsWith('file:'));
  const packages = urls.flatMap((url) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  const own = urls.flatMap((url) =>
    url.includes('node_modules') ? [] : (/\/dist\/(.*)/.exec(url)?.[1] ?? []),
  );
  return { own, packages: [...new Set(packages)].sort() };
}

test('--help and --version load the list of commands and no command, theorem or package of theirs', () => {
  for (const word of ['--help', '--version']) {
    const { own, packages } = loadedBy(word);
    expect(packages).toEqual(['commander', 'fastest-levenshtein']);
    expect(own.filter((path) => path.startsWith('theorems/'))).toEqual([]);
    expect(own.length, own.join(' ')).toBeLessThanOrEqual(14);
  }
});

test('a command loads itself and no other; the theorems are seen where they are loaded', () => {
  const { own, packages } = loadedBy('theorems');
  expect(own).toEqual(expect.arrayContaining(['src/cli/theorems.js', 'theorems/U3.js']));
  expect(own.filter((path) => /^src\/cli\/(verify|analyze|frontier|network)\.js$/.test(path))).toEqual([]);
  expect(packages).toContain('fast-check');
});

test('an answer of analyze on the terminal needs no typesetting, picture, thread or tensor', () => {
  const { own, packages } = loadedBy('analyze', 'examples/problem.json');
  expect(own).toContain('src/cli/analyze.js');
  for (const absent of ['temml', 'd3-scale', '@resvg/resvg-js', 'tinypool', '@tensorflow/tfjs-core']) {
    expect(packages).not.toContain(absent);
  }
});
