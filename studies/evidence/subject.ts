import { flippedActivations } from '../../src/network/patch-network.js';
import type { ForgetSplit } from '../../src/network/forget-set.js';
import {
  type ForgettingSettings,
  type LocalProblem,
  localProblem,
  type TrainedNetwork,
} from '../../src/network/linearisation.js';
import { networkUnlearning } from '../../src/network/unlearning-run.js';
import { outputGradients } from '../../src/network/output-gradients.js';
import type { BatchSizes } from '../../src/theory/problem.js';
import type { UnlearningProcess } from '../../src/unlearning/process.js';

/** A real model at a minimum w*, on real data, with samples to keep and samples to forget. */
export interface Subject {
  /** Model and data: digits-logistic, digits-network, iris-logistic. */
  readonly model: string;
  /** What is forgotten: random, or a class. */
  readonly forget: string;
  /** n_R and n_F. */
  readonly counts: BatchSizes;
  /** w*. */
  readonly minimum: Float64Array;
  /** Largest |grad l_i(w*)|: 0 where every sample is fitted. */
  readonly residual: number;
  /** The theory at w*: the problem linearised there, in coordinates of U, with the way to U and back. */
  local(settings: ForgettingSettings): LocalProblem;
  /** The real step on the real losses. */
  process(settings: ForgettingSettings, eta: number): UnlearningProcess;
  /**
   * l'_i/sqrt(l''_i) of the samples of both sets: how much each gradient at w* is of its curvature factor; null where
   * every sample is fitted.
   */
  readonly pushes: { readonly retain: Float64Array; readonly forget: Float64Array } | null;
  /** Activations on the data that are not what they are at w*; null for a smooth model. */
  readonly flips: ((weights: Float64Array) => number) | null;
}

/** The name of a subject in keys and tables. */
export function subjectName({ model, forget }: Pick<Subject, 'model' | 'forget'>): string {
  return `${model} ${forget}`;
}

/** A trained ReLU network as a subject. @param residual largest |grad l_i| that training left. */
export function networkSubject(
  model: string,
  forget: string,
  trained: TrainedNetwork,
  split: ForgetSplit,
  residual: number,
): Subject {
  const gradientsAt = outputGradients(trained.network, trained.data);
  const { active } = gradientsAt(trained.weights);
  return {
    model,
    forget,
    counts: { retain: split.retain.length, forget: split.forget.length },
    minimum: trained.weights,
    residual,
    pushes: null,
    flips: (weights) => flippedActivations(active, gradientsAt(weights).active),
    local: (settings) => localProblem(trained, split, settings),
    process: (settings, eta) => networkUnlearning(trained, split, settings, eta),
  };
}
