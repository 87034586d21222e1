import { describe, expect, test } from 'vitest';
import { reduced, smallBudget } from '../../properties/theorem-property.js';
import { drawnData, repeatsOfLevel } from '../../src/harness/drawn-network.js';
import { examine } from '../../src/harness/kinds.js';
import type { BlockModel } from '../../src/harness/block-model-claim.js';
import type { ProblemSpec } from '../../src/theory/problem.js';
import { PLAIN_SETTING } from '../../theorems/draws/network-settings.js';
import { C5 } from '../../theorems/C5.js';
import { U12 } from '../../theorems/U12.js';
import { U13 } from '../../theorems/U13.js';
import { U14 } from '../../theorems/U14.js';

const axis = (...squares: number[]) => squares.map((x) => [[Math.sqrt(x)]]);

describe('full batches of U12', () => {
  const problem: ProblemSpec = {
    retain: axis(1, 0.2),
    forget: axis(1.2, 1.6),
    alpha: 0.6,
    batch: { retain: 2, forget: 2 },
    sampling: 'with-replacement',
  };
  const escape = { factor: 1e6, start: [0] };
  const outcome = (parts: Partial<ProblemSpec>, factor = 1e6) => {
    const instance = {
      problem: { ...problem, ...parts },
      step: { reference: 'absolute', eta: 0.8 },
      escape: { ...escape, factor },
    } as const;
    return examine(U12.claim, instance, smallBudget('U12')).outcome;
  };

  test('are all samples drawn once: with replacement B = n = 2 is none', () => {
    expect(U12.claim.applies(reduced(problem))).toBe(false);
    expect(outcome({})).toBe('undecided');
    expect(outcome({ sampling: 'without-replacement' })).toBe('agree');
    expect(outcome({ sampling: 'bernoulli' })).toBe('agree');
    const single = { retain: axis(1), forget: axis(1.2), batch: { retain: 1, forget: 1 } };
    expect(outcome(single)).toBe('agree');
  });

  test('have nothing to say of a factor that is no growth', () => {
    for (const factor of [1, 0.5]) expect(outcome({ sampling: 'bernoulli' }, factor)).toBe('undecided');
  });
});

describe('where D is about 0', () => {
  /** One axis on which D = off and the batches are full. */
  const balanced = (off: number, parts: Partial<ProblemSpec> = {}): ProblemSpec => ({
    retain: axis(1 + 2 * off),
    forget: axis(1),
    alpha: 0.5,
    batch: { retain: 1, forget: 1 },
    sampling: 'without-replacement',
    ...parts,
  });

  test.each([U13, U14])(
    '$id says nothing without noise: rounding over rounding is no step size',
    ({ claim }) => {
      for (const off of [0, 1e-16, -1e-16, 1e-15, -1e-14]) {
        expect(claim.criticalStep(reduced(balanced(off)))).toBe(Infinity);
      }
    },
  );

  test.each([U13, U14])('$id is what it was beyond the margin', ({ claim }) => {
    expect(claim.criticalStep(reduced(balanced(1e-3)))).toBeCloseTo(2 / 1e-3, 6);
    expect(claim.criticalStep(reduced(balanced(-1e-3)))).toBe(0);
  });

  test.each([U13, U14])('$id asserts divergence with noise, at all but rounding step sizes', ({ claim }) => {
    const noisy = { retain: axis(0.5, 1.5), batch: { retain: 1, forget: 1 } };
    const critical = claim.criticalStep(reduced(balanced(0, noisy)))!;
    expect(critical).toBeGreaterThan(0);
    expect(critical).toBeLessThan(1e-9);
    const instance = {
      problem: balanced(0, noisy),
      step: { reference: 'absolute', eta: 1 },
    } as const;
    expect(examine(claim, instance, smallBudget('edge')).outcome).toBe('agree');
  });

  test('the margin is one: it does not move with the unit of the loss', () => {
    for (const unit of [1e-12, 1, 1e12]) {
      const scaled = { retain: axis(unit * (1 + 2e-3)), forget: axis(unit) };
      expect(U13.claim.criticalStep(reduced(balanced(0, scaled)))! * unit).toBeCloseTo(2 / 1e-3, 6);
      const same = { retain: axis(unit), forget: axis(unit) };
      expect(U13.claim.criticalStep(reduced(balanced(0, same)))).toBe(Infinity);
    }
  });
});

describe('the proof of C5', () => {
  const [retain, forget] = [5, 2];
  const model = (shared: number, alpha: number): BlockModel => ({
    shared,
    own: 1,
    classes: [{ retain, forget }],
    alpha,
  });

  test.each([0.05, 0.7, 3, 40])('its two equations have the extreme eigenvalues as roots, at c = %f', (c) => {
    for (const alpha of [0.3, 0.5, 0.8]) {
      const [a, b] = [(1 - alpha) / retain, alpha / forget];
      const { lowestD, highestK } = C5.claim.extremes(model(c, alpha));
      const [l, m] = [-lowestD, highestK];
      expect((c * forget * b) / (l - b) - (c * retain * a) / (l + a)).toBeCloseTo(1, 9);
      expect((c * retain * a) / (m - a) + (c * forget * b) / (m - b)).toBeCloseTo(1, 9);
    }
  });

  test('its slopes bound those of the eigenvalues, and the ratio does not rise where b >= a', () => {
    for (const alpha of [0.3, 0.5, 0.8]) {
      const b = alpha / forget;
      for (const c of [0.01, 0.1, 1, 10]) {
        const at = (shared: number) => C5.claim.extremes(model(shared, alpha));
        const [now, next] = [at(c), at(c * (1 + 1e-6))];
        const slope = (from: number, to: number) => Math.log(to / from) / Math.log(1 + 1e-6);
        expect(slope(now.lowestD, next.lowestD)).toBeLessThanOrEqual(1 + b / now.lowestD + 1e-6);
        expect(slope(now.highestK, next.highestK)).toBeGreaterThanOrEqual(1 - b / now.highestK - 1e-6);
      }
    }
  });

  test('the ratio can be constant: nothing of the retain set in the only class', () => {
    const alone = (c: number): BlockModel => ({ ...model(c, 0.5), classes: [{ retain: 0, forget: 2 }] });
    const ratios = [0.1, 1, 10].map((c) => {
      const { lowestD, highestK } = C5.claim.extremes(alone(c));
      return -lowestD / highestK;
    });
    for (const ratio of ratios) expect(ratio).toBeCloseTo(1, 12);
  });
});

test('levels of a trend share no data: their values are independent, as the null law of the test says', () => {
  const setting = { ...PLAIN_SETTING, samples: 4, dimension: 6, repeats: 3, seed: 5 };
  const numbers = [0, 1, 2, 3].flatMap((level) => repeatsOfLevel(level, setting));
  expect(numbers).toHaveLength(12);
  expect(new Set(numbers).size).toBe(12);
  const noises = numbers.map((repeat) => drawnData(setting, repeat).inputs.slice(6, 12).join());
  expect(new Set(noises).size).toBe(12);
});
