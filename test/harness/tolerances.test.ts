import { describe, expect, test } from 'vitest';
import { smallBudget } from '../../properties/theorem-property.js';
import { claimMargin } from '../../src/harness/boundary-search.js';
import type { EscapeClaim } from '../../src/harness/escape-time-claim.js';
import { rangeOutcome, trendOutcome, withoutThreshold } from '../../src/harness/examination.js';
import type { FrequencyClaim } from '../../src/harness/frequency-claim.js';
import type { InequalityClaim, Relation } from '../../src/harness/inequality-claim.js';
import type { ProblemInstance } from '../../src/harness/instance.js';
import { examine, kindOf } from '../../src/harness/kinds.js';
import type { OrderClaim } from '../../src/harness/order-claim.js';
import type { SideClaim } from '../../src/harness/side-claim.js';
import type { Claim, ExaminationSettings, Mutant } from '../../src/harness/theorem.js';
import type { TypicalClaim } from '../../src/harness/typical-claim.js';
import { proportionInterval } from '../../src/statistics/intervals.js';
import type { ProblemSpec } from '../../src/theory/problem.js';
import { TYPICAL_EFFORT } from '../../src/unlearning/growth.js';
import { PLAIN_SETTING } from '../../theorems/draws/network-settings.js';

/** Descent on one axis of this curvature with the full batch: the step is 1 - eta h. */
function axis(curvature: number): ProblemSpec {
  return {
    retain: [[[Math.sqrt(curvature)]]],
    forget: [],
    alpha: 0,
    batch: { retain: 1, forget: 0 },
    sampling: 'without-replacement',
  };
}

function at(eta: number, problem = axis(1)): ProblemInstance {
  return { problem, step: { reference: 'absolute', eta } };
}

function settings(variants: readonly Claim[] = [], parts: Partial<ExaminationSettings> = {}) {
  const mutants = variants.map((claim, k): Mutant => ({
    id: `T-${k}`,
    description: '',
    claim,
    quick: false,
  }));
  return { ...smallBudget('T'), mutants, ...parts };
}

describe('an inequality holds to 1e-10 of its greater side, and no further:', () => {
  const relating = (lesser: number, greater: number, applies = true): InequalityClaim => ({
    kind: 'inequality',
    applies: () => applies,
    relations: (): Relation[] => [{ name: 'planted', lesser, greater }],
  });
  const rows: [number, number, boolean][] = [
    [1, 1, true],
    [1 + 0.9e-10, 1, true],
    [1 + 1.1e-10, 1, false],
    [1.01, 1, false],
    [-1 + 0.9e-10, -1, true],
    [-1 + 1.1e-10, -1, false],
    [5e9 + 0.45, 5e9, true],
    [5e9 + 0.55, 5e9, false],
    [1e-300, 0, false],
    [0, 0, true],
    [NaN, 1, false],
    [1, NaN, false],
  ];

  test.each(rows)('%f <= %f: %s', (lesser, greater, holds) => {
    const result = examine(relating(lesser, greater), at(1), settings([relating(lesser, greater)]));
    expect(result.outcome).toBe(holds ? 'agree' : 'contradict');
    expect(result.refuted).toEqual(holds ? [] : ['T-0']);
    if (!holds) expect(result.evidence).toBe(`planted fails: ${lesser} > ${greater}`);
  });

  test('its margin is the smallest relative distance of two sides; 0 where both are 0; none where it does not apply', () => {
    const several = (...pairs: [number, number][]): InequalityClaim => ({
      ...relating(0, 0),
      relations: () => pairs.map(([lesser, greater]) => ({ name: 'planted', lesser, greater })),
    });
    const margins = [
      several([1, 4], [3, 4]),
      several([5, 4]),
      several([-4, -2]),
      several([0, 0], [1, 2]),
    ].map((claim) => claimMargin(claim, axis(1)));
    expect(margins).toEqual([0.25, -0.25, 1, 0]);
    expect(claimMargin(relating(0, 1, false), axis(1))).toBeNull();
  });

  test('nothing is simulated and no certificate issued', () => {
    const { samples, certificates, observed, predicted } = examine(relating(0, 1), at(1), settings());
    expect({ samples, certificates, observed, predicted }).toEqual({
      samples: 0,
      certificates: 0,
      observed: null,
      predicted: 'undecided',
    });
    expect(kindOf(relating(0, 1)).certificates(7)).toBe(0);
  });

  test('a broken one counts wherever it stands, and none of a claim that does not apply', () => {
    const both = (first: Relation, second: Relation): InequalityClaim => ({
      ...relating(0, 0),
      relations: () => [first, second],
    });
    const held = { name: 'held', lesser: 0, greater: 1 };
    const broken = { name: 'broken', lesser: 1, greater: 0 };
    expect(examine(both(held, broken), at(1), settings()).outcome).toBe('contradict');
    const swapped = examine(both(broken, held), at(1), settings([both(broken, held), both(held, held)]));
    expect(swapped).toMatchObject({ outcome: 'contradict', refuted: ['T-0'] });
    const outside = examine(relating(1, 0, false), at(1), settings([relating(1, 0, false), relating(1, 0)]));
    expect(outside.outcome).toBe('undecided');
    expect(outside.refuted).toEqual(['T-1']);
  });
});

