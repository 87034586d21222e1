import type { Procedure } from '../theory/procedure.js';
import type { BatchSizes, Sampling, SetName } from '../theory/problem.js';
import type { LossKind } from '../unlearning/output-loss.js';
import type { Mark } from './levels.js';

/** How a training loop turns gradients into steps, in the words of PyTorch: decay is added to the gradient by `sgd`, taken off the weights by `adamw`. */
export interface LoopProcedure extends Omit<Procedure, 'preconditioner'> {
  readonly optimizer: OptimizerName;
  /** Largest norm of a gradient, before decay; null: not clipped. */
  readonly clip: number | null;
}

/** Names of the losses of a forecast and what they are called inside. */
export const FORECAST_LOSSES = {
  'cross-entropy': 'softmax',
  squared: 'squared',
  logistic: 'sigmoid',
} as const satisfies Record<string, LossKind>;

export type ForecastLoss = keyof typeof FORECAST_LOSSES;

/** The name of a loss in the words of users. */
export function lossName(kind: LossKind): ForecastLoss {
  return (Object.keys(FORECAST_LOSSES) as ForecastLoss[]).find((name) => FORECAST_LOSSES[name] === kind)!;
}

type OptimizerName = 'sgd' | 'adam' | 'adamw';

/** A loss to unlearn with, W_R L_R - W_F L_F, and the loop that does it. */
export interface ForecastSetting {
  readonly loss: LossKind;
  readonly lr: number;
  readonly retainWeight: number;
  readonly forgetWeight: number;
  readonly batch: BatchSizes;
  readonly sampling: Readonly<Record<SetName, Sampling>>;
  readonly steps: number;
  readonly procedure: LoopProcedure;
}

/** True if no batch of the setting is random: every batch is the whole set. */
export function isFullBatch({ batch, sampling }: ForecastSetting, samples: BatchSizes): boolean {
  const isWhole = (set: SetName): boolean =>
    batch[set] === samples[set] && sampling[set] !== 'with-replacement';
  return isWhole('retain') && isWhole('forget');
}

/** Setting, goal and limit of a forecast, and its batch orders. */
export interface ForecastRequest {
  readonly setting: ForecastSetting;
  readonly goal: Mark;
  readonly limit: Mark | null;
  /** Batch orders. */
  readonly seeds: number;
  readonly seed: number;
}
