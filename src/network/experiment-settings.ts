import type { Sampling } from '../theory/problem.js';
import type { LossName } from './losses.js';
import type { SignalPlusNoise } from './signal-plus-noise.js';

/** How the forget set is chosen. */
export type ForgetRule = 'random' | 'class:+1' | 'class:-1' | 'most-memorised' | 'least-memorised';

export const FORGET_RULES: readonly ForgetRule[] = [
  'random',
  'class:+1',
  'class:-1',
  'most-memorised',
  'least-memorised',
];

/** How a network is trained. */
export interface TrainingSettings {
  /** Null: full batches. */
  readonly batchSize: number | null;
  /** Stop at this share of the initial loss, to get a minimum that does not interpolate; null: interpolate. */
  readonly stopAt: number | null;
  readonly loss: LossName;
  /** m: filters of each sign. */
  readonly width: number;
}

/** How a trained network is unlearned, and what counts as escape. */
export interface UnlearningSettings {
  readonly alpha: number;
  /** Null: half of 1/lambda_1(K). */
  readonly eta: number | null;
  /** Null: all samples of the set. */
  readonly batchRetain: number | null;
  readonly batchForget: number | null;
  readonly sampling: Sampling;
  /** Null: several times the predicted time of escape. */
  readonly steps: number | null;
  /** Growth of the displacement that counts as escape, > 1. */
  readonly factor: number;
  /** Length of the displacement at the start; null: as large as keeps all activations until the escape. */
  readonly displacement: number | null;
}

/** One experiment on signal-plus-noise data; plain numbers and words, all of it in the report. */
export interface ExperimentSettings extends TrainingSettings, UnlearningSettings {
  readonly distribution: SignalPlusNoise;
  readonly samples: number;
  readonly forgetCount: number;
  readonly forget: ForgetRule;
  /** Share of training labels that are flipped. */
  readonly labelNoise: number;
  /** Networks retrained without the forget set. */
  readonly retrained: number;
  /** Test samples. */
  readonly test: number;
  readonly seed: number;
}
