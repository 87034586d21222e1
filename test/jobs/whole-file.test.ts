import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeFileWhole } from '../../src/jobs/whole-file.js';

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
