import { describe, expect, test } from 'vitest';
import { batchStream } from '../../src/forecast/batches.js';
import { isForgotten, type Level } from '../../src/forecast/levels.js';
import { type ForecastSets, listedSets } from '../../src/forecast/output-set.js';
import { gramRoute } from '../../src/forecast/route.js';
import type { ForecastRequest } from '../../src/forecast/setting.js';
import { trustIn } from '../../src/forecast/forecast.js';
import { forecast, forecastRun } from './completed.js';
import { scriptOutputs, withWeights } from './plain-script.js';
import { randomSets, settingOf } from './random-sets.js';

const COUNTS = { retain: 40, forget: 10 };
const STEPS = 40;
const { sets, weights } = withWeights(randomSets('softmax', { c: 4, p: 30, test: 12, ...COUNTS }));
const listed = listedSets(sets);
const route = gramRoute(listed);
const everyone = listed.map(({ samples }) => Int32Array.from({ length: samples }, (_, i) => i));
const setting = settingOf('softmax', {
  ...{ lr: 2, forgetWeight: 0.6, steps: STEPS, batch: { retain: 8, forget: 4 } },
});
const NONE = { goal: 0, limit: 0 };
const PLAN = { every: 1, parts: everyone, horizon: NONE };
const goal = { quantity: 'accuracy', value: 0.2 } as const;
const REQUEST: ForecastRequest = { setting, goal, limit: null, seeds: 4, seed: 1 };

/** The levels of each order by itself: [order][look][set]. */
const orders = Array.from({ length: 4 }, (_, order) =>
  forecastRun(listed, setting, route, batchStream(setting, COUNTS, 1, order), {
    ...{ goal, limit: null, ...PLAN, isOver: () => false, withEnd: true },
  }),
);
const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

test('curves are the median of the orders, between the lowest and the highest', () => {
  const found = forecast(sets, REQUEST, route, PLAN);
  for (const [set, curve] of [found.retain, found.forget, found.test!].entries()) {
    for (const quantity of ['loss', 'accuracy'] as const) {
      const sorted = found.steps.map((_, k) =>
        ascending(orders.map(({ levels }) => levels[k]![set]![quantity]!)),
      );
      expect(curve.low![quantity]).toEqual(sorted.map((of) => of[0]));
      expect(curve.high![quantity]).toEqual(sorted.map((of) => of[3]));
      expect(curve[quantity]).toEqual(sorted.map((of) => (of[1]! + of[2]!) / 2));
    }
  }
  expect(found.orders).toEqual(orders.map(({ goalStep, limitStep }) => ({ goalStep, limitStep })));
});

test('losses are sorted as numbers, not as words', () => {
  const wild = forecast(sets, { ...REQUEST, setting: { ...setting, lr: 100 } }, route, PLAN);
  const ends = wild.forget.low!.loss.map((low, k) => [low, wild.forget.high!.loss[k]!]);
  expect(ends.every(([low, high]) => low! <= high!)).toBe(true);
  expect(ends.some(([low, high]) => low! < 10 && high! > 10)).toBe(true);
});

test('an odd number of orders has its middle one', () => {
  const found = forecast(sets, { ...REQUEST, seeds: 3 }, route, PLAN);
  const last = ascending(orders.slice(0, 3).map(({ levels }) => levels.at(-1)![0]!.loss));
  expect(found.retain.loss.at(-1)).toBe(last[1]);
});

describe('forget samples', () => {
  /** First look at which a sample alone is forgotten, by order. */
  const alone = (sample: number) =>
    Array.from({ length: 4 }, (_, order) => {
      const { levels } = forecastRun(listed, setting, route, batchStream(setting, COUNTS, 1, order), {
        ...{ goal, limit: null, ...PLAN, isOver: () => false },
        parts: [everyone[0]!, Int32Array.of(sample), everyone[2]!],
      });
      const at = levels.findIndex((level) => isForgotten(level[1]!, goal));
      return at < 0 ? Infinity : at;
    });
  const names = Array.from({ length: 10 }, (_, i) => `s${i}`);
  const named = { ...sets, forget: { ...sets.forget, ids: names } };

  test('go at the lower median of the orders, under their names, the first ones first and those that stay last', () => {
    const expected = names.map((id, i) => {
      const second = ascending(alone(i))[1]!;
      return { id, forgottenAt: second === Infinity ? null : second };
    });
    const found = forecast(named, REQUEST, route, PLAN).samples;
    expect([...found].sort((a, b) => String(a.id).localeCompare(String(b.id)))).toEqual(expected);
    const steps = found.map(({ forgottenAt }) => forgottenAt ?? Infinity);
    expect(steps).toEqual(ascending(steps));
    expect(new Set(steps).size).toBeGreaterThan(3);
  });

  test('of a part have the names and the steps of that part', () => {
    const part = Int32Array.of(1, 4, 7);
    const parts = [everyone[0]!, part, everyone[2]!];
    const found = forecast(named, REQUEST, route, { ...PLAN, parts }).samples;
    expect(found.map(({ id }) => id).sort()).toEqual(['s1', 's4', 's7']);
    const whole = forecast(named, REQUEST, route, PLAN).samples;
    expect(found).toEqual(whole.filter(({ id }) => ['s1', 's4', 's7'].includes(String(id))));
    const without = forecast(sets, REQUEST, route, { ...PLAN, parts }).samples;
    expect(without.map(({ id }) => id)).toEqual(found.map(({ id }) => Number(String(id).slice(1))));
  });

  test('that stay stand behind those that go', () => {
    const own = {
      ...REQUEST,
      goal: { quantity: 'loss', value: 1.5 } as const,
      setting: { ...setting, steps: 15 },
    };
    const steps = forecast(sets, own, route, PLAN).samples.map(({ forgottenAt }) => forgottenAt);
    const gone = steps.filter((step) => step !== null);
    expect(gone.length).toBeGreaterThan(0);
    expect(gone.length).toBeLessThan(10);
    expect(steps.slice(gone.length)).toEqual(Array(10 - gone.length).fill(null));
  });
});

