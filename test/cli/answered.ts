import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Analysis } from '../../src/analysis/answer.js';
import { capture, temporaryFolder } from './captured-context.js';

/** A file with this content, in a folder of its own. */
export function file(content: object | string, name = 'problem.json'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** The arguments, lists of numbers in files of their own. */
export function placed(args: readonly string[]): string[] {
  return args.map((arg) => (arg.startsWith('[') ? file(arg, 'list.json') : arg));
}

/** What `analyze --json` answers, with nothing on stderr. */
export async function answered(...args: string[]): Promise<Analysis> {
  const { code, stdout, stderr } = await capture(['analyze', ...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Analysis;
}
