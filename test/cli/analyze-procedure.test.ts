import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { relativeDifference } from '../closeness.js';
import { root } from '../docs/shown-output.js';
import { answered, file, placed } from './answered.js';
import { capture } from './captured-context.js';

/** One axis, curvatures 1 and 1.5: the mean of the plain step escapes, and one ascent after one descent holds. */
const OPPOSED = {
  retain: [[[1]]],
  forget: [[[Math.sqrt(1.5)]]],
  alpha: 0.45,
  eta: 0.5,
  batch: { retain: 1, forget: 1 },
  sampling: 'without-replacement',
};

interface Vector {
  readonly name: string;
  readonly problem: object;
  readonly etaStar: number;
  readonly firstCrossing: number | null;
  readonly logGrowthPerPeriod: number;
}

describe('vectors-2.json through analyze --json', () => {
  const vectors = JSON.parse(readFileSync(`${root}test/fixtures/vectors-2.json`, 'utf8')) as Vector[];

  test.each(vectors)('$name', async ({ problem, etaStar, logGrowthPerPeriod }) => {
    const { exact, procedure } = await answered(file(problem));
    expect(relativeDifference(exact.logGrowth * procedure.period, logGrowthPerPeriod)).toBeLessThan(1e-8);
    expect(relativeDifference(exact.etaStar, etaStar)).toBeLessThan(1e-8);
  });
});

describe('at eta 0.5, alpha 0.45, curvatures 1 and 1.5', () => {
  test('the simultaneous step escapes, and ascent and descent in turns hold', async () => {
    const simultaneous = await answered(file(OPPOSED));
    const alternating = await answered(file(OPPOSED), '--schedule', 'alternating:1:1');
    expect(simultaneous.exact.side).toBe('diverges');
    expect(Math.sqrt(simultaneous.exact.spectralRadius)).toBeCloseTo(1.06, 2);
    expect(alternating.exact).toMatchObject({ side: 'stable', verdict: 'stable', firstCrossingOnly: true });
    expect(Math.exp(alternating.exact.logGrowth)).toBeCloseTo(0.97, 2);
  });
});

const problem = `${root}examples/problem.json`;

/** Fields of the procedure that a problem file takes, and the options that say the same. */
const SAME: readonly (readonly [string, object, readonly string[]])[] = [
  [
    'momentum and decay',
    { optimizer: { momentum: 0.5, weightDecay: 0.01 } },
    ['--momentum', '0.5', '--weight-decay', '0.01'],
  ],
  ['Nesterov', { optimizer: { momentum: 0.5, nesterov: true } }, ['--momentum', '0.5', '--nesterov']],
  ['alternation', { schedule: { ascent: 1, descent: 3 } }, ['--schedule', 'alternating:1:3']],
  [
    'one set in epochs',
    { sampling: { retain: 'bernoulli', forget: 'reshuffled' } },
    ['--sampling-retain', 'bernoulli', '--sampling-forget', 'reshuffled'],
  ],
  ['a preconditioner', { optimizer: { preconditioner: [1, 2, 0.5] } }, ['--precondition', '[1,2,0.5]']],
];

