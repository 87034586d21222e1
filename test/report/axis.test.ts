import { describe, expect, test } from 'vitest';
import { linearValues, logValues } from '../../src/frontier/frontier-map.js';
import {
  cellBorders,
  linearAxis,
  logAxisAround,
  mixingAxis,
  ratioAxis,
  roundTicks,
} from '../../src/report/axis.js';

describe('a linear axis', () => {
  test.each([
    [0, 1],
    [-0.0123, 0.045],
    [-3e-9, 1e-9],
    [120, 9000],
  ])('from %f to %f has 2 to 6 round marks within its ends', (low, high) => {
    const { position, ticks } = linearAxis(low, high);
    expect([position(low), position(high)]).toEqual([0, 100]);
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    expect(ticks.length).toBeLessThanOrEqual(6);
    for (const most of [4, 5]) {
      const { length } = roundTicks(low, high, most);
      expect(length >= 1 && length <= most).toBe(true);
    }
    for (const tick of ticks) expect(tick >= low && tick <= high).toBe(true);
  });
});

describe('a logarithmic axis', () => {
  test.each([
    ['one value', [0.8]],
    ['values close together', [0.99, 1, 1.01]],
    ['values far apart', [1e-9, 1, 1e12]],
  ])('of %s has room for them and 2 to 7 marks', (_, values) => {
    const { position, ticks } = logAxisAround(values);
    for (const place of values.map(position)) expect(place > 0 && place < 100).toBe(true);
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    expect(ticks.length).toBeLessThanOrEqual(7);
    const places = ticks.map(position);
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
  });

  test('puts values beyond its ends on them, and refuses to have none', () => {
    expect(logAxisAround([1, 2]).position(1e9)).toBe(100);
    expect(() => logAxisAround([])).toThrow(RangeError);
  });
});

describe('a mixing axis', () => {
  const alphas = [0.4001, 0.41, 0.5, 0.7, 0.95];

  test('gives every alpha its column, side by side, with the alpha inside', () => {
    const { position, columns } = mixingAxis(alphas, 0.4);
    const own = columns(alphas);
    expect([own[0]![0], own.at(-1)![1]]).toEqual([0, 100]);
    own.forEach(([from, to], k) => {
      if (k > 0) expect(from).toBe(own[k - 1]![1]);
      expect(position(alphas[k]!)).toBeGreaterThan(from);
      expect(position(alphas[k]!)).toBeLessThan(to);
    });
  });

  test('labels places with the alphas that are there, and puts those outside on its ends', () => {
    const { position, labels } = mixingAxis(alphas, 0.4);
    for (const [place, label] of labels) expect(Math.abs(position(Number(label)) - place)).toBeLessThan(1.6);
    expect([0.1, 0.4, 1].map(position)).toEqual([0, 0, 100]);
    expect(() => mixingAxis([0.3], 0.4)).toThrow(RangeError);
  });
});

describe('an axis of ratios', () => {
  test.each([
    ['of one ratio, 1', [1]],
    ['of ratios above 1', [1, 1.3, 8]],
    ['of ratios below 1', [0.02, 0.9, 1]],
    ['of ratios far apart', [1e-6, 1e7]],
    ['without ratios', []],
  ])('%s keeps their order within its length, 1 among its at most 7 marks', (_, ratios) => {
    const { position, ticks } = ratioAxis(ratios);
    const places = [...ratios, ...ticks].sort((a, b) => a - b).map(position);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places.every((place) => place > 0 && place < 100)).toBe(true);
    expect(ticks).toContain(1);
    expect(ticks.length).toBeLessThanOrEqual(7);
  });

  test('has equal distances for equal factors', () => {
    const { position } = ratioAxis([0.25, 4]);
    expect(position(2) - position(1)).toBeCloseTo(position(1) - position(0.5), 1);
    expect(position(4) - position(2)).toBeCloseTo(position(2) - position(1), 1);
  });
});

describe('borders of cells', () => {
  test('are the ends of the parts that the values are centres of', () => {
    cellBorders('linear', linearValues(2, 4, 5)).forEach((x, k) => expect(x).toBeCloseTo(2 + 0.4 * k, 6));
    cellBorders('log', logValues(1, 16, 4)).forEach((x, k) => expect(x).toBeCloseTo(2 ** k, 5));
  });

  test('of a single cell lie on both sides of it', () => {
    const [low, high] = cellBorders('log', [3]);
    expect(low).toBeLessThan(3);
    expect(high).toBeGreaterThan(3);
  });
});
