import { describe, expect, test } from 'vitest';
import { batchStream } from '../../src/forecast/batches.js';
import { listedSets, type OutputSet } from '../../src/forecast/output-set.js';
import { forecastPlan } from '../../src/forecast/plan.js';
import { lookedAt, type Watch } from '../../src/forecast/run.js';
import { gramRoute, jacobianRoute, type Route } from '../../src/forecast/route.js';
import type { ForecastRequest, ForecastSetting } from '../../src/forecast/setting.js';
import { forecast, forecastRun } from './completed.js';
import { matrixOf, randomSets, settingOf } from './random-sets.js';

const sets = randomSets('softmax', { c: 4, p: 30, retain: 40, forget: 10, test: 12 });
const listed = listedSets(sets);
const route = gramRoute(listed);
const counts = { retain: 40, forget: 10 };
const setting = settingOf('softmax', {
  lr: 2,
  forgetWeight: 0.6,
  steps: 40,
  batch: { retain: 8, forget: 4 },
});
const goal = { quantity: 'accuracy', value: 0.2 } as const;
const limit = { quantity: 'accuracy', value: 0.95 } as const;
const everyone = listed.map(({ samples }) => Int32Array.from({ length: samples }, (_, i) => i));

function run(part: Partial<Watch> = {}, own: ForecastSetting = setting, by: Route = route) {
  return forecastRun(listed, own, by, batchStream(own, counts, 1, 0), {
    ...{ goal, limit, every: 1, parts: everyone, horizon: { goal: 0, limit: 0 }, isOver: () => false },
    ...part,
  });
}

describe('the steps at which marks are passed', () => {
  const exact = run();

  test('are the first ones at which whole sets have passed them', () => {
    const retain = exact.levels.findIndex(([level]) => level!.accuracy! < limit.value);
    const forget = exact.levels.findIndex(([, level]) => level!.accuracy! <= goal.value);
    expect([exact.limitStep, exact.goalStep]).toEqual([retain, forget]);
    expect(Math.min(retain, forget)).toBeGreaterThan(1);
    expect(exact.atGoal![0]).toEqual(exact.levels[forget]![0]);
  });

  test.each([2, 3, 7])('are found between looks %s steps apart', (every) => {
    const seldom = run({ every });
    expect(seldom.goalStep).toBe(exact.goalStep);
    expect(seldom.limitStep).toBe(exact.limitStep);
    lookedAt(40, every).forEach((step, k) => expect(seldom.levels[k]).toEqual(exact.levels[step]));
  });

  test('are those of whole sets where looks take in a part', () => {
    const part = run({ parts: [everyone[0]!.slice(0, 5), everyone[1]!.slice(0, 3), everyone[2]!] });
    const { goalStep, limitStep } = part;
    // A part may be late; it is never early.
    expect(goalStep).toBeGreaterThanOrEqual(exact.goalStep!);
    if (limitStep !== null) expect(limitStep).toBeGreaterThanOrEqual(exact.limitStep!);
    expect(part.atGoal).toEqual(exact.levels[goalStep!]!.slice(0, 2));
  });

  test('both routes and every distance of looks find the same ones', () => {
    for (const by of [route, jacobianRoute(listed), jacobianRoute(listed, 0)]) {
      for (const every of [1, 9]) {
        const { goalStep, limitStep, forgottenAt } = run({ every }, setting, by);
        expect({ goalStep, limitStep, forgottenAt }).toEqual({
          ...{ goalStep: exact.goalStep, limitStep: exact.limitStep, forgottenAt: exact.forgottenAt },
        });
      }
    }
  });

  test('a run goes on for its goal, and says nothing of samples there', () => {
    const short = { ...setting, steps: 4 };
    const further = run({ horizon: { goal: 40, limit: 8 } }, short);
    expect(further.goalStep).toBe(exact.goalStep);
    expect(further.levels.length).toBe(5);
    expect(Math.max(...further.forgottenAt.map((step) => step ?? 0))).toBeLessThanOrEqual(4);
  });
});

