import type { ProblemSpec, SamplingChoice, SetName } from '../theory/problem.js';
import type { Procedure } from '../theory/procedure.js';

/** A sampling in words. */
export function samplingName(sampling: SamplingChoice): string {
  return typeof sampling === 'string' ? sampling : `${sampling.retain} retain, ${sampling.forget} forget`;
}

/** Difference of a procedure from the plain simultaneous step, in words; '' if there is none. */
export function procedureWords(
  procedure: Pick<Procedure, 'momentum' | 'nesterov' | 'weightDecay' | 'preconditioner' | 'schedule'>,
): string {
  const { momentum, nesterov, weightDecay, preconditioner, schedule } = procedure;
  const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;
  const parts = [
    momentum > 0 && `${nesterov ? 'Nesterov ' : ''}momentum ${momentum}`,
    weightDecay > 0 && `${preconditioner ? 'decoupled ' : ''}weight decay ${weightDecay}`,
    preconditioner && `preconditioner (${counted(preconditioner.length, 'number')})`,
    schedule &&
      `alternating, ${counted(schedule.ascent, 'ascent')} and then ${counted(schedule.descent, 'descent')}`,
  ];
  return parts.filter((part) => part !== false && part !== null).join(', ');
}

/** How the step size of an instance is chosen: a ratio to a threshold or to 1/lambda_1(K), or a number. */
export type StepChoice =
  | { readonly reference: 'predicted' | 'exact' | 'companion' | 'natural'; readonly ratio: number }
  | { readonly reference: 'absolute'; readonly eta: number };

/** Start of the runs, in claims about runs; plain numbers. */
interface RunSetting {
  /** Gradients at w* of every sample, p numbers each. Default: 0, a minimum that fits. */
  readonly gradients?: Readonly<Record<SetName, readonly (readonly number[])[]>>;
  /** w*. Default: 0. */
  readonly minimum?: readonly number[];
  /** Largest norm of the gradient of a step, > 0. */
  readonly clip?: number;
  /** Start displacement, in units that the claim says (repeated cyclically). */
  readonly start?: readonly number[];
}

/** One drawn test case of a theorem about the linear dynamics. */
export interface ProblemInstance {
  readonly problem: ProblemSpec;
  readonly step: StepChoice;
  /** The problem that an order claim compares with. */
  readonly companion?: ProblemSpec;
  /** Factor of growth and start displacement (reduced coordinates, repeated cyclically) of an escape claim. */
  readonly escape?: { readonly factor: number; readonly start: readonly number[] };
  readonly run?: RunSetting;
}

/**
 * Parameters of one experiment on signal-plus-noise data or on a network trained on it; plain numbers,
 * so that instances shrink and travel in files. Every experiment uses some of them.
 */
export interface NetworkSetting {
  /** n = n_R + n_F. */
  readonly samples: number;
  /** n_F. */
  readonly forget: number;
  /** d. */
  readonly dimension: number;
  /** m: filters of each sign. */
  readonly width: number;
  /** SNR = |mu|/(sp sqrt d). */
  readonly signalToNoise: number;
  /** sp. */
  readonly noiseScale: number;
  readonly noisePatches: number;
  /** Share of samples with label +1. */
  readonly positives: number;
  /** Mixing weight of the ascent. */
  readonly alpha: number;
  /** Probability with which a high-probability statement may fail. */
  readonly delta: number;
  /** Independent draws of the data (and the network). */
  readonly repeats: number;
  /** Seed of the draws. */
  readonly seed: number;
  /** B, of experiments with batches. */
  readonly batch?: number;
}

/** One drawn test case of a theorem about data or networks. */
export interface NetworkInstance {
  /** One of the experiments of the claim's kind. */
  readonly experiment: string;
  readonly setting: NetworkSetting;
}

export type Instance = ProblemInstance | NetworkInstance;
