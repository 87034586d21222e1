import { describe, expect, test } from 'vitest';
import { splitOf } from '../../src/network/forget-set.js';
import { linearPrediction } from '../../src/network/escape-prediction.js';
import { LOSSES } from '../../src/network/losses.js';
import { selectSamples } from '../../src/network/patch-network.js';
import { randomSource } from '../../src/statistics/generator.js';
import { networkSample } from '../sample-networks.js';

/** One sample in both sets: D = (1 - 2 alpha) K on a line, whatever the network. */
const sample = networkSample({ width: 3, dimension: 5, samples: 1, patches: 1 }, 'linear prediction');
const trained = { ...sample, data: selectSamples(sample.data, [0, 0]), loss: LOSSES.squared };

function predictionAt(lambda: number) {
  const settings = {
    alpha: (1 - lambda) / 2,
    sampling: 'without-replacement',
    factor: 10,
    eta: null,
    batchRetain: null,
    batchForget: null,
    displacement: null,
  } as const;
  const prediction = linearPrediction(trained, splitOf(2, [1]), settings, randomSource('start'));
  if (!prediction) throw new Error('the sample has curvature');
  return prediction;
}

describe('an eigenvalue of D within 1e-12 of lambda_1(K) is rounding:', () => {
  test.each([-0.5, -1e-6, -2e-12])('at %f of it D escapes at that rate, and there is no rest', (lambda) => {
    const { relativeEscapeRate, restDistance, lowestD, highestK } = predictionAt(lambda);
    expect(Math.abs(lowestD / highestK - lambda)).toBeLessThan(1e-15);
    expect(relativeEscapeRate).toBe(-lowestD / highestK);
    expect(restDistance).toBeNull();
  });

  test.each([-0.5e-12, 0, 0.5e-12])('at %f neither', (lambda) => {
    expect(predictionAt(lambda)).toMatchObject({ relativeEscapeRate: 0, restDistance: null });
  });

  test.each([2e-12, 1e-6, 0.5])('at %f runs come to rest at |g| / lambda_min(D)', (lambda) => {
    const { relativeEscapeRate, restDistance, driftLength, lowestD } = predictionAt(lambda);
    expect(relativeEscapeRate).toBe(0);
    expect(restDistance! / (driftLength / lowestD)).toBeCloseTo(1, 9);
  });
});
