import { describe, expect, test } from 'vitest';
import { batchStream } from '../../src/forecast/batches.js';
import { forecastPlan } from '../../src/forecast/plan.js';
import { type ForecastSets, listedSets, type OutputSet } from '../../src/forecast/output-set.js';
import { gramRoute, type Route } from '../../src/forecast/route.js';
import type { ForecastRequest } from '../../src/forecast/setting.js';
import { ratesAround, recommending, type Swept } from '../../src/forecast/sweep.js';
import { forecastRun, plannedForecast, searchedRates, sweep } from './completed.js';
import { matrixOf, randomSets, settingOf } from './random-sets.js';

/*
 * One weight w from 0 on, a retain sample that wants it at 1 and a forget sample that has it at 0, with a forget weight of
 * next to nothing: after k steps w is 1 - (1 - lr)^k, the retain loss (1 - w)^2/2 and the forget loss w^2/2.
 */

function oneWeight(slope = 1): ForecastSets {
  const set = (name: string, target: number, c: number): OutputSet => ({
    ...{ name, samples: 1, of: 1, width: 1, outputs: new Float64Array(1), targets: Float64Array.of(target) },
    ...{ jacobian: matrixOf(Float64Array.of(c), 1, 1), pull: null, projection: null, ids: null, real: null },
  });
  return { retain: set('retain', 1, slope), forget: set('forget', 0, slope), test: null };
}

const after = (lr: number, k: number): number => 1 - (1 - lr) ** k;
const retainLoss = (w: number): number => (1 - w) ** 2 / 2;
const forgetLoss = (w: number): number => w ** 2 / 2;
const TINY = 1e-12;

/** Forgotten from w = 0.9 on. */
const goal = { quantity: 'loss', value: 0.405 } as const;
const REQUEST: ForecastRequest = {
  setting: settingOf('squared', { batch: { retain: 1, forget: 1 }, forgetWeight: TINY, steps: 2 }),
  ...{ goal, limit: null, seeds: 1, seed: 1 },
};
const PLAN = { every: 2, parts: [Int32Array.of(0), Int32Array.of(0)] };
/** With its first choice recommended, as a forecast of the one order has it. */
const recommended = (found: Swept) => {
  const [point] = found.forgetting;
  const own = point && { point, found: { verdict: { ...point, text: '' }, atGoal: point.atGoal } };
  return recommending(found, own ?? null);
};
const swept = (lrs: readonly number[], request = REQUEST) => {
  const sets = oneWeight();
  const grid = { lrs, forgetWeights: [TINY] };
  return recommended(sweep(sets, request, gramRoute(listedSets(sets)), PLAN, grid));
};
const limited = { ...REQUEST, limit: { quantity: 'loss', value: 0.6 } as const };

describe('a sweep over rates', () => {
  // At 1.8 the weight is beyond 0.9 after a step and at 0.36 after two, of which alone the curves have a point.
  const lrs = [0.2, 0.8, 1, 1.2, 1.8, 2.5];
  const { points, recommended: best, window, frontier } = swept(lrs);

  test('says of every rate what its run does', () => {
    expect(points.map(({ lr, word, goalStep }) => [lr, word, goalStep])).toEqual([
      [0.2, 'nothing', null],
      [0.8, 'forgets', 2],
      [1, 'forgets', 1],
      [1.2, 'forgets', 1],
      [1.8, 'forgets', 1],
      [2.5, 'forgets', 1],
    ]);
    points.forEach((point, k) => {
      const w = after(lrs[k]!, 2);
      expect(point.retainLoss).toBeCloseTo(retainLoss(w), 10);
      expect(point.forgetLoss).toBeCloseTo(forgetLoss(w), 10);
      const met = point.goalStep === null ? null : retainLoss(after(lrs[k]!, point.goalStep));
      if (met === null) expect(point.atGoal).toBeNull();
      else expect(point.atGoal!.loss).toBeCloseTo(met, 10);
    });
  });

  test('recommends the rate with the least retain damage at the goal, and the window without a gap around it', () => {
    expect(best).toMatchObject(points[2]!);
    expect(window).toEqual({ low: 0.8, high: 2.5 });
    expect(swept(lrs.toReversed()).window).toEqual({ low: 0.8, high: 2.5 });
  });

  test('has as frontier what no other look beats in both, from little forgetting to much', () => {
    // At a rate of 1 nothing of the retain loss is left: more is forgotten at w = -1.25 alone.
    expect(frontier.map(({ lr, step }) => [lr, step])).toEqual([
      [1, 2],
      [2.5, 2],
    ]);
    expect(frontier.map(({ forget }) => forget.loss)).toEqual([
      expect.closeTo(forgetLoss(1), 10),
      expect.closeTo(forgetLoss(-1.25), 10),
    ]);
  });

  test('recommends nothing that leaves the limit before its goal', () => {
    const broken = swept([0.2, 2.5], limited);
    expect(broken.points.map(({ word }) => word)).toEqual(['nothing', 'breaks']);
    expect([broken.recommended, broken.window]).toEqual([null, null]);
    expect(broken.points[1]!.atGoal).not.toBeNull();
  });

  test('leaves out of the frontier what overflows', () => {
    const wild = swept([1e120, 1]);
    expect(wild.points[0]!.retainLoss).toBe(Infinity);
    expect(wild.frontier.map(({ lr }) => lr)).toEqual([1]);
  });

  test('has the settings that were finished when the time was over', () => {
    const until = (questions: number) => {
      let asked = 0;
      const sets = oneWeight();
      const grid = { lrs, forgetWeights: [TINY] };
      const isOver = () => ++asked > questions;
      return sweep(sets, REQUEST, gramRoute(listedSets(sets)), PLAN, grid, { isOver }).points;
    };
    // Asked before a setting and after each of its two steps.
    expect(until(5).map(({ lr }) => lr)).toEqual([0.2, 0.8]);
    expect(until(4).map(({ lr }) => lr)).toEqual([0.2]);
    expect(until(1)).toEqual([]);
  });

  test('has a window of the recommended weight alone', () => {
    const sets = oneWeight();
    // With a forget weight of 3 the retain set is left at the step that meets the goal for 0.8, where TINY forgets.
    const grid = { lrs: [0.8, 1, 1.2], forgetWeights: [TINY, 3] };
    const found = recommended(sweep(sets, limited, gramRoute(listedSets(sets)), PLAN, grid));
    expect(found.points.find(({ lr, forgetWeight }) => lr === 0.8 && forgetWeight === 3)!.word).toBe(
      'breaks',
    );
    const own = found.points.filter(({ forgetWeight }) => forgetWeight === TINY);
    expect(found.recommended).toMatchObject(own[1]!);
    expect(found.window).toEqual({ low: 0.8, high: 1.2 });
    expect(found.points.filter(({ word }) => word === 'forgets').length).toBeGreaterThan(3);
  });
});

