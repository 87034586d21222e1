import { describe, expect, it } from 'vitest';
import { decideSide } from '../../src/decision/decide-side.js';
import { randomSource } from '../../src/statistics/generator.js';
import { factorSet, type FactorSet } from '../../src/theory/problem.js';
import { PLAIN_PROCEDURE, type Procedure } from '../../src/theory/procedure.js';
import { factorQuadratic } from '../../src/unlearning/factor-quadratic.js';
import { addBatchGradient, type PerSampleModel } from '../../src/unlearning/per-sample-model.js';
import { stepDirections, stepsFrom } from '../../src/unlearning/drawn-matrices.js';
import {
  linearisedProcess,
  unlearning,
  unlearningProcess,
  type UnlearningProcess,
} from '../../src/unlearning/process.js';
import { linearLeastSquares } from '../../studies/digits/problem.js';
import { procedureProblem } from '../procedure-problems.js';
import { firstUnitRadius } from '../reference/period-matrices.js';
import { descentOnLine, normalEntries, reducedFromSpec } from '../sample-problems.js';

const DIMENSIONS = [1, 2, 3, 4, 5, 7, 8, 9, 13];
const NUMBERS = [1, 2, 3, 4, 5, 6, 9];

/** Samples of one, none, two and three factors; some end, begin or consist of zeros. */
function mixedSet(r: number): FactorSet {
  const random = randomSource('steps together', r);
  const factor = (from = 0, to = r) =>
    Array.from({ length: r }, (_, a) => (a >= from && a < to ? random.normal() : 0));
  const samples = [[factor()], [], [factor(0, 1), factor(r - 1)], [factor(1, r - 1), factor(0, 0), factor()]];
  return factorSet([...samples, [factor(r >> 1)]], r);
}

const BATCH = { indices: Int32Array.of(2, 0, 3, 3, 1, 4, 0, 2), size: 7 };

/** The gradients of a batch at several w, one w and one sample after the other. */
function oneByOne(model: PerSampleModel, w: Float64Array, indices: readonly number[], out: Float64Array) {
  const p = model.parameterCount;
  for (let from = 0; from < w.length; from += p) {
    for (const i of indices)
      model.addGradient(w.subarray(from, from + p), i, -0.3, out.subarray(from, from + p));
  }
  return out;
}

/** toEqual tells 0 from -0 and takes NaN as itself: equal to the last bit. */
describe.each(DIMENSIONS)('in %d coordinates', (r) => {
  const minimiser = normalEntries(randomSource('minimiser', r), 1, r);
  const models = [
    factorQuadratic(mixedSet(r), minimiser),
    linearLeastSquares(normalEntries(randomSource('features', r), 5, r), Float64Array.of(1, 2, 3, 4, 5)),
  ];

  it.each(NUMBERS)('the gradients of a batch at %d w are those one by one, to the last bit', (m) => {
    const random = randomSource('gradients', r, m);
    const [w, there] = [normalEntries(random, m, r), normalEntries(random, m, r)];
    const indices = Array.from(BATCH.indices.subarray(0, BATCH.size));
    for (const model of models) {
      const out = there.slice();
      addBatchGradient(model, w, BATCH, -0.3, out);
      expect(out).toEqual(oneByOne(model, w, indices, there.slice()));
      // The bits do depend on the order of the sum.
      if (r * m > 20) expect(out).not.toEqual(oneByOne(model, w, indices.toReversed(), there.slice()));
    }
  });

  it.each(NUMBERS)('the step from %d w together is the step from each, to the last bit', (m) => {
    for (const model of models) {
      const settings = {
        retain: model,
        forget: model,
        alpha: 0.3,
        eta: 0.4,
        batch: { retain: 3, forget: 2 },
      };
      expectTogetherAsEach(() => unlearningProcess(settings, 'bernoulli', minimiser), m);
    }
  });

  it.each(Object.entries(procedures(r)))('so is that of %s, with the velocities', (_, procedure) => {
    for (const model of models) {
      const settings = {
        retain: model,
        forget: model,
        alpha: 0.3,
        eta: 0.4,
        batch: { retain: 3, forget: 2 },
        procedure,
      };
      const sampling = procedure.schedule ? 'reshuffled' : 'without-replacement';
      for (const m of NUMBERS)
        expectTogetherAsEach(() => unlearningProcess(settings, sampling, minimiser), m);
    }
  });
});

