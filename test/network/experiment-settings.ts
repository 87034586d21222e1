import type { ExperimentSettings } from '../../src/network/experiment-settings.js';
import { signalNormOf } from '../../src/network/signal-plus-noise.js';

/** Settings of an experiment that takes a tenth of a second, with changes. */
export function experimentSettings(
  change: Partial<Omit<ExperimentSettings, 'distribution'>> & { snr?: number; dimension?: number } = {},
): ExperimentSettings {
  const { snr = 1, dimension = 40, ...rest } = change;
  return {
    distribution: {
      dimension,
      signalNorm: signalNormOf(snr, 1, dimension),
      noiseScale: 1,
      noisePatches: 1,
      positives: 0.5,
    },
    samples: 20,
    forgetCount: 5,
    forget: 'random',
    labelNoise: 0,
    width: 5,
    loss: 'squared',
    batchSize: null,
    stopAt: null,
    alpha: 0.3,
    eta: null,
    batchRetain: null,
    batchForget: null,
    sampling: 'without-replacement',
    steps: null,
    factor: 100,
    displacement: null,
    retrained: 3,
    test: 100,
    seed: 1,
    ...rest,
  };
}
