import { describe, expect, test } from 'vitest';
import { measured } from '../../src/harness/location-claim.js';
import { normals, randomSource } from '../../src/statistics/generator.js';
import { criticalMixing } from '../../src/theory/mean-curvature.js';
import { rankOneSet } from '../../src/theory/problem.js';
import { meanFieldStep } from '../../src/theory/mean-field.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { C7 } from '../../theorems/C7.js';
import { C8 } from '../../theorems/C8.js';
import { PLAIN_SETTING } from '../../theorems/draws/network-settings.js';

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/** U18's step over the exact one for a random problem with random batch sizes; alpha 10 to 80 % of the critical one, or 0. */
function tightness(n: number, forgotten: number, d: number, mixed: boolean, k: number): number {
  const random = randomSource('tightness', n, d, k);
  const retain = rankOneSet(normals(n * d, random), d);
  const forget = rankOneSet(normals(forgotten * d, random), d);
  const alpha = mixed ? criticalMixing(retain, forget) * (0.1 + 0.7 * random.uniform()) : 0;
  const batch = { retain: 1 + random.integer(n), forget: 1 + random.integer(forgotten) };
  const problem = reduceProblem({ retain, forget, alpha, batch, sampling: 'bernoulli' });
  return meanFieldStep(problem)! / exactStability(problem).criticalStep().value;
}

describe('U18 on random rank-one data', () => {
  const cases = [
    [100, 30, 20, false],
    [100, 30, 20, true],
    [100, 50, 50, false],
    [100, 40, 40, true],
    [200, 60, 20, true],
  ] as const;
  test.each(cases)('is within 5 % in the median: n = %i, %i in d = %i, mixed %s', (n, forget, d, mixed) => {
    const ratios = Array.from({ length: 25 }, (_, k) => tightness(n, forget, d, mixed, k));
    expect(Math.min(...ratios)).toBeGreaterThan(1 - 1e-9);
    expect(median(ratios)).toBeLessThan(1.05);
  });
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
