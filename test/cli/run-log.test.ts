import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkRepeated, checkTool, openRunLog, readRunLog } from '../../src/cli/run-log.js';
import { logText, type LogFormat } from '../../src/jobs/log.js';
import { temporaryFolder } from './captured-context.js';

const format: LogFormat<{ readonly seed: number }, number> = {
  noun: 'number',
  header: (value) => value as { readonly seed: number },
  entry: (value) => value as number,
};

describe('the log of a run', () => {
  test('is continued behind its last whole line, and says which line was torn', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'checkpoint.jsonl');
    const header = { seed: 1 };
    writeFileSync(path, logText(header, [1, 2]).slice(0, -3));
    const said: string[] = [];
    const saved = readRunLog(path, format);
    const output = { stderr: { write: (line: string) => said.push(line) } };
    const log = openRunLog(output, { folder, path, header, saved });
    log.append(2);
    expect(readFileSync(path, 'utf8')).toBe(logText(header, [1, 2]));
    expect(said).toEqual([`${path}: line 3 was not written to its end; it is done again\n`]);
  });

  test('that is not there cannot be resumed', () => {
    const path = join(temporaryFolder(), 'checkpoint.jsonl');
    expect(() => readRunLog(path, format)).toThrow(
      `${path}: cannot be read (no such file or folder); only an interrupted run leaves one to resume`,
    );
  });

  test('of another program is not taken over', () => {
    const own = { name: 'program', version: '1.0.0', commit: null };
    expect(() => checkTool(own, own, 'log')).not.toThrow();
    expect(() => checkTool({ ...own, version: '0.9.0' }, own, 'log')).toThrow(
      'log: line 1: tool.version must be 1.0.0, as of this program; got 0.9.0',
    );
  });

  test('may be repeated by options, not contradicted', () => {
    expect(() =>
      checkRepeated('log', [
        ['seed', 1, 1],
        ['grid', undefined, { columns: 2 }],
        ['out', { columns: 2 }, { columns: 2 }],
      ]),
    ).not.toThrow();
    expect(() => checkRepeated('log', [['grid', { columns: 3 }, { columns: 2 }]])).toThrow(
      '--grid must be {"columns":2}, as in log, or left out; got {"columns":3}',
    );
    expect(() => checkRepeated('log', [['eta', 0.1, undefined]])).toThrow(
      '--eta must be left out, as in log, or left out; got 0.1',
    );
  });
});
