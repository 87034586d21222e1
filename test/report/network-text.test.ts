import { expect, test } from 'vitest';
import { describeExperiment } from '../../src/report/network-text.js';

type Described = Parameters<typeof describeExperiment>;

/** What is said before there is a run: every number is another one. */
const settings = {
  data: {
    distribution: { dimension: 30, signalNorm: 2, noiseScale: 0.5, noisePatches: 3 },
    ...{ samples: 5, labelNoise: 0.25 },
  },
  training: { width: 7, batchSize: 4, loss: 'logistic' },
  unlearning: { forget: 'random', retrained: 2 },
  seed: 11,
} as unknown as Described[0];
const result = {
  outcome: null,
  drawn: { data: { labels: [1, -1, -1, 1, -1] }, flipped: [3], signalToNoise: 4 },
  forgotten: { split: { forget: [0, 3], retain: [1, 2, 4] }, scores: [0.8, 0.1, 0.2, 0.6, 0.3] },
  training: {
    ...{ reason: 'diverged', steps: 90, relativeLoss: 0.01 },
    ...{ deadSamples: 0, interpolationResidual: 0.125 },
  },
} as unknown as Described[1];

test('data, network and forget set have the numbers that were drawn', () => {
  const lines = describeExperiment(settings, result).split('\n');
  expect(lines[0]).toBe('nothing to unlearn: training diverged');
  expect(lines).toContain(
    '             SNR 4 (|mu| 2, noise scale 0.5); 2 labels +1, 3 labels -1; 1 labels flipped (25 %)',
  );
  expect(lines).toContain('network      two layers, 7 filters of each sign: 420 weights');
  expect(lines).toContain(
    'forget       2 samples (random), 1 of them with flipped label, retain 3; memorised share 0.7 in F, 0.2 in R',
  );
  expect(lines).toContain(
    'training     logistic loss, mini-batches of 4, 90 steps to 0.01 of the initial loss: diverged',
  );
});
