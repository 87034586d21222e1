import { describe, expect, test } from 'vitest';
import { flipLabels } from '../../src/network/patch-data.js';
import { randomSource } from '../../src/random/generator.js';
import { networkSample } from '../sample-networks.js';

const { data } = networkSample({ width: 1, dimension: 2, samples: 20, patches: 1 }, 'labels');

/** The samples whose labels differ. */
function changed(labels: Float64Array): number[] {
  return Array.from(labels.keys()).filter((i) => labels[i] === -data.labels[i]!);
}

describe('flipLabels', () => {
  test.each([
    [0, 0],
    [0.1, 2],
    [0.33, 7],
    [1, 20],
  ])('flips a share of %d: %d of 20 labels, and says which', (share, count) => {
    const noisy = flipLabels(data, share, randomSource('flip'));
    expect(noisy.flipped).toHaveLength(count);
    expect(changed(noisy.data.labels)).toEqual(noisy.flipped);
    expect(changed(data.labels)).toEqual([]);
    expect(noisy.data.inputs).toBe(data.inputs);
  });

  test('flips other samples with another source', () => {
    const { flipped } = flipLabels(data, 0.3, randomSource('flip'));
    expect(flipLabels(data, 0.3, randomSource('flip')).flipped).toEqual(flipped);
    expect(flipLabels(data, 0.3, randomSource('another')).flipped).not.toEqual(flipped);
  });

  test.each([-0.1, 1.1, NaN])('throws RangeError for a share of %d', (share) => {
    expect(() => flipLabels(data, share, randomSource('flip'))).toThrow(/must be in \[0, 1\]; got/);
  });
});
