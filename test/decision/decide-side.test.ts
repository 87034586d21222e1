import { describe, expect, it } from 'vitest';
import type { ReducedProblem } from '../../src/theory/problem.js';
import { randomSource } from '../../src/statistics/generator.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { decideSide, type DecisionOptions } from '../../src/decision/decide-side.js';
import type { BatchSampler } from '../../src/unlearning/batch-sampler.js';
import {
  linearisedProcess,
  unlearning,
  type UnlearningImplementation,
} from '../../src/unlearning/process.js';
import { mostEvents } from '../goodness-of-fit.js';
import { descentOnLine, STABILITY_CASES } from '../sample-problems.js';

const OPTIONS: DecisionOptions = { errorProbability: 1e-9, maxSamples: 100_000 };

/** Log evidence at which a verdict falls: six stages of two sides share the error. */
const THRESHOLD = Math.log(12 / OPTIONS.errorProbability);

/** Observations are taken 64 at a time: so many more than allowed may be drawn. */
const OVERDRAW = 64;

function decide(
  problem: ReducedProblem,
  eta: number,
  words: readonly (string | number)[],
  options: Partial<DecisionOptions> = {},
  implementation: UnlearningImplementation = unlearning,
) {
  const process = linearisedProcess(problem, eta, implementation);
  return decideSide(process, problem, eta, randomSource('decide', ...words), { ...OPTIONS, ...options });
}

const criticalStep = (problem: ReducedProblem): number => exactStability(problem).criticalStep().value;

const DESCENDING = STABILITY_CASES.filter(
  ({ mixing }) => mixing === 'alpha 0' || mixing === 'alpha below the critical mixing',
);
const ESCAPING = STABILITY_CASES.filter((c) => !DESCENDING.includes(c));

describe('decideSide', () => {
  it.each(DESCENDING)(
    'decides both sides of the threshold, at 0.8, 0.95, 1.05 and 1.25 of it ($name)',
    ({ name, problem }) => {
      const critical = criticalStep(problem);
      for (const ratio of [0.8, 0.95, 1.05, 1.25]) {
        const verdict = decide(problem, ratio * critical, [name, ratio]);
        expect(verdict.side, `ratio ${ratio}`).toBe(ratio < 1 ? 'stable' : 'diverges');
        expect(verdict.logEvidence).toBeGreaterThanOrEqual(THRESHOLD);
        expect(verdict.fault).toBeNull();
        expect(verdict.samples).toBeLessThanOrEqual(OPTIONS.maxSamples + OVERDRAW);
      }
    },
  );

  it.each(ESCAPING)(
    'sees every step size diverge where D has a negative eigenvalue ($name)',
    ({ name, problem }) => {
      for (const eta of [0.2, 1]) {
        expect(decide(problem, eta, [name, eta]).side, `eta ${eta}`).toBe('diverges');
      }
    },
  );

  it.each(DESCENDING)('is inconclusive at the threshold itself ($name)', ({ name, problem }) => {
    const verdict = decide(problem, criticalStep(problem), [name, 'threshold'], { maxSamples: 30_000 });
    expect(verdict.side).toBe('inconclusive');
    expect(verdict.logEvidence).toBeLessThan(THRESHOLD);
    expect(verdict.fault).toBeNull();
    expect(verdict.samples).toBeLessThanOrEqual(30_000 + OVERDRAW);
    expect(Math.abs(Math.log(verdict.radiusEstimate))).toBeLessThan(0.5);
  });

  it('at the threshold is wrong at most as often as its error probability, at a coarse one', () => {
    // Both verdicts are false there: 300 decisions with error probability 0.5.
    const { problem } = DESCENDING.find((c) => c.sampling === 'bernoulli' && c.rank === 'rank one')!;
    const critical = criticalStep(problem);
    const options = { errorProbability: 0.5, maxSamples: 2500 };
    const verdicts = Array.from(
      { length: 300 },
      (_, k) => decide(problem, critical, ['coarse', k], options).side,
    );
    const wrong = verdicts.filter((side) => side !== 'inconclusive').length;
    expect(wrong).toBeLessThanOrEqual(mostEvents(300, 0.5, 1e-6));
    // With so little asked for it does decide elsewhere.
    const far = Array.from(
      { length: 20 },
      (_, k) => decide(problem, 1.5 * critical, ['coarse', k], options).side,
    );
    expect(far.every((side) => side === 'diverges')).toBe(true);
  });

  it('replays identically from the same words, not from others', () => {
    const { problem } = DESCENDING[0]!;
    for (const ratio of [0.9, 1.1]) {
      const eta = ratio * criticalStep(problem);
      const verdict = decide(problem, eta, ['replay']);
      expect(decide(problem, eta, ['replay'])).toEqual(verdict);
      expect(decide(problem, eta, ['another']).radiusEstimate).not.toBe(verdict.radiusEstimate);
    }
  });

  it('takes more samples for a smaller error probability', () => {
    const { problem } = DESCENDING[0]!;
    const eta = 0.95 * criticalStep(problem);
    const [loose, strict] = [1e-2, 1e-30].map((errorProbability) =>
      decide(problem, eta, ['error'], { errorProbability }),
    );
    expect(loose!.side).toBe('stable');
    expect(strict!.side).toBe('stable');
    expect(strict!.samples).toBeGreaterThan(2 * loose!.samples);
  });

  it('says diverges in the heavy-tail zone, where nearly every single run shrinks', () => {
    const line = descentOnLine([1, 1, 1, 1, 1, 1, 1, 1, 1, 6], 1, 'without-replacement');
    expect(decide(line, 0.7, ['heavy tail']).side).toBe('diverges');
    expect(decide(line, 0.6, ['heavy tail']).side).toBe('stable');
  });

  it('decides full batches, whose step is always the same', () => {
    for (const sampling of ['bernoulli', 'without-replacement'] as const) {
      const full = descentOnLine([1, 3], 2, sampling);
      expect(decide(full, 0.999, ['full', sampling]).side).toBe('stable');
      expect(decide(full, 1.001, ['full', sampling]).side).toBe('diverges');
    }
  });

  it('decides bernoulli batches of one sample in 200, whose worst batch is far out and never drawn', () => {
    const many = descentOnLine(new Array<number>(200).fill(1), 1, 'bernoulli');
    const critical = criticalStep(many);
    // All 200 at once: (1 - 200 eta)^2, a range of 30,000 that no number of samples here would overcome.
    expect(decide(many, 0.9 * critical, ['many']).side).toBe('stable');
    expect(decide(many, 1.1 * critical, ['many']).side).toBe('diverges');
  });

  it('takes overflow for divergence', () => {
    const { problem } = DESCENDING[0]!;
    for (const eta of [1e80, 1e200]) {
      const verdict = decide(problem, eta, ['overflow', eta]);
      expect(verdict).toMatchObject({ side: 'diverges', radiusEstimate: Number.MAX_VALUE, fault: null });
      expect(verdict.logEvidence).toBeGreaterThan(THRESHOLD);
      expect(verdict.samples).toBeLessThan(1000);
    }
  });
});