describe('a level that is passed for one step alone', () => {
  // One weight, squared loss: at a fitted w* an ascent takes the output from 1 to 2, a descent of the retain sample back to 1.
  const [ASCENT, STEPS] = [13, 40];
  const one = (f: number, y: number) => ({
    ...{ name: 'one', samples: 1, of: 1, width: 1, pull: null, projection: null, ids: null, real: null },
    ...{ outputs: Float64Array.of(f), targets: Float64Array.of(y) },
    jacobian: matrixOf(Float64Array.of(1), 1, 1),
  });
  const pair = [one(1, 1), one(1, 0)];
  const own = settingOf('squared', { lr: 1, forgetWeight: 1, steps: STEPS, batch: { retain: 1, forget: 1 } });
  const batch = { samples: Int32Array.of(0), divisor: 1 };
  const dip = (by: Route, every: number, ascent = ASCENT) => {
    let step = 0;
    const draw = () => {
      step++;
      return { forget: step === ascent ? batch : null, retain: step === ascent + 1 ? batch : null };
    };
    return forecastRun(pair, own, by, draw, {
      ...{ goal: { quantity: 'loss', value: 1.9 }, limit: { quantity: 'loss', value: 0.4 }, every },
      ...{ parts: pair.map(() => Int32Array.of(0)), horizon: { goal: 0, limit: 0 }, isOver: () => false },
    });
  };

  describe.each([
    ['Jacobian', jacobianRoute(pair)],
    ['Jacobian, 5 steps at once', { ...jacobianRoute(pair), vectorsAtOnce: 5 }],
    ['Gram matrix', gramRoute(pair)],
  ])('%s', (_, by) => {
    test.each([1, 2, 7, STEPS])('is found between looks %s steps apart: goal, limit and sample', (every) => {
      const found = dip(by, every);
      expect([found.goalStep, found.limitStep]).toEqual([ASCENT, ASCENT]);
      expect(found.forgottenAt).toEqual([ASCENT]);
      expect(found.atGoal!.map(({ loss }) => loss)).toEqual([0.5, 2]);
      // The looks do see none of it: what is found is not due to them.
      const seen = found.levels.filter(([, forget]) => forget!.loss >= 1.9).length;
      expect(seen).toBe(ASCENT % every === 0 ? 1 : 0);
    });

    test('at the last step, and beyond it', () => {
      expect(dip(by, 7, STEPS).goalStep).toBe(STEPS);
      expect(dip(by, 7, STEPS + 1).goalStep).toBeNull();
    });
  });
});

describe('an overflow after the limit', () => {
  // One weight, squared loss: every ascent multiplies the output by 1e30; at step 6, 1e180, its square overflows, the weights at 11.
  const one = (dtype: string, y: number) => ({
    ...{ name: 'one', samples: 1, of: 1, width: 1, pull: null, projection: null, ids: null, real: null },
    ...{ outputs: Float64Array.of(1), targets: Float64Array.of(y) },
    jacobian: matrixOf(Float64Array.of(1), 1, 1, dtype),
  });
  const batch = { samples: Int32Array.of(0), divisor: 1 };
  const own = settingOf('squared', { lr: 1e30, forgetWeight: 1, steps: 9 });
  const blown = (by: (sets: readonly OutputSet[]) => Route, every: number, dtype: string, steps = 9) => {
    const pair = [one(dtype, 1), one(dtype, 0)];
    const draw = () => ({ forget: batch, retain: null });
    return forecastRun(pair, { ...own, steps }, by(pair), draw, {
      ...{ goal: { quantity: 'loss', value: 1e305 }, limit: { quantity: 'loss', value: 0.4 }, every },
      ...{ parts: pair.map(() => Int32Array.of(0)), isOver: () => false },
      horizon: { goal: 9, limit: 9 },
    });
  };

  describe.each([
    ['Jacobian', jacobianRoute],
    ['Jacobian, 4 steps at once', (pair) => ({ ...jacobianRoute(pair), vectorsAtOnce: 4 })],
    ['Gram matrix', gramRoute],
  ] as [string, (sets: readonly OutputSet[]) => Route][])('%s', (_, by) => {
    test.each([
      [1, '<f8'],
      [9, '<f8'],
      [9, '<f4'],
    ])('is noticed at its step between looks %s steps apart, of numbers stored as %s', (every, dtype) => {
      const { limitStep, overflowAt } = blown(by, every, dtype);
      expect({ limitStep, overflowAt }).toEqual({ limitStep: 1, overflowAt: 6 });
    });

    test('and beyond the last step of the setting, where there are no looks', () => {
      expect(blown(by, 2, '<f4', 2).overflowAt).toBe(6);
    });
  });

  test('outputs of steps that cannot have overflowed are not computed for it', () => {
    const seen: number[] = [];
    const watched = (pair: readonly OutputSet[]): Route => {
      const route = gramRoute(pair);
      return {
        ...route,
        products(set, samples, vectors, out) {
          if (set === 0) seen.push(vectors[0]!);
          route.products(set, samples, vectors, out);
        },
      };
    };
    blown(watched, 9, '<f4');
    // The step of the limit, those above 1e100, the goal, and the end.
    expect(seen.map((x) => Math.round(Math.log10(x)))).toEqual([30, 120, 150, 180, 180, 180]);
  });
});

const REQUEST: ForecastRequest = {
  ...{ setting, goal, limit, seeds: 4, seed: 1 },
};
const horizon = { goal: 0, limit: 0 };
const PLAN = { every: 1, parts: everyone, horizon };

