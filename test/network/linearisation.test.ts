import { describe, expect, test } from 'vitest';
import { gramMatrix } from '../../src/theory/reduction.js';
import { activationMargin, selectSamples } from '../../src/network/patch-network.js';
import { fullBatches, splitOf } from '../../src/network/forget-set.js';
import {
  type ForgettingSettings,
  insideDisplacement,
  localProblem,
  type LocalProblem,
  type TrainedNetwork,
} from '../../src/network/linearisation.js';
import { dot, norm } from '../../src/linalg/vectors.js';
import { curvatureGram, outputGradients } from '../../src/network/output-gradients.js';
import type { LossName } from '../../src/network/losses.js';
import { networkModel } from '../../src/network/network-model.js';
import { randomSource } from '../../src/statistics/generator.js';
import { linearisedProcess, unlearning, unlearningProcess } from '../../src/unlearning/process.js';
import { largestDifference, relativeDifference } from '../closeness.js';
import { FORGOTTEN, sampleSplit, SIZE, trainedSample } from './trained-sample.js';
import { descentOnBoth } from './wrong-ascent.js';

/** Coordinates of a Gram matrix of condition 1e3 carry so many units of rounding. */
const COORDINATES = 1e-11;

/** w* of order 0.1 leaves 1e-17 on each of 640 entries of a displacement of 1e-6, times a few dozen steps. */
const ROUNDING_OF_WEIGHTS = 1e-8;

const MIXED: ForgettingSettings = {
  alpha: 0.3,
  batch: { retain: 5, forget: 2 },
  sampling: 'without-replacement',
};

function sampleProblem(trained: TrainedNetwork, settings = MIXED): LocalProblem {
  return localProblem(trained, sampleSplit(trained), settings);
}

function randomCoordinates(local: LocalProblem, name: string): Float64Array {
  return insideDisplacement(local, 1, randomSource('coordinates', name));
}

describe.each<LossName>(['squared', 'logistic'])('the local problem with the %s loss', (loss) => {
  const trained = trainedSample(1, 1, loss, { tolerance: 1e-26, margin: 3 });
  const split = sampleSplit(trained);
  const local = sampleProblem(trained);

  test('has the curvature of the samples, retained ones first', () => {
    const { network, weights, data } = trained;
    const ordered = selectSamples(data, [...split.retain, ...split.forget]);
    const gram = gramMatrix([local.problem.retain, local.problem.forget]);
    const expected = curvatureGram(network, weights, ordered, trained.loss);
    expect(largestDifference(gram, expected)).toBeLessThan(COORDINATES);
    expect(largestDifference(gram, curvatureGram(network, weights, data, trained.loss))).toBeGreaterThan(0.1);
    expect(local.problem.forget.sampleCount).toBe(FORGOTTEN);
    expect(local.reduced.groups.map(({ name, sign, weight }) => [name, sign, weight])).toEqual([
      ['retain', 1, 0.7],
      ['forget', -1, 0.3],
    ]);
  });

  test('keeps inner products when lifted, and projects back to the same coordinates', () => {
    const [a, b] = [randomCoordinates(local, 'a'), randomCoordinates(local, 'b')];
    const [liftedA, liftedB] = [local.lift(a), local.lift(b)];
    expect(Math.abs(dot(liftedA, liftedB) - dot(a, b))).toBeLessThan(COORDINATES);
    expect(largestDifference(local.project(liftedA), a)).toBeLessThan(COORDINATES);
    // A lift in float32 does neither, nor do coordinates of other weights.
    const [roughA, roughB] = [Float64Array.from(Float32Array.from(liftedA)), local.lift(b).map(Math.fround)];
    expect(Math.abs(dot(roughA, roughB) - dot(a, b))).toBeGreaterThan(COORDINATES);
    expect(largestDifference(local.project(roughA), a)).toBeGreaterThan(COORDINATES);
    const stale = sampleProblem({ ...trained, weights: trained.weights.map((w) => -w) });
    expect(largestDifference(stale.project(liftedA), a)).toBeGreaterThan(0.1);
  });

  test('projects orthogonally: nothing is left of what is perpendicular to all output gradients', () => {
    const random = randomSource('anywhere');
    const anywhere = trained.weights.map(() => random.normal());
    const inside = local.lift(local.project(anywhere));
    const rest = anywhere.map((x, a) => x - inside[a]!);
    expect(norm(local.project(rest))).toBeLessThan(COORDINATES * norm(anywhere));
    expect(Math.abs(dot(rest, inside))).toBeLessThan(COORDINATES * dot(anywhere, anywhere));
    const gradients = outputGradients(trained.network, trained.data)(trained.weights);
    expect(norm(gradients.along(rest))).toBeLessThan(COORDINATES * norm(gradients.along(anywhere)));
    expect(norm(local.project(anywhere))).toBeGreaterThan(0.01 * norm(anywhere));
  });
});

