import { describe, expect, test } from 'vitest';
import { firstCrossing, twoSided } from '../../../src/theory/operator/period-operator.js';

describe('the eigenvalue from both eigenvectors', () => {
  /** x -> M x, M = [2 1; 0 1]: eigenvectors (1, 0) from the right and (1, 1) from the left. */
  const maps = {
    forward(m: Float64Array, out: Float64Array) {
      out.set([2 * m[0]! + m[1]!, m[1]!]);
    },
    adjoint(m: Float64Array, out: Float64Array) {
      out.set([2 * m[0]!, m[0]! + m[1]!]);
    },
  };

  test('is that of the left one, with the residual over the cosine of their angle as its error', () => {
    const length = Math.hypot(1, 0.1);
    const { value, relativeError } = twoSided(maps, Float64Array.of(1 / length, 0.1 / length), Float64Array.of(1, 0.5)); // prettier-ignore
    expect(value).toBeCloseTo(2, 10);
    const cosine = 1.1 / length / Math.SQRT2;
    expect(relativeError).toBeCloseTo((0.1 * Math.SQRT2) / length / (2 * cosine), 8);
  });
});

describe('the first crossing', () => {
  test('is the beginning of a window of escape that is a sixth wide, wherever it lies', () => {
    for (let k = 0; k < 40; k++) {
      const from = 1.05 + 0.37 * k;
      const growth = (eta: number) => ({ value: (eta > from && eta < (7 / 6) * from ? 1 : -1) * 0.1 });
      const found = firstCrossing(growth, 1);
      expect(found!.eta / from).toBeCloseTo(1, 12);
    }
  });

  test('is found far above the guide and below it, to the last digits, and is null where nothing escapes', () => {
    for (const critical of [3e-9, 0.7, 40, 1e8]) {
      const found = firstCrossing((eta) => ({ value: Math.log(eta / critical) }), 1)!;
      expect(found.eta / critical).toBeCloseTo(1, 13);
      expect(found.slope).toBeCloseTo(1, 6);
    }
    expect(firstCrossing(() => ({ value: -1 }), 1)).toBeNull();
    expect(firstCrossing(() => ({ value: 1 }), 1)).toEqual({ eta: 0, slope: 0 });
  });

  test("is found by Newton's steps where the slope is known, with all digits and no more steps than these take", () => {
    for (const critical of [3e-9, 0.7, 40]) {
      for (const k of [1, 3]) {
        let asked = 0;
        // e^(k x) - 1 in x = log(eta/critical).
        const found = firstCrossing((eta, rough) => {
          if (!rough) asked++;
          return { value: Math.expm1(k * Math.log(eta / critical)), slope: k * (eta / critical) ** k };
        }, 1)!;
        expect(Math.abs(found.eta / critical - 1)).toBeLessThan(
          1e-14 * Math.max(1, Math.abs(Math.log(critical))),
        );
        expect(asked).toBeLessThanOrEqual(6);
      }
    }
  });

  test('is found by halves where the slope leads astray', () => {
    // The last step, of 1e-8 at most, is the slope's.
    const growth = (eta: number) => ({ value: Math.log(eta / 0.7), slope: 1e-3 });
    expect(Math.abs(firstCrossing(growth, 1)!.eta / 0.7 - 1)).toBeLessThan(1.01e-8);
  });
});