describe('in parameters that a preconditioner scales, of which the problem spans a part', () => {
  const random = randomSource('given parameters');
  const samples = (n: number) =>
    Array.from({ length: n }, () => [Array.from(normalEntries(random, 1, 7), (x, j) => (j === 2 ? 0 : x))]);
  const spec = { retain: samples(3), forget: samples(2), alpha: 0.3, batch: { retain: 2, forget: 1 } };
  const preconditioner = [0.05, 20, 1, 0.5, 2, 3, 0.2];

  it.each(Object.entries({ plain: {}, momentum: { momentum: 0.5, weightDecay: 0.1 } }))(
    'steps together, %s, are those from each, to the last bit',
    (_, optimizer) => {
      const problem = reducedFromSpec({
        ...spec,
        sampling: 'bernoulli',
        optimizer: { ...optimizer, preconditioner },
      });
      expect(problem.dimension).toBe(5);
      for (const m of NUMBERS) expectTogetherAsEach(() => linearisedProcess(problem, 0.1), m);
    },
  );
});

/** Procedures with a part of each kind. */
function procedures(r: number): Record<string, Procedure> {
  const preconditioner = Array.from({ length: r }, (_, a) => 1 + a / 3);
  return {
    momentum: { ...PLAIN_PROCEDURE, momentum: 0.9 },
    'Nesterov with decay': { ...PLAIN_PROCEDURE, momentum: 0.5, nesterov: true, weightDecay: 0.1 },
    'preconditioned momentum': { ...PLAIN_PROCEDURE, momentum: 0.5, weightDecay: 0.1, preconditioner },
    'alternating epochs with momentum': {
      ...PLAIN_PROCEDURE,
      momentum: 0.3,
      schedule: { ascent: 1, descent: 2 },
    },
  };
}

/** Steps from m states with the same batches: together, from those states for good, and from each. */
function expectTogetherAsEach(make: () => UnlearningProcess, m: number): void {
  const [process, fixed, other] = [make(), make(), make()];
  const s = process.minimum.length;
  const [random, third, again] = Array.from({ length: 3 }, () => randomSource('steps', s, m));
  const directions = normalEntries(randomSource('directions', s, m), m, s);
  const [together, from, each] = Array.from({ length: 3 }, () => new Float64Array(m * s));
  const step = stepsFrom(fixed, directions);
  for (let k = 0; k < 5; k++) {
    stepDirections(process, random!, directions, together!);
    stepDirections({ ...other, together: undefined }, again!, directions, each!);
    step(third!, 1, from!);
    expect(together).toEqual(each);
    expect(from).toEqual(each);
    expect(together).not.toEqual(directions);
  }
  expect(process.together).toBeDefined();
}

describe('a step that is not the real one', () => {
  const problem = descentOnLine([1, 3], 1, 'without-replacement');

  it('is made from one w after the other: nothing stands in for it', () => {
    const seen: number[] = [];
    const process = linearisedProcess(problem, 0.1, {
      ...unlearning,
      step(settings, retain, forget, w, gradient) {
        seen.push(w.length);
        unlearning.step(settings, retain, forget, w, gradient);
      },
    });
    stepDirections(process, randomSource('watched'), Float64Array.of(1, 2, 3), new Float64Array(3));
    expect(seen).toEqual([1, 1, 1]);
  });

  it('that gives NaN is a fault also where several are made together', () => {
    const real = linearisedProcess(problem, 0.1);
    const decide = (process: UnlearningProcess) =>
      decideSide(process, problem, 0.1, randomSource('NaN'), { errorProbability: 1e-9, maxSamples: 5000 });
    let made = 0;
    const spoiled: UnlearningProcess = {
      ...real,
      together: {
        move: (states) => real.together!.move(states),
        from(states) {
          const moves = real.together!.from(states);
          return {
            ...moves,
            finish(count, out) {
              moves.finish(count, out);
              made += count;
              if (made >= 500 && made - count < 500) out[count - 1] = NaN;
            },
          };
        },
      },
    };
    expect(decide(real)).toMatchObject({ side: 'stable', fault: null });
    expect(decide(spoiled)).toMatchObject({ side: 'inconclusive', fault: 'a drawn step gives NaN' });
  });

  it.each([
    [0.6, 'stable'],
    [2, 'diverges'],
  ])('so is one of the later periods in a sample of several, moved in place (%d, %s)', (ratio, side) => {
    const momentum = procedureProblem(1, { optimizer: { momentum: 0.9 } });
    const eta = ratio * firstUnitRadius(momentum, 0.05);
    const real = linearisedProcess(momentum, eta);
    const decide = (process: UnlearningProcess) =>
      decideSide(process, momentum, eta, randomSource('NaN'), { errorProbability: 1e-2, maxSamples: 20_000 });
    const spoiled: UnlearningProcess = {
      ...real,
      together: { ...real.together!, move: (states) => states.fill(NaN) },
    };
    expect(decide(real)).toMatchObject({ side, fault: null });
    expect(decide(spoiled)).toMatchObject({ side: 'inconclusive', fault: 'a drawn step gives NaN' });
  });
});
