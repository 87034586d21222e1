import { initialWeights, type PatchNetwork } from '../../network/patch-network.js';
import {
  drawSignalPlusNoise,
  signalNormOf,
  type SignalPlusNoise,
  type SignalPlusNoiseData,
} from '../../network/signal-plus-noise.js';
import { randomSource } from '../../random/generator.js';
import type { NetworkSetting } from '../network-claim.js';

/** The distribution that a setting describes. */
export function distributionOf(setting: NetworkSetting): SignalPlusNoise {
  const { dimension, signalToNoise, noiseScale, noisePatches, positives } = setting;
  const signalNorm = signalNormOf(signalToNoise, noiseScale, dimension);
  return { dimension, signalNorm, noiseScale, noisePatches, positives };
}

/** Data set number `repeat` of a setting: a function of the setting's seed alone. */
export function drawnData(setting: NetworkSetting, repeat = 0): SignalPlusNoiseData {
  const random = randomSource('signal-plus-noise', setting.seed, repeat);
  return drawSignalPlusNoise(distributionOf(setting), setting.samples, random);
}

/** The network of a setting with freshly drawn weights of the given standard deviation. */
export function drawnNetwork(
  { width, dimension, seed }: NetworkSetting,
  scale: number,
  repeat = 0,
): { network: PatchNetwork; weights: Float64Array } {
  const network = { width, dimension };
  return { network, weights: initialWeights(network, scale, randomSource('weights', seed, repeat)) };
}
