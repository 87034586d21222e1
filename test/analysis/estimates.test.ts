import { describe, expect, test } from 'vitest';
import { analyzeProblem } from '../../src/analysis/analyze.js';
import type { Analysis } from '../../src/analysis/answer.js';
import { type Estimate, type TheoryEstimates, wholeEstimates } from '../../src/analysis/estimates.js';
import { subsetEstimates } from '../../src/analysis/subset-estimates.js';
import { randomSource } from '../../src/statistics/generator.js';
import { crossCoherence, setCoherence, unlearningCoherence } from '../../src/theory/coherence.js';
import { criticalMixing } from '../../src/theory/mean-curvature.js';
import { type DrawnProblem, drawnSets } from '../../src/theory/draw-subset.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { SAMPLINGS, type UnlearningProblem } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { theorems } from '../../theorems/index.js';
import { normalSet } from '../sample-problems.js';

const random = randomSource('estimates');
const ranks = (n: number): number[] => Array.from({ length: n }, (_, i) => 1 + (i % 2));
const base: UnlearningProblem = {
  retain: normalSet(random, ranks(36), 4),
  forget: normalSet(random, ranks(28), 4),
  alpha: 0.2,
  batch: { retain: 8, forget: 5 },
  sampling: 'bernoulli',
};

const CONFIDENCE = 0.95;
const QUANTITIES = ['sigma', 'alphaStar', 'lambdaMin', 'etaStar'] as const;

function drawn(problem: UnlearningProblem, size: number, seed = 1): DrawnProblem {
  const { retain, forget, ...setting } = problem;
  const sets = drawnSets({ retain, forget }, { size, seed });
  return { ...setting, sets, parameters: retain.dimension, seed };
}

const whole = (problem: UnlearningProblem): TheoryEstimates => wholeEstimates(problem, false, (run) => run());
const all = whole(base);
const partly = (problem: UnlearningProblem, size: number, seed = 1): TheoryEstimates =>
  subsetEstimates(drawn(problem, size, seed), CONFIDENCE);

describe('wholeEstimates', () => {
  test('has no width: each number is that of the theory', () => {
    const reduced = reduceProblem(base);
    const exact = exactStability(reduced);
    const expected: Record<(typeof QUANTITIES)[number], number> = {
      sigma: unlearningCoherence(reduced).sigma,
      alphaStar: criticalMixing(base.retain, base.forget),
      lambdaMin: exact.meanEigenvalues[0]!,
      etaStar: exact.criticalStep().value,
    };
    for (const quantity of QUANTITIES) {
      const { value, low, high, exact: isExact } = all[quantity];
      expect([low, high, isExact]).toEqual([value, value, true]);
      expect(value / expected[quantity]).toBeCloseTo(1, 9);
    }
    expect(all.coherence.retain).toBeCloseTo(setCoherence(base.retain), 9);
    expect(all.coherence.chi2).toBeCloseTo(crossCoherence(base.retain, base.forget).chi2, 9);
    expect(all.subset).toBeNull();
  });

  test('takes sets in coordinates of their joint span as they are', () => {
    const spanned = wholeEstimates(base, true, (run) => run());
    expect(spanned.etaStar.value).toBeCloseTo(all.etaStar.value, 9);
    expect(spanned.dimension).toBe(4);
  });
});

describe('subsetEstimates of a subset that is everything', () => {
  test.each(SAMPLINGS)('agrees with wholeEstimates in every number, %s', (sampling) => {
    const problem = { ...base, sampling };
    const [exact, subset] = [whole(problem), partly(problem, 36)];
    for (const quantity of QUANTITIES) {
      const { low, value, high } = subset[quantity];
      for (const x of [low, value, high]) expect(x / exact[quantity].value).toBeCloseTo(1, 5);
    }
    const { pair, ...coherence } = exact.coherence;
    for (const [name, value] of Object.entries(coherence)) {
      expect(subset.coherence[name as keyof typeof coherence]! / value!).toBeCloseTo(1, 8);
    }
    expect(pair).not.toBeNull();
    for (const eta of [0.5, 1, 2].map((ratio) => ratio * exact.etaStar.value)) {
      expect(subset.stability.growth(eta).logGrowth).toBeCloseTo(exact.stability.growth(eta).logGrowth, 8);
    }
  });

  test('and so do the shares along a projector, under the positions of the samples', () => {
    const subset = partly(base, 36);
    const identity = Float64Array.from({ length: 16 }, (_, k) => (k % 5 === 0 ? 1 : 0));
    for (const { retain, forget, samples } of [all.sharesAlong(identity), subset.sharesAlong(identity)]) {
      expect(retain).toBeCloseTo(1, 9);
      expect(forget).toBeCloseTo(1, 9);
      expect(samples.map(({ index }) => index).sort((a, b) => a - b)).toEqual([...Array(28).keys()]);
      for (const { share } of samples) expect(share).toBeCloseTo(1, 9);
    }
  });
});

