import { describe, expect, test } from 'vitest';
import { measured } from '../../src/harness/location-claim.js';
import { normals, randomSource } from '../../src/statistics/generator.js';
import { criticalMixing } from '../../src/theory/mean-curvature.js';
import { meanSpectrum } from '../../src/theory/curvature-signs.js';
import { rankOneSet, type ReducedProblem } from '../../src/theory/problem.js';
import { textTable } from '../../src/report/table.js';
import { expectShown } from '../docs/shown-output.js';
import { meanFieldStep } from '../../src/theory/mean-field.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { C7 } from '../../theorems/C7.js';
import { C8 } from '../../theorems/C8.js';
import { PLAIN_SETTING } from '../../theorems/draws/network-settings.js';

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

interface Shape {
  readonly n: number;
  /** n_F; 0 for descent. */
  readonly forgotten: number;
  readonly d: number;
}

/** A random problem of rank one. @param mixing alpha over alpha*. @param batch size of a set of so many samples. */
function randomProblem({ n, forgotten, d }: Shape, mixing: number, batch: (n: number) => number, k: number) {
  const random = randomSource('tightness', n, d, k);
  const retain = rankOneSet(normals(n * d, random), d);
  const forget = rankOneSet(normals(forgotten * d, random), d);
  const alpha = forgotten === 0 ? 0 : mixing * criticalMixing(retain, forget);
  const sizes = { retain: batch(n), forget: forgotten === 0 ? 1 : batch(forgotten) };
  return reduceProblem({ retain, forget, alpha, batch: sizes, sampling: 'bernoulli' });
}

/** U18's step and 2/lambda_1(D), both over the exact threshold. */
function tightness(problem: ReducedProblem): { meanField: number; steep: number } {
  const etaStar = exactStability(problem).criticalStep().value;
  return {
    meanField: meanFieldStep(problem)! / etaStar,
    steep: 2 / meanSpectrum(problem).values.at(-1)! / etaStar,
  };
}

const SHAPES: readonly (readonly [Shape, mixing: number, draws: number])[] = [
  [{ n: 100, forgotten: 0, d: 20 }, 0, 15],
  [{ n: 100, forgotten: 0, d: 50 }, 0, 15],
  [{ n: 200, forgotten: 0, d: 100 }, 0, 5],
  [{ n: 400, forgotten: 0, d: 200 }, 0, 3],
  [{ n: 100, forgotten: 30, d: 20 }, 0.5, 15],
  [{ n: 100, forgotten: 50, d: 50 }, 0.5, 15],
  [{ n: 200, forgotten: 60, d: 20 }, 0.5, 9],
];

describe('U18 on random rank-one data', () => {
  test.each(SHAPES.filter(([{ n }]) => n < 400))(
    'is within 5 %% in the median over batches of 1 to n: %j',
    (shape, mixing) => {
      const ratios = Array.from({ length: 25 }, (_, k) => {
        const random = randomSource('tightness', 'batches', k);
        return tightness(randomProblem(shape, mixing, (n) => 1 + random.integer(n), k)).meanField;
      });
      expect(Math.min(...ratios)).toBeGreaterThan(1 - 1e-9);
      expect(median(ratios)).toBeLessThan(1.05);
    },
  );

  test('the document has its medians by the size of the batches: they fall to 1 with n and d, and with B', () => {
    const sizes = [() => 1, (n: number) => Math.ceil(n / 10), (n: number) => Math.ceil(n / 4)];
    const rows = SHAPES.map(([shape, mixing, draws]) => {
      const found = sizes.map((size) => {
        const all = Array.from({ length: draws }, (_, k) => tightness(randomProblem(shape, mixing, size, k)));
        for (const { meanField } of all) expect(meanField).toBeGreaterThan(1 - 1e-9);
        return { meanField: median(all.map((x) => x.meanField)), steep: median(all.map((x) => x.steep)) };
      });
      // Where noise decides the trivial bound is far off: U18 is what is tight.
      expect(found[0]!.steep).toBeGreaterThan(10);
      expect(found[1]!.steep).toBeGreaterThan(1.5);
      const medians = found.map(({ meanField }) => meanField);
      expect(medians).toEqual(medians.toSorted((a, b) => b - a));
      const { n, forgotten, d } = shape;
      const numbers = found.map(({ meanField, steep }) => `${meanField.toFixed(3)} (${steep.toFixed(1)})`);
      return [String(n), String(forgotten), String(d), String(mixing), ...numbers];
    });
    const header = ['n', 'n_F', 'd', 'alpha/alpha*', 'B = 1', 'n/10', 'n/4'];
    expectShown('docs/theory.md', 'mean field', textTable(header, rows));
  }, 600_000);
});

describe('C7 at n up to 400', () => {
  /** Medians over the limit, and the tolerance over it. */
  function at(experiment: string, n: number, batch: number, repeats: number) {
    const setting = { ...PLAIN_SETTING, samples: n, dimension: n / 2, batch, seed: 1 };
    const values = Array.from({ length: repeats }, (_, k) => measured(experiment, setting, k));
    const limit = C7.claim.limit(setting);
    return { ratio: median(values) / limit, tolerance: C7.claim.tolerance(setting, experiment) / limit };
  }

  test('the exact threshold with single samples approaches the limit from below: 0.92, 0.96, 0.98', () => {
    const found = (
      [
        [100, 9],
        [200, 5],
        [400, 3],
      ] as const
    ).map(([n, repeats]) => at('critical-step', n, 1, repeats));
    for (const { ratio, tolerance } of found) expect(Math.abs(ratio - 1)).toBeLessThan(tolerance);
    const [few, more, many] = found.map(({ ratio }) => 1 - ratio) as [number, number, number];
    expect(few / more).toBeGreaterThan(1.4);
    expect(more / many).toBeGreaterThan(1.4);
    expect(many).toBeLessThan(0.04);
  });

  test('batches above the critical size cost nothing, those below do', () => {
    const n = 200;
    const critical = n / (1 + Math.SQRT2);
    for (const [share, experiment] of [
      [1.5, 'critical-step'],
      [0.3, 'critical-step'],
      [1.5, 'mean-field-step'],
      [0.3, 'mean-field-step'],
    ] as const) {
      const { ratio, tolerance } = at(experiment, n, Math.round(share * critical), 3);
      expect(Math.abs(ratio - 1)).toBeLessThan(tolerance);
    }
  });
});

test.each([
  [400, 200, 100, 7],
  [800, 400, 200, 3],
])('C8 holds at n_R, n_F, d = %i, %i, %i', (retain, forget, dimension, repeats) => {
  const setting = { ...PLAIN_SETTING, samples: retain + forget, forget, dimension, seed: 1 };
  const values = Array.from({ length: repeats }, (_, k) => measured('critical-mixing', setting, k));
  const limit = C8.claim.limit(setting);
  expect(limit).toBeCloseTo(0.1493, 4);
  expect(Math.abs(median(values) - limit)).toBeLessThan(C8.claim.tolerance(setting, 'critical-mixing'));
});
