import { describe, expect, test } from 'vitest';
import { verify as verifyPublicly } from '../../src/api/verify.js';
import { EXIT_CODES } from '../../src/harness/verdict.js';
import type { Examination } from '../../src/harness/examination.js';
import type { Theorem } from '../../src/harness/theorem.js';
import { examination } from './examination.js';
import {
  PLANTED_CERTIFICATES,
  PLANTED_WITNESSES,
  plantedTheorem,
  times,
  type Planted,
} from './planted-theorem.js';

function verify(theorems: Theorem | Theorem[], instances: number, budget: 'quick' | 'standard' = 'quick') {
  return verifyPublicly(theorems, { seed: 1, budget, instances, onWarning: () => undefined });
}

const contradiction: Planted = { predicted: 'stable', observed: 'diverges', outcome: 'contradict' };
const open: Planted = { observed: 'inconclusive', outcome: 'inconclusive' };
const silent: Planted = { predicted: 'undecided', observed: 'stable', outcome: 'undecided' };
const silentAndOpen: Planted = { predicted: 'undecided', observed: 'inconclusive', outcome: 'undecided' };
const notSimulated: Planted = { predicted: 'undecided', observed: null, outcome: 'agree' };

/** Every way of counting at least once, in an order without pattern. */
const mixed: Planted[] = [
  silent,
  { criticalStep: 0.4 },
  open,
  contradiction,
  { ...open, far: false, certificates: 2 },
  { predicted: 'stable', observed: 'stable', criticalStep: null, samples: 7 },
  silentAndOpen,
  { conflict: 'the exact operator says stable', certificates: 3 },
  notSimulated,
  { ...silent, far: false, certificates: 0, samples: 0 },
  contradiction,
  { etaStar: 0, refuted: ['T1-2'] },
  { far: false, criticalStep: 0.5 },
  { refuted: ['T1-2', 'T1-3'] },
  silent,
];

/** The examinations that `mixed` plants, and how many there are of each, counted one by one. */
const expected = mixed.map((planted) => examination(planted as Partial<Examination>));
function number(keep: (one: Examination) => boolean): number {
  let found = 0;
  for (const one of expected) if (keep(one)) found += 1;
  return found;
}

/** P(X <= k) of a binomial variable, term by term. */
function binomialBelow(k: number, n: number, p: number): number {
  let sum = 0;
  let term = (1 - p) ** n;
  for (let j = 0; j <= k; j++) {
    sum += term;
    term *= ((n - j) / (j + 1)) * (p / (1 - p));
  }
  return sum;
}

describe('a run with planted outcomes', async () => {
  const report = await verify(plantedTheorem(mixed, { variants: [false, false, false] }), mixed.length);
  const summary = report.theorems[0]!;

  test('counts every outcome, prediction and observation once', () => {
    expect(summary).toMatchObject({
      instances: 15,
      witnesses: PLANTED_WITNESSES,
      agree: 7,
      contradict: 2,
      inconclusive: 2,
      predicted: { diverges: 7, stable: 3, undecided: 5 },
      observed: { diverges: 7, stable: 4, inconclusive: 3 },
    });
    for (const outcome of ['agree', 'contradict', 'inconclusive'] as const) {
      expect(summary[outcome], outcome).toBe(number((one) => one.outcome === outcome));
    }
    for (const side of ['diverges', 'stable', 'undecided'] as const) {
      expect(summary.predicted[side], side).toBe(number(({ predicted }) => predicted === side));
      for (const seen of ['diverges', 'stable', 'inconclusive'] as const) {
        const both = number(({ predicted, observed }) => predicted === side && observed === seen);
        expect(summary.confusion![side][seen], `${side}, ${seen}`).toBe(both);
      }
    }
  });

  test('has as coverage the share of instances on which the theorem was tested', () => {
    expect(summary.coverage).toBe(11 / 15);
  });

  test('counts of those tested the ones far from the threshold, and how many of them are open', () => {
    expect(summary.far).toEqual({ tested: 9, inconclusive: 1 });
  });

  test('bounds the disagreement by what was decided: two of nine', () => {
    const { value, confidence } = summary.disagreementUpperBound;
    expect(confidence).toBe(0.99);
    expect(binomialBelow(2, 9, value)).toBeCloseTo(0.01, 9);
  });

  test('names every conflict with the number of its instance', () => {
    expect(summary.conflicts).toEqual([{ instance: 7, conflict: 'the exact operator says stable' }]);
  });

  test('lists the ratios of critical steps where there are two, and their quantiles', () => {
    const ratios = expected.flatMap(({ criticalStep, etaStar }) =>
      criticalStep !== null && etaStar !== null && etaStar > 0 ? [criticalStep / etaStar] : [],
    );
    expect(summary.ratios).toEqual({ count: 13, values: [...ratios].sort((a, b) => a - b) });
    expect(summary.tightness!.median).toBe(1.8);
  });

  test('tells for each wrong variant the first instance and the first draw that refuted it', () => {
    expect(summary.mutants.map(({ id, killed, instance, draws }) => [id, killed, instance, draws])).toEqual([
      ['T1-1', false, null, null],
      ['T1-2', true, 11, 12 - PLANTED_WITNESSES],
      ['T1-3', true, 13, 14 - PLANTED_WITNESSES],
    ]);
  });

  test('issued the certificates that its examinations issued, at a level that all it may issue share', () => {
    const issued = expected.reduce((sum, { certificates }) => sum + certificates, 0);
    const most = (mixed.length + 200) * PLANTED_CERTIFICATES;
    expect(summary.certificates).toBe(issued);
    expect(summary.sampledSteps).toBe(expected.reduce((sum, { samples }) => sum + samples, 0));
    const { errorBudget } = report;
    expect(errorBudget).toMatchObject({ issued, verdicts: most });
    expect(errorBudget.perVerdict * most).toBeLessThanOrEqual(1e-9);
    expect(errorBudget.perVerdict * most).toBeGreaterThan(0.99e-9);
    expect(errorBudget.spent).toBeCloseTo((issued / most) * errorBudget.family, 20);
  });

  test('is contradicted, and shrinks a drawn contradiction', () => {
    expect(report.verdict).toBe('contradicted');
    expect(report.reasons).toEqual(['T1: 2 certified contradiction(s)']);
    expect(summary.counterexample!.instance).toBe(3);
  });
});

