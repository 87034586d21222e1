import { describe, expect, test } from 'vitest';
import { reduced } from '../../properties/theorem-property.js';
import type { ProblemSpec } from '../../src/theory/problem.js';
import { steepestWithin, threeAxes } from '../../src/theory/three-axes.js';

/** Two axes: retain 4 and 2 x 1, forget 1 along the second; batches 1 of 3 and 1 of 2. */
const spec: ProblemSpec = {
  retain: [[[2, 0]], [[0, 1]], [[0, 1]]],
  forget: [[[0, 1]], [[0, 0.5]]],
  alpha: 0.25,
  batch: { retain: 1, forget: 1 },
  sampling: 'bernoulli',
};

describe('threeAxes', () => {
  test('of a problem by hand', () => {
    const { delta, q, retain, forget } = threeAxes(reduced(spec));
    // K_R = (1, 1/2), K_F = (0, 5/32).
    expect(delta).toBeCloseTo(1, 12);
    expect(q).toBeCloseTo(5 / 16, 12);
    expect(retain).toEqual({ strongest: 1, noise: 2 });
    expect(forget).toEqual({ strongest: 0.125, noise: 1 });
  });

  test('q passes 1 where D loses its sign, is 0 without forget samples and infinite without cover', () => {
    const at = (alpha: number, parts: Partial<ProblemSpec> = {}) =>
      threeAxes(reduced({ ...spec, alpha, ...parts }));
    // odds(alpha*) = (2/3)/(5/8).
    const critical = 16 / 15 / (1 + 16 / 15);
    expect(at(critical - 1e-9).q).toBeLessThan(1);
    expect(at(critical + 1e-9).q).toBeGreaterThan(1);
    expect(at(0)).toMatchObject({ q: 0, forget: { strongest: 0, noise: 0 } });
    expect(at(0.1, { retain: [[[1, 0]]] }).q).toBe(Infinity);
    expect(at(1)).toMatchObject({ q: Infinity, retain: { strongest: 0, noise: 0 } });
  });
});

test('steepestWithin is the maximum of 2t/(t^2 + m^2) over an interval, found by trying', () => {
  for (const [a, b] of [
    [0.5, 2],
    [1, 1],
    [3, 4],
  ] as const) {
    for (const m of [0, 0.2, 0.9, 1.5, 3.5, 10]) {
      const tried = Array.from({ length: 20_001 }, (_, k) => a + ((b - a) * k) / 20_000);
      const best = Math.max(...tried.map((t) => (2 * t) / (t * t + m * m)));
      expect(Math.abs(steepestWithin(a, b, m) / best - 1)).toBeLessThan(1e-8);
    }
  }
});
