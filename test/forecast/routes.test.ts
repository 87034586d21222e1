import { describe, expect, test } from 'vitest';
import { batchStream } from '../../src/forecast/batches.js';
import { type OptimizerFactory, optimizerOf, trainingLoop } from '../../src/forecast/training-loop.js';
import { listedSets, type ForecastSets } from '../../src/forecast/output-set.js';
import { gramRoute, jacobianRoute, type Route } from '../../src/forecast/route.js';
import { normals, randomSource } from '../../src/statistics/generator.js';
import type { ForecastSetting, LoopProcedure } from '../../src/forecast/setting.js';
import type { LossKind } from '../../src/unlearning/output-loss.js';
import { PLAIN, randomSets, settingOf } from './random-sets.js';

/** All outputs after the steps of a setting. */
function outputsAfter(
  sets: ForecastSets,
  setting: ForecastSetting,
  route: Route,
  optimize: OptimizerFactory = optimizerOf,
): number[] {
  const listed = listedSets(sets);
  const counts = { retain: sets.retain.samples, forget: sets.forget.samples };
  const loop = trainingLoop(listed, setting, route, batchStream(setting, counts, 1, 0), optimize);
  while (loop.steps < setting.steps) loop.step();
  return listed.flatMap(({ samples, width }, set) => {
    const out = new Float64Array(samples * width);
    loop.outputs(set, 0, samples, out);
    return Array.from(out);
  });
}

/** Largest difference over the largest number: twenty steps of a few hundred roundings each. */
const ROUNDING = 1e-11;

function distance(one: readonly number[], other: readonly number[]): number {
  const largest = Math.max(...one.map(Math.abs));
  return Math.max(...one.map((x, k) => Math.abs(x - other[k]!))) / largest;
}

const PROCEDURES: Readonly<Record<string, Partial<LoopProcedure>>> = {
  plain: {},
  momentum: { momentum: 0.9 },
  nesterov: { momentum: 0.8, nesterov: true },
  'weight decay': { weightDecay: 0.05 },
  clipping: { clip: 0.1 },
  alternating: { schedule: { ascent: 1, descent: 3 } },
  'all together': { momentum: 0.5, weightDecay: 0.02, clip: 0.2, schedule: { ascent: 2, descent: 1 } },
};

const SAMPLINGS = ['reshuffled', 'bernoulli', 'with-replacement', 'without-replacement'] as const;

describe.each(['squared', 'softmax', 'sigmoid'] as const satisfies readonly LossKind[])('%s', (loss) => {
  const sets = randomSets(loss);
  const listed = listedSets(sets);
  const [jacobian, gram] = [jacobianRoute(listed), gramRoute(listed)];

  test.each(Object.keys(PROCEDURES))(
    '%s: both routes and rows read when needed agree to rounding',
    (name) => {
      const procedure = { ...PLAIN, ...PROCEDURES[name] };
      const setting = settingOf(loss, { procedure });
      const found = outputsAfter(sets, setting, jacobian);
      expect(distance(found, outputsAfter(sets, setting, gram))).toBeLessThan(ROUNDING);
      expect(outputsAfter(sets, setting, jacobianRoute(listed, 0))).toEqual(found);
      // What must be noticed: every part of the procedure changes the outputs.
      if (name !== 'plain') {
        expect(distance(found, outputsAfter(sets, settingOf(loss), gram))).toBeGreaterThan(1e-3);
      }
    },
  );

  test.each(SAMPLINGS)('sampling %s: both routes agree to rounding', (scheme) => {
    const setting = settingOf(loss, { sampling: { retain: scheme, forget: scheme } });
    expect(distance(outputsAfter(sets, setting, jacobian), outputsAfter(sets, setting, gram))).toBeLessThan(
      ROUNDING,
    );
  });

  test('outputs of many vectors are those of one after the other, for gathered samples, too', () => {
    const vectors = normals(3 * 12, randomSource('many', loss));
    const samples = Int32Array.from([0, 1, 4, 5, 6, 9]);
    for (const route of [jacobian, jacobianRoute(listed, 0)]) {
      for (const some of [samples, samples.subarray(2, 5)]) {
        const out = new Float64Array(some.length * 3 * 3);
        route.products(0, some, vectors, out);
        some.forEach((sample, j) => {
          for (let k = 0; k < 3; k++) {
            const one = new Float64Array(3);
            route.outputs(0, sample, sample + 1, vectors.subarray(12 * k, 12 * (k + 1)), one);
            one.forEach((z, i) => expect(out[(3 * j + i) * 3 + k]).toBeCloseTo(z, 12));
          }
        });
      }
    }
    const [images, out] = [normals(2 * gram.length, randomSource('images', loss)), new Float64Array(6)];
    gram.products(1, Int32Array.of(2), images, out);
    const at = 3 * (10 + 2);
    for (let i = 0; i < 3; i++) {
      expect(Array.from(out.subarray(2 * i, 2 * i + 2))).toEqual([
        images[at + i],
        images[gram.length + at + i],
      ]);
    }
  });

  test('one output works like several', () => {
    if (loss === 'softmax') return;
    const one = randomSets(loss, { c: 1 });
    const rows = listedSets(one);
    const setting = settingOf(loss, { procedure: { ...PLAIN, momentum: 0.9, weightDecay: 0.01 } });
    const found = outputsAfter(one, setting, jacobianRoute(rows));
    expect(distance(found, outputsAfter(one, setting, gramRoute(rows)))).toBeLessThan(ROUNDING);
  });
});

describe('wrong procedures are told from the right one', () => {
  const sets = randomSets('softmax');
  const gram = gramRoute(listedSets(sets));
  const setting = settingOf('softmax', {
    procedure: { ...PLAIN, momentum: 0.5, weightDecay: 0.05, clip: 0.2 },
  });
  const found = outputsAfter(sets, setting, jacobianRoute(listedSets(sets)));

  test('the right one is found', () => {
    expect(distance(found, outputsAfter(sets, setting, gram))).toBeLessThan(ROUNDING);
  });

  test('decay without w*: only the displacement shrinks', () => {
    const withoutPull: OptimizerFactory = (given, length) => {
      const optimizer = optimizerOf(given, length);
      return { ...optimizer, position: { vector: optimizer.position.vector, pull: 0 } };
    };
    expect(distance(found, outputsAfter(sets, setting, gram, withoutPull))).toBeGreaterThan(1e-3);
  });

  test('decay left out', () => {
    const without = { ...setting, procedure: { ...setting.procedure, weightDecay: 0 } };
    expect(distance(found, outputsAfter(sets, without, gram))).toBeGreaterThan(1e-3);
  });

  test('clipping by the length of the coefficients, or of the image G c', () => {
    const byCoefficients: Route = {
      ...gram,
      squaredLength: (_, parts) =>
        parts.reduce((sum, { coefficients }) => sum + coefficients.reduce((s, c) => s + c * c, 0), 0),
    };
    const byImage: Route = { ...gram, squaredLength: (vector) => vector.reduce((sum, x) => sum + x * x, 0) };
    for (const wrong of [byCoefficients, byImage]) {
      expect(distance(found, outputsAfter(sets, setting, wrong))).toBeGreaterThan(1e-3);
    }
  });
});