describe('the options of a procedure', () => {
  const given = JSON.parse(readFileSync(problem, 'utf8')) as object;
  test.each(SAME)('%s: say what the fields of the problem file say', async (_, fields, options) => {
    const byFields = await capture(['analyze', file({ ...given, ...fields }), '--json']);
    const byOptions = await capture(['analyze', problem, ...placed(options), '--json']);
    expect(byFields.stderr).toBe('');
    expect(byOptions.stdout).toBe(byFields.stdout);
    const plain = await capture(['analyze', problem, '--json']);
    expect(byFields.stdout).not.toBe(plain.stdout);
  });

  test('are printed as they were taken', async () => {
    const { procedure } = await answered(problem, '--schedule', 'alternating:1:2', '--momentum', '0.5');
    expect(procedure).toEqual({
      sampling: 'without-replacement',
      optimizer: { momentum: 0.5, nesterov: false, weightDecay: 0, preconditioner: null },
      schedule: { ascent: 1, descent: 2 },
      period: 3,
    });
    const { stdout } = await capture(['analyze', problem, '--schedule', 'alternating:1:2']);
    expect(stdout).toMatch(/^procedure {4}alternating, 1 ascent and then 2 descents, period of 3 steps$/m);
  });

  test('leave nothing of the plain step to theorems about it', async () => {
    const plain = await answered(problem);
    expect(plain.theorems.filter(({ applies }) => applies).length).toBeGreaterThan(5);
    for (const options of ['--momentum 0.9', '--weight-decay 0.1', '--schedule alternating:1:1']) {
      const { theorems, coherence } = await answered(problem, ...options.split(' '));
      const speaking = theorems.filter(({ id, applies }) => applies && !id.startsWith('P'));
      expect({ options, speaking, share: coherence.fullBatchShare }).toEqual({
        ...{ options, speaking: [], share: null },
      });
    }
    const { stdout } = await capture(['analyze', problem, '--schedule', 'alternating:1:1']);
    expect(stdout).toMatch(/^Not applicable here: D1, .*U1, /m);
    expect(stdout).not.toMatch(/escapes for sure/);
  });

  test('reach growth, escape times and typical runs: an epoch that cannot be added up is simulated', async () => {
    const samples = Array.from({ length: 16 }, (_, i) => [[Math.cos(i), Math.sin(2 * i), Math.sin(i * i)]]);
    const many = {
      ...{ retain: samples, forget: samples.slice(0, 8), alpha: 0.2, eta: 0.5 },
      ...{ batch: { retain: 2, forget: 1 }, sampling: 'reshuffled' },
    };
    const { exact, procedure, typical } = await answered(file(many));
    expect(procedure.period).toBe(8);
    expect(exact.etaStar).toBeNull();
    expect(exact.estimate!.reason).toMatch(/too many to add up/);
    expect(exact.verdict).toBe('stable');
    expect(typical.high).toBeLessThan(0);
  });
});

