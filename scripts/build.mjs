// Compiles the sources to dist/ and records which version and commit they are.
import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compiledKernels } from './kernels.mjs';

const root = new URL('../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

function currentCommit() {
  try {
    const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    return execFileSync('git', ['rev-parse', 'HEAD'], options).trim();
  } catch {
    return null;
  }
}

rmSync(new URL('dist/', root), { recursive: true, force: true });
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
embedWitnesses();
await embedKernels();
const build = { name: 'unlearning-stability', version, commit: currentCommit() };
writeFileSync(new URL('dist/build.json', root), `${JSON.stringify(build, null, 2)}\n`);
// The library carries it as a module, which bundlers take along.
writeFileSync(
  new URL('dist/src/api/tool-identity.js', root),
  `export const toolIdentity = ${JSON.stringify(build)};\n`,
);
chmodSync(new URL('dist/bin/unlearning-stability.js', root), 0o755);

/** The compiled kernels as a file, for tests of the sources, and within their module, which bundlers take along. */
async function embedKernels() {
  const bytes = await compiledKernels(root);
  writeFileSync(new URL('dist/kernel.wasm', root), bytes);
  const text = Buffer.from(bytes).toString('base64');
  writeFileSync(
    new URL('dist/src/linalg/kernel-bytes.js', root),
    `export const kernelBytes = Uint8Array.from(atob('${text}'), (letter) => letter.charCodeAt(0));\n`,
  );
}

/**
 * Makes modules of the JSON files that theorems import: before 20.18 Node warns of JSON modules, and not every bundler
 * takes them without a plugin.
 */
function embedWitnesses() {
  const theorems = new URL('dist/theorems/', root);
  for (const name of readdirSync(theorems).filter((file) => file.endsWith('.js'))) {
    const file = new URL(name, theorems);
    const code = readFileSync(file, 'utf8').replace(
      /from '(\.\/witnesses\/\w+)\.json' with \{ type: 'json' \}/,
      (_, path) => {
        const json = new URL(`${path}.json`, theorems);
        writeFileSync(
          new URL(`${path}.js`, theorems),
          `export default ${readFileSync(json, 'utf8').trim()};\n`,
        );
        rmSync(json);
        return `from '${path}.js'`;
      },
    );
    writeFileSync(file, code);
  }
}
