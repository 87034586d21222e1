import { describe, expect, test } from 'vitest';
import { linearAxis, logAxisAround, mixingAxis, roundTicks } from '../../src/report/axis.js';
import { plainNumber, plainSteps } from '../../src/report/number-format.js';
import { stairs } from '../../src/report/window-panels.js';

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

describe('stairs', () => {
  const at = (from: number, to: number, height: number | null) => ({ columns: [from, to] as const, height });

  test('join neighbours, and nothing across a gap', () => {
    const lines = (...values: Parameters<typeof stairs>[0]) => stairs(values, 'x').map(({ text }) => text);
    expect(lines(at(0, 10, 5), at(10, 20, 8))).toHaveLength(3);
    expect(lines(at(0, 10, 5), at(10, 20, null), at(20, 30, 8))).toHaveLength(2);
    expect(lines(at(0, 10, 5), at(20, 30, 8))).toHaveLength(2);
  });
});

describe('plain numbers', () => {
  test('need no markup', () => {
    expect([0, -1.5, 2.74312, 1e-4, -3.2e-7, 1e12].map(plainNumber)).toEqual([
      '0',
      '−1.5',
      '2.743',
      '10⁻⁴',
      '−3.2·10⁻⁷',
      '10¹²',
    ]);
  });

  test('of steps are whole', () => {
    expect([0.2, 17.3, 9900.1, 123456.7].map(plainSteps)).toEqual(['1', '18', '9\u202f901', '1.23·10⁵']);
  });
});