test('the counts of several theorems stay apart, and their certificates add up', async () => {
  const first = plantedTheorem([open, ...times(11)], { id: 'T1' });
  const second = plantedTheorem([...times(3, silent), ...times(9, { certificates: 2 })], { id: 'T2' });
  const { theorems, errorBudget } = await verify([first, second], 12);
  expect(
    theorems.map(({ id, agree, inconclusive, coverage }) => [id, agree, inconclusive, coverage]),
  ).toEqual([
    ['T1', 11, 1, 1],
    ['T2', 9, 0, 0.75],
  ]);
  expect(errorBudget.issued).toBe(12 + 3 + 18);
  expect(errorBudget.verdicts).toBe(2 * 212 * PLANTED_CERTIFICATES);
});

test('an examination that throws ends the run: it is a fault of the program, and no instance is undecided by it', async () => {
  for (const k of [0, 7]) {
    const planted = times(12);
    planted[k] = new RangeError('planted fault');
    await expect(verify(plantedTheorem(planted), 12)).rejects.toThrow(`T1, instance ${k}: planted fault`);
  }
});

test('an examination that gives no outcome of the four ends the run', async () => {
  const planted = [...times(3), { outcome: 'perhaps' } as unknown as Planted];
  await expect(verify(plantedTheorem(planted), 12)).rejects.toThrow(
    'T1, instance 3: outcome must be one of agree, contradict, inconclusive, undecided; got perhaps',
  );
});

