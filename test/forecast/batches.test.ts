import { describe, expect, test } from 'vitest';
import { batchStream } from '../../src/forecast/batches.js';
import { PLAIN, settingOf } from './random-sets.js';

const COUNTS = { retain: 10, forget: 5 };

const take = (count: number, ...given: Parameters<typeof batchStream>) => {
  const draw = batchStream(...given);
  return Array.from({ length: count }, draw);
};

describe('reshuffled loaders', () => {
  test('an epoch takes every sample once, the last batch is short and divided by its own size', () => {
    const steps = take(6, settingOf('squared'), COUNTS, 1, 0);
    for (const epoch of [steps.slice(0, 3), steps.slice(3)]) {
      const forget = epoch.map((step) => step.forget!);
      expect(forget.flatMap(({ samples }) => Array.from(samples)).sort()).toEqual([0, 1, 2, 3, 4]);
      expect(forget.map(({ divisor }) => divisor)).toEqual([2, 2, 1]);
    }
    const orders = [steps.slice(0, 3), steps.slice(3)].map((epoch) =>
      epoch.flatMap(({ forget }) => Array.from(forget!.samples)),
    );
    expect(orders[0]).not.toEqual(orders[1]);
  });

  test('drop last: whole batches alone', () => {
    const steps = take(8, settingOf('squared', { procedure: { ...PLAIN, dropLast: true } }), COUNTS, 1, 0);
    expect(steps.map(({ forget }) => forget!.samples.length)).toEqual(Array(8).fill(2));
    for (let k = 0; k < 8; k += 2) {
      const epoch = steps.slice(k, k + 2).flatMap(({ forget }) => Array.from(forget!.samples));
      expect(new Set(epoch).size).toBe(4);
    }
  });

  test('orders and sets have streams of their own; whole sets have none', () => {
    const setting = settingOf('squared');
    expect(take(4, setting, COUNTS, 1, 0)).toEqual(take(4, setting, COUNTS, 1, 0));
    expect(take(4, setting, COUNTS, 1, 1)).not.toEqual(take(4, setting, COUNTS, 1, 0));
    const alternating = { ...setting, procedure: { ...PLAIN, schedule: { ascent: 1, descent: 1 } } };
    const forget = (steps: ReturnType<typeof take>) => steps.flatMap((step) => step.forget ?? []);
    expect(forget(take(8, alternating, COUNTS, 1, 0))).toEqual(forget(take(4, setting, COUNTS, 1, 0)));
    const whole = { ...setting, batch: COUNTS };
    expect(take(4, whole, COUNTS, 1, 0)).toEqual(take(4, whole, COUNTS, 9, 5));
  });
});

test('bernoulli batches are divided by their mean size', () => {
  const sampling = { retain: 'bernoulli', forget: 'bernoulli' } as const;
  const steps = take(50, settingOf('squared', { sampling }), COUNTS, 1, 0);
  expect(new Set(steps.map(({ retain }) => retain!.divisor))).toEqual(new Set([4]));
  expect(new Set(steps.map(({ retain }) => retain!.samples.length)).size).toBeGreaterThan(2);
});

test('alternating: k ascents, then m descents', () => {
  const order = (ascent: number, descent: number): string => {
    const procedure = { ...PLAIN, schedule: { ascent, descent } };
    const steps = take(8, settingOf('squared', { procedure }), COUNTS, 1, 0);
    return steps.map(({ retain, forget }) => (retain ? 'R' : '') + (forget ? 'F' : '')).join(' ');
  };
  expect(order(2, 1)).toBe('F F R F F R F F');
  expect(order(1, 3)).toBe('F R R R F R R R');
});

describe('samples that stand for all that they are drawn from', () => {
  const ALL = { retain: 30, forget: 7 };

  test('are taken so often in an epoch of all as each stands for, with its batches', () => {
    const steps = take(8, settingOf('squared'), ALL, 1, 0, COUNTS);
    const count = (samples: readonly number[], n: number) =>
      Array.from({ length: n }, (_, i) => samples.filter((sample) => sample === i).length);
    const retain = steps.flatMap((step) => Array.from(step.retain!.samples));
    expect(count(retain, 10)).toEqual(Array(10).fill(3));
    expect(steps.map((step) => step.retain!.divisor)).toEqual([4, 4, 4, 4, 4, 4, 4, 2]);
    // 7 of 5: two of them, far apart, stand for two.
    const forget = steps.slice(0, 4).flatMap((step) => Array.from(step.forget!.samples));
    expect(count(forget, 5)).toEqual([2, 1, 2, 1, 1]);
  });

  test('have the noise of batches from all: B of N without a sample twice, whatever number is at hand', () => {
    const sampling = { retain: 'without-replacement', forget: 'without-replacement' } as const;
    const batch = { retain: 4, forget: 2 };
    const draws = 40_000;
    const variance = (of: number): number => {
      const counts = { retain: of, forget: 5 };
      const steps = take(draws, settingOf('squared', { sampling, batch }), counts, 1, 0, COUNTS);
      const means = steps.map(({ retain }) => retain!.samples.reduce((sum, i) => sum + i, 0) / 4);
      return means.reduce((sum, x) => sum + (x - 4.5) ** 2, 0) / draws;
    };
    // Var of 0 .. 9 is 8.25. A variance of so many draws is off by sqrt(2 / draws) = 0.7 %: five times that.
    for (const of of [10, 20, 1000]) {
      const expected = (8.25 / 4) * ((of - 4) / (of - 1));
      expect(Math.abs(variance(of) / expected - 1)).toBeLessThan(0.035);
    }
  });

  test('are a whole set, each once, where the batch is all', () => {
    const whole = settingOf('squared', { batch: ALL });
    const [step] = take(1, whole, ALL, 1, 0, COUNTS);
    expect(Array.from(step!.retain!.samples)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([step!.retain!.divisor, step!.forget!.divisor]).toEqual([10, 5]);
  });
});
