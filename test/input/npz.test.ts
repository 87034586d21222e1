import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openFileBytes } from '../../src/input/file-bytes.js';
import { npzMember } from '../../src/input/numpy.js';
import { matrixFile } from '../../src/input/matrix-file.js';
import { temporaryFolder } from '../cli/captured-context.js';
import { npyBytes } from './npy-bytes.js';
import { quarters } from './number-bytes.js';
import { allNumbers, opened } from './matrix-of.js';
import { zipBytes, type ZipEntry } from './zip-bytes.js';

const numbers = quarters([5, 7]);
const retain = { name: 'retain.npy', data: npyBytes(numbers, [5, 7], { type: 'f4' }) };
const forget = { name: 'forget.npy', data: npyBytes(quarters([2, 7]), [2, 7], { fortran: true }) };

/** The part is left out: there is one. */
const alone = (entry: Partial<ZipEntry>) => zipBytes([{ ...retain, ...entry }]);

describe('an .npz file', () => {
  test.each([
    [{}, {}],
    [{}, { zip64: true }],
    [{ deflated: true }, {}],
    [{ deflated: true }, { zip64: true }],
    [{ deflated: true }, { comment: 'PK and a comment' }],
  ])('with %o, %o gives the members that are named, with and without .npy', async (entry, manner) => {
    const bytes = zipBytes(
      [
        { ...forget, ...entry },
        { ...retain, ...entry },
      ],
      manner,
    );
    expect(allNumbers(await opened(bytes, 'all.npz#retain'), 3)).toEqual(numbers);
    expect(allNumbers(await opened(bytes, 'all.npz#retain.npy'))).toEqual(numbers);
    expect(allNumbers(await opened(bytes, 'all.npz#forget'))).toEqual(quarters([2, 7]));
  });

  test('with one member needs no name, even beside files of other kinds', async () => {
    const bytes = zipBytes([{ name: 'readme.txt', data: Buffer.from('hello') }, retain]);
    expect(allNumbers(await opened(bytes, 'R.npz'))).toEqual(numbers);
  });

  test('with a deflated member of several pieces gives its numbers', async () => {
    const many = quarters([500, 1000]);
    const data = npyBytes(many, [500, 1000]);
    const source = await opened(zipBytes([{ name: 'a.npy', data, deflated: true }]), 'R.npz');
    expect(allNumbers(source).every((x, k) => x === many[k])).toBe(true);
  });

  test('is inflated in the temporary folder, and leaves nothing there when it is closed', async () => {
    const folder = temporaryFolder();
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('TMPDIR', folder);
    const place = { path: join(folder, 'R.npz'), kind: 'npz', part: null } as const;
    writeFileSync(place.path, alone({ deflated: true }));
    const { source, close } = await matrixFile(place);
    expect(allNumbers(source)).toEqual(numbers);
    close();
    writeFileSync(place.path, alone({ deflated: true, checksum: 7 }));
    await expect(matrixFile(place)).rejects.toThrow('CRC-32');
    expect(readdirSync(folder)).toEqual(['R.npz']);
    vi.stubEnv('TMPDIR', join(folder, 'nowhere'));
    await expect(matrixFile(place)).rejects.toThrow(
      /R.npz#retain: cannot be inflated into .*nowhere \(no such file/,
    );
  });
});

describe('an .npz file is refused in one line', () => {
  const whole = zipBytes([retain, forget]);
  const deflated = alone({ deflated: true });
  const firstByte = 30 + retain.name.length + 5;
  test.each<[string, Buffer, string, RegExp]>([
    ['empty', Buffer.alloc(0), '', /not an .npz file \(End of central directory/],
    ['that is another file', retain.data, '', /not an .npz file \(End of central directory/],
    [
      'that is cut',
      whole.subarray(0, -30),
      '#retain',
      /not an .npz file \(End of central directory .* truncated/,
    ],
    ['without its beginning', whole.subarray(40), '#retain', /not an .npz file \(.*(signature|truncated)/],
    [
      'with a damaged directory',
      damagedAt(whole, whole.length - 22 - 56 - 56),
      '#retain',
      /not an .npz file \(invalid central directory/,
    ],
    [
      'with a damaged local header',
      damagedAt(whole, 0),
      '#retain',
      /R.npz#retain: damaged \(invalid local file header/,
    ],
    ['without that member', whole, '#grads', /no member "grads"; it has retain, forget$/],
    ['with several, none named', whole, '', /must name its member, .*; it has retain, forget$/],
    ['without members', zipBytes([]), '', /must name its member, .*; it has none$/],
    [
      'with two members of one name',
      zipBytes([retain, retain]),
      '#retain',
      /must have one member retain; got several/,
    ],
    [
      'whose last member is cut off',
      zipBytes([{ ...retain, storedSize: 10 ** 6, size: 10 ** 6 }]),
      '',
      /R.npz#retain: damaged \(file data overflows file bounds/,
    ],
    [
      'of 64-bit sizes that are missing',
      zipBytes([{ ...retain, size: 0xffffffff, storedSize: 0xffffffff, extra: Buffer.of(1, 0, 0, 0) }]),
      '',
      /not an .npz file \(zip64 extended information extra field does not include/,
    ],
    ['encrypted', alone({ encrypted: true }), '', /R.npz#retain: must not be encrypted/],
    [
      'compressed by bzip2',
      alone({ method: 12 }),
      '',
      /method must be 0 \(stored\) or 8 \(deflated\); got 12/,
    ],
    [
      'with damaged deflate data',
      damagedAt(deflated, firstByte),
      '',
      /R.npz#retain: cannot be inflated|CRC-32/,
    ],
    [
      'with another checksum',
      alone({ deflated: true, checksum: 7 }),
      '',
      /with CRC-32 00000007; got 268 with /,
    ],
    [
      'that inflates to more',
      alone({ deflated: true, size: 100 }),
      '',
      /must inflate to 100 bytes .* got 268/,
    ],
    [
      'that inflates to less',
      alone({ deflated: true, size: 300 }),
      '',
      /must inflate to 300 bytes .* got 268/,
    ],
    [
      'with a member that is none',
      alone({ data: Buffer.from('hello, world') }),
      '',
      /R.npz#retain: not an .npy file/,
    ],
    [
      'with a cut member',
      alone({ data: retain.data.subarray(0, -4), deflated: true }),
      '',
      /140 bytes; got 136/,
    ],
  ])('%s', async (_, bytes, part, message) => {
    const refused = await opened(bytes, `R.npz${part}`).catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ name: 'InputError', message: expect.stringMatching(message) as string });
    expect((refused as Error).message).toMatch(/R\.npz(#\w+)?: [^\n]*$/);
  });
});

/** The bytes with one of them turned over. */
function damagedAt(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 0xff;
  return copy;
}

test('a full folder of temporary files is said so, whatever the stream that is left early says', async () => {
  const path = join(temporaryFolder(), 'R.npz');
  writeFileSync(path, zipBytes([{ ...retain, deflated: true }]));
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  for (const room of [0, 5]) {
    let left = room;
    const write = (_: number, piece: Buffer, from: number): number => {
      if (left === 0) throw full;
      const written = Math.min(left, piece.length - from);
      left -= written;
      return written;
    };
    const archive = openFileBytes(path);
    await expect(npzMember(archive, null, write)).rejects.toMatchObject({
      name: 'InputError',
      message: `${path}#retain: cannot be inflated into ${tmpdir()} (no space left)`,
    });
  }
});
