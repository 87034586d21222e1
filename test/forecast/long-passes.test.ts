import { expect, test } from 'vitest';
import { batchStream } from '../../src/forecast/batches.js';
import { listedSets } from '../../src/forecast/output-set.js';
import { jacobianRoute } from '../../src/forecast/route.js';
import { forecastRun } from './completed.js';
import { randomSets, settingOf } from './random-sets.js';

test('a run looks at samples of a part alone where its end is not asked for, and says so while it does', () => {
  const part = Array.from({ length: 300 }, (_, i) => 2 * i);
  const large = listedSets({
    ...randomSets('squared', { c: 2, retain: 600, forget: 10 }),
    test: null,
  });
  const still = settingOf('squared', { steps: 3, lr: 1e-9 });
  const parts = [Int32Array.from(part), Int32Array.of(0)];
  const events: string[] = [];
  const looked = (withEnd: boolean): readonly string[] => {
    events.length = 0;
    const route = jacobianRoute(large);
    const products: typeof route.products = (set, samples, ...rest) => {
      events.push(`${set}: ${samples.length}`);
      route.products(set, samples, ...rest);
    };
    const draw = batchStream(still, { retain: 600, forget: 10 }, 1, 0);
    const { end } = forecastRun(large, still, { ...route, products }, draw, {
      ...{
        goal: { quantity: 'loss', value: 1e9 },
        limit: null,
        every: 1,
        parts,
        horizon: { goal: 0, limit: 0 },
      },
      ...{ withEnd, isOver: () => false, onWork: (steps) => events.push(`after ${steps}`) },
    });
    expect(end === null).toBe(!withEnd);
    return [...events];
  };
  // All three steps at once, in pieces of 256 outputs.
  const own = ['0: 128', 'after 3', '0: 128', 'after 3', '0: 44', 'after 3', '1: 1', 'after 3'];
  expect(looked(false)).toEqual(own);
  expect(
    looked(true)
      .slice(own.length)
      .filter((event) => event.startsWith('0')),
  ).toEqual([...['0: 128', '0: 128', '0: 128', '0: 128', '0: 88']]);
});
