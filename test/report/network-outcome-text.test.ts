import { expect, test } from 'vitest';
import { describeExperiment } from '../../src/report/network-text.js';

type Described = Parameters<typeof describeExperiment>;
type Outcome = NonNullable<Described[1]['outcome']>;

const settings = {
  data: { distribution: { dimension: 30, signalNorm: 2, noiseScale: 0.5, noisePatches: 3 }, samples: 5 },
  training: { width: 7, batchSize: 4, loss: 'logistic' },
  unlearning: { forget: 'random', retrained: 2, factor: 12 },
} as unknown as Described[0];

const none = { area: 0.5, interval: { low: 0.4, high: 0.6 } };
const set = { accuracy: 1, meanLoss: 0 };
const network = {
  ...{ forget: set, retain: set, test: set, membership: none, distance: { mean: 0, high: 0 }, tugOfWar: 0 },
};

const interval = (growth: number) => ({ growth, interval: { low: growth - 0.01, high: growth + 0.02 } });

/** Every number of the prediction and of the run is another one. */
const outcome = {
  verdict: { says: 'agrees', reason: null },
  gradients: { backend: 'a backend', compared: 33, leftOut: 4, largestDifference: 3e-7 },
  analysis: {
    coherence: { sigma: 1.11, retain: 1.22, forget: 1.33, cross: 1.44 },
    mixing: { alphaStar: 0.31 },
    exact: { etaStar: 0.52, logGrowth: 0.071, side: 'diverges' },
    theorems: [
      { id: 'U3', name: 'one that says', side: 'diverges', etaThreshold: 0.77 },
      { id: 'U9', name: 'one that does not', side: 'undecided', etaThreshold: 0.88 },
    ],
  },
  prediction: {
    ...{ eta: 0.41, lowestD: -0.25, highestD: 2.5, highestK: 3.5, relativeEscapeRate: 0.0813 },
    ...{ driftLength: 0.06, restDistance: 0.93, displacementLength: 0.0012, activationMargin: 0.0045 },
    ...{ growth: 1.051, settings: { alpha: 0.21, batch: { retain: 6, forget: 2 }, sampling: 'bernoulli' } },
    local: { reduced: { dimension: 9 } },
  },
  run: {
    ...{ escapeStep: 61, predictedEscapeStep: 62, interpolatingEscapeStep: 63, steps: 200, divergedAt: 181 },
    ...{ flipsAtEscape: 17, largestDifference: 0.19, slope: { measured: 0.0101, predicted: 0.0202 } },
    records: [{ step: 50, distance: 0.034, predicted: 0.035, flips: 16 }],
  },
  growth: {
    ...{ network: interval(0.13), linear: interval(0.24), length: 0.0029 },
    certificate: { side: 'inconclusive', samples: 4321 },
  },
  beyond: {
    rows: [],
    level: { networks: [network], distance: { mean: 0, high: 0 }, tugOfWar: 0 },
  },
} as unknown as Outcome;

const experiment = (changes: Partial<Outcome> = {}): string[] =>
  describeExperiment(settings, {
    outcome: { ...outcome, ...changes },
    drawn: { data: { labels: [1, -1, -1, 1, -1] }, flipped: [3], signalToNoise: 4 },
    forgotten: { split: { forget: [0, 3], retain: [1, 2, 4] }, scores: [0.8, 0.1, 0.2, 0.6, 0.3] },
    training: { reason: null, steps: 90, relativeLoss: 0.01, deadSamples: 0, interpolationResidual: 0.125 },
  } as unknown as Described[1]).split('\n');

test('the answer names the measured step, the predicted one and the growth of a step', () => {
  expect(experiment()[0]).toBe(
    'agrees: the network escapes at step 61 (predicted step 62); growth 1.051 per step',
  );
  const without = { ...outcome.run, escapeStep: null, predictedEscapeStep: null };
  expect(experiment({ run: without })[0]).toBe(
    'agrees: the network does not escape within 200 steps (predicted none within them); growth 1.051 per step',
  );
  expect(experiment({ verdict: { says: 'open', reason: 'why' } as never })[0]).toBe(
    'open: the network escapes at step 61; predicted step 62, but why',
  );
});

test('the gradients are compared to the next power of ten', () => {
  expect(experiment()).toContain(
    'gradients    closed form against a backend (float32): relative difference at most 1e-6 on 33 samples; 4 left out, at a kink in float32',
  );
});

test('the prediction has its own numbers', () => {
  const lines = experiment();
  for (const line of [
    'batches      bernoulli 6 retain / 2 forget; rank r = 9',
    'coherence    unlearning 1.11; retain 1.22, forget 1.33, cross 1.44',
    'mixing       alpha 0.21, alpha* 0.31; D has eigenvalues -0.25 .. 2.5, lambda_1(K) 3.5',
    '             relative escape rate |lambda_min(D)|/lambda_1(K) = 0.0813',
    'step size    eta 0.41, eta* 0.52',
    // log(1 + 0.41 0.25).
    'growth       E|delta|^2: log rho = 0.071 per step, diverges; mean: log(1 - eta lambda_min(D)) = 0.09758',
    'start        |delta| = 0.0012; escape at 12 times that; no activation flips within 0.0045',
    // 0.41 0.06 / 0.0012.
    'drift        the gradients at w* push by |g| = 0.06, 20.5 of |delta| in a step; at rest 0.93 from w*',
    'escape       predicted at step 62, by the drift; at step 63 by the theory, which assumes that',
  ])
    expect(lines).toContain(line);
  const table = lines.filter((line) => /^U\d/.test(line)).map((line) => line.split(/\s{2,}/));
  expect(table).toEqual([['U3', 'one that says', 'diverges', '0.77']]);
});

test('the run has what was measured, beside what was predicted', () => {
  const lines = experiment();
  for (const line of [
    'escape       measured step 61, predicted step 62: agrees',
    'distance     differs from the prediction by at most 0.19 of it up to the escape; 17 activations flipped there',
    'slope        log distance rises by 0.0101 per step before the escape (linear dynamics: 0.0202)',
    'end          diverges to infinity: beyond a million times |w*| at step 181',
    'growth       near w*, renormalised to |delta| = 0.0029: 2 gamma of the network 0.13 [0.12, 0.15],',
    '             of the linear dynamics with the same batches 0.24 [0.23, 0.26]',
    '             E|delta|^2 by the certificate on the linear dynamics: undecided, 4321 pairs of batches; log rho = 0.071',
    '1 of 2 retrained networks are dead or diverged, and left out.',
  ])
    expect(lines).toContain(line);
  expect(
    lines
      .find((line) => line.trim().startsWith('50'))!
      .trim()
      .split(/\s+/),
  ).toEqual([...['50', '0.034', '0.035', '16']]);
});

test('only a certificate is called proven', () => {
  const { growth } = outcome;
  const certificate = { side: 'diverges', samples: 99 };
  const lines = experiment({ growth: { ...(growth as object), certificate } as Outcome['growth'] });
  expect(lines.join('\n')).toContain('on the linear dynamics: diverges (proven), 99 pairs of batches');
});
