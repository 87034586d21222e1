import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  checkedLines,
  LogError,
  parseExact,
  readCheckedLines,
  stringifyExact,
} from '../../src/jobs/checked-lines.js';
import {
  continueLog,
  type LogFormat,
  logText,
  parseLog,
  startLog,
  writeFileWhole,
} from '../../src/jobs/log.js';

interface Header {
  readonly kind: 'squares';
  readonly seed: number;
}

interface Square {
  readonly root: number;
  readonly square: number;
}

/** Squares of numbers, each once. */
const squares: LogFormat<Header, Square> = {
  noun: 'square',
  header(value, place) {
    const { kind, seed } = value as { readonly kind: string; readonly seed: number };
    if (kind !== 'squares') throw new LogError(`${place}: kind must be squares; got ${kind}`);
    return { kind, seed };
  },
  entry(value, place, { entries }) {
    const entry = value as Square;
    if (entries.some(({ root }) => root === entry.root)) {
      throw new LogError(`${place}: ${entry.root} is there twice`);
    }
    return entry;
  },
};

const header: Header = { kind: 'squares', seed: 7 };
const entries: Square[] = [1, 2, 3].map((root) => ({ root, square: root * root }));
const text = logText(header, entries);

function pathOfLog(): string {
  const folder = mkdtempSync(join(tmpdir(), 'unlearning-stability-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'squares.jsonl');
}

describe('exact JSON', () => {
  test('gives every double back, those included that JSON cannot hold', () => {
    const value = { numbers: [NaN, Infinity, -Infinity, -0, 0, 5e-324, 0.1 + 0.2], text: 'Infinity' };
    expect(parseExact(stringifyExact(value))).toStrictEqual(value);
    fc.assert(fc.property(fc.double(), (x) => Object.is(parseExact(stringifyExact(x)), x)));
  });
});

describe('a log that was read', () => {
  test('cut anywhere behind its header gives the whole lines before the cut', () => {
    const ends = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
    for (let length = ends[0]!; length <= text.length; length++) {
      const whole = ends.filter((end) => end <= length).length;
      const saved = parseLog(text.slice(0, length), 'file', squares);
      expect(saved.entries).toEqual(entries.slice(0, whole - 1));
      expect(saved.tornLine).toBe(ends.includes(length) ? null : whole + 1);
      expect(saved.intact).toBe(text.slice(0, ends[whole - 1]));
    }
  });

  test('with any one character changed is refused, but for the last line break', () => {
    for (let at = 0; at < text.length - 1; at++) {
      const changed = `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`;
      expect(() => parseLog(changed, 'file', squares)).toThrow(LogError);
      expect(() => parseLog(changed, 'file', squares)).toThrow(/^file: line \d/);
    }
  });

  test('with a line of another run, or a line twice, is refused by file and line', () => {
    const foreign = checkedLines({ ...header, seed: 8 }).line({ root: 4, square: 16 });
    expect(() => parseLog(text + foreign, 'file', squares)).toThrow(/^file: line 5: checksum must be/);
    const again = checkedLines(header).line(entries[0]);
    expect(() => parseLog(text + again, 'file', squares)).toThrow('file: line 5: 1 is there twice');
  });

  test('with a header of another kind is refused', () => {
    expect(() => parseLog(logText({ kind: 'cubes' }, []), 'file', squares)).toThrow(
      'file: line 1: kind must be squares; got cubes',
    );
  });

  test('may hold line and paragraph separators, which JSON does not escape', () => {
    const said = { words: 'a\u2028b\u2029c\nd\re' };
    const lines = checkedLines(said);
    const read = readCheckedLines(lines.header + lines.line(said), 'file', 'square');
    expect([read.header, read.entries[0]!.entry]).toStrictEqual([said, said]);
  });

  test('without a whole header is refused', () => {
    expect(() => readCheckedLines('', 'file', 'square')).toThrow(
      'file: line 1 must be a whole line, the header of a square; got ""',
    );
    expect(() => readCheckedLines('{"a":1}\n', 'file', 'square')).toThrow(
      'file: line 1 must be a square line {"checksum": .., "entry": ..}; got "{\\"a\\":1}"',
    );
  });
});

describe('a log that grows', () => {
  test('holds the header before anything is finished, then a line for every piece', () => {
    const path = pathOfLog();
    const log = startLog<Square>(path, header);
    expect(readFileSync(path, 'utf8')).toBe(logText(header, []));
    for (const entry of entries) log.append(entry);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('cut at any byte is continued to the same bytes', () => {
    const path = pathOfLog();
    const afterHeader = logText(header, []).length;
    for (let length = afterHeader; length <= text.length; length++) {
      writeFileSync(path, text.slice(0, length));
      const saved = parseLog(readFileSync(path, 'utf8'), path, squares);
      const log = continueLog(path, saved);
      for (const entry of entries.slice(saved.entries.length)) log.append(entry);
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
  });

  test('can be put in order, and removed', () => {
    const path = pathOfLog();
    const log = startLog<Square>(path, header);
    for (const entry of entries.toReversed()) log.append(entry);
    log.rewrite(entries);
    expect(readFileSync(path, 'utf8')).toBe(text);
    log.remove();
    expect(() => readFileSync(path)).toThrow(/ENOENT/);
  });

  test('says in the words of its caller that the file system refuses', () => {
    const refuse = (path: string, change: () => void): void => {
      try {
        change();
      } catch {
        throw new Error(`${path}: cannot be written`);
      }
    };
    expect(() => startLog('/nowhere/at/all.jsonl', header, refuse)).toThrow(
      '/nowhere/at/all.jsonl: cannot be written',
    );
  });

  test('of a process ended by SIGKILL in the middle of a line is continued to the same bytes', async () => {
    const path = pathOfLog();
    const half = text.slice(0, text.length - 20);
    const program = `require('fs').writeFileSync(process.argv[1], process.argv[2]); setInterval(() => {}, 1000); console.log('written')`;
    const child = spawn(process.execPath, ['-e', program, path, half], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const saved = parseLog(readFileSync(path, 'utf8'), path, squares);
    expect([saved.entries.length, saved.tornLine]).toEqual([2, 4]);
    continueLog(path, saved).append(entries[2]!);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

test('a full disk leaves the old file and nothing beside it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whole-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'report');
  writeFileWhole(path, 'old');
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const write = (draft: string, content: string | Uint8Array): void => {
    writeFileSync(draft, content.slice(0, 2));
    throw full;
  };
  expect(() => writeFileWhole(path, 'new text', write)).toThrow(full);
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['report']);
  writeFileWhole(path, 'new text');
  expect(readFileSync(path, 'utf8')).toBe('new text');
});

test('a folder in the way is refused and nothing is left beside it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whole-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const way = mkdtempSync(join(folder, 'way-'));
  expect(() => writeFileWhole(way, 'text')).toThrow(/EISDIR|ENOTEMPTY|EPERM|EEXIST/);
  expect(readdirSync(folder)).toHaveLength(1);
});