describe('decideSide on broken implementations', () => {
  const problem = descentOnLine([1, 1, 4], 2, 'without-replacement');

  /** A sampler that returns the given samples every time. */
  function always(...indices: number[]): UnlearningImplementation {
    const batch = { indices: Int32Array.from(indices), size: indices.length };
    const sampler: BatchSampler = { batch, draw: () => undefined };
    return { ...unlearning, sampler: () => sampler };
  }

  it('reports a fault for a sampler that draws one sample twice, beyond the range of all subsets', () => {
    // Subsets give (1 - 0.45)^2 or (1 - 0.45 * 2.5)^2; twice the last sample (1 - 1.8)^2 = 0.64.
    const verdict = decide(problem, 0.45, ['fault'], {}, always(2, 2));
    expect(verdict.side).toBe('inconclusive');
    expect(verdict.fault).toMatch(/exceeds the range 0\.3025\d* that the problem guarantees/);
  });

  it('reports none for the right sampler, nor for one that is biased within the range', () => {
    expect(decide(problem, 0.45, ['no fault'])).toMatchObject({ side: 'stable', fault: null });
    expect(decide(problem, 0.45, ['no fault'], {}, always(0, 1))).toMatchObject({
      side: 'stable',
      fault: null,
    });
  });

  it('judges the step that runs: twice the step size diverges where the right one is stable', () => {
    const { problem: given } = DESCENDING[0]!;
    const doubled: UnlearningImplementation = {
      ...unlearning,
      step: (settings, ...rest) => unlearning.step({ ...settings, eta: 2 * settings.eta }, ...rest),
    };
    const eta = 0.7 * criticalStep(given);
    expect(decide(given, eta, ['doubled']).side).toBe('stable');
    expect(decide(given, eta, ['doubled'], {}, doubled).side).toBe('diverges');
  });
});
