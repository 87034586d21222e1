import { multiplyTransposedSymmetric } from '../../linalg/multiply-transposed.js';
import type { SignalPlusNoiseData } from '../../network/signal-plus-noise.js';
import type { NoiseFeatures } from '../network-claim.js';

/** What a statement about the noise may use: inner products of the first noise patches of a drawn data set. */
export function noiseFeatures(data: SignalPlusNoiseData, noiseScale: number): NoiseFeatures {
  const { sampleCount: n, patches, dimension: d, inputs } = data;
  const noise = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const from = (i * patches + 1) * d;
    noise.set(inputs.subarray(from, from + d), i * d);
  }
  return {
    sampleCount: n,
    dimension: d,
    noiseScale,
    inner: multiplyTransposedSymmetric(noise, noise, n, d),
  };
}
