import { takesAll } from '../theory/noiseless.js';
import type { ReducedProblem } from '../theory/problem.js';
import { decideSide, type SideVerdict } from '../decision/decide-side.js';
import { networkInCoordinates, networkUnlearning, renormalisationLength } from './unlearning-run.js';
import { randomSource } from '../statistics/generator.js';
import { exactStability } from '../theory/operator/exact-stability.js';
import { type GrowthEstimate, TYPICAL_EFFORT, typicalGrowthAlong } from '../unlearning/growth.js';
import {
  linearisedProcess,
  type UnlearningImplementation,
  type UnlearningProcess,
} from '../unlearning/process.js';
import type { LinearPrediction } from './escape-prediction.js';

/** Growth near w* with mini-batches. */
export interface BatchGrowth {
  /** 2 gamma of the real network's runs, renormalised to `length` after every step. */
  readonly network: GrowthEstimate;
  /** 2 gamma of the linear dynamics with the same starts and batches. */
  readonly linear: GrowthEstimate;
  /** Displacement at which the network was measured: no step from there can flip an activation. */
  readonly length: number;
  /** Side of E|delta_k|^2 by the certificate, on the linear dynamics. */
  readonly certificate: SideVerdict;
}

/** Error probability of the certificate, the most and least pairs of batches it may draw, and its operations. */
const DECISION = { errorProbability: 1e-6, most: 100_000, least: 1500, operations: 1e10 };

/**
 * Push of the gradients at w* in one step, relative to the displacement, up to which growth is that of the
 * displacement: a tenth of the last digit shown.
 */
const NEGLIGIBLE_PUSH = 1e-4;

/** True if batches are drawn: some set of nonzero weight is not entirely in every batch. */
export function hasBatchNoise({ local: { reduced } }: LinearPrediction): boolean {
  return reduced.groups.some((group) => !takesAll(group));
}

/**
 * Growth near w* of the real network and of the linear dynamics, with the side of the second moment.
 *
 * @param residual largest |grad l_i| at w*.
 * @returns why growth cannot be measured, where the gradients at w* push more than the displacement does.
 */
export function batchGrowth(
  prediction: LinearPrediction,
  residual: number,
  seed: number,
  implementation: UnlearningImplementation,
): BatchGrowth | string {
  const { local, settings, eta, activationMargin } = prediction;
  const { reduced } = local;
  const length = renormalisationLength(reduced, eta, activationMargin);
  if (!(eta * residual <= NEGLIGIBLE_PUSH * length)) {
    return `the gradients at w* push by up to ${(eta * residual).toPrecision(2)} a step, displacements that keep all activations are at most ${length.toPrecision(2)}`;
  }
  const process = networkUnlearning(local.trained, local.split, settings, eta, implementation);
  const { perron } = exactStability(reduced).growth(eta);
  const measured = (runs: UnlearningProcess): GrowthEstimate =>
    typicalGrowthAlong(perron, runs, randomSource('network', seed, 'growth'), TYPICAL_EFFORT.network);
  return {
    network: measured(networkInCoordinates(process, local, length)),
    linear: measured(linearisedProcess(reduced, eta)),
    length,
    certificate: decideSide(
      linearisedProcess(reduced, eta),
      reduced,
      eta,
      randomSource('network', seed, 'certificate'),
      { errorProbability: DECISION.errorProbability, maxSamples: affordableSamples(reduced) },
    ),
  };
}

/** Each pair of batches is applied to r displacements of r numbers. */
function affordableSamples({ dimension: r, groups }: ReducedProblem): number {
  const perSample = groups.reduce((sum, { batchSize }) => sum + 2 * batchSize * r * r, 0);
  const { most, least, operations } = DECISION;
  return Math.max(least, Math.min(most, Math.floor(operations / perSample)));
}
