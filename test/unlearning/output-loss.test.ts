import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OUTPUT_LOSSES, probabilities, type LossKind } from '../../src/unlearning/output-loss.js';

const kinds = ['squared', 'softmax', 'sigmoid'] as const satisfies readonly LossKind[];

const logits = (least: number, size: number) =>
  fc
    .array(fc.double({ min: -size, max: size, noNaN: true }), { minLength: least, maxLength: 6 })
    .map((z) => Float64Array.from(z));

/** Hessian of the loss in the outputs by its definition. */
function hessian(kind: LossKind, z: Float64Array): number[][] {
  const p = kind === 'softmax' ? probabilities(z) : z.map((x) => 1 / (1 + Math.exp(-x)));
  return Array.from(z, (_, j) =>
    Array.from(z, (__, k) => {
      if (kind === 'squared') return j === k ? 1 : 0;
      if (kind === 'sigmoid') return j === k ? p[k]! * (1 - p[k]!) : 0;
      return (j === k ? p[k]! : 0) - p[j]! * p[k]!;
    }),
  );
}

/** Largest difference of R^T R to the Hessian; its entries are at most 1. */
function distance(root: Float64Array, kind: LossKind, z: Float64Array): number {
  const [c, m] = [z.length, root.length / z.length];
  return Math.max(
    ...hessian(kind, z).flatMap((row, j) =>
      row.map((entry, k) => {
        const products = Array.from({ length: m }, (_, i) => root[i * c + j]! * root[i * c + k]!);
        return Math.abs(products.reduce((a, b) => a + b, 0) - entry);
      }),
    ),
  );
}

/** A few roundings of numbers of size 1. */
const ROUNDING = 1e-14;

describe.each(kinds)('the root R of the Hessian of %s', (kind) => {
  const loss = OUTPUT_LOSSES[kind];
  const least = kind === 'softmax' ? 2 : 1;

  test('has R^T R = Lambda, in as many rows as promised', () => {
    fc.assert(
      fc.property(logits(least, 30), (z) => {
        const root = loss.root(z);
        expect(root.length).toBe(loss.factorsPerSample(z.length) * z.length);
        expect(distance(root, kind, z)).toBeLessThan(ROUNDING);
        // What must be noticed: one entry of a thousandth too much.
        const top = root.reduce((at, x, k) => (Math.abs(x) > Math.abs(root[at]!) ? k : at), 0);
        if (Math.abs(root[top]!) > 1e-3) {
          expect(distance(root.with(top, 1.001 * root[top]!), kind, z)).toBeGreaterThan(ROUNDING);
        }
      }),
    );
  });

  test('is finite for logits of any size', () => {
    for (const z of [
      [1e4, -1e4, 0],
      [-1e300, 1e300, 1],
      [800, 800, -800],
    ]) {
      expect(loss.root(Float64Array.from(z)).every(Number.isFinite)).toBe(true);
    }
  });

  test('belongs to a loss whose gradient is its slope', () => {
    fc.assert(
      fc.property(logits(least, 4), fc.nat(5), (z, k) => {
        const y = Float64Array.from(z, (_, j) => (j === k % z.length ? 1 : 0));
        const gradient = loss.gradient(z, y);
        const step = 1e-6;
        z.forEach((value, j) => {
          const slope =
            (loss.value(z.with(j, value + step), y) - loss.value(z.with(j, value - step), y)) / (2 * step);
          expect(Math.abs(slope - gradient[j]!)).toBeLessThan(1e-8);
        });
      }),
    );
  });
});

test('the gradient of a sample fitted all but perfectly keeps its digits', () => {
  const [error] = OUTPUT_LOSSES.softmax.gradient(Float64Array.of(40, 0), Float64Array.of(1, 0));
  expect(error! / -Math.exp(-40)).toBeCloseTo(1, 12);
  const [ofOne] = OUTPUT_LOSSES.sigmoid.gradient(Float64Array.of(40), Float64Array.of(1));
  expect(ofOne! / -Math.exp(-40)).toBeCloseTo(1, 12);
  // The naive difference has lost them.
  expect(probabilities(Float64Array.of(40, 0))[0]! - 1).toBe(0);
});

test('two classes have one factor, by softmax of two logits and by sigmoid of their difference', () => {
  const two = OUTPUT_LOSSES.softmax.root(Float64Array.of(0.7, -0.4));
  const one = OUTPUT_LOSSES.sigmoid.root(Float64Array.of(1.1));
  expect(two[0]).toBeCloseTo(one[0]!, 14);
  expect(two[1]).toBeCloseTo(-one[0]!, 14);
});
