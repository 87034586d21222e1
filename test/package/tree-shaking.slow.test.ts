import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { freshProject } from './fresh-project.js';

/** Packages that a bundle of these names must not hold. */
const HEAVY = [
  '@resvg/resvg-js',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-layers',
  'commander',
  'd3-contour',
  'temml',
  'tinypool',
];

/** Packages in a bundle of one file: at its start, and in what it may load later. */
interface BundledPackages {
  readonly atStart: readonly string[];
  readonly later: readonly string[];
}

// The bundler reads all packages, beside other tests.
vi.setConfig({ testTimeout: 300_000 });

let project = '';

beforeAll(() => {
  project = freshProject();
}, 300_000);

/** Bundles a file with everything it imports. */
async function bundledPackages(code: string): Promise<BundledPackages> {
  const input = join(project, 'entry.js');
  writeFileSync(input, code);
  const bundle = await rolldown({ input, platform: 'node', logLevel: 'silent' });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  const chunks = output.filter((part) => part.type === 'chunk');
  const atStart = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const name of atStart) {
    chunks.find(({ fileName }) => fileName === name)?.imports.forEach((imported) => atStart.add(imported));
  }
  const packagesOf = (wanted: boolean): string[] => {
    const parts = chunks.filter(({ fileName }) => atStart.has(fileName) === wanted);
    const modules = parts.flatMap((part) => Object.entries(part.modules));
    const kept = modules.filter(([, { renderedLength }]) => renderedLength > 0).map(([id]) => packageOf(id));
    return [...new Set(kept)].filter((name) => name !== null);
  };
  return { atStart: packagesOf(true), later: packagesOf(false) };
}

/** Name of the package a module is in; null for the package under test and the bundler's own. */
function packageOf(id: string): string | null {
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll('\\', '/'))?.[1] ?? null;
  return name === 'unlearning-stability' ? null : name;
}

const heavyOf = (names: readonly string[]): string[] => HEAVY.filter((name) => names.includes(name));

describe('a bundle', () => {
  test('of what is asked most holds no heavy package', async () => {
    const { atStart, later } = await bundledPackages(
      "import { analyze, defineTheorem, recommend } from 'unlearning-stability'; console.log(analyze, defineTheorem, recommend);",
    );
    expect(heavyOf([...atStart, ...later])).toEqual([]);
  });

  test('of a function of the theory holds no other package at all', async () => {
    const { atStart, later } = await bundledPackages(
      "import { coherenceMatrix } from 'unlearning-stability/theory'; console.log(coherenceMatrix);",
    );
    expect([...atStart, ...later]).toEqual([]);
  });

  test('of everything loads TensorFlow.js and threads later, if at all', async () => {
    const { atStart, later } = await bundledPackages("export * from 'unlearning-stability';");
    expect(heavyOf(atStart)).toEqual([]);
    expect(later).toEqual(expect.arrayContaining(['@tensorflow/tfjs-core', 'tinypool']));
  });

  test('of the page holds temml, so that a heavy package is noticed', async () => {
    const { atStart } = await bundledPackages(
      "import { agreementHtml } from 'unlearning-stability/report'; console.log(agreementHtml);",
    );
    expect(heavyOf(atStart)).toEqual(['temml']);
  });
});
