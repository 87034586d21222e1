import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { capture, temporaryFolder } from '../cli/captured-context.js';
import { resultsIn } from '../cli/spawned-program.js';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/ci.md', root), 'utf8');
const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  scripts: Record<string, string>;
};

/** Scripts that a page runs and the package does not have. */
function missingScripts(text: string): string[] {
  return [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)]
    .map(([, name]) => name!)
    .filter((name) => !scripts[name]);
}

/** Files below `reports/` that a page names. */
function namedReports(text: string): string[] {
  return [...new Set([...text.matchAll(/reports\/([\w-]+\.\w+)/g)].map(([, name]) => name!))];
}

describe('docs/ci.md', () => {
  test('runs scripts that exist, and one that does not is noticed', () => {
    expect(page).toContain('npm run verify -- --budget quick');
    expect(missingScripts(page)).toEqual([]);
    expect(missingScripts('npm run verified')).toEqual(['verified']);
  });

  test('names reports that verify writes', async () => {
    const out = temporaryFolder();
    await capture(['verify', '--theorem', 'U8', '--runs', '2', '--out', out]);
    const written = Object.keys(resultsIn(out));
    expect(namedReports(page)).toEqual(expect.arrayContaining(['agreement.md', 'junit.xml']));
    expect(written).toEqual(expect.arrayContaining(namedReports(page)));
  });
});
