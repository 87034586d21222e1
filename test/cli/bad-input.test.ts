import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { capture, temporaryFolder } from './captured-context.js';

const good = {
  retain: [[[1, 0]], [[0, 1]], [[1, 1]]],
  forget: [[[1, 2]]],
  alpha: 0.05,
  eta: 0.2,
  batch: { retain: 2, forget: 1 },
  sampling: 'bernoulli',
};

const many = (size: number) => ({ ...good, retain: [[[size, 0]], [[0, size]], [[size, size]]] });

/** Text of a problem file, and what the one line on stderr must say besides the file's name. */
const badFiles: [string, string, RegExp][] = [
  ['not JSON', '{ "retain": [', /not JSON/],
  ['a bare number', '17', /document must be an object; got 17/],
  ['an empty file', '', /not JSON/],
  [
    'a missing field',
    JSON.stringify({ ...good, eta: undefined }),
    /eta is missing; it must be a finite number > 0/,
  ],
  [
    'an unknown field',
    JSON.stringify({ ...good, etta: 1 }),
    /unknown field etta; allowed: retain, forget, alpha, batch, sampling, optimizer, schedule, dropLast, eta, gradients/,
  ],
  [
    'an unknown batch field',
    JSON.stringify({ ...good, batch: { retain: 1, forget: 1, x: 1 } }),
    /unknown field x in batch; allowed: retain, forget/,
  ],
  ['alpha above 1', JSON.stringify({ ...good, alpha: 1.5 }), /alpha must be in \[0, 1\]; got 1.5/],
  ['alpha below 0', JSON.stringify({ ...good, alpha: -0.1 }), /alpha must be in \[0, 1\]; got -0.1/],
  [
    'alpha as text',
    JSON.stringify({ ...good, alpha: '0.1' }),
    /alpha must be a number in \[0, 1\]; got "0.1"/,
  ],
  ['eta 0', JSON.stringify({ ...good, eta: 0 }), /eta must be > 0; got 0/],
  ['eta below 0', JSON.stringify({ ...good, eta: -1 }), /eta must be > 0; got -1/],
  [
    'infinite eta',
    JSON.stringify(good).replace('"eta":0.2', '"eta":1e999'),
    /eta must be a finite number > 0; got Infinity/,
  ],
  [
    'batch 0',
    JSON.stringify({ ...good, batch: { retain: 0, forget: 1 } }),
    /batch.retain must be in 1..3; got 0/,
  ],
  [
    'a batch above n',
    JSON.stringify({ ...good, batch: { retain: 2, forget: 2 } }),
    /batch.forget must be in 1..1; got 2/,
  ],
  [
    'half a sample',
    JSON.stringify({ ...good, batch: { retain: 1.5, forget: 1 } }),
    /batch.retain must be an integer; got 1.5/,
  ],
  [
    'unknown sampling',
    JSON.stringify({ ...good, sampling: 'poisson' }),
    /sampling must be one of bernoulli, with-replacement, without-replacement, reshuffled, or { "retain": .., "forget": .. }; got "poisson"/,
  ],
  [
    'ragged lengths',
    JSON.stringify({ ...good, forget: [[[1, 2, 3]]] }),
    /forget\[0\]\[0\] must have 2 numbers, as retain\[0\]\[0\]; got 3/,
  ],
  [
    'text among numbers',
    JSON.stringify({ ...good, forget: [[[1, 'x']]] }),
    /forget\[0\]\[0\]\[1\] must be a finite number; got "x"/,
  ],
  [
    'null among numbers',
    JSON.stringify({ ...good, forget: [[[1, null]]] }),
    /forget\[0\]\[0\]\[1\] must be a finite number; got null/,
  ],
  [
    'an infinite number',
    JSON.stringify(good).replace('[1,2]', '[1,1e999]'),
    /forget\[0\]\[0\]\[1\] must be a finite number; got Infinity/,
  ],
  [
    'a sample without factors',
    JSON.stringify({ ...good, forget: [[]] }),
    /forget\[0\] must have at least one factor vector/,
  ],
  [
    'factors without numbers',
    JSON.stringify({ ...good, retain: [[[]]], batch: { retain: 1, forget: 1 } }),
    /retain\[0\]\[0\] must have at least one number/,
  ],
  [
    'a flat sample',
    JSON.stringify({ ...good, forget: [[1, 2]] }),
    /forget\[0\]\[0\] must be a factor vector/,
  ],
  ['an all-zero set', JSON.stringify({ ...good, forget: [[[0, 0]]] }), /forget has only zero vectors/],
  [
    'an empty retain set',
    JSON.stringify({ ...good, retain: [] }),
    /retain must have at least one sample; got none/,
  ],
  [
    'an empty forget set with alpha > 0',
    JSON.stringify({ ...good, forget: [] }),
    /forget may be empty only when alpha is 0; got alpha 0.05/,
  ],
  [
    'numbers whose squares overflow',
    JSON.stringify(many(1e200)),
    /retain: its largest number must be in 1e-70..1e70 in size; got 1e\+200/,
  ],
  [
    'numbers whose squares vanish',
    JSON.stringify(many(1e-200)),
    /retain: its largest number must be in 1e-70..1e70/,
  ],
];

