import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { emptyFolder, packPackage, root, unpack, type PackedPackage } from './fresh-project.js';

/** What may be in the package. */
const WANTED = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
  /^dist\/(bin|src|theorems)\/[\w/.-]+\.(js|d\.ts)$/,
  /^dist\/build\.json$/,
  /^docs\/[\w-]+\.(md|svg)$/,
  /^examples\/(alternating|problem)\.json$/,
  /^python\/(pyproject\.toml|unlearning_stability\/\w+\.py)$/,
  /^examples\/(cluster|jax|pytorch)\/[\w-]+\.(py|sh|yaml)$/,
];

/** Compiled code for measurements and for the makers of the package. */
const UNWANTED = /(^|\/)(bench|calibration|test|properties|find-witnesses)[/.]|\.test\./;

/** Unpacked, in bytes; most of it is dist/. */
const LARGEST = 4_000_000;

/** Packages that declarations may name: theorems are made of fast-check's arbitraries. */
const PACKAGES_IN_TYPES = ['fast-check'];

function unexpected(files: readonly string[]): string[] {
  return files.filter(
    (file) =>
      UNWANTED.test(file.replace(/^docs\/calibration\./, 'docs/')) ||
      !WANTED.some((pattern) => pattern.test(file)),
  );
}

/** Files that modules name relative to themselves. */
function relativeNames(code: string): string[] {
  const named =
    /(?:\bfrom\s*|\bimport\s*|\bimport\(\s*|new URL\(\s*)(['"])(\.{1,2}\/[^'"]+\.(?:js|json|ts))\1/g;
  return [...code.matchAll(named)].map(([, , name]) => name!);
}

/** Names of modules in the package that lead to no file of it. */
function danglingNames(files: readonly string[], textOf: (file: string) => string): string[] {
  return files
    .filter((file) => /\.(js|d\.ts)$/.test(file))
    .flatMap((file) =>
      relativeNames(textOf(file))
        .map((name) => join(dirname(file), name))
        .filter((target) => !files.includes(target))
        .map((target) => `${file}: ${target}`),
    );
}

/** Other packages that the declarations reachable from a declaration name. */
function packagesInTypes(start: string, textOf: (file: string) => string): string[] {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, name] of textOf(file).matchAll(/\bfrom '([^']+)'/g)) {
      if (name!.startsWith('.')) visit(join(dirname(file), name!).replace(/\.js$/, '.d.ts'));
      else packages.add(name!);
    }
  };
  visit(start);
  return [...packages];
}

interface Manifest {
  readonly bin: Record<string, string>;
  readonly exports: Record<string, string | { readonly types: string; readonly default: string }>;
}

// The compiler reads every entry several times, beside other tests.
vi.setConfig({ testTimeout: 300_000 });

let packed: PackedPackage;
let folder = '';
let manifest: Manifest;
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');

beforeAll(() => {
  const work = emptyFolder();
  packed = packPackage(work);
  folder = unpack(packed.tarball, join(work, 'package'));
  manifest = JSON.parse(textOf('package.json')) as Manifest;
}, 120_000);

/** Messages of publint about the package in a folder. */
async function publintSays(pkgDir: string): Promise<string[]> {
  const { messages, pkg } = await publint({ pkgDir, pack: false, strict: true });
  return messages.map((message) => formatMessage(message, pkg) ?? message.code);
}

describe('the packed package', () => {
  test('holds what users need and nothing else', () => {
    expect(unexpected(packed.files)).toEqual([]);
    expect(packed.files).toEqual(
      expect.arrayContaining([
        'README.md',
        'LICENSE',
        'CHANGELOG.md',
        'docs/library.md',
        'docs/calibration.svg',
      ]),
    );
    expect(packed.unpackedSize).toBeLessThan(LARGEST);
  });

  test.each([
    'dist/studies/bench/study.js',
    'dist/studies/calibration/study.js',
    'dist/studies/find-witnesses.js',
    'dist/src/linalg/vectors.js.map',
    'studies/bench/RESULTS.md',
    'test/vectors.test.ts',
    'docs/frontier/step-mixing.svg',
    'src/linalg/vectors.ts',
    'studies/pytorch/comparison.ts',
    'studies/data/digits.csv.gz',
    '.npmrc',
  ])('a planted %s is noticed', (file) => {
    expect(unexpected([...packed.files, file])).toEqual([file]);
  });

  test('has every file that package.json and its modules name, and a missing one is noticed', () => {
    const named = [
      ...Object.values(manifest.bin),
      ...Object.values(manifest.exports).flatMap((entry) =>
        typeof entry === 'string' ? [entry] : [entry.types, entry.default],
      ),
    ];
    expect(named.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
    expect(danglingNames(packed.files, textOf)).toEqual([]);
    const without = packed.files.filter((file) => file !== 'dist/src/api/worker.js');
    expect(danglingNames(without, textOf).join('\n')).toContain('dist/src/api/worker.js');
  });

  test('publint has nothing to say, and says so of a wrong entry', async () => {
    expect(await publintSays(folder)).toEqual([]);
    const planted = emptyFolder();
    cpSync(folder, planted, { recursive: true });
    const wrong = { ...manifest, exports: { '.': { default: './dist/library/absent.js' } } };
    writeFileSync(join(planted, 'package.json'), JSON.stringify(wrong));
    expect((await publintSays(planted)).join('\n')).toMatch(/absent\.js/);
  });

  test('the types of every entry are found as ESM by nodenext and by bundlers, and wrong ones are noticed', async () => {
    expect(await typeProblems(packed.tarball)).toEqual([]);
    const planted = emptyFolder();
    const exports = { '.': { types: './index.d.cts', default: './index.js' } };
    const description = { name: 'planted', version: '1.0.0', type: 'module', exports };
    writeFileSync(join(planted, 'package.json'), JSON.stringify(description));
    for (const name of ['index.js', 'index.d.cts']) writeFileSync(join(planted, name), 'export {};\n');
    expect((await typeProblems(packPackage(planted, planted).tarball)).join()).toContain('FalseCJS');
  });

  test('declarations name no package but fast-check, and another one is noticed', () => {
    for (const entry of Object.values(manifest.exports)) {
      if (typeof entry === 'string') continue;
      const allowed = packagesInTypes(entry.types, textOf).filter((name) => !name.startsWith('node:'));
      expect(PACKAGES_IN_TYPES, entry.types).toEqual(expect.arrayContaining(allowed));
    }
    expect(packagesInTypes('dist/src/input/problem-file.d.ts', textOf)).toContain('zod');
  });
});

/** What attw finds for those who import; that CommonJS of old and node10 do not see an ESM package is expected. */
async function typeProblems(tarball: string): Promise<string[]> {
  const analysis = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
  if (!analysis.types) return ['no types'];
  return analysis.problems
    .filter(
      (problem) => !('resolutionKind' in problem) || /^(node16-esm|bundler)$/.test(problem.resolutionKind),
    )
    .map((problem) => JSON.stringify(problem));
}

test('the package that is checked is built from this checkout', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(textOf('dist/src/api/tool-identity.js')).toMatch(new RegExp(`"version":\\s*"${version}"`));
});
