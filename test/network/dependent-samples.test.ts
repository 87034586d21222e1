import { describe, expect, test } from 'vitest';
import { trainedMinimum } from '../../src/harness/drawn-network.js';
import { dot, norm } from '../../src/linalg/vectors.js';
import { PLAIN_SETTING } from '../../theorems/draws/network-settings.js';
import { largestDifference } from '../closeness.js';

/** Eight samples of which two have gradients in the span of the others, or none at all: r = 6. */
const setting = {
  ...PLAIN_SETTING,
  samples: 8,
  forget: 2,
  dimension: 30,
  width: 2,
  signalToNoise: 0.5,
  alpha: 0.3,
};

describe.each([0, 2, 3, 6])('a network with dependent samples (seed %i)', (seed) => {
  const { local } = trainedMinimum({ ...setting, seed }, 0)!;
  const r = local.reduced.dimension;
  const axes = Array.from({ length: r }, (_, k) => Float64Array.from({ length: r }, (_, a) => +(a === k)));

  test('is lifted without a change of lengths and angles', () => {
    expect(r).toBeLessThan(8);
    const lifted = axes.map(local.lift);
    for (const [i, u] of lifted.entries()) {
      expect(norm(u)).toBeCloseTo(1, 11);
      for (const v of lifted.slice(0, i)) expect(Math.abs(dot(u, v))).toBeLessThan(1e-11);
    }
  });

  test('is projected back to where it was lifted from', () => {
    for (const axis of axes) {
      expect(largestDifference(local.project(local.lift(axis)), axis)).toBeLessThan(1e-11);
    }
  });
});
