import { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ABOVE_ONE,
  BELOW_ONE,
  declareOptions,
  flag,
  givenFields,
  type GivenOptions,
  inside,
  integer,
  integerOption,
  negatedFlag,
  NOT_NEGATIVE,
  number,
  numberOption,
  oneOf,
  optionName,
  otherwise,
  parsed,
  POSITIVE,
  readOptions,
  SHARD,
  SHARE,
  text,
  texts,
  UsageError,
  WORKERS,
  wordOption,
} from '../../src/cli/options.js';

const TABLE = {
  samples: otherwise('60', integer('<n>', 'training samples', 2, 1000)),
  batchRetain: integer('<n>', 'batch size', 1, ({ samples }) => samples as number),
  alpha: number('<x>', 'mixing weight', SHARE),
  sampling: oneOf('<name>', 'how batches are drawn', ['bernoulli', 'with-replacement']),
  theorem: texts('<id...>', 'only these'),
  grid: parsed('<CxR>', 'columns and rows', (given) => given.split('x').map(Number)),
  out: { ...text('<dir>', 'folder'), required: true as const },
  bias: negatedFlag('no bias'),
  json: flag('print JSON'),
};

/** What a command line gives for the table. */
function given(...words: string[]): GivenOptions {
  const command = new Command('program').exitOverride().configureOutput({ writeErr: () => undefined });
  declareOptions(command, TABLE);
  return command.parse(words, { from: 'user' }).opts<GivenOptions>();
}

describe('options of a table', () => {
  test('are read as values of their fields, undefined where they are left out', () => {
    expect(readOptions(TABLE, given('--out', 'o'))).toEqual({
      samples: 60,
      batchRetain: undefined,
      alpha: undefined,
      sampling: undefined,
      theorem: undefined,
      grid: undefined,
      out: 'o',
      bias: true,
      json: undefined,
    });
    const all = given(
      ...['--samples', '30', '--batch-retain', '30', '--alpha', '2e-1', '--sampling', 'bernoulli'],
      ...['--theorem', 'U1', 'U2', '--grid', '3x4', '--no-bias', '--json', '--out', 'o'],
    );
    expect(readOptions(TABLE, all)).toEqual({
      samples: 30,
      batchRetain: 30,
      alpha: 0.2,
      sampling: 'bernoulli',
      theorem: ['U1', 'U2'],
      grid: [3, 4],
      out: 'o',
      bias: false,
      json: true,
    });
  });

  test('may be bounded by options above them', () => {
    expect(() => readOptions(TABLE, given('--out', 'o', '--batch-retain', '61'))).toThrow(
      '--batch-retain must be an integer in 1..60; got 61',
    );
    expect(() => readOptions(TABLE, given('--out', 'o', '--samples', '9', '--batch-retain', '10'))).toThrow(
      '--batch-retain must be an integer in 1..9; got 10',
    );
  });

  test('are in the help with their words and fallbacks, in the order of the table', () => {
    const command = new Command('program');
    declareOptions(command, TABLE);
    const lines = command
      .helpInformation()
      .split('\n')
      .filter((line) => line.includes('--'));
    expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['--samples <n>', 'training samples (default: "60")'],
      ['--batch-retain <n>', 'batch size'],
      ['--alpha <x>', 'mixing weight'],
      ['--sampling <name>', 'how batches are drawn'],
      ['--theorem <id...>', 'only these'],
      ['--grid <CxR>', 'columns and rows'],
      ['--out <dir>', 'folder'],
      ['--no-bias', 'no bias'],
      ['--json', 'print JSON'],
      ['-h, --help', 'display help for command'],
    ]);
  });

  test('that are required cannot be left out', () => {
    expect(() => given('--json')).toThrow("required option '--out <dir>' not specified");
  });

  test('are told apart from those that are not on the command line', () => {
    expect(givenFields(TABLE, { bias: true })).toEqual([]);
    expect(givenFields(TABLE, { bias: false, alpha: '0', json: true })).toEqual(['alpha', 'bias', 'json']);
  });

  test('are typed in small letters and dashes', () => {
    expect(optionName('allowZeroSamples')).toBe('allow-zero-samples');
  });
});