/** Largest difference of the real and the linear dynamics over 30 steps with equal batches, over |delta_0|. */
function dynamicsGap(
  trained: TrainedNetwork,
  local: LocalProblem,
  length: number,
  implementation = unlearning,
): { inside: number; outside: number; flips: number } {
  const { network, weights, data, loss } = trained;
  const split = sampleSplit(trained);
  const model = (indices: readonly number[]) => networkModel(network, selectSamples(data, indices), loss);
  const { alpha, batch, sampling } = local.problem;
  const eta = 0.02;
  const real = unlearningProcess(
    { retain: model(split.retain), forget: model(split.forget), alpha, eta, batch },
    sampling,
    weights,
    implementation,
  );
  const linear = linearisedProcess(local.reduced, eta);
  const coordinates = randomCoordinates(local, 'start').map((x) => length * x);
  const lifted = local.lift(coordinates);
  const w = weights.map((x, a) => x + lifted[a]!);
  const [forReal, forLinear] = [randomSource('batches'), randomSource('batches')];
  let [inside, outside] = [0, 0];
  for (let k = 0; k < 30; k++) {
    real.drawBatches(forReal);
    real.applyStep(w);
    linear.drawBatches(forLinear);
    linear.applyStep(coordinates);
    const delta = w.map((x, a) => x - weights[a]!);
    const projected = local.project(delta);
    const back = local.lift(projected);
    inside = Math.max(inside, norm(projected.map((x, a) => x - coordinates[a]!)) / length);
    outside = Math.max(outside, norm(delta.map((x, a) => x - back[a]!)) / length);
  }
  const activeAt = outputGradients(network, data);
  const before = activeAt(weights).active;
  const flips = activeAt(w).active.filter((active, k) => active !== before[k]).length;
  return { inside, outside, flips };
}

/** |difference of one real step from w* + delta and from w*, less the linear step| / |delta|, full batches. */
function firstOrderGap(trained: TrainedNetwork, length: number, implementation = unlearning): number {
  const { network, weights, data, loss } = trained;
  const split = sampleSplit(trained);
  const batch = fullBatches(split);
  const local = sampleProblem(trained, { ...MIXED, batch });
  const model = (indices: readonly number[]) => networkModel(network, selectSamples(data, indices), loss);
  const eta = 2;
  const real = unlearningProcess(
    { retain: model(split.retain), forget: model(split.forget), alpha: MIXED.alpha, eta, batch },
    MIXED.sampling,
    weights,
    implementation,
  );
  const linear = linearisedProcess(local.reduced, eta);
  const coordinates = randomCoordinates(local, 'start').map((x) => length * x);
  const lifted = local.lift(coordinates);
  const [moved, still] = [weights.map((x, a) => x + lifted[a]!), weights.slice()];
  for (const process of [real, linear]) process.drawBatches(randomSource('full batches'));
  for (const w of [moved, still]) real.applyStep(w);
  linear.applyStep(coordinates);
  const change = local.project(moved.map((x, a) => x - still[a]!));
  return norm(change.map((x, a) => x - coordinates[a]!)) / length;
}

