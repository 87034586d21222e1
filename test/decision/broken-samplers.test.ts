import { describe, expect, it } from 'vitest';
import { rankOneSet, type Sampling } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { decideSide } from '../../src/decision/decide-side.js';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import type { BatchSampler } from '../../src/unlearning/batch-sampler.js';
import { linearisedProcess, unlearning } from '../../src/unlearning/process.js';
import type { UnlearningStep } from '../../src/unlearning/step.js';

const OPTIONS = { errorProbability: 1e-9, maxSamples: 120_000 };

/** Descent alone on the curvatures h_i^2 of one parameter. */
function line(lengths: readonly number[], batchSize: number, sampling: Sampling) {
  return reduceProblem({
    retain: rankOneSet(Float64Array.from(lengths), 1),
    forget: rankOneSet(Float64Array.of(1), 1),
    alpha: 0,
    batch: { retain: batchSize, forget: 1 },
    sampling,
  });
}

/** A sampler that draws whatever `choose` says. */
function chosen(choose: (random: RandomSource, n: number) => number[]) {
  return (_: Sampling, n: number): BatchSampler => {
    const batch = { indices: new Int32Array(10 * n), size: 0 };
    return {
      batch,
      draw(random) {
        const indices = choose(random, n);
        batch.indices.set(indices);
        batch.size = indices.length;
      },
    };
  };
}

const all = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('decideSide never certifies stability of code that is not what the problem says', () => {
  it('bernoulli batches that are the whole set in one step of 300', () => {
    const problem = line(new Array<number>(200).fill(1), 1, 'bernoulli');
    const sampler = chosen((random, n) => {
      if (random.uniform() < 1 / 300) return all(n);
      return all(n).filter(() => random.uniform() < 1 / n);
    });
    const sides = [1, 2, 3, 4, 5, 6].map((seed) => {
      const process = linearisedProcess(problem, 0.9, { ...unlearning, sampler });
      return decideSide(process, problem, 0.9, randomSource('rare', seed), OPTIONS).side;
    });
    expect(sides).not.toContain('stable');
  });

  it.each(['with-replacement', 'without-replacement'] as const)(
    '%s batches of two in place of one are a fault',
    (sampling) => {
      const problem = line([1, 1, 1, 2], 1, sampling);
      const sampler = chosen((random, n) => [random.integer(n), random.integer(n)]);
      const process = linearisedProcess(problem, 0.3, { ...unlearning, sampler });
      const verdict = decideSide(process, problem, 0.3, randomSource('two'), OPTIONS);
      expect(verdict.side).toBe('inconclusive');
      expect(verdict.fault).toBe('a drawn retain batch has 2 samples; the problem says 1');
    },
  );

  it('a full bernoulli batch with a sample missing is a fault', () => {
    const problem = line([1, 1, 1, 2], 4, 'bernoulli');
    const sampler = chosen((_, n) => all(n - 1));
    const process = linearisedProcess(problem, 0.1, { ...unlearning, sampler });
    expect(decideSide(process, problem, 0.1, randomSource('missing'), OPTIONS).fault).toMatch(
      /has 3 samples; the problem says 4/,
    );
  });

  describe('a step that gives NaN is a fault and no certificate', () => {
    /** The real step, but for NaN in place of the first number of every n-th one. */
    const spoiled = (every: number, value = NaN): UnlearningStep => {
      let count = 0;
      return (settings, retain, forget, w, gradient) => {
        unlearning.step(settings, retain, forget, w, gradient);
        if (++count % every === 0) w[0] = value;
      };
    };
    const decide = (eta: number, step: UnlearningStep) => {
      const problem = line([1, 1, 1, 2], 1, 'without-replacement');
      const process = linearisedProcess(problem, eta, { ...unlearning, step });
      return decideSide(process, problem, eta, randomSource('NaN'), OPTIONS);
    };

    // 0.3 is stable: two pilots of 100 and 400 steps, 300 that choose the stakes, the rest is the test. 3 is not: the first
    // pilot, 75 steps that choose the stakes, the rest is the test.
    it.each([
      [0.3, 1],
      [0.3, 99],
      [0.3, 399],
      [0.3, 750],
      [0.3, 850],
      [3, 1],
      [3, 99],
      [3, 150],
      [3, 180],
    ])('at eta %s in every step number %s', (eta, every) => {
      expect(decide(eta, spoiled(every))).toMatchObject({
        side: 'inconclusive',
        fault: 'a drawn step gives NaN',
      });
    });

    it('while Infinity stays overflow, which diverges', () => {
      expect(decide(0.3, spoiled(1, Infinity))).toMatchObject({ side: 'diverges', fault: null });
    });
  });

  it('the real samplers are no fault, and stable there', () => {
    const problem = line([1, 1, 1, 2], 1, 'without-replacement');
    const verdict = decideSide(linearisedProcess(problem, 0.3), problem, 0.3, randomSource('real'), OPTIONS);
    expect(verdict.fault).toBeNull();
    expect(verdict.side).toBe('stable');
  });
});

it('decideSide refuses a budget that is not worth a first stage', () => {
  const problem = line([1, 1], 1, 'bernoulli');
  const decide = () =>
    decideSide(linearisedProcess(problem, 1), problem, 1, randomSource('x'), {
      ...OPTIONS,
      maxSamples: 1000,
    });
  expect(decide).toThrow(/maxSamples must be at least 1500; got 1000/);
});
