import { describe, expect, it } from 'vitest';
import { randomSource } from '../../src/statistics/generator.js';
import { identityMatrix } from '../../src/linalg/symmetric-eigen.js';
import { naturalStep } from '../../src/theory/mean-curvature.js';
import type { ProblemSpec } from '../../src/theory/problem.js';
import type { Batch } from '../../src/unlearning/batch-sampler.js';
import { stepDirections } from '../../src/unlearning/drawn-matrices.js';
import { linearisedProcess, unlearning } from '../../src/unlearning/process.js';
import { unlearningStep, type UnlearningStep } from '../../src/unlearning/step.js';
import { typicalGrowth } from '../../src/unlearning/growth.js';
import { largestDifference } from '../closeness.js';
import { batchCourses, product } from '../reference/procedure-enumeration.js';
import { exactProcedure, PROCEDURE_CASES, reducedCase } from '../sample-procedures.js';
import { denseMatrix, entriesOf, symmetricEntries } from '../sample-problems.js';

/** Sums of up to some thousand periods of a few steps. */
const ROUNDING = 1e-11;

/** E[A M A^T] over all periods of the real process, each with its probability, its batches laid down beforehand. */
function meanOverPeriods(
  spec: ProblemSpec,
  eta: number,
  m: Float64Array,
  step: UnlearningStep,
): Float64Array {
  const tapes: number[][][] = [];
  const sampler = (_: unknown, n: number, batchSize: number) => {
    const own: number[][] = [];
    tapes.push(own);
    const batch: Batch = { indices: new Int32Array(Math.max(n, batchSize)), size: 0 };
    const draw = (): void => {
      const next = own.shift()!;
      batch.size = next.length;
      next.forEach((i, k) => (batch.indices[k] = i));
    };
    return { batch, draw };
  };
  const process = linearisedProcess(reducedCase(spec), eta, { sampler, step });
  const s = process.minimum.length;
  const out = new Float64Array(s * s);
  const sum = new Float64Array(s * s);
  const moment = denseMatrix(m, s, s);
  for (const courses of product(batchCourses(spec))) {
    courses.forEach(({ batches }, g) => tapes[g]!.push(...batches.map((batch) => [...batch])));
    stepDirections(process, randomSource('unused'), identityMatrix(s), out);
    const a = denseMatrix(out, s, s).transpose();
    const probability = courses.reduce((share, course) => share * course.probability, 1);
    entriesOf(a.mmul(moment).mmul(a.transpose())).forEach((x, k) => (sum[k]! += probability * x));
  }
  return sum;
}

function operatorError(spec: ProblemSpec, step: UnlearningStep = unlearningStep): number {
  const exact = exactProcedure(spec);
  const eta = 0.8 * naturalStep(reducedCase(spec));
  const m = symmetricEntries(randomSource('real periods'), exact.stateDimension);
  return largestDifference(meanOverPeriods(spec, eta, m, step), exact.applyPeriod(eta, m));
}

const named = (name: string): ProblemSpec => PROCEDURE_CASES.find((c) => c.name === name)!.spec;

const coupledDecay: UnlearningStep = (settings, retainBatch, forgetBatch, state, gradient) => {
  const { procedure, eta } = settings;
  const before = state.slice(0, gradient.length);
  unlearningStep(
    { ...settings, procedure: { ...procedure!, weightDecay: 0 } },
    retainBatch,
    forgetBatch,
    state,
    gradient,
  );
  for (let a = 0; a < gradient.length; a++) {
    const push = procedure!.weightDecay * before[a]!;
    state[gradient.length + a]! += push;
    state[a]! -= eta * procedure!.preconditioner![a]! * push;
  }
};

const dividedByWhole: UnlearningStep = (settings, ...rest) =>
  unlearningStep({ ...settings, batch: { ...settings.batch, retain: 2 } }, ...rest);

const descentAlone: UnlearningStep = (settings, retainBatch, _, state, gradient) =>
  unlearningStep(settings, retainBatch, { indices: new Int32Array(0), size: 0 }, state, gradient);

