import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { expectShown } from '../docs/shown-output.js';
import { codeBlocks } from './code-blocks.js';
import { freshProject, outputOf, root } from './fresh-project.js';

const PAGE = 'docs/library.md';
const blocks = codeBlocks(readFileSync(join(root, PAGE), 'utf8'));
const printing = blocks.filter(({ prints }) => prints);

/** Strict, with the declarations of all packages checked too. */
const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    outDir: 'out',
  },
  include: ['*.ts'],
};

/** Wrong uses, one a line, and what the compiler must say of each. */
const MISUSES = [
  [
    "defineTheorem({ id: 'A', name: 'a', statement: 'a', asserts: 'divergence' });",
    /'criticalStep' is missing/,
  ],
  ['void verify([], { seeds: 1 });', /'seeds' does not exist/],
  ['analyze({ retain: [[1]], forget: [], alpha: 0 }).exact;', /missing the following properties.*sampling/],
  ['void verify([]).then(({ verdicts }) => verdicts);', /'verdicts' does not exist/],
] as const;
const MISUSED = "import { analyze, defineTheorem, verify } from 'unlearning-stability';";

// Compilers and test runners start here, beside other tests.
vi.setConfig({ testTimeout: 300_000 });

let project = '';
let compilerSays = '';

/** What node prints in the project; rejects with it if node fails. */
async function node(...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: project });
  return stdout;
}

const installed = (path: string): string => join('node_modules', path);

beforeAll(() => {
  project = freshProject();
  for (const { name, text } of blocks) writeFileSync(join(project, name), text);
  writeFileSync(join(project, 'misused.ts'), [MISUSED, ...MISUSES.map(([line]) => line)].join('\n'));
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  compilerSays = outputOf(process.execPath, [installed('typescript/bin/tsc'), '-p', '.'], project);
}, 300_000);

describe(`${PAGE}, in a new project with the packed package`, () => {
  test('has examples that print, and a test for vitest and one for node:test', () => {
    expect(printing.length).toBeGreaterThan(3);
    expect(blocks.filter(({ name }) => name.endsWith('test.ts'))).toHaveLength(2);
  });

  test('has the types it says, and the compiler rejects other ones', () => {
    const errors = compilerSays.split(/\n(?=\S)/).filter((line) => line.trim() !== '');
    expect(errors.filter((line) => !line.startsWith('misused.ts'))).toEqual([]);
    expect(errors).toHaveLength(MISUSES.length);
    MISUSES.forEach(([, says], k) => {
      expect(errors[k]).toContain(`misused.ts(${k + 2},`);
      expect(errors[k]).toMatch(says);
    });
  });

  test.concurrent.each(printing)('$name prints what the page shows', async ({ name }) => {
    expectShown(PAGE, name, await node(`out/${name.replace(/\.ts$/, '.js')}`));
  });

  test.concurrent('node:test passes with the theorem of the page', async () => {
    expect(await node('--test', 'out/loudest-sample.node-test.js')).toMatch(/pass 1\n/);
  });

  test.concurrent(
    'vitest passes with the theorem of the page, and fails once it is wrong by a tenth',
    async () => {
      const wrong = {
        'loudest-sample.js': 'wrong-sample.js',
        '=> 1 / loudest(problem),': '=> 0.9 / loudest(problem),',
      };
      for (const name of ['loudest-sample.ts', 'loudest-sample.test.ts']) {
        const { text } = blocks.find((block) => block.name === name)!;
        const planted = Object.entries(wrong).reduce((done, [from, to]) => done.replace(from, to), text);
        expect(planted).not.toBe(text);
        writeFileSync(join(project, name.replace('loudest', 'wrong')), planted);
      }
      const report = await node(installed('vitest/vitest.mjs'), 'run', '--reporter=json').catch(
        (error: unknown) => (error as { stdout: string }).stdout,
      );
      const { testResults } = JSON.parse(report) as {
        testResults: { name: string; status: string; assertionResults: { failureMessages: string[] }[] }[];
      };
      const resultOf = (file: string) => testResults.find(({ name }) => name.endsWith(file))!;
      expect(resultOf('loudest-sample.test.ts').status).toBe('passed');
      const { status, assertionResults } = resultOf('wrong-sample.test.ts');
      expect(status).toBe('failed');
      expect(assertionResults[0]!.failureMessages.join()).toMatch(/certified contradiction/);
    },
  );
});