test('the window ends at the first rate to either side that does not forget', () => {
  // One step goes to the rate itself, where the outputs are planted: forgotten, and what is left of the retain set.
  const planted: Readonly<Record<number, readonly [gone: boolean, damage: number]>> = {
    ...{ 1: [true, 0.3], 2: [false, 0], 3: [true, 0.2], 4: [true, 0.1], 5: [true, 0.4] },
    ...{ 6: [false, 0], 7: [true, 0.5] },
  };
  const route: Route = {
    ...{ name: 'jacobian', length: 1, squaredLength: () => 0, vectorsAtOnce: 1 },
    outputs(set, _from, _to, vector, out) {
      this.products(set, Int32Array.of(0), vector, out);
    },
    products(set, _samples, [rate], out) {
      const [gone, damage] = planted[rate!]!;
      out[0] = set === 0 ? 1 - damage : Number(gone);
    },
    reach: () => 1,
    add({ set, coefficients }, vector) {
      if (set === 0) vector[0]! += coefficients[0]!;
    },
  };
  const request = { ...REQUEST, setting: { ...REQUEST.setting, steps: 1 } };
  const lrs = [1, 2, 3, 4, 5, 6, 7];
  const found = recommended(
    sweep(oneWeight(), request, route, { ...PLAN, every: 1 }, { lrs, forgetWeights: [TINY] }),
  );
  expect(found.recommended!.lr).toBe(4);
  expect(found.window).toEqual({ low: 3, high: 5 });
});

test('of settings within the limit that with the best accuracy at the goal is recommended, and not that with the least loss', () => {
  const sets = randomSets('softmax', { c: 4, p: 30, retain: 40, forget: 10, test: 12 });
  const route = gramRoute(listedSets(sets));
  const parts = listedSets(sets).map(({ samples }) => Int32Array.from({ length: samples }, (_, i) => i));
  const request: ForecastRequest = {
    setting: settingOf('softmax', { steps: 15, batch: { retain: 4, forget: 4 } }),
    goal: { quantity: 'accuracy', value: 0.5 },
    limit: { quantity: 'accuracy', value: 0.3 },
    ...{ seeds: 1, seed: 1 },
  };
  const grid = { lrs: [1, 2, 3, 4, 6, 8, 10], forgetWeights: [0.3, 0.5, 0.7] };
  const found = recommended(sweep(sets, request, route, { every: 1, parts }, grid));
  const forgetting = grid.forgetWeights.flatMap((forgetWeight) =>
    grid.lrs.flatMap((lr) => {
      const setting = { ...request.setting, lr, forgetWeight };
      const draw = batchStream(setting, { retain: 40, forget: 10 }, 1, 0);
      const { levels } = forecastRun(listedSets(sets), setting, route, draw, {
        ...{ goal: request.goal, limit: request.limit, every: 1, parts, horizon: { goal: 0, limit: 0 } },
        isOver: () => false,
      });
      const met = levels.findIndex(([, forget]) => forget!.accuracy! <= 0.5);
      const left = levels.findIndex(([retain]) => retain!.accuracy! < 0.3);
      if (met < 0 || (left >= 0 && left <= met)) return [];
      const { accuracy, loss } = levels[met]![0]!;
      return [{ lr, forgetWeight, accuracy: accuracy!, loss }];
    }),
  );
  const [best] = forgetting.sort((a, b) => b.accuracy - a.accuracy || a.loss - b.loss);
  const [gentlest] = [...forgetting].sort((a, b) => a.loss - b.loss);
  expect([found.recommended!.lr, found.recommended!.forgetWeight]).toEqual([best!.lr, best!.forgetWeight]);
  expect(gentlest).not.toEqual(best);
});

