import type { ForecastDocument } from '../../src/forecast/document.js';
import type { SweepPoint } from '../../src/forecast/sweep.js';

/*
 * A forecast in which every number is another one, so that none can stand in the place of another.
 */

const curve = (base: number) => ({
  loss: [base, base + 1, base + 2],
  accuracy: [0.5, 0.4, 0.3].map((x) => x + base / 1000),
  low: { loss: [base - 0.3, base + 0.6, base + 1.6], accuracy: [0.49, 0.38, 0.27] },
  high: { loss: [base + 0.3, base + 1.4, base + 2.4], accuracy: [0.51, 0.42, 0.33] },
});

const point = (lr: number, part: Partial<SweepPoint> = {}): SweepPoint => ({
  ...{ lr, forgetWeight: 0.25, word: 'nothing', goalStep: null, limitStep: null },
  ...{ forgetLoss: 100 * lr, forgetAccuracy: 0.61, retainLoss: 10 * lr, retainAccuracy: 0.81, atGoal: null },
  ...part,
});

const best = point(0.32, {
  ...{ word: 'forgets', goalStep: 37, limitStep: 71, atGoal: { loss: 0.0471, accuracy: 0.973 } },
});

export const plantedForecast: ForecastDocument = {
  schemaVersion: 1,
  verdict: { word: 'forgets', goalStep: 41, limitStep: 53, text: 'forgets at step 41 of 1234' },
  stopWindow: [41, 1052],
  atGoal: { loss: 0.0533, accuracy: 0.966 },
  goal: { quantity: 'accuracy', value: 0.123 },
  limit: { quantity: 'loss', value: 0.456 },
  route: 'jacobian',
  orders: [
    { goalStep: 43, limitStep: null },
    { goalStep: 39, limitStep: 58 },
    { goalStep: null, limitStep: null },
    { goalStep: 47, limitStep: null },
  ],
  steps: [0, 617, 1234],
  ...{ retain: curve(11), forget: curve(21), test: curve(31) },
  setting: { loss: 'cross-entropy', lr: 0.0123, retainWeight: 1.25, forgetWeight: 0.375 },
  translation: { alpha: 0.2308, eta: 0.01999, batch: { retain: 64, forget: 17 }, steps: 1234 },
  procedure: {
    sampling: { retain: 'reshuffled', forget: 'bernoulli' },
    optimizer: { name: 'sgd', momentum: 0.85, nesterov: true, weightDecay: 0.0007 },
    schedule: { ascent: 2, descent: 5 },
    clip: 3.5,
  },
  trust: {
    leavesOut: 'what is left out',
    orders: { run: 4, of: 6, steps: 1240 },
    samples: [
      { set: 'retain', looked: 256, of: 900 },
      { set: 'forget', looked: 18, of: 18 },
      { set: 'test', looked: 255, of: 300 },
    ],
    thinned: [{ set: 'forget', held: 18, of: 320, accuracyWithin: 0.2289 }],
    ...{ every: 617, made: 1234, overflowAt: 1199 },
    real: [
      {
        ...{ set: 'forget', steps: 77, error: 0.182 },
        ...{ real: { loss: 5.21, accuracy: 0.22 }, forecast: { loss: 6.43, accuracy: 0.19 } },
      },
    ],
  },
  samples: [
    ...Array.from({ length: 11 }, (_, k) => ({ id: `g${k}`, forgottenAt: 300 + 7 * k })),
    ...Array.from({ length: 7 }, (_, k) => ({ id: `s${k}`, forgottenAt: null })),
  ],
  sweep: [point(0.08), point(0.16, { word: 'forgets', goalStep: 91, atGoal: { loss: 0.0692, accuracy: 0.961 } }), best, point(0.64, { word: 'breaks', limitStep: 13, retainLoss: Infinity })], // prettier-ignore
  grid: { lrs: [0.08, 0.16, 0.32, 0.64], forgetWeights: [0.25] },
  window: { low: 0.16, high: 0.3333 },
  frontier: [
    {
      ...{ lr: 0.16, forgetWeight: 0.25, step: 66 },
      ...{ forget: { loss: 2.72, accuracy: 0.147 }, retain: { loss: 0.0371, accuracy: 0.983 } },
    },
    {
      ...{ lr: 0.32, forgetWeight: 0.75, step: 88 },
      ...{ forget: { loss: 3.82, accuracy: 0.107 }, retain: { loss: 0.0671, accuracy: 0.953 } },
    },
  ],
  recommended: best,
};
