import { describe, expect, test } from 'vitest';
import {
  integerValues,
  linearValues,
  logValues,
  valueAtPosition,
  type MapAxis,
} from '../../src/frontier/frontier-map.js';

function axis(scale: MapAxis['scale'], values: readonly number[]): MapAxis {
  return { name: 'x', title: 'x', unit: null, scale, values };
}

describe('values of an axis', () => {
  test('are centres of equal parts', () => {
    expect(linearValues(0, 1, 4)).toEqual([0.125, 0.375, 0.625, 0.875]);
    expect(logValues(1, 100, 2).map((x) => x.toFixed(4))).toEqual(['3.1623', '31.6228']);
  });

  test('that are integers are distinct and have both ends', () => {
    expect(integerValues(1, 5, 9)).toEqual([1, 2, 3, 4, 5]);
    for (const count of [2, 7, 48]) {
      const values = integerValues(1, 50, count);
      expect(new Set(values).size).toBe(count);
      expect([values[0], values.at(-1)]).toEqual([1, 50]);
    }
    expect(integerValues(1, 9, 1)).toEqual([5]);
  });
});

test('positions are interpolated on the scale of the axis', () => {
  expect(valueAtPosition(axis('linear', [1, 3]), 1)).toBe(2);
  expect(valueAtPosition(axis('log', [1, 9]), 1)).toBeCloseTo(3, 12);
  expect(valueAtPosition(axis('log', [1, 9]), 0.5)).toBe(1);
});
