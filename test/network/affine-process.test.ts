import { describe, expect, test } from 'vitest';
import {
  affineProcess,
  drift,
  type ForgettingSettings,
  insideDisplacement,
  localProblem,
} from '../../src/network/linearisation.js';
import { activationMargin } from '../../src/network/patch-network.js';
import { networkUnlearning, unlearningIterates } from '../../src/network/unlearning-run.js';
import { randomSource } from '../../src/statistics/generator.js';
import { trajectory } from '../../src/unlearning/growth.js';
import { driftPrediction } from '../reference/drift-path.js';
import { sampleSplit, trainedSample } from './trained-sample.js';

const ETA = 0.02;
const full = { retain: 12, forget: 4 };
const small = { retain: 3, forget: 1 };

/** Distances of the affine dynamics and of the network, from one start with the same batches. */
function distances(stopAt: number, batch: ForgettingSettings['batch'], steps: number, withDrift = true) {
  const trained = trainedSample(1, 1, 'squared', { stopAt });
  const split = sampleSplit(trained);
  const settings = { alpha: 0.3, batch, sampling: 'without-replacement' } as const;
  const local = localProblem(trained, split, settings);
  const margin = activationMargin(trained.network, trained.weights, trained.data);
  const start = insideDisplacement(local, margin / 100, randomSource('start'));
  const process = affineProcess(local, ETA, { drift: withDrift });
  const affine = Array.from(trajectory(process, start, steps, randomSource('batches')), Math.sqrt);
  const walk = unlearningIterates(
    networkUnlearning(trained, split, settings, ETA),
    local.lift(start),
    randomSource('batches'),
  );
  const network = affine.map(() => {
    const { value } = walk.next();
    return typeof value === 'number' ? NaN : value.distance;
  });
  return { affine, network, margin, trained, split, local, start };
}

describe('the affine dynamics', () => {
  test.each([
    ['full batches', full],
    ['mini-batches', small],
  ])('is that of the network at a minimum that does not interpolate, with %s', (_, batch) => {
    const { affine, network, margin } = distances(1e-6, batch, 30);
    const inside = network.findIndex((distance) => distance > margin);
    const compared = inside < 0 ? network.length : inside;
    expect(compared).toBeGreaterThan(3);
    for (let k = 0; k < compared; k++) expect(affine[k]! / network[k]!).toBeCloseTo(1, 8);
  });

  test('without the gradients at w* it is not, but for minima that interpolate', () => {
    const early = distances(1e-6, full, 3, false);
    expect(early.affine[3]! / early.network[3]!).toBeLessThan(0.9);
    const interpolating = distances(1e-26, small, 3, false);
    expect(interpolating.affine[3]! / interpolating.network[3]!).toBeCloseTo(1, 6);
  });

  test('for full batches it is the closed prediction with drift', () => {
    const { affine, local, start } = distances(1e-6, full, 50);
    const { coordinates } = drift(local);
    const threshold = { distance: 2 * Math.max(...affine) };
    const predicted = driftPrediction(local.reduced, ETA, coordinates, start, threshold, 50);
    affine.forEach((distance, k) => expect(predicted.distances[k]! / distance).toBeCloseTo(1, 9));
  });

  test('a dead network has nothing that could move', () => {
    const { trained, split, local } = distances(1e-6, full, 1);
    const dead = { ...trained, weights: trained.weights.map(() => 0) };
    const process = affineProcess(localProblem(dead, split, local.problem), ETA);
    expect(process.minimum).toHaveLength(0);
    expect(() => process.applyStep(new Float64Array(0))).not.toThrow();
  });
});
