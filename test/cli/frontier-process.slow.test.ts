import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from './captured-context.js';
import { spawnProgram } from './spawned-program.js';

const run = ['frontier', 'step-mixing', '--grid', '12x6'];

/** Contents of a folder; of the document without what may differ between equal runs. */
function contentsOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => {
      const text = readFileSync(join(folder, name)).toString('latin1');
      return [name, name.endsWith('.json') ? text.slice(0, text.indexOf('\n  "timing": {')) : text];
    }),
  );
}

describe('a process of frontier', () => {
  test('leaves the same bytes with one worker, and with two after SIGINT and --resume', async () => {
    const [whole, out] = [temporaryFolder(), temporaryFolder()];
    expect((await spawnProgram([...run, '--workers', '1', '--out', whole])).code).toBe(0);

    const file = join(out, 'step-mixing.checkpoint.jsonl');
    const planned = { signal: 'SIGINT', file, lines: 3 } as const;
    const stopped = await spawnProgram([...run, '--workers', '2', '--out', out], planned);
    expect(stopped).toEqual({
      code: 130,
      signal: null,
      stderr: `interrupted; frontier step-mixing --resume ${out} continues\n`,
    });
    expect(readdirSync(out)).toEqual(['step-mixing.checkpoint.jsonl']);

    const resumed = await spawnProgram(['frontier', 'step-mixing', '--workers', '2', '--resume', out]);
    expect(resumed).toEqual({ code: 0, signal: null, stderr: '' });
    const [found, expected] = [contentsOf(out), contentsOf(whole)];
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [name, text] of Object.entries(found)) expect(text === expected[name], name).toBe(true);
  });
});
