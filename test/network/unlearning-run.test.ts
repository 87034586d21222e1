import { describe, expect, test } from 'vitest';
import { largestEigenvalue } from '../../src/linalg/symmetric-eigen.js';
import { norm } from '../../src/linalg/vectors.js';
import { escapePrediction } from '../../src/network/escape-prediction.js';
import { fullBatches, splitOf } from '../../src/network/forget-set.js';
import {
  type ForgettingSettings,
  insideDisplacement,
  localProblem,
} from '../../src/network/linearisation.js';
import { networkModel } from '../../src/network/network-model.js';
import { activationMargin, networkOutputs, selectSamples } from '../../src/network/patch-network.js';
import { networkUnlearning, unlearningIterates, unlearningRun } from '../../src/network/unlearning-run.js';
import { randomSource } from '../../src/statistics/generator.js';
import { totalCurvature } from '../../src/theory/mean-curvature.js';
import { unlearningProcess } from '../../src/unlearning/process.js';
import { relativeDifference } from '../closeness.js';
import { meanLoss } from '../reference/mean-loss.js';
import { sampleData, sampleSplit, SIZE, trainedSample } from './trained-sample.js';
import { descentOnBoth } from './wrong-ascent.js';

const random = () => randomSource('run');

/** Growth at which the run escapes. */
const FACTOR = 100;

/** A trained network with a start inside U from which growth by FACTOR stays within the activation margin. */
function escapeOf(signalToNoise: number, seed: number) {
  const trained = trainedSample(signalToNoise, seed);
  const split = sampleSplit(trained);
  const settings: ForgettingSettings = {
    alpha: 0.4,
    batch: fullBatches(split),
    sampling: 'without-replacement',
  };
  const local = localProblem(trained, split, settings);
  const eta = 0.5 / largestEigenvalue(totalCurvature(local.reduced), local.reduced.dimension);
  const margin = activationMargin(trained.network, trained.weights, trained.data);
  const start = insideDisplacement(local, (0.5 * margin) / FACTOR, random());
  const prediction = escapePrediction(local.reduced, eta, start, { factor: FACTOR });
  const options = {
    eta,
    steps: 5000,
    displacement: local.lift(start),
    random: random(),
    recordEvery: 100,
    escape: { factor: FACTOR },
    stopAtEscape: true,
  };
  return { trained, split, settings, prediction, options };
}

/** Residuals of 1e-12 and weights of 0.1 against displacements of 1e-7 and more. */
const CLOSE = 1e-3;

describe('the escape of a real network by full batches', () => {
  test.each([
    [0, 1],
    [0.3, 1],
    [1, 1],
    [3, 1],
  ])('happens at the predicted step at SNR %d', (signalToNoise, seed) => {
    const { trained, split, settings, prediction, options } = escapeOf(signalToNoise, seed);
    const run = unlearningRun(trained, split, settings, options);
    expect(run.escapeStep).toBe(prediction.escapeStep);
    expect(run.records.at(-1)!.flips).toBe(0);
    run.distances.forEach((distance, k) =>
      expect(Math.abs(Math.log(distance) - prediction.logDistance(k))).toBeLessThan(CLOSE),
    );
    const steps = run.distances.length - 1;
    // Descent on both sets does not escape; from stale weights the distances are others.
    const wrong = unlearningRun(trained, split, settings, {
      ...options,
      steps,
      implementation: descentOnBoth,
    });
    expect(wrong.escapeStep).toBeNull();
    const stale = unlearningRun(
      { ...trained, weights: trained.weights.map((w) => 1.1 * w) },
      split,
      settings,
      { ...options, steps },
    );
    expect(
      Math.abs(Math.log(stale.distances.at(-1)!) - prediction.logDistance(stale.distances.length - 1)),
    ).toBeGreaterThan(CLOSE);
  });

  test('takes longer at higher SNR', () => {
    const times = [0, 1, 3].map((signalToNoise) => escapeOf(signalToNoise, 1).prediction.escapeStep!);
    expect(times[0]!).toBeLessThan(times[1]!);
    expect(times[1]!).toBeLessThan(times[2]!);
  });
});

