import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from './captured-context.js';

const program = fileURLToPath(new URL('../../dist/bin/unlearning-stability.js', import.meta.url));
const entryUrl = new URL('../../dist/src/cli/failure.js', import.meta.url).href;

/** Runs node with stdout at a descriptor, or at a pipe that is closed at once. */
function run(
  words: readonly string[],
  stdout: number | 'closed',
): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, {
      stdio: ['ignore', stdout === 'closed' ? 'pipe' : stdout, 'pipe'],
    });
    child.stdout?.destroy();
    let stderr = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stderr });
    });
  });
}

test('a closed pipe behind stdout is quiet', async () => {
  expect(await run([program, 'theorems', '--json'], 'closed')).toEqual({ code: 0, stderr: '' });
});

test('a stdout that refuses is said in a line, with exit code 2', async () => {
  // Open for reading only: refused everywhere. /dev/full: a full disk, where there is one.
  const readOnly = join(temporaryFolder(), 'read-only');
  writeFileSync(readOnly, '');
  const refusing: [path: string, flags: string, reason: string][] = [
    [readOnly, 'r', 'EBADF'],
    ...(existsSync('/dev/full') ? [['/dev/full', 'w', 'no space left'] as [string, string, string]] : []),
  ];
  for (const [path, flags, reason] of refusing) {
    const descriptor = openSync(path, flags);
    expect(await run([program, 'theorems', '--json'], descriptor)).toEqual({
      code: 2,
      stderr: `unlearning-stability: stdout: cannot be written (${reason})\n`,
    });
    closeSync(descriptor);
  }
});

test('what is thrown where nobody catches it ends in one line and 70', async () => {
  for (const fault of [
    'setTimeout(() => { throw new Error("lost"); })',
    'Promise.reject(new Error("lost"))',
    'await Promise.reject(new Error("lost"))',
  ]) {
    const script = `import { guardProcess } from ${JSON.stringify(entryUrl)}; guardProcess('U'); ${fault};`;
    const { code, stderr } = await run(['--input-type=module', '-e', script], 'closed');
    expect(code).toBe(70);
    expect(stderr).toMatch(/^U: a fault of the program: Error: lost \(.*\)\n$/);
  }
});

test.each([
  [0, 2],
  [1, 1],
  [3, 2],
  [130, 130],
])('of a run that ends with %i a stdout that refuses makes %i, a closed pipe nothing', async (own, code) => {
  const script = `import { guardProcess } from ${JSON.stringify(entryUrl)}; guardProcess('U').stdout.write('said'); process.exitCode = ${own};`;
  const readOnly = join(temporaryFolder(), 'read-only');
  writeFileSync(readOnly, '');
  const descriptor = openSync(readOnly, 'r');
  const refused = await run(['--input-type=module', '-e', script], descriptor);
  closeSync(descriptor);
  expect(refused).toEqual({ code, stderr: expect.stringMatching(/^U: stdout: cannot be written/) as string });
  expect(await run(['--input-type=module', '-e', script], 'closed')).toEqual({ code: own, stderr: '' });
});
