import { describe, expect, it } from 'vitest';
import { factorSet } from '../../src/theory/problem.js';
import { factorQuadratic } from '../../src/unlearning/factor-quadratic.js';
import { linearLeastSquares } from '../../studies/digits/problem.js';
import { unlearningStep, type StepSettings } from '../../src/unlearning/step.js';

const minimum = new Float64Array(2);

/** Quadratic samples in the plane with integer factors: the step is exact in binary fractions. */
const settings: StepSettings = {
  retain: factorQuadratic(factorSet([[[1, 0]], [[1, 1]], [[0, 2]]], 2), minimum),
  forget: factorQuadratic(
    factorSet(
      [
        [[2, 1]],
        [
          [0, 1],
          [1, 0],
        ],
      ],
      2,
    ),
    minimum,
  ),
  alpha: 0.25,
  eta: 0.5,
  batch: { retain: 2, forget: 1 },
};

function batch(...indices: number[]): { indices: Int32Array; size: number } {
  return { indices: Int32Array.from(indices), size: indices.length };
}

function stepped(
  change: Partial<StepSettings>,
  retain: readonly number[],
  forget: readonly number[],
  start: readonly [number, number] = [8, 16],
): number[] {
  const w = Float64Array.from(start);
  unlearningStep(
    { ...settings, ...change },
    batch(...retain),
    batch(...forget),
    w,
    new Float64Array(2).fill(99),
  );
  return Array.from(w);
}

describe('unlearningStep', () => {
  it('is w - eta [(1-alpha)/B_R sum grad l_i - alpha/B_F sum grad l_j], written out by hand', () => {
    // At (8, 16): grad of retain 1 is (24, 24), of retain 2 (0, 64), of forget 0 (2, 1) * 32 = (64, 32).
    // Descent 0.75/2 (24, 88) = (9, 33), ascent 0.25/1 (64, 32) = (16, 8); eta (9 - 16, 33 - 8) = (-3.5, 12.5).
    expect(stepped({}, [1, 2], [0])).toEqual([11.5, 3.5]);
  });

  it('is not the step with the signs exchanged, nor the one with both signs positive', () => {
    expect(stepped({}, [1, 2], [0])).not.toEqual([8 - 3.5, 16 + 12.5]);
    expect(stepped({}, [1, 2], [0])).not.toEqual([8 - 12.5, 16 - 20.5]);
  });

  it('counts a sample as often as it was drawn', () => {
    // Twice retain 0: 0.375 * 2 * (8, 0) = (6, 0).
    expect(stepped({ alpha: 0 }, [0, 0], [0])).toEqual([8 - 0.5 * 8, 16]);
    expect(stepped({}, [0, 0], [])).toEqual([8 - 0.5 * 6, 16]);
  });

  it('divides by the batch size of the settings, whatever was drawn', () => {
    expect(stepped({}, [0], [])).toEqual([8 - 0.5 * 0.375 * 8, 16]);
    expect(stepped({}, [0, 1, 2], [])).toEqual([8 - 0.5 * 0.375 * (8 + 24), 16 - 0.5 * 0.375 * (24 + 64)]);
  });

  it('does not move for empty batches, nor at the minimum', () => {
    expect(stepped({}, [], [])).toEqual([8, 16]);
    expect(stepped({}, [0, 1], [1], [0, 0])).toEqual([0, 0]);
  });

  it('sums over all factors of a sample: forget 1 has H = I', () => {
    expect(stepped({ alpha: 1 }, [], [1])).toEqual([8 + 0.5 * 8, 16 + 0.5 * 16]);
  });

  it('takes all gradients at the old w, so the order of the samples does not matter', () => {
    expect(stepped({}, [1, 2], [0])).toEqual(stepped({}, [2, 1], [0]));
  });

  it('reads only the first `size` indices', () => {
    const w = Float64Array.of(8, 16);
    const partial = { indices: Int32Array.of(0, 2), size: 1 };
    unlearningStep(settings, partial, batch(), w, new Float64Array(2));
    expect(Array.from(w)).toEqual(stepped({}, [0], []));
  });

  it('moves away from a point that does not interpolate: least squares with labels that do not fit', () => {
    const retain = linearLeastSquares(Float64Array.of(1, 1), Float64Array.of(0, 2));
    const forget = linearLeastSquares(Float64Array.of(2), Float64Array.of(4));
    const w = Float64Array.of(1);
    // Residuals 1 and -1 cancel on the retain set; forget: residual -2, gradient -4, ascent by 0.1 * 0.25 * -4.
    const all = { retain, forget, alpha: 0.25, eta: 0.5, batch: { retain: 2, forget: 1 } };
    unlearningStep(all, batch(0, 1), batch(0), w, new Float64Array(1));
    expect(w[0]).toBe(1 + 0.5 * 0.25 * -4);
  });
});
