import { Matrix } from 'ml-matrix';
import type { ReducedProblem } from '../../src/theory/problem.js';
import { denseHessians } from '../reference/dense-operator.js';
import {
  linearisedProcess,
  type UnlearningImplementation,
  type UnlearningProcess,
} from '../../src/unlearning/process.js';
import { multiplicities } from '../batch-fit.js';

/** Multiplicities of the samples in the two batches of a step, as text; '' for an empty set. */
export interface StepBatches {
  readonly retain: string;
  readonly forget: string;
}

export interface RecordedProcess extends UnlearningProcess {
  /** The batches that the last step was given. */
  batches(): StepBatches;
}

/** The linearised process, with a record of the batches that its step is given. */
export function recordedProcess(
  problem: ReducedProblem,
  eta: number,
  implementation: UnlearningImplementation,
): RecordedProcess {
  let last: StepBatches = { retain: '', forget: '' };
  const process = linearisedProcess(problem, eta, {
    ...implementation,
    step(settings, retain, forget, w, gradient) {
      last = {
        retain: multiplicities(retain, settings.retain.sampleCount),
        forget: multiplicities(forget, settings.forget.sampleCount),
      };
      implementation.step(settings, retain, forget, w, gradient);
    },
  });
  return { ...process, batches: () => last };
}

/** The step matrix I - eta sum_g s_g a_g/B_g sum_i multiplicity_i H_i of two batches, written out densely. */
export function stepMatrix(problem: ReducedProblem, eta: number, batches: StepBatches): Matrix {
  const step = Matrix.eye(problem.dimension);
  for (const { name, sign, weight, batchSize, samples } of problem.groups) {
    const hessians = denseHessians(samples);
    batches[name].split(',').forEach((times, i) => {
      step.sub(Matrix.mul(hessians[i]!, (eta * sign * weight * Number(times)) / batchSize));
    });
  }
  return step;
}
