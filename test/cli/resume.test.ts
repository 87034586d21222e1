import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { verifyLog, type VerifyHeader } from '../../src/cli/verify-log.js';
import { checkedLines } from '../../src/jobs/checked-lines.js';
import { parseLog } from '../../src/jobs/log.js';
import { capture, temporaryFolder, type Captured } from './captured-context.js';
import { resultsIn } from './spawned-program.js';

const checkpointIn = (folder: string): string => join(folder, 'checkpoint.jsonl');

/** A folder of the small run that was interrupted after so many tasks: each computed once and copied. */
const kept = mkdtempSync(join(tmpdir(), 'unlearning-stability-'));
afterAll(() => rmSync(kept, { recursive: true }));
async function interruptedSmallRun(interruptAfter: number): Promise<string> {
  const stored = join(kept, String(interruptAfter));
  if (!existsSync(stored))
    cpSync(await interruptedRun(interruptAfter, smallRun), stored, { recursive: true });
  const copy = temporaryFolder();
  cpSync(stored, copy, { recursive: true });
  return copy;
}

/** Folder of a run in this process that was interrupted after so many tasks: its checkpoint has one line more. */
async function interruptedRun(interruptAfter: number, args: readonly string[]) {
  const out = temporaryFolder();
  const { code, stderr } = await capture([...args, '--out', out], { interruptAfter });
  expect(code).toBe(130);
  expect(stderr).toBe(`interrupted; verify --resume ${out} continues\n`);
  expect(readFileSync(checkpointIn(out), 'utf8').split('\n')).toHaveLength(1 + interruptAfter + 1);
  return out;
}

async function uninterruptedResults(args: readonly string[]) {
  const out = temporaryFolder();
  const { code } = await capture([...args, '--out', out]);
  return { code, results: resultsIn(out) };
}

const smallRun: readonly string[] = ['verify', '--budget', 'quick', '--theorem', 'D3', 'U12'].concat([
  '--runs',
  '25',
  '--seed',
  '7',
]);

let ofSmallRun: ReturnType<typeof uninterruptedResults> | null = null;

/** Of the run above, which is the same for every test. */
const smallResults = (): ReturnType<typeof uninterruptedResults> =>
  (ofSmallRun ??= uninterruptedResults(smallRun));

/** One line on stderr, nothing else. */
function expectRefusal({ code, stdout, stderr }: Captured, message: string | RegExp): void {
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
}

describe('verify --resume', () => {
  test.each([0, 1, 3, 5])('continues a run interrupted after %i tasks to the same files', async (tasks) => {
    const { results } = await smallResults();
    const out = await interruptedSmallRun(tasks);
    const { code, stderr } = await capture(['verify', '--resume', out]);
    expect([code, stderr]).toEqual([0, '']);
    expect(resultsIn(out)).toEqual(results);
  });

  test('does only what is missing: of 6 tasks 3, then 2, then the last', async () => {
    const out = await interruptedSmallRun(3);
    const first = readFileSync(checkpointIn(out), 'utf8');
    expect((await capture(['verify', '--resume', out], { interruptAfter: 2 })).code).toBe(130);
    const second = readFileSync(checkpointIn(out), 'utf8');
    expect(second.startsWith(first)).toBe(true);
    expect(second.split('\n')).toHaveLength(1 + 5 + 1);
    // The last piece, and the search for the nearest problem of each of the two theorems.
    expect((await capture(['verify', '--resume', out], { interruptAfter: 1 + 2 })).code).toBe(0);
    expect(readdirSync(out)).not.toContain('checkpoint.jsonl');
  });

  test('drops a line that was not written to its end, and says so', async () => {
    const { results } = await smallResults();
    const out = await interruptedSmallRun(3);
    const file = checkpointIn(out);
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -50));
    const { code, stderr } = await capture(['verify', '--resume', out]);
    expect(code).toBe(0);
    expect(stderr).toBe(`${file}: line 4 was not written to its end; it is done again\n`);
    expect(resultsIn(out)).toEqual(results);
  });

  test('cuts a torn line off before it goes on writing', async () => {
    const out = await interruptedSmallRun(3);
    const file = checkpointIn(out);
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, `${whole}{"checksum":"01`);
    await capture(['verify', '--resume', out], { interruptAfter: 0 });
    expect(readFileSync(file, 'utf8')).toBe(whole);
  });

  test('accepts options that repeat the checkpoint', async () => {
    const out = await interruptedSmallRun(3);
    const { code } = await capture([...smallRun, '--out', `${out}/.`, '--resume', out, '--workers', '2']);
    expect(code).toBe(0);
  });

  test.each([
    [['--seed', '8'], /--seed must be 7, as in .*checkpoint.jsonl, or left out; got 8/],
    [['--runs', '26'], /--runs must be 25, .*; got 26/],
    [['--budget', 'deep'], /--budget must be quick, .*; got deep/],
    [['--theorem', 'D3'], /--theorem must be D3 U12, .*; got D3/],
    [['--out', 'elsewhere'], /--out must be .*, or left out; got .*elsewhere/],
    [['--seed', 'x'], /--seed must be an integer .*; got x/],
  ])('refuses %j where the checkpoint says otherwise', async (options, message) => {
    const out = await interruptedSmallRun(0);
    expectRefusal(await capture(['verify', '--resume', out, ...options]), message);
  });

  test('is offered by --help', async () => {
    expect((await capture(['verify', '--help'])).stdout).toContain('--resume <dir>');
  });
});