describe('the rates of a sweep', () => {
  test('around a given one reach a factor 16 to each side, by roots of two', () => {
    const rates = ratesAround(3);
    expect(rates).toHaveLength(17);
    expect([rates[0], rates[8], rates[9], rates[16]]).toEqual([3 / 16, 3, 4.243, 48]);
  });

  const searched = (slope: number, isOver = () => false) => {
    const sets = oneWeight(slope);
    return searchedRates(sets, limited, gramRoute(listedSets(sets)), PLAN, {
      onProgress: () => undefined,
      isOver,
    });
  };

  test('that are searched go from one that does nothing to one that breaks', () => {
    // 1 forgets, 8 breaks; an eighth reaches w = 0.23.
    const rates = searched(1);
    expect([rates.length, rates[0], rates.at(-1)]).toEqual([13, 0.125, 8]);
    for (let k = 1; k < 13; k++) expect(rates[k]! / rates[k - 1]!).toBeCloseTo(64 ** (1 / 12), 2);
  });

  test('begin at one over the mean square of a row', () => {
    const timeless = searched(0.5, () => true);
    expect([timeless[0], timeless[6], timeless[12]]).toEqual([0.5, 4, 32]);
    const two = randomSets('squared', { c: 2, p: 3, retain: 4 });
    const rows = Array.from(two.retain.jacobian.readColumns(0, 3));
    const square = rows.reduce((sum, x) => sum + x * x, 0) / 8;
    const found = searchedRates(two, REQUEST, gramRoute(listedSets(two)), PLAN, {
      onProgress: () => undefined,
      isOver: () => true,
    });
    expect(found[6]).toBeCloseTo(1 / square, 3);
  });
});

describe('the plan', () => {
  const listed = listedSets(randomSets('softmax'));
  const wishes = { route: null, every: null, runs: 1, seed: 1 } as const;

  test('a run goes on to ten times its steps for its goal, to twice for its limit', () => {
    expect(forecastPlan(listed, settingOf('softmax', { steps: 40 }), wishes).horizon).toEqual({
      goal: 400,
      limit: 80,
    });
  });

  test('parts are drawn from all samples, by the seed', () => {
    const large = listed.map((set) => ({ ...set, samples: 1000 }));
    const drawn = (seed: number) =>
      forecastPlan(large, settingOf('softmax', { steps: 1e7 }), {
        ...wishes,
        route: 'jacobian',
        seed,
      }).parts.map((part) => Array.from(part));
    for (const part of drawn(1)) {
      expect(new Set(part).size).toBe(256);
      expect(Math.max(...part)).toBeGreaterThan(900);
      expect(Math.max(...part)).toBeLessThan(1000);
    }
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });
});

describe('a planned forecast', () => {
  const planned = (wished: { lr: number | null; forgetWeight: number | null } | null, retainWeight = 1) => {
    const setting = { ...REQUEST.setting, lr: 0.25, retainWeight };
    return plannedForecast(
      oneWeight(),
      { ...REQUEST, setting },
      { route: null, every: null, sweep: wished },
      (_, compute) => compute({ onProgress: () => undefined, isOver: () => false }),
    );
  };

  test('with a sweep is that of the recommended setting', () => {
    const { recommended, setting, verdict } = planned({ lr: 0.25, forgetWeight: TINY });
    expect(recommended!.lr).toBe(1);
    expect([setting.lr, setting.forgetWeight]).toEqual([1, TINY]);
    expect(verdict.goalStep).toBe(1);
  });

  test('without one is that of the setting as it is, in the words of the theory beside it', () => {
    const { setting, translation, sweep: none } = planned(null, 3);
    expect([setting.lr, none]).toEqual([0.25, undefined]);
    expect(translation.eta).toBeCloseTo(0.75, 12);
    expect(translation.alpha).toBeCloseTo(TINY / 3, 20);
  });

  test('weights that are tried are shares of that of the retain loss', () => {
    const weights = planned({ lr: 0.25, forgetWeight: null }, 2).grid!.forgetWeights;
    expect(weights).toEqual([0.02, 0.06, 0.2, 0.6, 2]);
  });
});