const refused = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message;
  }
  throw new Error('was not refused');
};

describe('an integer option', () => {
  test('gives every integer within its bounds, and refuses every other', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer(), (value, a, b) => {
        const [least, most] = [Math.min(a, b), Math.max(a, b)];
        const read = () => integerOption('n', String(value), least, most);
        if (value >= least && value <= most) expect(read()).toBe(value);
        else expect(refused(read)).toBe(`--n must be an integer in ${least}..${most}; got ${value}`);
      }),
    );
  });

  test.each(['', ' ', '1.5', '1e3', '0x10', 'NaN', 'one', '9007199254740993', '--1'])(
    'refuses %j',
    (given) => {
      expect(refused(() => integerOption('n', given, 0, Number.MAX_SAFE_INTEGER))).toBe(
        `--n must be an integer in 0..${Number.MAX_SAFE_INTEGER}; got ${given}`,
      );
    },
  );

  test('may have a sign and spaces around it', () => {
    expect(integerOption('n', ' +7 ', 0, 10)).toBe(7);
    expect(integerOption('n', '-7', -10, 10)).toBe(-7);
  });
});

describe('a number option', () => {
  test('gives every finite double as JavaScript writes it', () => {
    const any = { includes: () => true, words: 'at all' };
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(numberOption('x', Object.is(x, -0) ? '-0' : String(x), any)).toBe(x);
      }),
    );
  });

  test.each(['', 'NaN', 'Infinity', '-Infinity', '1e999', '0x10', '1,5', 'x', '.', '1e'])(
    'refuses %j',
    (given) => {
      expect(refused(() => numberOption('x', given, { includes: () => true, words: 'at all' }))).toBe(
        `--x must be a number at all; got ${given}`,
      );
    },
  );

  test.each([
    [POSITIVE, '> 0', [Number.MIN_VALUE, 1], [0, -1]],
    [NOT_NEGATIVE, '>= 0', [0, 1], [-1e-300]],
    [ABOVE_ONE, '> 1', [1 + 2e-16, 5], [1, 0]],
    [SHARE, 'in [0, 1]', [0, 0.5, 1], [-1e-9, 1 + 1e-9]],
    [BELOW_ONE, 'in [0, 1)', [0, 0.999], [1, -0.1]],
    [inside(0, 1), 'in (0, 1)', [1e-9, 0.5], [0, 1]],
  ])('%j: %s', (allowed, words, within, beyond) => {
    for (const x of within) expect(numberOption('x', String(x), allowed)).toBe(x);
    for (const x of beyond) {
      expect(refused(() => numberOption('x', String(x), allowed))).toBe(
        `--x must be a number ${words}; got ${x}`,
      );
    }
  });
});

describe('a word option', () => {
  test('names all words and the nearest', () => {
    expect(wordOption('budget', 'deep', ['quick', 'deep'])).toBe('deep');
    expect(refused(() => wordOption('budget', 'quik', ['quick', 'deep']))).toBe(
      '--budget must be one of quick, deep; got quik (did you mean quick?)',
    );
  });
});

describe('options of commands that run jobs', () => {
  test('--workers is 1..256', () => {
    expect(readOptions({ workers: WORKERS }, { workers: '256' })).toEqual({ workers: 256 });
    expect(refused(() => readOptions({ workers: WORKERS }, { workers: '0' }))).toBe(
      '--workers must be an integer in 1..256; got 0',
    );
  });

  test('--shard is I/K', () => {
    expect(readOptions({ shard: SHARD }, { shard: '2/8' })).toEqual({ shard: { index: 2, count: 8 } });
    expect(refused(() => readOptions({ shard: SHARD }, { shard: '9/8' }))).toBe(
      '--shard must be I/K with I in 1..K, such as 2/8; got 9/8',
    );
  });
});