/** One order without randomness, and its losses. */
const full = { ...setting, batch: COUNTS };
const curves = forecast(sets, { ...REQUEST, setting: full }, route, PLAN);
const retain = curves.retain.loss;
const met = curves.forget.loss[6]!;
const goalStep = curves.forget.loss.findIndex((x) => x >= met);
/** The first step well after it at which the retain loss is higher than ever before. */
const limitStep = retain.findIndex((x, k) => k > goalStep + 1 && x > Math.max(...retain.slice(0, k)));
const byLoss = (goalValue: number, limitValue: number | null, steps = STEPS, horizon = NONE) =>
  forecast(
    sets,
    {
      ...REQUEST,
      setting: { ...full, steps },
      goal: { quantity: 'loss', value: goalValue },
      limit: limitValue === null ? null : { quantity: 'loss', value: limitValue },
    },
    route,
    { ...PLAN, horizon },
  );
const before = Math.max(...retain.slice(0, limitStep));

describe('the window in which to stop', () => {
  test('begins at the goal and ends a step before the limit is left', () => {
    expect([goalStep, limitStep]).toEqual([expect.any(Number), expect.any(Number)]);
    const { verdict, stopWindow } = byLoss(met, before);
    expect([verdict.word, verdict.goalStep, verdict.limitStep]).toEqual(['forgets', goalStep, limitStep]);
    expect(stopWindow).toEqual([goalStep, limitStep - 1]);
  });

  test('ends with the last step where the limit is kept, or there is none', () => {
    for (const limit of [2 * Math.max(...retain), null])
      expect(byLoss(met, limit).stopWindow).toEqual([goalStep, STEPS]);
  });

  test('is none where the retain set breaks first, or nothing is forgotten', () => {
    const late = 1.001 * Math.max(...curves.forget.loss);
    expect([byLoss(late, null).verdict.word, byLoss(late, null).stopWindow]).toEqual(['nothing', null]);
    const after = Math.max(...curves.forget.loss.slice(0, limitStep + 2));
    const broken = byLoss(1.0001 * after, before);
    expect(broken.verdict.goalStep).toBeGreaterThan(limitStep);
    expect(broken.verdict.limitStep).toBe(limitStep);
    expect([broken.verdict.word, broken.stopWindow]).toEqual(['breaks', null]);
  });

  test('goes on to the limit where a run that goes on finds it', () => {
    const steps = goalStep + 1;
    const found = byLoss(met, before, steps, { goal: STEPS, limit: STEPS });
    expect(found.verdict.limitStep).toBe(limitStep);
    expect(found.stopWindow).toEqual([goalStep, limitStep - 1]);
    expect(byLoss(met, before, steps).verdict.limitStep).toBeNull();
    expect(found.retain.loss).toEqual(retain.slice(0, steps + 1));
  });
});

test('a goal that is met at the start is met at step 0', () => {
  const found = forecast(sets, { ...REQUEST, goal: { quantity: 'accuracy', value: 1 } }, route, PLAN);
  expect([found.verdict.word, found.verdict.goalStep]).toEqual(['forgets', 0]);
});

test('the first order alone goes on beyond the last step', () => {
  const own = { ...REQUEST, seeds: 2, setting: { ...setting, steps: 2 } };
  const found = forecast(sets, own, route, { ...PLAN, horizon: { goal: STEPS, limit: STEPS } });
  expect(found.orders).toEqual([
    { goalStep: orders[0]!.goalStep, limitStep: null },
    { goalStep: null, limitStep: null },
  ]);
  expect(found.verdict.goalStep).toBe(orders[0]!.goalStep);
});