describe('exact radii are reversed from 1e-10 of log rho on:', () => {
  const order: OrderClaim = { kind: 'order', lesser: 'problem', applies: () => true };
  // At eta h = 3 log rho = 2 log 2, and grows by three times the relative growth of the curvature.
  test.each([
    [0, false],
    [0.9e-10, false],
    [1.1e-10, true],
    [1e-9, true],
    [-1e-3, false],
  ])('by %f: %s', (by, reversed) => {
    const instance = { ...at(3, axis(1 + by / 3)), companion: axis(1) };
    const { outcome, conflict } = examine(order, instance, settings());
    expect(outcome).toBe(reversed ? 'inconclusive' : 'agree');
    expect(conflict === null).toBe(!reversed);
    const swapped = { ...at(3, axis(1)), companion: axis(1 + by / 3) };
    expect(examine({ ...order, lesser: 'companion' } as OrderClaim, swapped, settings()).outcome).toBe(
      outcome,
    );
  });
});

describe('an escape time is an integer, met exactly:', () => {
  /** 1 - eta D = 2: growth by 10 takes 4 steps. */
  const escaping: ProblemSpec = { ...axis(1), forget: [[[1]]], alpha: 1, batch: { retain: 1, forget: 1 } };
  const instance = { ...at(1, escaping), escape: { factor: 10, start: [0.5] } };
  const after = (steps: number, applies = true): EscapeClaim => ({
    kind: 'escape-time',
    applies: () => applies,
    escape: () => ({ direction: Float64Array.of(1), steps }),
  });
  const rows: [number, 'agree' | 'contradict' | 'undecided'][] = [
    [3.32, 'agree'],
    [3.01, 'agree'],
    [2.99, 'contradict'],
    [4.01, 'contradict'],
    [4 * (1 - 1.1e-7), 'agree'],
    [4 * (1 - 0.9e-7), 'undecided'],
    [4, 'undecided'],
    [4 * (1 + 0.9e-7), 'undecided'],
    [4 * (1 + 1.1e-7), 'contradict'],
    [3 * (1 - 1.1e-7), 'contradict'],
    [3 * (1 + 1.1e-7), 'agree'],
    [19_999.5, 'contradict'],
    [20_000.5, 'undecided'],
    [Infinity, 'undecided'],
    [NaN, 'undecided'],
  ];

  test.each(rows)('a claim of %f steps where it takes 4: %s', (steps, outcome) => {
    expect(examine(after(steps), instance, settings()).outcome).toBe(outcome);
  });

  test('variants are refuted by one step too many or too few, not within rounding of an integer', () => {
    const variants = [2.99, 3.01, 3.99, 4, 4 * (1 + 0.9e-7), 4 * (1 + 1.1e-7), 4.01, Infinity, NaN].map((s) =>
      after(s),
    );
    const { refuted } = examine(after(3.32), instance, settings([...variants, after(9.5, false)]));
    expect(refuted).toEqual(['T-0', 'T-5', 'T-6']);
  });
});

describe('an escape outside the hypotheses', () => {
  const escaping: ProblemSpec = { ...axis(1), forget: [[[1]]], alpha: 1, batch: { retain: 1, forget: 1 } };
  const instance = { ...at(1, escaping), escape: { factor: 10, start: [0.5] } };
  const after = (steps: number, applies = true): EscapeClaim => ({
    kind: 'escape-time',
    applies: () => applies,
    escape: () => ({ direction: Float64Array.of(1), steps }),
  });

  test('is not run, but its variants are, each by itself: one step too many or too few refutes them', () => {
    const steps = [2.99, 3.01, 3.99, 4, 4.01, -1.5, 0.5, 25_000.5, Infinity, NaN];
    const variants = [...steps.map((count) => after(count)), after(2.5, false)];
    const result = examine(after(3.5, false), instance, settings(variants));
    expect(result.refuted).toEqual(['T-0', 'T-4', 'T-5', 'T-6']);
    expect(result).toMatchObject({
      predicted: 'undecided',
      outcome: 'undecided',
      samples: 0,
      certificates: 0,
    });
  });

  test('inside, the steps of the run are counted, up to a limit beyond twice the predicted time', () => {
    expect(examine(after(3.5), instance, settings())).toMatchObject({
      predicted: 'diverges',
      observed: 'diverges',
      samples: 4,
      certificates: 0,
    });
    // So short a step moves nothing: no escape within 2 * 4 + 10 steps.
    const resting = examine(
      after(3.5),
      { ...instance, step: { reference: 'absolute', eta: 1e-300 } },
      settings(),
    );
    expect(resting).toMatchObject({ observed: 'inconclusive', outcome: 'contradict', samples: 18 });
    expect(resting.evidence).toBe('predicted step 4, measured none');
    expect(kindOf(after(3.5)).certificates(4)).toBe(0);
  });
});