describe('the verdict of a run', () => {
  const both = { asserts: 'both' } as const;
  const cases: [string, number, Planted[], Parameters<typeof plantedTheorem>[1], 0 | 1 | 3, RegExp | null][] =
    [
      ['agrees', 40, [], {}, 0, null],
      [
        'one contradiction, the last of all',
        40,
        [...times(39), contradiction],
        {},
        1,
        /1 certified contradiction/,
      ],
      [
        'a conflict with the exact operator',
        40,
        [...times(5), { conflict: 'c' }],
        {},
        3,
        /T1, instance 5: c/,
      ],
      [
        'a conflict where the theorem says nothing',
        40,
        [{ ...silent, conflict: 'c' }],
        {},
        3,
        /T1, instance 0: c/,
      ],
      ['a negative margin', 40, [], { margin: -0.05 }, 3, /by exact computation it is wrong .* by 0.05/],
      ['a margin just beyond rounding', 40, [], { margin: -1.1e-8 }, 3, /by exact computation/],
      ['a margin within rounding', 40, [], { margin: -0.9e-8 }, 0, null],
      ['a margin that is no number', 40, [], { margin: NaN }, 3, /margin is no number/],
      ['2 % open of 200', 200, times(4, open), {}, 0, null],
      ['more than 2 % open of 200', 200, times(5, open), {}, 3, /5 of 200 tested instances/],
      ['2 % open of those tested', 200, [...times(50, silent), ...times(3, open)], {}, 0, null],
      [
        'more than 2 % open of those tested',
        200,
        [...times(50, silent), ...times(4, open)],
        {},
        3,
        /4 of 150/,
      ],
      ['two open of few', 12, times(2, open), {}, 0, null],
      ['three open of few', 12, times(3, open), {}, 3, /3 of 12 tested/],
      ['open near the threshold', 40, times(12, { ...open, far: false }), {}, 0, null],
      ['20 instances without a test', 20, times(20, silent), {}, 3, /T1: no instance tested it/],
      [
        '20 instances near the threshold, all open',
        20,
        times(20, { ...open, far: false }),
        {},
        3,
        /no instance/,
      ],
      ['19 instances without a test', 19, times(19, silent), {}, 0, null],
      ['a variant that quick must refute survives', 40, [], { variants: [true] }, 1, /T1-1 .* survived/],
      [
        'the last instance refutes it',
        40,
        [...times(39), { refuted: ['T1-1'] }],
        { variants: [true] },
        0,
        null,
      ],
      ['a variant that quick need not refute survives', 40, [], { variants: [false] }, 0, null],
      ['it survives the standard budget', 200, [], { variants: [false] }, 1, /T1-1 .* survived/],
      ['a run shorter than the budget', 39, [], { variants: [true] }, 0, null],
      ['another variant is refuted', 40, [{ refuted: ['T1-2'] }], { variants: [true, true] }, 1, /T1-1/],
      ['both variants of the exact threshold survive', 40, [], both, 1, /exact-1 .* survived/],
      ['one of them survives', 40, [{ refuted: ['exact-1'] }], both, 1, /^the planted .* exact-2/],
      ['both are refuted', 40, [{ refuted: ['exact-1'] }, { refuted: ['exact-2'] }], both, 0, null],
      ['no theorem with an exact threshold', 40, [], { asserts: 'divergence' }, 0, null],
    ];

  test.each(cases)('%s (%i instances)', async (_, instances, planted, parts, code, reason) => {
    const budget = instances > 40 ? 'standard' : 'quick';
    const { verdict, reasons } = await verify(plantedTheorem(planted, parts), instances, budget);
    expect(EXIT_CODES[verdict], reasons.join('\n')).toBe(code);
    if (reason) expect(reasons.join('\n')).toMatch(reason);
    else expect(reasons).toEqual([]);
  });

  test('a contradiction outweighs all that is open, and is the reason', async () => {
    const planted = [contradiction, ...times(20, open), { conflict: 'c' }];
    const { verdict, reasons } = await verify(plantedTheorem(planted, { margin: -1 }), 40);
    expect(verdict).toBe('contradicted');
    expect(reasons).toEqual(['T1: 1 certified contradiction(s)']);
  });

  test('the share of open instances is that of all theorems together', async () => {
    const lenient = plantedTheorem([], { id: 'T2' });
    const alone = await verify(plantedTheorem(times(3, open)), 40);
    const together = await verify(
      [plantedTheorem(times(3, open)), lenient, { ...lenient, id: 'T3' }, { ...lenient, id: 'T4' }],
      40,
    );
    expect([alone.verdict, together.verdict]).toEqual(['inconclusive', 'agree']);
  });

  test('a saved failure that stands is a contradiction; one that is mended is none', async () => {
    const broken = plantedTheorem([...times(3), contradiction]);
    const record = (await verify(broken, 12)).theorems[0]!.counterexample!;
    const replay = (theorem: Theorem) =>
      verifyPublicly(theorem, {
        seed: 2,
        budget: 'quick',
        instances: 12,
        onWarning: () => undefined,
        corpus: [{ name: 'T1-saved.json', record }],
      });
    const stands = await replay(broken);
    expect(stands).toMatchObject({
      verdict: 'contradicted',
      reasons: ['the saved failure T1-saved.json stands'],
    });
    expect(stands.corpus).toMatchObject([{ theoremId: 'T1', outcome: 'contradict' }]);
    expect(stands.errorBudget.verdicts).toBe(212 * PLANTED_CERTIFICATES + 2);
    const mended = await replay(plantedTheorem([]));
    expect(mended).toMatchObject({ verdict: 'agree', corpus: [{ outcome: 'agree' }] });
  });

  test('exit codes are one for each verdict', () => {
    expect(EXIT_CODES).toEqual({ agree: 0, contradicted: 1, inconclusive: 3, interrupted: 130 });
  });
});
