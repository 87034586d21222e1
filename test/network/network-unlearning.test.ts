import { describe, expect, test } from 'vitest';
import { networkUnlearning, unlearningIterates } from '../../src/network/network-unlearning.js';
import { unlearningRun } from '../../src/network/unlearning-run.js';
import { randomSource } from '../../src/random/generator.js';
import { sampleSplit, trainedSample } from './trained-sample.js';

const trained = trainedSample(1, 1);
const split = sampleSplit(trained);
const settings = { alpha: 0.3, batch: { retain: 4, forget: 2 }, sampling: 'without-replacement' } as const;
const random = randomSource('displacement');
const displacement = trained.weights.map(() => 1e-3 * random.normal());

/** Distances of a walk of so many steps, and where it ended. */
function walked(eta: number, steps: number) {
  const process = networkUnlearning(trained, split, settings, eta);
  const walk = unlearningIterates(process, displacement, randomSource('batches'));
  const distances: number[] = [];
  for (;;) {
    const { value, done } = walk.next();
    if (done === true) return { distances, divergedAt: value };
    if (value.step > steps) return { distances, divergedAt: null };
    distances.push(value.distance);
  }
}

describe('the walk of a network', () => {
  test('is the run of the same settings, one step at a time', () => {
    const run = unlearningRun(trained, split, settings, {
      eta: 0.05,
      steps: 40,
      displacement,
      random: randomSource('batches'),
    });
    expect(walked(0.05, 40)).toEqual({ distances: Array.from(run.distances), divergedAt: null });
    expect(walked(0.051, 40).distances).not.toEqual(Array.from(run.distances));
  });

  test('ends with the step that left all bounds', () => {
    const { distances, divergedAt } = walked(5, 10_000);
    expect(divergedAt).toBe(distances.length);
    expect(Math.max(...distances)).toBeLessThan(Infinity);
  });

  test('with a set of weight zero does not need it', () => {
    const alone = { ...settings, alpha: 0 };
    const walk = unlearningIterates(
      networkUnlearning(trained, split, alone, 0.05),
      displacement,
      randomSource('batches'),
    );
    expect(walk.next().done).toBe(false);
    expect(() => networkUnlearning(trained, { ...split, forget: [] }, settings, 0.05)).toThrow(
      /alpha must be 0 when no sample is forgotten/,
    );
  });
});