describe('the linearised dynamics', () => {
  const trained = trainedSample(1, 1);
  const margin = activationMargin(trained.network, trained.weights, trained.data);

  test.each(['without-replacement', 'with-replacement', 'bernoulli'] as const)(
    'is that of the real network within the activation margin, squared loss, %s batches',
    (sampling) => {
      const local = sampleProblem(trained, { ...MIXED, sampling });
      const { inside, outside, flips } = dynamicsGap(trained, local, margin / 10);
      expect(flips).toBe(0);
      expect(inside).toBeLessThan(ROUNDING_OF_WEIGHTS);
      expect(outside).toBeLessThan(ROUNDING_OF_WEIGHTS);
    },
  );

  test('is not that of ascent with the wrong sign, of stale weights, or of displacements beyond the margin', () => {
    const local = sampleProblem(trained);
    expect(dynamicsGap(trained, local, margin / 10, descentOnBoth).inside).toBeGreaterThan(0.01);
    const early = trainedSample(1, 1, 'squared', { stopAt: 0.3 });
    const stale = sampleProblem({ ...trained, weights: early.weights });
    expect(dynamicsGap(trained, stale, margin / 10).inside).toBeGreaterThan(0.01);
    const far = dynamicsGap(trained, local, 1);
    expect(far.flips).toBeGreaterThan(0);
    expect(far.inside).toBeGreaterThan(0.01);
  });

  test('agrees to first order for the logistic loss: a tenth of the displacement, a tenth of the gap', () => {
    // The gradient at w* is not 0, so one step of the difference of two runs is compared.
    const logistic = trainedSample(1, 1, 'logistic', { margin: 3 });
    const ratio = firstOrderGap(logistic, 1e-4) / firstOrderGap(logistic, 1e-5);
    expect(ratio).toBeGreaterThan(9);
    expect(ratio).toBeLessThan(11);
    expect(firstOrderGap(logistic, 1e-5)).toBeLessThan(1e-4);
    expect(firstOrderGap(logistic, 1e-5, descentOnBoth)).toBeGreaterThan(0.01);
  });
});

describe('sets of weight zero', () => {
  const trained = trainedSample(1, 1);
  const split = sampleSplit(trained);
  const full = { retain: split.retain.length, forget: split.forget.length };
  const sampling = 'without-replacement';

  test('are left out of U: forgotten samples at alpha 0, retained ones at alpha 1', () => {
    const descent = localProblem(trained, split, { alpha: 0, batch: full, sampling });
    const ascent = localProblem(trained, split, { alpha: 1, batch: full, sampling });
    const both = localProblem(trained, split, { alpha: 0.5, batch: full, sampling });
    expect(descent.reduced.groups.map(({ name }) => name)).toEqual(['retain']);
    expect(ascent.reduced.groups.map(({ name }) => name)).toEqual(['forget']);
    expect([descent, ascent, both].map(({ reduced }) => reduced.dimension)).toEqual([
      SIZE.samples - FORGOTTEN,
      FORGOTTEN,
      SIZE.samples,
    ]);
  });

  test('may be empty, others may not', () => {
    const all = splitOf(SIZE.samples, []);
    const batch = { retain: SIZE.samples, forget: 0 };
    expect(localProblem(trained, all, { alpha: 0, batch, sampling }).reduced.dimension).toBe(SIZE.samples);
    expect(() => localProblem(trained, all, { alpha: 0.3, batch, sampling })).toThrow(
      /alpha must be 0 when no sample is forgotten/,
    );
  });

  test('leave nothing of a network without active filters', () => {
    const dead = { ...trained, weights: new Float64Array(trained.weights.length) };
    const local = localProblem(dead, split, { alpha: 0.3, batch: full, sampling });
    expect(local.reduced).toMatchObject({ dimension: 0, groups: [] });
    expect(local.project(trained.weights)).toHaveLength(0);
    expect(norm(local.lift(new Float64Array(0)))).toBe(0);
    expect(() => insideDisplacement(local, 1, randomSource('none'))).toThrow(/no displacement lies inside U/);
    expect(relativeDifference(norm(randomCoordinates(sampleProblem(trained), 'a')), 1)).toBeLessThan(1e-12);
  });
});