describe('analyze ends in one line and exit code 2 for', () => {
  test.each(badFiles)('%s', async (_, text, message) => {
    const file = join(temporaryFolder(), 'problem.json');
    writeFileSync(file, text);
    const { code, stdout, stderr } = await capture(['analyze', file, '--json']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).toContain('problem.json');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('a file that is not there', async () => {
    const { code, stderr } = await capture(['analyze', '/nowhere/problem.json']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/\/nowhere\/problem.json: cannot be read \(no such file or folder\)/);
  });

  test('a folder', async () => {
    const { code, stderr } = await capture(['analyze', temporaryFolder()]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/it is a folder/);
  });
});

/** Arguments, and what the one line on stderr must say. */
const badArguments: [string, string[], RegExp][] = [
  [
    'an unknown theorem',
    ['verify', '--theorem', 'U33'],
    /unknown theorem U33 \(did you mean U3\?\); there are D1, /,
  ],
  ['an unknown theorem to explain', ['theorems', 'X14'], /unknown theorem X14 \(did you mean U14\?\)/],
  [
    'runs that are no integer',
    ['verify', '--runs', '2.5'],
    /--runs must be an integer in 1..1000000; got 2.5/,
  ],
  ['no runs', ['verify', '--runs', '0'], /--runs must be an integer in 1..1000000; got 0/],
  [
    'a seed that is no number',
    ['verify', '--seed', 'abc'],
    /--seed must be an integer in 0..9007199254740991; got abc/,
  ],
  ['a negative seed', ['verify', '--seed', '-1'], /--seed must be an integer .* got -1/],
  [
    'an unknown budget',
    ['verify', '--budget', 'quik'],
    /--budget must be one of quick, standard, deep; got quik \(did you mean quick\?\)/,
  ],
  ['no workers', ['verify', '--workers', '0'], /--workers must be an integer in 1..256; got 0/],
  [
    'an output folder below a file',
    ['verify', '--out', '/dev/null/reports'],
    /--out \/dev\/null\/reports: cannot be written to \(a part of the path is a file\)/,
  ],
  [
    'an output folder in one that takes none',
    ['verify', '--out', '/proc/none/reports'],
    /--out \/proc\/none\/reports: cannot be written to \(/,
  ],
  ['an unknown option', ['verify', '--sed', '1'], /unknown option '--sed'/],
  ['a procedure of the network', ['network', '--momentum', '0.9'], /unknown option '--momentum'/],
  ['a procedure of a map', ['frontier', 'procedures', '--momentum', '0.9'], /unknown option '--momentum'/],
  ['an unknown command', ['verfy'], /unknown command 'verfy'/],
  ['a missing argument', ['analyze'], /missing required argument/],
];

describe('wrong usage ends in one line and exit code 2:', () => {
  test.each(badArguments)('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await capture(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('replay ends in one line and exit code 2 for', () => {
  test.each([
    ['a problem file', JSON.stringify(good), /schemaVersion is missing/],
    ['torn JSON', '{"schemaVersion": 1,', /not JSON/],
  ])('%s', async (_, text, message) => {
    const file = join(temporaryFolder(), 'counterexample.json');
    writeFileSync(file, text);
    const { code, stderr } = await capture(['replay', file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
