import { flippedActivations } from '../../src/network/activation-margin.js';
import type { ForgetSplit } from '../../src/network/forget-set.js';
import { localProblem, type TrainedNetwork } from '../../src/network/linearisation.js';
import { networkUnlearning } from '../../src/network/network-unlearning.js';
import { outputGradients } from '../../src/network/output-gradients.js';
import type { Subject } from './subject.js';

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
