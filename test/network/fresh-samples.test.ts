import { describe, expect, test } from 'vitest';
import { drawSignal, freshSamples } from '../../src/network/signal-plus-noise.js';
import { dot } from '../../src/linalg/vectors.js';
import { randomSource } from '../../src/statistics/generator.js';

const distribution = { dimension: 6, signalNorm: 2, noiseScale: 1, noisePatches: 1, positives: 0.9 };
const signal = drawSignal(distribution, randomSource('signal'));
const fresh = (labels: readonly number[], flipped: readonly boolean[], count: number) =>
  freshSamples(distribution, Float64Array.from(labels), flipped, count, randomSource('fresh'), signal);

/** Class of each sample: the side of its signal patch. */
function trueClasses(data: ReturnType<typeof fresh>): number[] {
  return Array.from(data.labels.keys(), (i) =>
    Math.sign(dot(data.inputs.subarray(12 * i, 12 * i + 6), signal)),
  );
}

describe('fresh samples', () => {
  test('have the classes and flipped labels of the forget set, in its proportions', () => {
    // True classes: +, +, -, +; the last label is flipped.
    const data = fresh([1, 1, -1, -1], [false, false, false, true], 18);
    expect(data.sampleCount).toBe(20);
    expect(Array.from(data.labels)).toEqual([1, 1, -1, -1].flatMap((y) => Array<number>(5).fill(y)));
    expect(trueClasses(data)).toEqual([1, 1, -1, 1].flatMap((y) => Array<number>(5).fill(y)));
  });

  test('are as many as asked for at least, whatever the size of the forget set', () => {
    expect(fresh([1, -1, 1], [false, false, false], 100).sampleCount).toBe(102);
    expect(fresh([1, -1, 1], [false, false, false], 1).sampleCount).toBe(3);
    expect(fresh([], [], 10).sampleCount).toBe(0);
  });

  test('are not those of the training proportions', () => {
    const data = fresh([-1, -1], [false, false], 40);
    expect(trueClasses(data).every((y) => y === -1)).toBe(true);
  });
});
