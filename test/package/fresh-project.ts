import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a project of a user has besides the package. */
const TOOLS = ['vitest', 'typescript', '@types/node'];

/** Set by `npm run test:package`: everything is installed from the registry, as users do. */
const FROM_REGISTRY = process.env.PACKAGE_TEST_INSTALL === 'registry';

/** The packed package: its tarball, and the files that npm says are in it. */
export interface PackedPackage {
  readonly tarball: string;
  readonly files: readonly string[];
  readonly unpackedSize: number;
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** An empty folder that is removed after the tests of the file. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'unlearning-stability-package-'));
  folders.push(folder);
  return folder;
}

/** Packs dist/ as it lies there, without building. */
export function packPackage(folder: string, from: string = root): PackedPackage {
  const options = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [packed] = JSON.parse(run('npm', options, from)) as {
    filename: string;
    unpackedSize: number;
    files: { path: string }[];
  }[];
  return {
    tarball: join(folder, packed!.filename),
    files: packed!.files.map(({ path }) => path),
    unpackedSize: packed!.unpackedSize,
  };
}

/** Unpacks a tarball into a new folder and returns that. */
export function unpack(tarball: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  run('tar', ['-xzf', tarball, '-C', folder, '--strip-components', '1'], folder);
  return folder;
}

/**
 * A new project with the packed package in node_modules, its dependencies linked from here: those that package.json
 * declares and no other, so that an undeclared one is missed.
 */
export function freshProject(): string {
  const folder = emptyFolder();
  const { tarball } = packPackage(folder);
  writeFileSync(join(folder, 'package.json'), '{ "name": "fresh", "private": true, "type": "module" }\n');
  if (FROM_REGISTRY) {
    run('npm', ['install', '--no-audit', '--no-fund', tarball, ...TOOLS], folder);
    return folder;
  }
  const installed = unpack(tarball, join(folder, 'node_modules', 'unlearning-stability'));
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of [...Object.keys(dependencies), ...TOOLS]) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
  return folder;
}

/** What a command prints to stdout. @throws with all it printed if it fails. */
export function run(command: string, words: readonly string[], cwd: string): string {
  return execFileSync(command, words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** What a command prints to stdout, also if it fails. */
export function outputOf(command: string, words: readonly string[], cwd: string): string {
  return spawnSync(command, words, { cwd, encoding: 'utf8' }).stdout;
}