describe('the records of a run', () => {
  const { trained, split, settings, options } = escapeOf(1, 1);
  const { network, weights, data, loss } = trained;
  const test200 = sampleData(1, 77, 200);
  const batch = { retain: 4, forget: 2 };
  const run = unlearningRun(
    trained,
    split,
    { ...settings, batch },
    {
      eta: options.eta,
      steps: 25,
      random: random(),
      recordEvery: 10,
      displacement: weights.map((w) => 0.1 * w),
      test: test200,
    },
  );

  test('are those of the steps 0, 10, 20 and the last', () => {
    expect(run.records.map(({ step }) => step)).toEqual([0, 10, 20, 25]);
    expect(run.distances).toHaveLength(26);
    for (const { step, distance } of run.records) expect(distance).toBe(run.distances[step]);
  });

  test('have loss, accuracy and flips of the network where it is, on the set that they name', () => {
    // The same run by hand.
    const model = (indices: readonly number[]) => networkModel(network, selectSamples(data, indices), loss);
    const [retain, forget] = [model(split.retain), model(split.forget)];
    const process = unlearningProcess(
      { retain, forget, alpha: settings.alpha, eta: options.eta, batch },
      settings.sampling,
      weights,
    );
    const w = weights.map((x) => 1.1 * x);
    const source = random();
    for (let k = 0; k < 25; k++) {
      process.drawBatches(source);
      process.applyStep(w);
    }
    const last = run.records.at(-1)!;
    expect(relativeDifference(last.retain!.meanLoss, meanLoss(retain, w))).toBeLessThan(1e-9);
    expect(relativeDifference(last.forget!.meanLoss, meanLoss(forget, w))).toBeLessThan(1e-9);
    expect(
      relativeDifference(last.test!.meanLoss, meanLoss(networkModel(network, test200, loss), w)),
    ).toBeLessThan(1e-9);
    expect(relativeDifference(last.retain!.meanLoss, meanLoss(forget, w))).toBeGreaterThan(1e-3);
    const right = networkOutputs(network, w, test200).filter((f, i) => f * test200.labels[i]! > 0).length;
    expect(last.test!.accuracy).toBe(right / 200);
    const active = (at: Float64Array) =>
      split.retain.concat(split.forget).flatMap((i) =>
        Array.from({ length: 2 * SIZE.width * 2 }, (_, k) => {
          const [r, patch] = [Math.floor(k / 2), 2 * i + (k % 2)];
          let z = 0;
          for (let a = 0; a < SIZE.dimension; a++) {
            z += at[r * SIZE.dimension + a]! * data.inputs[patch * SIZE.dimension + a]!;
          }
          return z > 0;
        }),
      );
    const [before, after] = [active(weights), active(w)];
    expect(last.flips).toBe(after.filter((on, k) => on !== before[k]).length);
    expect(last.flips).toBeGreaterThan(0);
    expect(run.records[0]!.flips).toBe(0);
  });

  test('start at w* without a displacement, and have no test performance without a test set', () => {
    const bare = unlearningRun(trained, split, settings, { eta: options.eta, steps: 1, random: random() });
    expect(bare.records[0]).toMatchObject({ test: null, distance: 0 });
  });

  test('are the same with the same random source and others with another', () => {
    const again = (name: string) =>
      unlearningRun(
        trained,
        split,
        { ...settings, batch },
        {
          eta: options.eta,
          steps: 25,
          random: randomSource(name),
          displacement: weights.map((w) => 0.1 * w),
        },
      ).distances;
    expect(again('run')).toEqual(run.distances);
    expect(again('another')).not.toEqual(run.distances);
  });
});

