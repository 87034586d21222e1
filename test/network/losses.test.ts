import { describe, expect, test } from 'vitest';
import { LOSSES, type Loss } from '../../src/network/losses.js';
import { relativeDifference } from '../closeness.js';

const OUTPUTS = [-40, -3, -1, -0.5, 0, 0.25, 1, 2.5, 40];
const LABELS = [1, -1];

/** Step of the central differences, and what they lose: h^2/6 of the next but one derivative, and 1e-16 / h. */
const STEP = 1e-4;
const DIFFERENCES = 1e-8;

function points(): [number, number][] {
  return OUTPUTS.flatMap((f) => LABELS.map((y): [number, number] => [f, y]));
}

function centralDifference(g: (f: number) => number, f: number): number {
  return (g(f + STEP) - g(f - STEP)) / (2 * STEP);
}

describe.each(Object.values(LOSSES))('the $name loss', (loss: Loss) => {
  test('has the derivative of central differences, and not its opposite', () => {
    for (const [f, y] of points()) {
      const expected = centralDifference((x) => loss.value(x, y), f);
      // 1e-16 of a loss of up to 840 over the step.
      const error = DIFFERENCES + (1e-15 * loss.value(f, y)) / STEP;
      expect(Math.abs(loss.derivative(f, y) - expected), `${f}, ${y}`).toBeLessThan(error);
      if (Math.abs(expected) > 2 * error) {
        expect(Math.abs(-loss.derivative(f, y) - expected)).toBeGreaterThan(error);
      }
    }
  });

  test('has the second derivative of central differences, and twice it would differ', () => {
    for (const [f, y] of points()) {
      const expected = centralDifference((x) => loss.derivative(x, y), f);
      expect(Math.abs(loss.secondDerivative(f, y) - expected), `${f}, ${y}`).toBeLessThan(DIFFERENCES);
    }
    const atZero = centralDifference((x) => loss.derivative(x, 1), 0);
    expect(Math.abs(2 * loss.secondDerivative(0, 1) - atZero)).toBeGreaterThan(DIFFERENCES);
  });

  test('is symmetric: output and label may change their signs together', () => {
    for (const [f, y] of points()) {
      expect(loss.value(-f, -y)).toBe(loss.value(f, y));
      expect(loss.derivative(-f, -y)).toBe(0 - loss.derivative(f, y));
      expect(loss.secondDerivative(-f, -y)).toBe(loss.secondDerivative(f, y));
    }
  });

  test('goes by its name', () => {
    expect(LOSSES[loss.name]).toBe(loss);
  });
});

describe('the squared loss', () => {
  test('is (f - y)^2 / 2, zero exactly at the label', () => {
    expect(LOSSES.squared.value(3, -1)).toBe(8);
    expect(LOSSES.squared.derivative(3, -1)).toBe(4);
    expect(LOSSES.squared.secondDerivative(3, -1)).toBe(1);
    expect(LOSSES.squared.value(-1, -1)).toBe(0);
  });
});

describe('the logistic loss', () => {
  const value = (f: number, y: number) => LOSSES.logistic.value(f, y);
  const derivative = (f: number, y: number) => LOSSES.logistic.derivative(f, y);
  const secondDerivative = (f: number, y: number) => LOSSES.logistic.secondDerivative(f, y);

  test('is log 2 with slope -y/2 and curvature 1/4 at f = 0', () => {
    for (const y of LABELS) {
      expect(relativeDifference(value(0, y), Math.LN2)).toBeLessThan(1e-15);
      expect(derivative(0, y)).toBe(-y / 2);
      expect(secondDerivative(0, y)).toBe(1 / 4);
    }
  });

  test('does not overflow at |f| = 1000, where the naive formula does', () => {
    expect(Math.log(1 + Math.exp(1000))).toBe(Infinity);
    for (const y of LABELS) {
      expect(value(-1000 * y, y)).toBe(1000);
      expect(value(1000 * y, y)).toBe(0);
      expect(derivative(-1000 * y, y)).toBe(-y);
      expect(Math.abs(derivative(1000 * y, y))).toBe(0);
      expect(secondDerivative(1000, y)).toBe(0);
      expect(secondDerivative(-1000, y)).toBe(0);
    }
  });

  test('keeps its digits for large margins, where log(1 + x) loses them all', () => {
    expect(Math.log(1 + Math.exp(-40))).toBe(0);
    expect(relativeDifference(value(40, 1), Math.exp(-40))).toBeLessThan(1e-15);
    expect(relativeDifference(-derivative(40, 1), Math.exp(-40))).toBeLessThan(1e-15);
    expect(relativeDifference(secondDerivative(-40, 1), Math.exp(-40))).toBeLessThan(1e-15);
  });
});
