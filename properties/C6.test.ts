import { expect, test } from 'vitest';
import { smallBudget, theoremProperties } from './theorem-property.js';
import { examine } from '../src/harness/examine.js';
import type { NetworkEscapeClaim } from '../src/harness/network-instance.js';
import { unlearning, type UnlearningImplementation } from '../src/unlearning/process.js';
import { C6 } from '../theorems/C6.js';
import { PLAIN_SETTING } from '../theorems/draws/network-settings.js';

const claim = C6.claim as NetworkEscapeClaim;

theoremProperties(C6, { ...claim, growth: (extremes, eta) => 1.001 * claim.growth(extremes, eta) });

const setting = { ...PLAIN_SETTING, samples: 12, forget: 2, dimension: 60, width: 8, alpha: 0.3, seed: 5 };

test('a network unlearned without the ascent, or with half the step, contradicts the rate', () => {
  const instance = { experiment: 'escape' as const, setting: { ...setting, signalToNoise: 0.35 } };
  const withStep = (change: (alpha: number, eta: number) => [number, number]): UnlearningImplementation => ({
    ...unlearning,
    step(settings, retain, forget, w, gradient) {
      const [alpha, eta] = change(settings.alpha, settings.eta);
      unlearning.step({ ...settings, alpha, eta }, retain, forget, w, gradient);
    },
  });
  const outcome = (implementation: UnlearningImplementation) =>
    examine(claim, instance, { ...smallBudget('C6'), implementation }).outcome;
  expect(outcome(unlearning)).toBe('agree');
  expect(outcome(withStep((_, eta) => [0, eta]))).toBe('contradict');
  expect(outcome(withStep((alpha, eta) => [alpha, eta / 2]))).toBe('contradict');
});

test('escape times of repeated networks rise with SNR, and that they fall is refuted', () => {
  const instance = { experiment: 'escape-trend' as const, setting: { ...setting, repeats: 12 } };
  expect(examine(claim, instance, smallBudget('C6')).outcome).toBe('agree');
  expect(examine({ ...claim, rising: false }, instance, smallBudget('C6')).outcome).toBe('contradict');
});