test('an order that the time cuts short does not count; of the first one the steps that it made do', () => {
  const never = { ...REQUEST, goal: { quantity: 'loss', value: 1e6 } as const };
  const after = (looks: number) => {
    let asked = 0;
    return forecast(sets, never, route, PLAN, { isOver: () => ++asked > looks });
  };
  const second = after(STEPS + 15);
  expect(second.trust.orders).toEqual({ run: 1, of: 4, steps: STEPS });
  expect(second.retain.loss).toEqual(orders[0]!.levels.map(([level]) => level!.loss));
  expect(after(9).verdict.text).toBe(`nothing in 10 of ${STEPS} steps, where it was ended`);
  // A run that was to go on, and had no time to, or some of it.
  const further = (looks: number) => {
    let asked = 0;
    const plan = { ...PLAN, horizon: { goal: 10 * STEPS, limit: 0 } };
    return forecast(sets, never, route, plan, { isOver: () => ++asked > looks }).verdict.text;
  };
  expect([further(9), further(STEPS + 6)]).toEqual([
    `nothing in 10 of ${STEPS} steps, where it was ended`,
    `nothing in ${STEPS} steps, nor in ${STEPS + 7}`,
  ]);
});

test('one set drawn at random is enough for orders to differ', () => {
  const half = { ...setting, batch: { retain: 40, forget: 4 } };
  expect(forecast(sets, { ...REQUEST, setting: half }, route, PLAN).orders).toHaveLength(4);
});

describe('real outputs', () => {
  const made = 3;
  const draw = batchStream(setting, COUNTS, 1, 0);
  const expected = scriptOutputs(sets, weights, setting, Array.from({ length: made }, draw));
  const norm = (x: readonly number[]): number => Math.hypot(...x);
  const meanLoss = (outputs: readonly number[], targets: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < 10; i++) {
      const z = outputs.slice(4 * i, 4 * i + 4);
      const own = z[targets.subarray(4 * i, 4 * i + 4).indexOf(1)]!;
      sum += Math.log(z.reduce((total, x) => total + Math.exp(x), 0)) - own;
    }
    return sum / 10;
  };

  test('are compared at their step, off by so much of what they moved', () => {
    const shift = expected[1]!.map((_, k) => 0.3 * Math.cos(k));
    const real = expected[1]!.map((z, k) => z + shift[k]!);
    const moved = real.map((z, k) => z - sets.forget.outputs[k]!);
    const own: ForecastSets = {
      ...sets,
      forget: { ...sets.forget, real: { steps: made, outputs: Float64Array.from(real) } },
    };
    const found = forecast(own, REQUEST, route, PLAN).trust.real;
    expect(found).toHaveLength(1);
    const [{ set, steps, error, real: said, forecast: forecasted }] = found as [(typeof found)[0]];
    expect([set, steps]).toEqual(['forget', made]);
    expect(error).toBeCloseTo(norm(shift) / norm(moved), 10);
    expect(said.loss).toBeCloseTo(meanLoss(real, sets.forget.targets), 10);
    expect(forecasted.loss).toBeCloseTo(meanLoss(expected[1]!, sets.forget.targets), 10);
    expect(Math.abs(said.loss - forecasted.loss)).toBeGreaterThan(1e-3);
  });
});

describe('what is said of the looks', () => {
  test('samples of a part, of all; steps between looks; steps made', () => {
    const parts = [everyone[0]!.slice(0, 5), everyone[1]!.slice(0, 3), everyone[2]!];
    const { samples, every, made } = forecast(sets, REQUEST, route, { ...PLAN, parts, every: 7 }).trust;
    expect(samples).toEqual([
      { set: 'retain', looked: 5, of: 40 },
      { set: 'forget', looked: 3, of: 10 },
      { set: 'test', looked: 12, of: 12 },
    ]);
    expect([every, made]).toEqual([7, STEPS]);
  });

  test('the first overflow of any order', () => {
    const runs = [null, 9, 4, 7].map((overflowAt) => ({ ...orders[0]!, overflowAt }));
    const overflow = (some: typeof runs) =>
      trustIn(listed, REQUEST, route, some, { ...PLAN, orders: 4 }).overflowAt;
    expect([overflow(runs), overflow(runs.slice(0, 1))]).toEqual([4, null]);
  });
});

describe('a run', () => {
  test('begins and ends with the levels of whole sets', () => {
    const levelsAt = (k: number): Level[] => [...orders[0]!.levels.at(k)!];
    expect([orders[0]!.start, orders[0]!.end]).toEqual([levelsAt(0), levelsAt(-1)]);
    expect(orders[0]!.end).not.toEqual(orders[0]!.start);
  });

  test('a retain loss beyond all numbers is an overflow though the outputs are none', () => {
    const squared = randomSets('squared');
    const far = { ...squared.retain, outputs: squared.retain.outputs.map(() => 1e200) };
    const own = listedSets({ ...squared, retain: far });
    const still = settingOf('squared', { steps: 3, lr: 1e-300 });
    const parts = own.map(({ samples }) => Int32Array.from({ length: samples }, (_, i) => i));
    const draw = batchStream(still, { retain: 10, forget: 5 }, 1, 0);
    const found = forecastRun(own, still, gramRoute(own), draw, {
      ...{ goal: { quantity: 'loss', value: 1e9 }, limit: null, every: 1, parts, horizon: NONE },
      isOver: () => false,
    });
    expect([found.overflowAt, found.limitStep, found.goalStep]).toEqual([0, 0, null]);
  });
});