describe('forecast', () => {
  test('medians lie within the bands of the orders, and the same seed gives the same', () => {
    const found = forecast(sets, REQUEST, route, PLAN);
    expect(found.orders).toHaveLength(4);
    found.steps.forEach((_, k) => {
      expect(found.retain.low!.loss[k]!).toBeLessThanOrEqual(found.retain.loss[k]!);
      expect(found.retain.high!.loss[k]!).toBeGreaterThanOrEqual(found.retain.loss[k]!);
    });
    expect(found.retain.low!.loss.at(-1)!).toBeLessThan(found.retain.high!.loss.at(-1)!);
    expect(forecast(sets, REQUEST, route, PLAN)).toEqual(found);
    expect(forecast(sets, { ...REQUEST, seed: 2 }, route, PLAN).retain).not.toEqual(found.retain);
  });

  test('full batches have no randomness: one order, the same for every seed', () => {
    const full = { ...REQUEST, setting: { ...setting, batch: counts } };
    const found = forecast(sets, full, route, PLAN);
    expect(found.orders).toHaveLength(1);
    expect(found.retain.low).toBeUndefined();
    expect(forecast(sets, { ...full, seed: 7 }, route, PLAN)).toEqual(found);
    const drawn = { retain: 'with-replacement', forget: 'reshuffled' } as const;
    expect(
      forecast(sets, { ...full, setting: { ...full.setting, sampling: drawn } }, route, PLAN).orders,
    ).toHaveLength(4);
  });

  test('both routes give the same answer', () => {
    const [one, other] = [route, jacobianRoute(listed)].map((by) => forecast(sets, REQUEST, by, PLAN));
    expect(other!.verdict).toEqual(one!.verdict);
    expect(other!.samples).toEqual(one!.samples);
  });

  test('what overflows is damage, not NaN', () => {
    const wild = settingOf('squared', { lr: 1e60, steps: 40 });
    const own = randomSets('squared');
    const request = {
      ...REQUEST,
      setting: wild,
      goal: { quantity: 'loss', value: 1e9 },
      limit: null,
    } as const;
    const parts = listedSets(own).map(({ samples }) => Int32Array.from({ length: samples }, (_, i) => i));
    const found = forecast(own, request, gramRoute(listedSets(own)), { every: 5, parts, horizon });
    expect(found.verdict.limitStep).not.toBeNull();
    expect(found.trust.overflowAt).not.toBeNull();
    expect(found.retain.loss).toHaveLength(9);
    expect(found.retain.loss.some(Number.isNaN)).toBe(false);
    const written = JSON.parse(JSON.stringify(found)) as typeof found;
    expect(written.retain.loss.at(-1)).toBeNull();
  });

  test('the end of the time leaves what there is', () => {
    let looks = 0;
    const found = forecast(sets, REQUEST, route, PLAN, { isOver: () => ++looks > 12 });
    expect(found.trust.orders).toEqual({ run: 1, of: 4, steps: 40 });
    expect(found.trust.made).toBe(13);
    expect(found.steps.at(-1)).toBe(13);
  });

  test('real outputs that are those of the forecast have no error; others have', () => {
    const loop = forecast(sets, REQUEST, route, PLAN).trust.real;
    expect(loop).toEqual([]);
    const real = (shift: number) => ({
      steps: 3,
      outputs: sets.forget.outputs.map((z, k) => z + shift * Math.cos(k)),
    });
    const shifted = { ...sets, forget: { ...sets.forget, real: real(1) } };
    const [comparison] = forecast(shifted, REQUEST, route, PLAN).trust.real;
    expect(comparison!.error).toBeGreaterThan(0.5);
  });
});

describe('the plan', () => {
  const wishes = { route: null, every: null, runs: 1, seed: 1 } as const;

  test('takes the cheaper route, and the Jacobian for Adam', () => {
    const wide = listedSets(randomSets('softmax', { p: 600 }));
    const routeFor = (steps: number, own = setting.procedure, of = wide) =>
      forecastPlan(of, settingOf('softmax', { steps, procedure: own }), {
        ...wishes,
        runs: steps === 1 ? 1 : 20,
      }).route;
    expect(routeFor(1)).toBe('jacobian');
    expect(routeFor(1000)).toBe('gram');
    expect(routeFor(1000, setting.procedure, listed)).toBe('jacobian');
    expect(routeFor(1000, { ...setting.procedure, optimizer: 'adam' })).toBe('jacobian');
  });

  test('watches whole sets where that is cheap, parts of large ones on the Jacobian, all on the Gram matrix', () => {
    const parts = (route: 'jacobian' | 'gram', samples: readonly number[], columns: number) => {
      const large = listed.map((set, k) => ({
        ...{ ...set, samples: samples[k]!, jacobian: { ...set.jacobian, columns } },
      }));
      return forecastPlan(large, setting, { ...wishes, route }).parts.map(({ length }) => length);
    };
    expect(parts('jacobian', [1260, 140, 400], 4096)).toEqual([1260, 140, 400]);
    expect(parts('jacobian', [1000, 300, 500], 1e6)).toEqual([256, 256, 256]);
    expect(parts('gram', [1000, 300, 500], 1e6)).toEqual([1000, 300, 500]);
    // 3e10 products in 40 steps with 4 outputs of 1e5 numbers: 1,875 samples, of which small sets take what they have.
    expect(parts('jacobian', [5000, 300, 500], 1e5)).toEqual([1075, 300, 500]);
  });
});
