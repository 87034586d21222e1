import { localProblem, type LocalProblem, type TrainedNetwork } from '../../forgetting/local-problem.js';
import type { ForgetSplit } from '../../forgetting/forget-set.js';
import { LOSSES } from '../../network/losses.js';
import { trainNetwork } from '../../network/training.js';
import type { NetworkSetting } from '../network-claim.js';
import { drawnData, drawnNetwork } from './drawn-data.js';

/** Standard deviation of initial weights: outputs start well below 1, and few networks are dead. */
export const INITIAL_SCALE = 0.1;

/** Relative loss at which the residual is a few units in the last place of the outputs. */
const INTERPOLATION = 1e-26;

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