describe('subsetEstimates of some samples', () => {
  test('gives intervals that hold the numbers of all samples together, as often as promised', () => {
    const holds = ({ low, high }: Estimate, value: number): boolean =>
      low <= value + 1e-9 && value <= high + 1e-9;
    const runs = Array.from({ length: 20 }, (_, seed) => partly(base, 24, seed));
    const held = runs.filter((run) => QUANTITIES.every((q) => holds(run[q], all[q].value))).length;
    // At 95 % a run of 20 has fewer than 16 with a probability of 0.3 %.
    expect(held).toBeGreaterThanOrEqual(16);
    for (const run of runs) for (const q of QUANTITIES) expect(holds(run[q], run[q].value)).toBe(true);
  });

  test('knows alpha* and lambda_min exactly where the mean curvatures of all samples are known', () => {
    const subset = partly(base, 24);
    for (const quantity of ['alphaStar', 'lambdaMin'] as const) {
      expect(subset[quantity].exact).toBe(true);
      expect(subset[quantity].value).toBeCloseTo(all[quantity].value, 9);
    }
    expect(subset.sigma.exact).toBe(false);
    expect(subset.etaStar.exact).toBe(false);
  });

  test('a set that takes no part has no coherence, and no sample a share', () => {
    const estimates = partly({ ...base, alpha: 0 }, 24);
    const { coherence } = estimates;
    expect([coherence.forget, coherence.cross, coherence.chi2]).toEqual([null, 0, null]);
    expect(estimates.sharesAlong(new Float64Array(16))).toEqual({ retain: 0, forget: null, samples: [] });
  });

  test('says how many samples of which there are', () => {
    const { samples, subset } = partly(base, 24, 7);
    expect(samples).toEqual({ retain: 36, forget: 28 });
    expect(subset).toEqual({
      certainEtaStar: expect.any(Number) as number,
      seed: 7,
      confidence: CONFIDENCE,
      samples: {
        retain: { of: 36, drawn: 24, thinned: false },
        forget: { of: 28, drawn: 24, thinned: false },
      },
    });
  });
});

describe('analyzeProblem is one way through for whole sets and subsets', () => {
  const { etaStar } = partly(base, 24);
  const analysed = (eta: number, alpha = base.alpha): Analysis =>
    analyzeProblem(drawn({ ...base, alpha }, 24), eta, theorems, { confidence: CONFIDENCE });

  test('the same fields, but for the certainty of estimates, and no theorem is asked about a subset', () => {
    const [exact, subset] = [analyzeProblem(base, 0.1, theorems), analysed(0.1)];
    expect(Object.keys(subset).filter((key) => !(key in exact))).toEqual(['subset']);
    expect(Object.keys(subset.coherence)).toEqual(Object.keys(exact.coherence));
    expect(exact.theorems.length).toBeGreaterThan(10);
    expect(subset.theorems).toEqual([]);
    expect(subset.dimension).toEqual({ ...exact.dimension, samples: { retain: 36, forget: 28 } });
  });

  test('the side is that which the interval of eta* leaves: stable below it, open inside, diverging above', () => {
    const side = (eta: number) => analysed(eta).subset!.side;
    expect(side(0.99 * etaStar.low)).toBe('stable');
    expect(side((etaStar.low + etaStar.high) / 2)).toBe('undecided');
    expect(side(1.01 * etaStar.high)).toBe('diverges');
  });

  test('and diverging at every step size where alpha is above the interval of alpha*', () => {
    const { subset, mixing } = analysed(1e-6, 0.9);
    expect(mixing.escapes).toBe(true);
    expect(subset!.side).toBe('diverges');
    expect(subset!.intervals.etaStar).toEqual({ low: 0, high: 0, exact: true });
  });

  test('an interval without an upper end has null in its place', () => {
    const single = drawn({ ...base, batch: { retain: 1, forget: 1 } }, 20);
    const { subset } = analyzeProblem(single, 0.1, [], { confidence: 1 - 1e-12 });
    expect(subset!.intervals.etaStar).toMatchObject({ high: null, exact: false });
    expect(subset!.intervals.etaStar.low).toBeGreaterThan(0);
  });

  test('tells the stages that are done, of all of them for whole sets', () => {
    const told: number[] = [];
    analyzeProblem(base, 0.1, [], { onProgress: (done, total) => told.push(done / total) });
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
  });
});
