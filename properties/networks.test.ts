import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NetworkSetting } from '../src/harness/instance.js';
import { examine } from '../src/harness/kinds.js';
import type { GradientBackend } from '../src/network/gradient-backend.js';
import { loadBackend } from '../src/network/tfjs-backend.js';
import { unlearning, type UnlearningImplementation } from '../src/unlearning/process.js';
import { C1 } from '../theorems/C1.js';
import { C5 } from '../theorems/C5.js';
import { C6 } from '../theorems/C6.js';
import { PLAIN_SETTING } from '../theorems/draws/network-settings.js';
import { smallBudget } from './theorem-property.js';

test('the identity holds for gradients by automatic differentiation, and a wrong derivative breaks it', async () => {
  const backend = await loadBackend();
  /** The ReLU's derivative taken as 1 everywhere, for the first filter. */
  const broken: GradientBackend = {
    ...backend,
    outputGradients(network, weights, data) {
      const gradients = backend.outputGradients(network, weights, data);
      const first = weights.slice().fill(0, 0, network.dimension);
      const without = backend.outputGradients(network, first, data);
      return gradients.map(
        (x, k) => x + (without[k]! - x) * (k % weights.length < network.dimension ? 1 : 0),
      );
    },
  };
  const outcomes = { whole: new Set<string>(), broken: new Set<string>() };
  fc.assert(
    fc.property(C1.instances, (instance) => {
      const settings = smallBudget('C1');
      outcomes.whole.add(examine(C1.claim, instance, { ...settings, backend }).outcome);
      outcomes.broken.add(examine(C1.claim, instance, { ...settings, backend: broken }).outcome);
    }),
    { seed: 7, numRuns: 40 },
  );
  expect([...outcomes.whole]).toEqual(['agree']);
  expect(outcomes.broken).toContain('contradict');
});

/** Classes of 25 retain and 5 forget samples, alpha = 0.3. */
function relativeRate(signalToNoise: number): number {
  const classes = [
    { retain: 25, forget: 5 },
    { retain: 25, forget: 5 },
  ];
  const { lowestD, highestK } = C5.claim.extremes({
    shared: signalToNoise ** 2,
    own: 1,
    classes,
    alpha: 0.3,
  });
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
    const { lowestD, highestK } = C5.claim.extremes({
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
    const instance = { experiment: 'initial-network', setting: initial };
    const wrong: typeof C5.claim = {
      ...C5.claim,
      extremes: (model) => ({ ...C5.claim.extremes(model), lowestD: 1.4 * C5.claim.extremes(model).lowestD }),
    };
    expect(examine(C5.claim, instance, smallBudget('C5')).outcome).toBe('agree');
    expect(examine(wrong, instance, smallBudget('C5')).outcome).toBe('contradict');
  });

  test('after training the rate falls with SNR, and that it rises is refuted', () => {
    const rising: typeof C5.claim = { ...C5.claim, falling: false };
    const instance = { experiment: 'trained-network', setting: trained };
    expect(examine(C5.claim, instance, smallBudget('C5')).outcome).toBe('agree');
    expect(examine(rising, instance, smallBudget('C5')).outcome).toBe('contradict');
  });
});

const unlearned = { ...PLAIN_SETTING, samples: 12, forget: 2, dimension: 60, width: 8, alpha: 0.3, seed: 5 };

test('a network unlearned without the ascent, or with half the step, contradicts the rate', () => {
  const instance = { experiment: 'escape', setting: { ...unlearned, signalToNoise: 0.35 } };
  const withStep = (change: (alpha: number, eta: number) => [number, number]): UnlearningImplementation => ({
    ...unlearning,
    step(settings, retain, forget, w, gradient) {
      const [alpha, eta] = change(settings.alpha, settings.eta);
      unlearning.step({ ...settings, alpha, eta }, retain, forget, w, gradient);
    },
  });
  const outcome = (implementation: UnlearningImplementation) =>
    examine(C6.claim, instance, { ...smallBudget('C6'), implementation }).outcome;
  expect(outcome(unlearning)).toBe('agree');
  expect(outcome(withStep((_, eta) => [0, eta]))).toBe('contradict');
  expect(outcome(withStep((alpha, eta) => [alpha, eta / 2]))).toBe('contradict');
});

test('escape times of repeated networks rise with SNR, and that they fall is refuted', () => {
  const falling: typeof C6.claim = { ...C6.claim, rising: false };
  const instance = { experiment: 'escape-trend', setting: { ...unlearned, repeats: 12 } };
  expect(examine(C6.claim, instance, smallBudget('C6')).outcome).toBe('agree');
  expect(examine(falling, instance, smallBudget('C6')).outcome).toBe('contradict');
});
