// Packs dist/, installs the tarball with its dependencies from the registry into a new project, and runs there what
// docs/library.md shows: types, output, vitest, node:test. `npm run test:all` does the same with linked dependencies.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const env = { ...process.env, PACKAGE_TEST_INSTALL: 'registry' };
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/package'], { stdio: 'inherit', env });
process.exitCode = status ?? 1;
