import { describe, expect, test } from 'vitest';
import { activationMargin, flippedActivations } from '../../src/network/patch-network.js';
import { insideDisplacement, localProblem } from '../../src/network/linearisation.js';
import {
  networkInCoordinates,
  networkUnlearning,
  renormalisationLength,
} from '../../src/network/unlearning-run.js';
import { outputGradients } from '../../src/network/output-gradients.js';
import { randomSource } from '../../src/statistics/generator.js';
import { typicalGrowth } from '../../src/unlearning/growth.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { sampleSplit, trainedSample } from './trained-sample.js';

const trained = trainedSample(1, 1);
const split = sampleSplit(trained);
const settings = { alpha: 0.3, batch: { retain: 3, forget: 1 }, sampling: 'bernoulli' } as const;
const local = localProblem(trained, split, settings);
const margin = activationMargin(trained.network, trained.weights, trained.data);
const ETA = 0.2;
const length = renormalisationLength(local.reduced, ETA, margin);
const runs = { runs: 3, steps: 60, burnIn: 5 };

function growth(at: number, eta = ETA): number {
  const process = networkInCoordinates(networkUnlearning(trained, split, settings, eta), local, at);
  return typicalGrowth(process, randomSource('growth'), runs).growth;
}

describe('a network in coordinates of U', () => {
  const linear = typicalGrowth(linearisedProcess(local.reduced, ETA), randomSource('growth'), runs).growth;

  test('grows as the linear dynamics does with the same batches', () => {
    expect(Math.abs(growth(length) - linear)).toBeLessThan(1e-6);
  });

  test('but not with another step size, nor from where activations flip', () => {
    expect(Math.abs(growth(length, 1.01 * ETA) - linear)).toBeGreaterThan(1e-4);
    expect(Math.abs(growth(1e5 * length) - linear)).toBeGreaterThan(1e-2);
  });
});

describe('the length of renormalisation', () => {
  const gradientsAt = outputGradients(trained.network, trained.data);
  const { active } = gradientsAt(trained.weights);

  /** Most activations flipped by one step with any of many batches, from displacements of that length. */
  function flips(from: number): number {
    const process = networkUnlearning(trained, split, settings, ETA);
    const random = randomSource('steps');
    let most = 0;
    for (let k = 0; k < 200; k++) {
      const displacement = local.lift(insideDisplacement(local, from, random));
      const w = trained.weights.map((x, a) => x + displacement[a]!);
      process.drawBatches(random);
      process.applyStep(w);
      most = Math.max(most, flippedActivations(active, gradientsAt(w).active));
    }
    return most;
  }

  test('is one from which no step flips an activation, nor from one twice as long', () => {
    expect(flips(length)).toBe(0);
    expect(flips(2 * length)).toBe(0);
  });

  test('is no empty promise: from much longer ones steps do', () => {
    expect(flips(1e4 * length)).toBeGreaterThan(0);
  });

  test('falls with the step size and rises with the margin', () => {
    expect(renormalisationLength(local.reduced, 2 * ETA, margin)).toBeLessThan(length);
    expect(renormalisationLength(local.reduced, ETA, 2 * margin)).toBeCloseTo(2 * length, 14);
  });
});
