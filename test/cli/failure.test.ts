import { expect, test } from 'vitest';
import { failureOf } from '../../src/cli/failure.js';
import { UsageError } from '../../src/cli/options.js';
import { InputError } from '../../src/input/input-error.js';
import { LogError } from '../../src/jobs/checked-lines.js';
import { capture } from './captured-context.js';
import { D3 } from '../../theorems/D3.js';

/** An error as the operating system's refusals come. */
function systemError(code: string, syscall: string, path?: string): Error {
  return Object.assign(new Error(`${code}: ..., ${syscall}`), {
    code,
    syscall,
    errno: -1,
    ...(path !== undefined && { path }),
  });
}

test.each([new UsageError('--x must be 1'), new InputError('--x must be 1'), new LogError('--x must be 1')])(
  'what the user can mend is said in a line: %s',
  (error) => {
    expect(failureOf(error, 'U', {})).toEqual({ text: 'U: --x must be 1\n', code: 2 });
  },
);

test.each([
  ['ENOSPC', 'no space left'],
  ['EACCES', 'permission denied'],
  ['EROFS', 'read-only file system'],
  ['EISDIR', 'it is a folder'],
  ['EMFILE', 'too many open files'],
  ['EDQUOT', 'disk quota exceeded'],
  ['EXDEV', 'EXDEV'],
])('a file that refuses with %s ends in a line and 2', (code, reason) => {
  expect(failureOf(systemError(code, 'write', 'out/a'), 'U', {})).toEqual({
    text: `U: out/a: write failed (${reason})\n`,
    code: 2,
  });
  expect(failureOf(systemError(code, 'read'), 'U', {}).text).toBe(`U: read failed (${reason})\n`);
});

test('what was not foreseen is one line with a hint and 70, with a stack trace only where asked for', () => {
  const fault = new TypeError('x is undefined\nand more');
  const { text, code } = failureOf(fault, 'U', {});
  expect(code).toBe(70);
  expect(text).toBe(
    'U: a fault of the program: TypeError: x is undefined (please report it with the command and its input; UNLEARNING_STABILITY_STACK=1 shows where)\n',
  );
  const asked = failureOf(fault, 'U', { UNLEARNING_STABILITY_STACK: '1' });
  expect(asked.text.split('\n')[0]).toContain('a fault of the program: TypeError: x is undefined');
  expect(asked.text).toContain('failure.test.ts');
  expect(asked.code).toBe(70);
  expect(failureOf('a word', 'U', {}).text).toContain('thrown: a word');
  expect(failureOf(Object.assign(new Error('no'), { code: 'ERR_SOMETHING' }), 'U', {}).code).toBe(70);
});

test('a command that fails in a way that no one foresaw is no contradicted theorem', async () => {
  const broken = {
    ...D3,
    get statement(): string {
      throw new Error('out of words');
    },
  };
  const { code, stderr, stdout } = await capture(['theorems'], { theorems: [broken] });
  expect({ code, stdout }).toEqual({ code: 70, stdout: '' });
  expect(stderr).toMatch(/^unlearning-stability: a fault of the program: Error: out of words \(.*\)\n$/);
});
