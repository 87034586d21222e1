import { describe, expect, test } from 'vitest';
import { mutualDistance, predictionDistance, tugOfWar } from '../../src/network/retrained-comparison.js';

describe('the distance of predictions', () => {
  const zeros = new Float64Array(100);
  const ramp = Float64Array.from({ length: 100 }, (_, i) => i / 99);

  test('is mean and 95th percentile of the differences over samples and networks', () => {
    const { mean, high } = predictionDistance(ramp, [zeros])!;
    expect(mean).toBeCloseTo(0.5, 12);
    expect(high).toBeCloseTo(0.95, 12);
    expect(predictionDistance(ramp, [zeros, ramp])!.mean).toBeCloseTo(0.25, 12);
  });

  test('does not depend on the direction of the difference, nor cancel', () => {
    const below = ramp.map((x) => -x);
    expect(predictionDistance(below, [zeros])).toEqual(predictionDistance(ramp, [zeros]));
    expect(predictionDistance(zeros, [ramp, below])!.mean).toBeCloseTo(0.5, 12);
  });

  test('of networks to each other is over all pairs, and none for one alone', () => {
    expect(mutualDistance([zeros, zeros, ramp])!.mean).toBeCloseTo(1 / 3, 12);
    expect(mutualDistance([ramp])).toBeNull();
    expect(predictionDistance(ramp, [])).toBeNull();
  });
});

describe('the tug-of-war score', () => {
  const retrained = { forget: 0.5, retain: 1, test: 0.9 };

  test('is the product over the three sets', () => {
    expect(tugOfWar({ forget: 0.75, retain: 0.8, test: 0.9 }, retrained)).toBeCloseTo(0.75 * 0.8, 14);
    expect(tugOfWar(retrained, retrained)).toBe(1);
  });

  test('punishes forgetting too much as it does forgetting too little', () => {
    const score = (forget: number) => tugOfWar({ ...retrained, forget }, retrained);
    expect(score(0.25)).toBeCloseTo(score(0.75), 14);
    expect(score(0)).toBeLessThan(score(0.25));
  });

  test('leaves out a set without samples', () => {
    expect(tugOfWar({ ...retrained, forget: null }, { ...retrained, retain: 0.6, forget: null })).toBeCloseTo(
      0.6,
      14,
    );
  });
});