test('an escape starts at the given displacement, of which the component along the direction is 1', () => {
  // Ascent along two axes: a step multiplies by 3/2 and by 3. Along (1, 1), from across it to either side.
  const problem: ProblemSpec = {
    ...axis(1),
    forget: [[[1, 0]], [[0, 2]]],
    retain: [[[1, 0]]],
    alpha: 1,
    batch: { retain: 1, forget: 2 },
  };
  const oblique: EscapeClaim = {
    kind: 'escape-time',
    applies: () => true,
    escape: () => ({ direction: Float64Array.of(Math.SQRT1_2, Math.SQRT1_2), steps: 2.5 }),
  };
  const stepsFrom = (start: number[]) =>
    examine(oblique, { ...at(1, problem), escape: { factor: 10, start } }, settings()).samples;
  // Towards the slow axis it takes a step more; which of the reduced coordinates that is does not matter.
  expect([stepsFrom([1, 0]), stepsFrom([0, 1])].sort()).toEqual([3, 4]);
  expect(stepsFrom([5])).toBe(3);
});

describe('the growth of typical runs agrees with a bound to 0.002 a step:', () => {
  // Without noise the measured growth is 2 log |1 - eta h| = log rho to the letter; at this error probability a
  // bound is contradicted only if it is exceeded by 0.014.
  const bounded = (by: number, applies = true): TypicalClaim => ({
    kind: 'typical',
    applies: () => applies,
    bound: (logGrowth) => logGrowth - by,
  });
  test.each([
    [0, 'agree'],
    [1.9e-3, 'agree'],
    [2.1e-3, 'inconclusive'],
    [0.02, 'contradict'],
  ])('a bound %f too low: %s', (by, outcome) => {
    const lenient = settings([], { errorProbability: 1e-300 });
    expect(examine(bounded(by), at(0.7), lenient).outcome).toBe(outcome);
  });

  test.each([1, 4])('a bound is contradicted beyond (log r / 2 + log(1/p) / runs) / steps, r = %d', (r) => {
    // One sample on each axis, the full batch: every direction shrinks alike, and nothing is drawn.
    const alike: ProblemSpec = {
      ...axis(1),
      retain: Array.from({ length: r }, (_, i) => [Array.from({ length: r }, (__, a) => (a === i ? 1 : 0))]),
      batch: { retain: r, forget: 0 },
    };
    const { runs, steps } = TYPICAL_EFFORT.bound;
    for (const errorProbability of [1e-2, 1e-12]) {
      const slack = (Math.log(r) / 2 - Math.log(errorProbability) / runs) / steps;
      const outcomes = [0.99, 1.01].map(
        (share) =>
          examine(bounded(share * slack), at(0.7 * r, alike), settings([], { errorProbability })).outcome,
      );
      expect(outcomes[0]).not.toBe('contradict');
      expect(outcomes[1]).toBe('contradict');
    }
  });

  test('the side is that of the whole interval, and every run and step is counted', () => {
    const seen = [0.2, 0.7, 2, 2.2, 3].map((eta) =>
      examine(bounded(0), at(eta), settings([bounded(1), bounded(2)])),
    );
    expect(seen.map(({ observed }) => observed)).toEqual([
      'stable',
      'stable',
      'inconclusive',
      'diverges',
      'diverges',
    ]);
    const { runs, steps, burnIn } = TYPICAL_EFFORT.bound;
    for (const { samples, certificates, predicted } of seen)
      expect([samples, certificates, predicted]).toEqual([runs * (steps + burnIn), 3, 'undecided']);
    expect([0, 2, 7].map((variants) => kindOf(bounded(0)).certificates(variants))).toEqual([1, 3, 8]);
  });

  test('a displacement is computed to 1e-13: below that no growth contradicts a bound, above it does', () => {
    const lowest = { ...bounded(0), bound: () => -Infinity };
    const outcomes = [2 ** -43, 2 ** -44].map((left) => examine(lowest, at(1 - left), settings()).outcome);
    expect(outcomes).toEqual(['contradict', 'agree']);
  });

  test('variants are refuted only where their hypotheses hold', () => {
    const { refuted } = examine(bounded(0), at(0.7), settings([bounded(1), bounded(1, false)]));
    expect(refuted).toEqual(['T-0']);
  });
});

