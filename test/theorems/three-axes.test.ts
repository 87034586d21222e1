import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reduced } from '../../properties/theorem-property.js';
import { unlearningCoherence } from '../../src/theory/coherence.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { threeAxes } from '../../src/theory/three-axes.js';
import { D1 } from '../../theorems/D1.js';
import { D4 } from '../../theorems/D4.js';
import { axisVector, descentOnly } from '../../theorems/draws/extremal-families.js';
import { strongAmongWeak, threeAxisWitnesses } from '../../theorems/draws/three-axis-families.js';
import { alignedProblems } from '../../theorems/draws/aligned-problems.js';
import { U15 } from '../../theorems/U15.js';
import { U16 } from '../../theorems/U16.js';
import { U17 } from '../../theorems/U17.js';
import { U6 } from '../../theorems/U6.js';

test('U16 and U15 are the exact threshold to 1e-12 on 500 random witnesses', () => {
  fc.assert(
    fc.property(threeAxisWitnesses(1, 4), (spec) => {
      const problem = reduced(spec);
      const exact = exactStability(problem).criticalStep().value;
      for (const { claim } of [U15, U16]) {
        expect(Math.abs(claim.criticalStep(problem)! / exact - 1)).toBeLessThan(1e-12);
      }
    }),
    { seed: 6, numRuns: 500 },
  );
});

/** How far a bound lies above the exact threshold of U6 with so many weak samples on each axis. */
function excess({ claim }: typeof U17, shape: Parameters<typeof strongAmongWeak>[0]): number {
  const problem = reduced(strongAmongWeak(shape));
  return claim.criticalStep(problem)! / U6.claim.criticalStep(problem)! - 1;
}

const places = ['low', 'middle', 'top'] as const;

describe('among about 1,000 samples a set, within 1 % and at the rate 1/n,', () => {
  const shapes = (['retain', 'forget'] as const).flatMap((strong) =>
    places.flatMap((place) => [0.35, 0.5].map((q) => ({ strong, place, q, alpha: 0.3 }))),
  );
  test.each(shapes)('U17 is attained by a strong $strong sample placed $place, q = $q', (shape) => {
    const [few, many] = [250, 500].map((weak) => excess(U17, { ...shape, weak })) as [number, number];
    expect(many).toBeGreaterThan(-1e-12);
    expect(many).toBeLessThan(0.01);
    expect(Math.abs(few / many - 2)).toBeLessThan(0.05);
  });

  test.each(places)('D4 is attained by a strong sample placed %s', (place) => {
    const shape = { strong: 'retain', place, q: 0, alpha: 0 } as const;
    const [few, many] = [250, 500].map((weak) => excess(D4, { ...shape, weak })) as [number, number];
    expect(many).toBeGreaterThan(-1e-9);
    expect(many).toBeLessThan(0.01);
    if (place === 'low') expect(few).toBeLessThan(1e-9);
    else expect(Math.abs(few / many - 2)).toBeLessThan(0.05);
  });
});

test('D4 is never weaker than D1', () => {
  fc.assert(
    fc.property(alignedProblems({ mixing: 'zero', samplings: ['bernoulli'] }), (spec) => {
      const problem = reduced(spec);
      expect(D4.claim.criticalStep(problem)!).toBeLessThanOrEqual(
        D1.claim.criticalStep(problem)! * (1 + 1e-12),
      );
    }),
    { seed: 6, numRuns: 300 },
  );
});

test('no function of the axes decides: two problems of the same sigma, nu and lambda_1(H) have thresholds 15 % apart', () => {
  const strong = strongAmongWeak({ strong: 'retain', place: 'top', q: 0, alpha: 0, weak: 24 });
  const n = 2 * strong.retain.length;
  // D3's pairs of equal samples on orthogonal axes.
  const pairs = descentOnly(
    Array.from({ length: n }, (_, i) => [axisVector(n / 2, Math.floor(i / 2))]),
    2 * strong.batch.retain,
  );
  const found = [strong, pairs].map((spec) => {
    const problem = reduced(spec);
    const { delta, retain } = threeAxes(problem);
    const { sigma } = unlearningCoherence(problem);
    return { axes: [sigma, retain.noise], scaled: U6.claim.criticalStep(problem)! * delta };
  });
  const [high, low] = found as [(typeof found)[0], (typeof found)[0]];
  high.axes.forEach((axis, k) => expect(Math.abs(axis / low.axes[k]! - 1)).toBeLessThan(1e-5));
  expect(high.scaled / low.scaled).toBeGreaterThan(1.15);
});

test('U15 and U17 say nothing where q is 1 to rounding: D is singular, eta* is 0', () => {
  const problem = reduced({
    retain: [[[1, 0]], [[0, 1]]],
    forget: [[[1, 0]]],
    alpha: 1 / 3,
    batch: { retain: 1, forget: 1 },
    sampling: 'bernoulli',
  });
  expect(exactStability(problem).criticalStep().value).toBe(0);
  expect(U15.claim.criticalStep(problem)).toBeNull();
  expect(U17.claim.applies(problem)).toBe(false);
});
