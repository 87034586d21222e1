import { describe, expect, test } from 'vitest';
import type { ForecastDocument } from '../../src/forecast/document.js';
import { listedSets } from '../../src/forecast/output-set.js';
import { gramRoute } from '../../src/forecast/route.js';
import type { ForecastRequest } from '../../src/forecast/setting.js';
import { forecast, plannedForecast } from './completed.js';
import { randomSets, settingOf } from './random-sets.js';

const sets = randomSets('softmax', { c: 4, p: 30, retain: 40, forget: 10, test: 12 });
const STEPS = 15;
const REQUEST: ForecastRequest = {
  setting: settingOf('softmax', { steps: STEPS, lr: 6, forgetWeight: 0.6, batch: { retain: 2, forget: 2 } }),
  goal: { quantity: 'accuracy', value: 0.5 },
  limit: { quantity: 'accuracy', value: 0.5 },
  ...{ seeds: 5, seed: 1 },
};

const swept = (part: Partial<ForecastRequest> = {}, isOver = () => false): ForecastDocument => {
  const { lr, forgetWeight } = REQUEST.setting;
  return plannedForecast(
    sets,
    { ...REQUEST, ...part },
    { route: 'gram', every: 1, sweep: { lr, forgetWeight } },
    (_, compute) => compute({ onProgress: () => undefined, isOver }),
  );
};

/** Rates that forget by the first order, the gentlest first, and what all orders of each do. */
function ranked(request: ForecastRequest, { sweep }: ForecastDocument) {
  const listed = listedSets(sets);
  const parts = listed.map(({ samples }) => Int32Array.from({ length: samples }, (_, i) => i));
  return sweep!
    .filter(({ word }) => word === 'forgets')
    .map(({ lr, atGoal }) => ({ lr, first: atGoal! }))
    .sort((a, b) => b.first.accuracy! - a.first.accuracy! || a.first.loss - b.first.loss)
    .map(({ lr }) => {
      const setting = { ...request.setting, lr };
      const plan = { every: 1, parts, horizon: { goal: 0, limit: 0 } };
      return { lr, found: forecast(sets, { ...request, setting }, gramRoute(listed), plan) };
    });
}

describe('a sweep with several batch orders', () => {
  test.each([
    [2, 'that forgets in the first order alone is not recommended', 'nothing'],
    [12, 'is recommended by the damage in all orders', 'forgets'],
  ] as const)('of seed %i: a setting %s', (seed, _, ofGentlest) => {
    const found = swept({ seed });
    const all = ranked({ ...REQUEST, seed }, found);
    expect(all[0]!.found.verdict.word).toBe(ofGentlest);
    const finalists = all.filter(({ found: { verdict } }) => verdict.word === 'forgets').slice(0, 3);
    const [best] = finalists.sort((a, b) => b.found.atGoal!.accuracy! - a.found.atGoal!.accuracy!);
    expect([found.recommended!.lr, found.setting.lr]).toEqual([best!.lr, best!.lr]);
    expect(best!.lr).not.toBe(all[0]!.lr);
  });

  test('has one step to stop at', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const { verdict, recommended, stopWindow, atGoal, orders } = swept({ seed });
      expect(recommended).toMatchObject({ word: 'forgets', goalStep: verdict.goalStep, atGoal });
      expect([verdict.word, verdict.goalStep]).toEqual(['forgets', stopWindow![0]]);
      expect(verdict.text).toContain(`: forgets at step ${stopWindow![0]} of 15; `);
      expect(orders).toHaveLength(5);
    }
  });
});

describe('the first words of a sweep', () => {
  const never = { quantity: 'loss', value: 1e9 } as const;

  test('say that no setting forgets, before those about the setting whose forecast follows', () => {
    const strict = { limit: { quantity: 'accuracy', value: 0.99 }, goal: never } as const;
    const one = swept({ ...strict, seeds: 1 });
    const count = (word: string): number => one.sweep!.filter((point) => point.word === word).length;
    expect(count('nothing') * count('breaks')).toBeGreaterThan(0);
    expect(one.verdict.text).toMatch(
      new RegExp(
        `^none of the 17 settings tried forgets within the limit \\(breaks: ${count('breaks')}, nothing: ${count('nothing')}\\); lr 6, forget weight 0.6: destroys the retain set `,
      ),
    );
    expect(swept(strict).verdict.text).toMatch(
      /^none of the 17 settings tried forgets within the limit in the first and most of 5 batch orders \(by the first, breaks: \d+, nothing: \d+\); lr 6,/,
    );
    expect(swept({ goal: never, limit: null, seeds: 1 }).verdict.text).toMatch(
      /^none of the 17 settings tried forgets \(nothing: 17\); lr 6, forget weight 0.6: nothing in 15 steps/,
    );
  });

  test('say where the time ended it; what is recommended is then what its run in the sweep did', () => {
    /** Asked before every setting and after each of its steps. */
    const until = (settings: number): ForecastDocument => {
      let asked = 0;
      return swept({}, () => ++asked > settings * (STEPS + 1) + 2);
    };
    const found = until(9);
    const { recommended, verdict, sweep, trust } = found;
    expect(sweep!.at(-1)).toMatchObject({ lr: 6, word: 'forgets', goalStep: recommended!.goalStep });
    expect(verdict.text).toMatch(
      new RegExp(
        `^the sweep was ended after 9 of 17 settings; lr 6, forget weight 0.6: forgets at step ${recommended!.goalStep} of 15; `,
      ),
    );
    expect(trust.orders).toEqual({ run: 1, of: 5, steps: STEPS });
    expect(until(3).verdict.text).toMatch(
      /^the sweep was ended after 3 of 17 settings; none of the 3 settings tried forgets .*\(by the first, nothing: 3\); lr 6, forget weight 0.6: nothing in 1 of 15 steps, where it was ended/,
    );
    expect(until(0).verdict.text).toBe(
      'the sweep was ended after 0 of 17 settings; lr 6, forget weight 0.6: nothing in 1 of 15 steps, where it was ended',
    );
  });
});