describe('the real process of a procedure', () => {
  it.each(PROCEDURE_CASES)('has the exact operator as its mean over all periods ($name)', ({ spec }) => {
    expect(operatorError(spec)).toBeLessThan(ROUNDING);
  });

  /** The real step with another procedure. */
  const changed =
    (change: Partial<NonNullable<Parameters<UnlearningStep>[0]['procedure']>>): UnlearningStep =>
    (settings, ...rest) =>
      unlearningStep({ ...settings, procedure: { ...settings.procedure!, ...change } }, ...rest);

  it.each<[string, string, UnlearningStep]>([
    ['a velocity with 1 - b for b', 'momentum, bernoulli', changed({ momentum: 0.4 })],
    ['the step of the heavy ball for that of Nesterov', 'nesterov', changed({ nesterov: false })],
    ['decay left out', 'momentum and weight decay', changed({ weightDecay: 0 })],
    ['another preconditioner', 'preconditioner', changed({ preconditioner: [1, 1] })],
    [
      'decay in the gradient beside a preconditioner',
      'preconditioned momentum and weight decay',
      coupledDecay,
    ],
    ['a short batch divided by the size of a whole one', 'epochs, short last batch', dividedByWhole],
    ['ascent in the steps of descent', 'alternating 1:1', descentAlone],
  ])('%s is rejected', (_, name, step) => {
    expect(operatorError(named(name), step)).toBeGreaterThan(1e-3);
  });

  it('has a minimum with a velocity, and a period', () => {
    const process = linearisedProcess(reducedCase(named('alternating 1:2, momentum')), 0.1);
    expect([process.minimum.length, process.period]).toEqual([4, 3]);
    process.drawBatches(randomSource('sizes'));
    const { retain, forget } = process.batchSizes();
    expect(retain).toBeLessThanOrEqual(6);
    expect(forget).toBeLessThanOrEqual(2);
  });

  it.each(['epochs of single samples', 'epochs of different length', 'epochs, short last batch'])(
    'draws every sample of a set equally often in a period (%s)',
    (name) => {
      const spec = named(name);
      const process = linearisedProcess(reducedCase(spec), 0.1);
      process.drawBatches(randomSource('epochs', name));
      const { retain, forget } = process.batchSizes();
      expect([retain % spec.retain.length, forget % spec.forget.length]).toEqual([0, 0]);
      expect(process.period).toBe(name === 'epochs of different length' ? 6 : forget);
    },
  );

  it('grows in single runs as exact theory says where nothing is random', () => {
    const spec: ProblemSpec = {
      retain: [[[1, 0]], [[0.2, 1.1]]],
      forget: [[[0.3, 1.2]]],
      alpha: 0.6,
      batch: { retain: 2, forget: 1 },
      sampling: 'without-replacement',
      optimizer: { momentum: 0.7 },
    };
    const exact = exactProcedure(spec).growth(0.3).logGrowth;
    const process = linearisedProcess(reducedCase(spec), 0.3);
    const { growth } = typicalGrowth(process, randomSource('run'), { runs: 2, steps: 200, burnIn: 400 });
    expect(Math.abs(growth - exact)).toBeLessThan(1e-9);
  });
});

describe('the sampler of epochs', () => {
  const epochs = (n: number, b: number, dropLast: boolean, count: number): number[][] => {
    const sampler = unlearning.sampler('reshuffled', n, b, dropLast);
    const random = randomSource('epochs', n, b);
    return Array.from({ length: count }, () => {
      sampler.draw(random);
      return Array.from(sampler.batch.indices.subarray(0, sampler.batch.size));
    });
  };
  const all = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

  it.each([
    [6, 2, [2, 2, 2]],
    [7, 3, [3, 3, 1]],
    [4, 4, [4]],
  ])('takes all %i samples in batches of %i, the last of them short', (n, b, sizes) => {
    const drawn = epochs(n, b, false, 5 * sizes.length);
    for (let k = 0; k < drawn.length; k += sizes.length) {
      const epoch = drawn.slice(k, k + sizes.length);
      expect(epoch.map((batch) => batch.length)).toEqual(sizes);
      expect(epoch.flat().sort((x, y) => x - y)).toEqual(all(n));
    }
  });

  it('leaves out the samples of a short last batch, others in every epoch', () => {
    const drawn = epochs(7, 3, true, 400);
    expect(new Set(drawn.map((batch) => batch.length))).toEqual(new Set([3]));
    const left = new Map<number, number>();
    for (let k = 0; k < drawn.length; k += 2) {
      const taken = new Set([...drawn[k]!, ...drawn[k + 1]!]);
      expect(taken.size).toBe(6);
      const missing = all(7).find((i) => !taken.has(i))!;
      left.set(missing, (left.get(missing) ?? 0) + 1);
    }
    expect(left.size).toBe(7);
  });

  it('takes every order equally often', () => {
    const drawn = epochs(3, 1, false, 3 * 6000);
    const counts = new Map<string, number>();
    for (let k = 0; k < drawn.length; k += 3) {
      const order = drawn.slice(k, k + 3).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    // Six standard deviations of a count of 6000 with probability 1/6.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(6 * Math.sqrt(6000 / 6));
    expect(counts.size).toBe(6);
  });
});
