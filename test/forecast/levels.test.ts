import { describe, expect, test } from 'vitest';
import { isDamaged, isForgotten, type Level, levelAt, levelsOf } from '../../src/forecast/levels.js';
import { heldBytes, heldRows, type OutputSet } from '../../src/forecast/output-set.js';
import { matrixOf } from './random-sets.js';

const level = (loss: number, accuracy: number | null = null): Level => ({ loss, accuracy });

describe('marks', () => {
  test('a goal is met at its value, and by overflow', () => {
    const [loss, accuracy] = [
      { quantity: 'loss', value: 2 } as const,
      { quantity: 'accuracy', value: 0.5 } as const,
    ];
    expect([1.99, 2, 2.01].map((x) => isForgotten(level(x), loss))).toEqual([false, true, true]);
    expect([0.51, 0.5, 0.49].map((x) => isForgotten(level(0, x), accuracy))).toEqual([false, true, true]);
    expect(isForgotten(level(0), accuracy)).toBe(false);
    expect(isForgotten(level(Infinity, 1), accuracy)).toBe(true);
  });

  test('a limit is left beyond its value, and by overflow, with or without one', () => {
    const [loss, accuracy] = [
      { quantity: 'loss', value: 2 } as const,
      { quantity: 'accuracy', value: 0.5 } as const,
    ];
    expect([1.99, 2, 2.01].map((x) => isDamaged(level(x), loss))).toEqual([false, false, true]);
    expect([0.51, 0.5, 0.49].map((x) => isDamaged(level(0, x), accuracy))).toEqual([false, false, true]);
    expect([isDamaged(level(Infinity, 1), accuracy), isDamaged(level(Infinity), null)]).toEqual([true, true]);
    expect(isDamaged(level(1e300, 0), null)).toBe(false);
  });
});

/** Two outputs a sample, all right but the third. */
const outputs = Float64Array.from([1, 0, 2, 0, 0, 1, 3, 0, 1e308, -1e308]);
const set: OutputSet = {
  ...{ name: 'set', samples: 5, of: 5, width: 2, outputs, jacobian: matrixOf(new Float64Array(20), 2, 2) },
  targets: Float64Array.from([1, 0, 1, 0, 1, 0, 1, 0, 1, 0]),
  ...{ pull: null, projection: null, ids: null, real: null },
};

describe('levels of samples', () => {
  test('are means over those that are asked for, at every position', () => {
    const each: [number, number, Level][] = [];
    const listed = Int32Array.from([0, 2, 3]);
    // At the second position the outputs of a sample are exchanged.
    const [found, exchanged] = levelsOf(
      set,
      'softmax',
      listed,
      2,
      (from, to, out) => {
        for (let j = from; j < to; j++) {
          const [first, second] = outputs.subarray(2 * listed[j]!, 2 * listed[j]! + 2);
          out.set([first!, second!, second!, first!], 4 * (j - from));
        }
      },
      (sample, position, own) => each.push([sample, position, own]),
    );
    expect(each.map(([sample, position]) => [sample, position])).toEqual(
      [0, 1, 2].flatMap((j) => [
        [j, 0],
        [j, 1],
      ]),
    );
    // -log p of the first class at z = (1, 0), (0, 1) and (3, 0).
    const losses = [Math.log1p(Math.exp(-1)), 1 + Math.log1p(Math.exp(-1)), Math.log1p(Math.exp(-3))];
    const first = each.filter(([, position]) => position === 0).map(([, , own]) => own);
    first.forEach(({ loss }, k) => expect(loss).toBeCloseTo(losses[k]!, 14));
    expect(first.map(({ accuracy }) => accuracy)).toEqual([1, 0, 1]);
    expect(found!.loss).toBeCloseTo(losses.reduce((a, b) => a + b) / 3, 14);
    expect([found!.accuracy, exchanged!.accuracy]).toEqual([2 / 3, 1 / 3]);
  });

  test('a sample whose loss overflows is wrong, and the loss of the set infinite', () => {
    const wild = outputs.slice();
    wild.set([Infinity, 0], 8);
    expect(levelAt(set, 'softmax', wild)).toEqual({ loss: Infinity, accuracy: 3 / 5 });
    expect(levelAt(set, 'squared', outputs)).toEqual({ loss: Infinity, accuracy: null });
  });
});

test('Jacobians are kept in the precision in which they are stored', () => {
  const numbers = Float64Array.from([0.1, 1 / 3, 2 / 3, 1e-300]);
  for (const dtype of ['<f8', 'F64', 'float64', 'csv']) {
    const source = matrixOf(numbers, 1, 2, dtype);
    expect(heldBytes(source)).toBe(32);
    expect(Array.from(heldRows(source).read(0, 2).numbers)).toEqual(Array.from(numbers));
  }
  for (const dtype of ['<f4', '>f2', 'F32', 'F16', 'BF16', 'bfloat16', 'float32']) {
    const source = matrixOf(numbers, 1, 2, dtype);
    expect(heldBytes(source)).toBe(16);
    expect(Array.from(heldRows(source).read(0, 2).numbers)).toEqual(Array.from(numbers, Math.fround));
  }
});