describe('the growth of typical runs may fall short of a lower bound by what it says itself:', () => {
  /** A bound so far above log rho; fixed: at a number. */
  const least = (above: number, short: number, fixed?: number): TypicalClaim => ({
    kind: 'typical',
    applies: () => true,
    bound: (logGrowth) => fixed ?? logGrowth + above,
    shortfall: () => short,
  });
  // Two axes without noise, along which all runs shrink alike: log rho to the letter.
  const still: ProblemSpec = { ...axis(1), retain: [[[1, 0], [0, 1]]] }; // prettier-ignore

  test.each([
    [0.9e-3, 'agree'],
    [1.1e-3, 'contradict'],
  ])('a bound %f too high where chance explains 0.001: %s', (above, outcome) => {
    expect(examine(least(above, 1e-3), at(0.7, still), settings()).outcome).toBe(outcome);
  });

  test('it agrees where the whole interval is above that, and no further down', () => {
    const noisy = { ...axis(1), retain: [[[1]], [[0.5]]] };
    const outcome = (bound: number) => examine(least(0, 0.01, bound), at(0.7, noisy), settings());
    const [growth, low] = /= (\S+) in \[(\S+),/.exec(outcome(0).evidence)!.slice(1).map(Number) as [number, number]; // prettier-ignore
    expect(growth - low).toBeGreaterThan(2e-3);
    const found = [low - 1e-3, low + 1e-3, growth + 1e-3].map((end) => outcome(end + 0.01).outcome);
    expect(found).toEqual(['agree', 'inconclusive', 'contradict']);
  });

  test('variants more than 0.002 above log rho are refuted, which typical growth never exceeds', () => {
    const variants = [1.9e-3, 2.1e-3, 1].map((above) => least(above, 0));
    expect(examine(least(0, 1e-3), at(0.7, still), settings(variants)).refuted).toEqual(['T-1', 'T-2']);
  });
});

test('far from the threshold means 5 %, on both sides', () => {
  const claim: SideClaim = { kind: 'side', asserts: 'both', applies: () => true, criticalStep: () => null };
  const far = [0.9499, 0.9501, 1.0499, 1.0501].map(
    (ratio) => examine(claim, { problem: axis(1), step: { reference: 'exact', ratio } }, settings()).far,
  );
  expect(far).toEqual([true, false, false, true]);
});

test('a trend agrees in the claimed direction, is contradicted by the other, and open without one', () => {
  const outcomes = (['rising', 'falling', null] as const).map((found) => trendOutcome('rising', found));
  expect(outcomes).toEqual(['agree', 'contradict', 'inconclusive']);
  expect(trendOutcome('falling', 'falling')).toBe('agree');
});

test('an experiment without threshold counts as far from it: its size is chosen so that it decides', () => {
  const found = { outcome: 'agree', evidence: '', samples: 1, certificates: 1, refuted: [] } as const;
  expect(withoutThreshold(found)).toMatchObject({ far: true, conflict: null, eta: null, etaStar: null });
  expect(withoutThreshold({ ...found, far: false }).far).toBe(false);
});

describe('an interval against a claimed range', () => {
  test.each([
    [0, 1, 'agree'],
    [-1e-15, 1, 'inconclusive'],
    [0, 1 + 1e-15, 'inconclusive'],
    [1, 1, 'agree'],
    [1 + 1e-15, 2, 'contradict'],
    [1, 2, 'inconclusive'],
    [-1, 0, 'inconclusive'],
    [-1, -1e-15, 'contradict'],
    [NaN, NaN, 'inconclusive'],
  ])('[%f, %f] for a quantity in [0, 1]: %s', (low, high, outcome) => {
    expect(rangeOutcome({ low, high, confidence: 0.99 }, 0, 1)).toBe(outcome);
  });

  test('a rate is compared with delta itself', () => {
    const { errorProbability } = smallBudget('T');
    const repeats = 400;
    const broken = 100;
    const rate = proportionInterval(broken, repeats, errorProbability);
    const outcome = (delta: number): string => {
      let k = 0;
      const claim: FrequencyClaim = { kind: 'frequency', violated: () => k++ < broken };
      const instance = { experiment: 'noise-norms', setting: { ...PLAIN_SETTING, repeats, delta } };
      return examine(claim, instance, settings()).outcome;
    };
    const close = 1e-12;
    expect([rate.low - close, rate.low + close].map(outcome)).toEqual(['contradict', 'inconclusive']);
    expect([rate.high - close, rate.high + close].map(outcome)).toEqual(['inconclusive', 'agree']);
  });
});
