import { describe, expect, test } from 'vitest';
import { smallBudget, theoremProperties } from './theorem-property.js';
import { examine } from '../src/harness/examine.js';
import type { BlockModelClaim, NetworkSetting } from '../src/harness/network-instance.js';
import { C5 } from '../theorems/C5.js';
import { PLAIN_SETTING } from '../theorems/draws/network-settings.js';

const claim = C5.claim as BlockModelClaim;

theoremProperties(C5, {
  ...claim,
  extremes: (model) => ({ ...claim.extremes(model), highestK: 1.001 * claim.extremes(model).highestK }),
});

/** Classes of 25 retain and 5 forget samples, alpha = 0.3. */
function relativeRate(signalToNoise: number): number {
  const classes = [
    { retain: 25, forget: 5 },
    { retain: 25, forget: 5 },
  ];
  const { lowestD, highestK } = claim.extremes({ shared: signalToNoise ** 2, own: 1, classes, alpha: 0.3 });
  return lowestD / highestK;
}

test('the relative escape rate of the balanced model has its reference values', () => {
  const reference: [number, number][] = [
    [0.05, -0.999066],
    [0.2, -0.825224],
    [0.5, -0.312793],
    [1, -0.105171],
    [2, -0.029819],
    [4, -0.007761],
  ];
  for (const [snr, value] of reference) expect(relativeRate(snr)).toBeCloseTo(value, 5);
});

test('without b >= a the rate may rise: one class, r = 1, q = 2, alpha = 0.28', () => {
  const rate = (signalToNoise: number): number => {
    const classes = [{ retain: 1, forget: 2 }];
    const { lowestD, highestK } = claim.extremes({
      shared: signalToNoise ** 2,
      own: 1,
      classes,
      alpha: 0.28,
    });
    return -lowestD / highestK;
  };
  expect(rate(0.1)).toBeCloseTo(0.1963, 4);
  expect(rate(0.7)).toBeCloseTo(0.2128, 4);
});

describe('real networks', () => {
  const setting: NetworkSetting = { ...PLAIN_SETTING, alpha: 0.3, seed: 5 };
  const initial = { ...setting, samples: 24, forget: 4, dimension: 400, width: 20, repeats: 110 };
  const trained = { ...setting, samples: 12, forget: 2, dimension: 60, width: 8, repeats: 12 };

  test('at initialisation the median rate is within the tolerance of the model, not of one 40 % higher', () => {
    const instance = { experiment: 'initial-network' as const, setting: initial };
    const wrong: BlockModelClaim = {
      ...claim,
      extremes: (model) => ({ ...claim.extremes(model), lowestD: 1.4 * claim.extremes(model).lowestD }),
    };
    expect(examine(claim, instance, smallBudget('C5')).outcome).toBe('agree');
    expect(examine(wrong, instance, smallBudget('C5')).outcome).toBe('contradict');
  });

  test('after training the rate falls with SNR, and that it rises is refuted', () => {
    const instance = { experiment: 'trained-network' as const, setting: trained };
    expect(examine(claim, instance, smallBudget('C5')).outcome).toBe('agree');
    expect(examine({ ...claim, falling: false }, instance, smallBudget('C5')).outcome).toBe('contradict');
  });
});