describe('a procedure is refused in one line and exit code 2 for', () => {
  const given = JSON.parse(readFileSync(problem, 'utf8')) as object;
  test.each<[string, object, string[], RegExp]>([
    ['momentum 1', {}, ['--momentum', '1'], /--momentum must be a number in \[0, 1\); got 1/],
    [
      'momentum 1 in a file',
      { optimizer: { momentum: 1 } },
      [],
      /optimizer\.momentum must be in \[0, 1\); got 1/,
    ],
    ['negative decay', {}, ['--weight-decay', '-0.1'], /--weight-decay must be a number >= 0; got -0.1/],
    [
      'negative decay in a file',
      { optimizer: { weightDecay: -1 } },
      [],
      /optimizer\.weightDecay must be a finite number >= 0; got -1/,
    ],
    ['Nesterov without momentum', {}, ['--nesterov'], /: --nesterov needs a momentum in \(0, 1\)/],
    [
      'no ascent',
      {},
      ['--schedule', 'alternating:0:1'],
      /--schedule must be alternating:K:M with whole K, M >= 1/,
    ],
    [
      'half a descent',
      { schedule: { ascent: 1, descent: 1.5 } },
      [],
      /schedule\.descent must be an integer in 1\.\.10000; got 1.5/,
    ],
    [
      'one set alone in turns',
      { alpha: 0 },
      ['--schedule', 'alternating:1:1'],
      /alpha must be in \(0, 1\); got 0/,
    ],
    [
      'a short preconditioner',
      {},
      ['--precondition', '[1,2]'],
      /: --precondition must have 3 numbers, .*; got 2/,
    ],
    [
      'a preconditioner of 0',
      {},
      ['--precondition', '[1,0,2]'],
      /\.json: the preconditioner's number 1 \(from 0\) must be finite and > 0; got 0/,
    ],
    [
      'an uneven epoch',
      { batch: { retain: 4, forget: 1 }, sampling: 'reshuffled' },
      [],
      /batch\.retain must divide its 6 samples in epochs, or dropLast say .*; got 4/,
    ],
    [
      'epochs that end together after a million steps',
      {
        retain: Array.from({ length: 997 }, () => [[1, 0, 0]]),
        forget: Array.from({ length: 1009 }, () => [[0, 1, 0]]),
        batch: { retain: 1, forget: 1 },
        sampling: 'reshuffled',
      },
      [],
      /sampling: epochs must end together within 100000 steps; got 1005973, as batches/,
    ],
    ['a loader without epochs', {}, ['--drop-last'], /: --drop-last is for sampling reshuffled alone; got /],
    [
      'a short batch without epochs',
      {},
      ['--short-last'],
      /: --short-last is for sampling reshuffled alone; got /,
    ],
    [
      'a field of the file without epochs',
      { dropLast: false },
      [],
      /\.json: dropLast is for sampling reshuffled alone/,
    ],
    [
      'a preconditioner that is no list',
      {},
      ['--precondition', '[{"a":1}]'],
      /list\.json: \[0\] must be a number; got {"a":1}/,
    ],
    [
      'a preconditioner beyond the range of its powers',
      {},
      ['--precondition', '[1e200,1,1]'],
      /: --precondition: its numbers must be in 1e-70\.\.1e70; got 1e\+200/,
    ],
    [
      'the same below it',
      { optimizer: { preconditioner: [1, 1e-71, 1] } },
      [],
      /\.json: optimizer\.preconditioner: its numbers must be in 1e-70\.\.1e70; got 1e-71/,
    ],
    [
      'a field of the file, beside an option of another',
      { optimizer: { preconditioner: [1, 1e-71, 1] } },
      ['--weight-decay', '0.1'],
      /\.json: optimizer\.preconditioner: its numbers must be in 1e-70\.\.1e70; got 1e-71/,
    ],
    [
      'a preconditioner that takes the factors out of their range',
      { retain: [[[1e60, 0, 0]]], batch: { retain: 1, forget: 1 } },
      ['--precondition', '[1e40,1,1]'],
      /retain, times the square roots of the preconditioner: its largest number must be in 1e-70\.\.1e70/,
    ],
    [
      'decay of a size',
      {},
      ['--weight-decay', '1e160'],
      /: --weight-decay must be in 0\.\.1e\+140, .*; got 1e\+160/,
    ],
    [
      'a file of no preconditioner',
      {},
      ['--precondition', '/nonexist'],
      /\/nonexist: cannot be read \(no such file/,
    ],
    ['both kinds of loaders', {}, ['--drop-last', '--short-last'], /--drop-last and --short-last exclude/],
    [
      'an unknown field',
      { optimizer: { beta: 1 } },
      [],
      /unknown field beta in optimizer; allowed: momentum, nest/,
    ],
    [
      'an unknown scheme',
      { sampling: { retain: 'x', forget: 'bernoulli' } },
      [],
      /sampling must be one of bernoulli/,
    ],
    [
      'a recommendation',
      {},
      ['--momentum', '0.5', '--recommend'],
      /--recommend knows the plain step .*; got momentum/,
    ],
    [
      'clipping',
      {},
      ['--momentum', '0.5', '--clip', '1'],
      /--clip knows the plain step .*; got momentum 0\.5/,
    ],
    ['a start without gradients', {}, ['--start', '1'], /--start needs --gradients-retain/],
    [
      'gradients of too few',
      { gradients: { retain: [[1, 1, 1]], forget: [] } },
      [],
      /gradients\.retain .*, 6; got 1/,
    ],
    [
      'a subset',
      {},
      ['--momentum', '0.5', '--subset', '20'],
      /a subset stands for all samples under plain steps/,
    ],
  ])('%s', async (name, fields, args, message) => {
    const long = name === 'a subset' ? { retain: Array.from({ length: 30 }, (_, i) => [[1, i, 0]]) } : {};
    const { code, stdout, stderr } = await capture([
      'analyze',
      file({ ...given, ...fields, ...long }),
      ...placed(args),
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('a preconditioner that is an object', async () => {
    const { code, stderr } = await capture(['analyze', problem, '--precondition', file({ a: 1 }, 'c.json')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/c\.json: the document must be an array; got {"a":1}/);
  });

  test('the largest decay is answered by numbers', async () => {
    const decay = ['--weight-decay', '1e140'];
    for (const more of [[], ['--momentum', '0.9'], ['--schedule', 'alternating:1:1']]) {
      const { exact } = await answered(problem, ...decay, ...more);
      const b = more[0] === '--momentum' ? 0.9 : 0;
      expect(relativeDifference(exact.etaStar, 2e-140 * (1 + b))).toBeLessThan(1e-10);
    }
  });

  test('an epoch that does not divide, which either loader makes good', async () => {
    const uneven = { ...given, batch: { retain: 4, forget: 1 }, sampling: 'reshuffled' };
    const dropped = await answered(file(uneven), '--drop-last');
    const short = await answered(file(uneven), '--short-last');
    expect(dropped.procedure).toMatchObject({ dropLast: true, period: 2 });
    expect(short.procedure).toMatchObject({ dropLast: false, period: 2 });
    expect(dropped.exact.logGrowth).not.toBeCloseTo(short.exact.logGrowth, 3);
  });
});
