import { describe, expect, test } from 'vitest';
import { batchStream } from '../../src/forecast/batches.js';
import { listedSets } from '../../src/forecast/output-set.js';
import { gramRoute, jacobianRoute, type Route } from '../../src/forecast/route.js';
import type { ForecastSetting, LoopProcedure } from '../../src/forecast/setting.js';
import { trainingLoop } from '../../src/forecast/training-loop.js';
import { scriptOutputs, withWeights } from './plain-script.js';
import { PLAIN, randomSets, settingOf } from './random-sets.js';

/** Largest difference over the largest number: fifteen steps of a few hundred roundings each. */
const ROUNDING = 1e-11;

const STEPS = 15;
const COUNTS = { retain: 10, forget: 5 };

const PROCEDURES: Readonly<Record<string, Partial<LoopProcedure>>> = {
  sgd: {},
  'sgd with decay': { weightDecay: 0.3 },
  momentum: { momentum: 0.9 },
  'momentum with decay': { momentum: 0.9, weightDecay: 0.3 },
  'nesterov with decay': { momentum: 0.8, nesterov: true, weightDecay: 0.3 },
  'clipping to a tenth': { clip: 0.1 },
  'a clipping norm that nothing reaches': { clip: 1e3 },
  'clipping and decay': { clip: 0.1, weightDecay: 0.3 },
  'in turns, two and one': { schedule: { ascent: 2, descent: 1 } },
  'in turns, one and three, with momentum': { schedule: { ascent: 1, descent: 3 }, momentum: 0.5 },
  adam: { optimizer: 'adam' },
  adamw: { optimizer: 'adamw', weightDecay: 0.3 },
  'adamw, clipped': { optimizer: 'adamw', weightDecay: 0.3, clip: 0.1 },
};

function running(setting: ForecastSetting, route: (sets: ReturnType<typeof listedSets>) => Route) {
  const { sets, weights } = withWeights(randomSets(setting.loss));
  const listed = listedSets(sets);
  const loop = trainingLoop(listed, setting, route(listed), batchStream(setting, COUNTS, 1, 0));
  const outputs = (): number[][] =>
    listed.map(({ samples, width }, set) => {
      const out = new Float64Array(samples * width);
      loop.outputs(set, 0, samples, out);
      return Array.from(out);
    });
  return { sets, weights, loop, outputs };
}

describe.each(Object.entries(PROCEDURES))('%s', (_, part) => {
  const procedure = { ...PLAIN, ...part };
  const routes = procedure.optimizer === 'sgd' ? [jacobianRoute, gramRoute] : [jacobianRoute];

  test.each(['squared', 'softmax', 'sigmoid'] as const)(
    '%s: is the script in the weights themselves',
    (loss) => {
      const setting = settingOf(loss, { procedure, lr: 0.05, steps: STEPS });
      const draw = batchStream(setting, COUNTS, 1, 0);
      const batches = Array.from({ length: STEPS }, draw);
      for (const route of routes) {
        const { sets, weights, loop, outputs } = running(setting, route);
        const expected = scriptOutputs(sets, weights, setting, batches).flat();
        while (loop.steps < STEPS) loop.step();
        const largest = Math.max(...expected.map(Math.abs));
        const off = outputs()
          .flat()
          .map((z, k) => Math.abs(z - expected[k]!) / largest);
        expect(Math.max(...off)).toBeLessThan(ROUNDING);
      }
    },
  );
});

test.each([0.75, 4 / 3])(
  'a gradient is shortened to %f of its norm if that is shorter, and not stretched',
  (part) => {
    const moved = (clip: number | null): Float64Array => {
      const { loop } = running(settingOf('softmax', { procedure: { ...PLAIN, clip }, lr: 1 }), jacobianRoute);
      loop.step();
      return loop.position.vector;
    };
    const free = moved(null);
    // PyTorch adds 1e-6 to the norm.
    moved(part * Math.hypot(...free)).forEach((x, k) =>
      expect(x).toBeCloseTo(Math.min(1, part) * free[k]!, 5),
    );
  },
);

test('decay that grows beyond all numbers is an overflow though no gradient moves anything', () => {
  const sets = randomSets('squared');
  const still = listedSets(sets).map((set) => ({
    ...set,
    outputs: set.targets.slice(),
    pull: new Float64Array(set.targets.length),
  }));
  const procedure = { ...PLAIN, weightDecay: 1e200 };
  const setting = settingOf('squared', { procedure, lr: 1 });
  const loop = trainingLoop(still, setting, gramRoute(still), batchStream(setting, COUNTS, 1, 0));
  loop.step();
  expect(loop.overflowed()).toBe(false);
  loop.step();
  expect(loop.overflowed()).toBe(true);
});