describe('runs that end early', () => {
  const { trained, split, settings, options } = escapeOf(1, 1);
  const far = { ...options, recordEvery: 1, stopAtEscape: false };

  test('diverge at the first step beyond the blow-up, with finite records only', () => {
    const run = unlearningRun(trained, split, settings, { ...far, eta: 100 * options.eta, steps: 3000 });
    expect(run.divergedAt).toBe(run.distances.length);
    expect(run.escapeStep).toBeLessThan(run.divergedAt!);
    for (const { distance, retain, forget } of run.records) {
      for (const x of [distance, retain!.meanLoss, forget!.meanLoss]) {
        expect(Number.isFinite(x)).toBe(true);
      }
    }
  });

  test('diverge within one step of 1e300 without a record of it; escape counts as reached', () => {
    const run = unlearningRun(trained, split, settings, { ...far, eta: 1e300, steps: 10 });
    expect(run).toMatchObject({ divergedAt: 1, escapeStep: 1 });
    expect(run.records).toHaveLength(1);
  });

  test('diverge beyond a million times the length of w* and displacement, and not before', () => {
    const blowUp = 1e6 * (norm(trained.weights) + norm(options.displacement));
    const run = unlearningRun(trained, split, settings, { ...far, eta: 100 * options.eta, steps: 3000 });
    expect(run.divergedAt).not.toBeNull();
    expect(run.distances.every((distance) => distance <= blowUp)).toBe(true);
    expect(run.distances.at(-1)!).toBeGreaterThan(blowUp / 1e3);
    expect(unlearningRun(trained, split, settings, options).divergedAt).toBeNull();
  });

  test('are those of descent alone without forget set, and are refused with ascent on nothing', () => {
    const all = splitOf(SIZE.samples, []);
    const batch = { retain: SIZE.samples, forget: 0 };
    const run = unlearningRun(
      trained,
      all,
      { alpha: 0, batch, sampling: 'without-replacement' },
      {
        ...far,
        steps: 50,
      },
    );
    expect(run.records.at(-1)!.forget).toBeNull();
    expect(run.distances.at(-1)!).toBeLessThan(run.distances[0]!);
    expect(() => unlearningRun(trained, all, { ...settings, batch }, far)).toThrow(/alpha must be 0/);
  });

  test('throw RangeError for a displacement or batches that do not fit', () => {
    const short = { ...far, displacement: new Float64Array(3) };
    expect(() => unlearningRun(trained, split, settings, short)).toThrow(/must be 640 numbers; got 3/);
    const large = { ...settings, batch: { retain: 13, forget: 4 } };
    expect(() => unlearningRun(trained, split, large, far)).toThrow(/in 1..12; got 13/);
  });
});

const trained = trainedSample(1, 1);
const split = sampleSplit(trained);
const settings = { alpha: 0.3, batch: { retain: 4, forget: 2 }, sampling: 'without-replacement' } as const;
const normals = randomSource('displacement');
const displacement = trained.weights.map(() => 1e-3 * normals.normal());

/** Distances of a walk of so many steps, and where it ended. */
function walked(eta: number, steps: number) {
  const process = networkUnlearning(trained, split, settings, eta);
  const walk = unlearningIterates(process, displacement, randomSource('batches'));
  const distances: number[] = [];
  for (;;) {
    const { value, done } = walk.next();
    if (done === true) return { distances, divergedAt: value };
    if (value.step > steps) return { distances, divergedAt: null };
    distances.push(value.distance);
  }
}

describe('the walk of a network', () => {
  test('is the run of the same settings, one step at a time', () => {
    const run = unlearningRun(trained, split, settings, {
      eta: 0.05,
      steps: 40,
      displacement,
      random: randomSource('batches'),
    });
    expect(walked(0.05, 40)).toEqual({ distances: Array.from(run.distances), divergedAt: null });
    expect(walked(0.051, 40).distances).not.toEqual(Array.from(run.distances));
  });

  test('ends with the step that left all bounds', () => {
    const { distances, divergedAt } = walked(5, 10_000);
    expect(divergedAt).toBe(distances.length);
    expect(Math.max(...distances)).toBeLessThan(Infinity);
  });

  test('with a set of weight zero does not need it', () => {
    const alone = { ...settings, alpha: 0 };
    const walk = unlearningIterates(
      networkUnlearning(trained, split, alone, 0.05),
      displacement,
      randomSource('batches'),
    );
    expect(walk.next().done).toBe(false);
    expect(() => networkUnlearning(trained, { ...split, forget: [] }, settings, 0.05)).toThrow(
      /alpha must be 0 when no sample is forgotten/,
    );
  });
});