/** What is done to the text of a checkpoint with 4 lines, and what the one line on stderr must say. */
const damages: [string, (text: string) => string, RegExp][] = [
  [
    'an edited number in the middle',
    (text) => text.replace('"from":0', '"from":1'),
    /checkpoint.jsonl: line 2: checksum must be [0-9a-f]{16}, as its entry says; got [0-9a-f]{16}/,
  ],
  [
    'an edited number in the last line',
    (text) => text.replace(/"samples":(?=[^\n]*\n$)/, '"samples":1'),
    /line 4: checksum must be/,
  ],
  ['an edited seed', (text) => text.replace('"seed":7', '"seed":8'), /line 1: checksum must be/],
  [
    'a torn line in the middle',
    (text) => text.split('\n').with(2, text.split('\n')[2]!.slice(0, 60)).join('\n'),
    /line 3 must be a checkpoint line \{"checksum": .., "entry": ..\}; got "/,
  ],
  ['an empty line', (text) => text.replace('\n', '\n\n'), /line 2 must be a checkpoint line .*; got ""/],
  ['a line of another run', (text) => `${text}${lineOfAnotherSeed()}`, /line 5: checksum must be/],
  ['no header', (text) => text.slice(text.indexOf('\n') + 1), /line 1: checksum must be/],
  ['nothing', () => '', /line 1 must be a whole line, the header of a checkpoint; got ""/],
  ['a torn header', (text) => text.slice(0, 100), /line 1 must be a whole line/],
  ['a file that is not JSON', () => 'seed 7\nbudget quick\n', /line 1 must be a checkpoint line .*"seed 7"/],
  ['a report', () => '{\n  "schemaVersion": 1\n}\n', /line 1 must be a checkpoint line/],
  [
    'another kind of header',
    () => headerLine({ kind: 'counterexample' }),
    /line 1: kind must be "checkpoint"; got "counterexample"/,
  ],
  [
    'a later format',
    () => headerLine({ schemaVersion: 2, more: true }),
    /line 1: schemaVersion must be 1; got 2/,
  ],
  [
    'another version of the program',
    () => headerLine({ tool: { ...savedHeader.tool, version: '9.9.9' } }),
    /line 1: tool.version must be 0.0.0-test, as of this program; got 9.9.9/,
  ],
  [
    'another commit',
    () => headerLine({ tool: { ...savedHeader.tool, commit: 'abc' } }),
    /line 1: tool.commit must be null, as of this program; got abc/,
  ],
  [
    'a theorem that is not registered',
    () => headerLine({ theorems: ['D3', 'Q1'] }),
    /line 1: theorems must be among D1, .*; got Q1/,
  ],
];

const savedHeader: VerifyHeader = {
  schemaVersion: 1,
  kind: 'checkpoint',
  tool: { name: 'unlearning-stability', version: '0.0.0-test', commit: null },
  seed: 7,
  budget: { name: 'quick', instances: 25, maxSamples: 100, maxSamplesUndecided: 10 },
  shard: null,
  theorems: ['D3', 'U12'],
};

/** A header line with a fitting checksum, whatever it says. */
function headerLine(changes: Record<string, unknown>): string {
  return checkedLines({ ...savedHeader, ...changes }).header;
}

function lineOfAnotherSeed(): string {
  const lines = checkedLines({ ...savedHeader, seed: 8 });
  return lines.line({ kind: 'examine', theoremId: 'D3', from: 20, to: 25, examinations: [] });
}

describe('verify --resume ends in one line and exit code 2 for', () => {
  test.each(damages)('%s', async (_, damage, message) => {
    const out = await interruptedSmallRun(3);
    const file = checkpointIn(out);
    const damaged = damage(readFileSync(file, 'utf8'));
    expect(damaged).not.toBe(readFileSync(file, 'utf8'));
    writeFileSync(file, damaged);
    const reports = readFileSync(join(out, 'agreement.json'), 'utf8');
    const refused = await capture(['verify', '--resume', out]);
    expectRefusal(refused, message);
    expect(refused.stderr).toContain(file);
    expect(readFileSync(file, 'utf8')).toBe(damaged);
    expect(readFileSync(join(out, 'agreement.json'), 'utf8')).toBe(reports);
  });

  test('a folder without a checkpoint, and does not create one that is missing', async () => {
    const out = temporaryFolder();
    const message =
      /checkpoint.jsonl: cannot be read \(no such file or folder\); only an interrupted run leaves one/;
    expectRefusal(await capture(['verify', '--resume', out]), message);
    expectRefusal(await capture(['verify', '--resume', join(out, 'missing')]), message);
    expect(readdirSync(out)).toEqual([]);
  });
});

describe('verify without --resume', () => {
  test('starts anew in the folder of an interrupted run', async () => {
    const out = await interruptedRun(3, [...smallRun.slice(0, -1), '9']);
    const { code } = await capture([...smallRun, '--out', out]);
    expect(code).toBe(0);
    expect(resultsIn(out)).toEqual((await smallResults()).results);
  });

  test('names its own settings in the checkpoint, before it starts', async () => {
    const out = await interruptedSmallRun(0);
    const { header, entries } = parseLog(readFileSync(checkpointIn(out), 'utf8'), 'checkpoint', verifyLog);
    expect(entries).toEqual([]);
    expect(header).toMatchObject({
      seed: 7,
      budget: { name: 'quick', instances: 25 },
      theorems: ['D3', 'U12'],
    });
  });

  test('ends in one line and exit code 2 where the checkpoint cannot be written', async () => {
    const out = temporaryFolder();
    mkdirSync(checkpointIn(out));
    expectRefusal(await capture([...smallRun, '--out', out]), /checkpoint.jsonl: cannot be written/);
  });
});
