import type { ForgetSplit } from '../network/forget-set.js';
import { localProblem, type LocalProblem, type TrainedNetwork } from '../network/linearisation.js';
import { LOSSES } from '../network/losses.js';
import { initialWeights, type PatchNetwork } from '../network/patch-network.js';
import {
  distributionOfSnr,
  drawSignalPlusNoise,
  type SignalPlusNoise,
  type SignalPlusNoiseData,
} from '../network/signal-plus-noise.js';
import { INITIAL_SCALE, INTERPOLATION, trainNetwork } from '../network/training.js';
import { randomSource } from '../statistics/generator.js';
import type { NetworkSetting } from './instance.js';

/** The distribution that a setting describes. */
function distributionOf(setting: NetworkSetting): SignalPlusNoise {
  return distributionOfSnr(setting.signalToNoise, setting.dimension, setting);
}

/** Data set number `repeat` of a setting: a function of the setting's seed alone. */
export function drawnData(setting: NetworkSetting, repeat = 0): SignalPlusNoiseData {
  const random = randomSource('signal-plus-noise', setting.seed, repeat);
  return drawSignalPlusNoise(distributionOf(setting), setting.samples, random);
}

/** Numbers of the draws that a level of a trend has, `repeats` of its own: no two levels share data or weights. */
export function repeatsOfLevel(level: number, { repeats }: NetworkSetting): number[] {
  return Array.from({ length: repeats }, (_, k) => level * repeats + k);
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

/** A network trained to interpolation, and its full-batch unlearning problem there. */
export interface TrainedMinimum {
  readonly trained: TrainedNetwork;
  readonly split: ForgetSplit;
  readonly local: LocalProblem;
  /** Largest |grad l_i| at the minimum. */
  readonly residual: number;
}

/** Trains network number `repeat` of a setting; null if it does not reach interpolation. */
export function trainedMinimum(setting: NetworkSetting, repeat: number): TrainedMinimum | null {
  const { samples, forget, alpha } = setting;
  const data = drawnData(setting, repeat);
  const { network, weights: start } = drawnNetwork(setting, INITIAL_SCALE, repeat);
  const { reached, weights, interpolationResidual } = trainNetwork(network, start, data, LOSSES.squared, {
    tolerance: INTERPOLATION,
  });
  if (!reached) return null;
  const indices = Array.from({ length: samples }, (_, i) => i);
  const split = { forget: indices.slice(0, forget), retain: indices.slice(forget) };
  const trained = { network, weights, data, loss: LOSSES.squared };
  const local = localProblem(trained, split, {
    alpha,
    batch: { retain: samples - forget, forget },
    sampling: 'without-replacement',
  });
  return { trained, split, local, residual: interpolationResidual };
}
