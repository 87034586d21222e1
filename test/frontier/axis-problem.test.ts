import { describe, expect, test } from 'vitest';
import { SAMPLINGS } from '../../src/theory/problem.js';
import {
  type AxisProblem,
  axisProcess,
  axisReducedProblem,
  axisTypicalGrowth,
  groupedFamily,
  representativeAxes,
} from '../../src/frontier/axis-problem.js';
import { hessianFamily, publishedVote, VOTE_RUNS, voteSide } from '../../src/frontier/hessian-grid.js';
import { axisQuadratic } from '../../src/unlearning/per-sample-model.js';
import { randomSource } from '../../src/statistics/generator.js';
import { typicalGrowth } from '../../src/unlearning/growth.js';
import { linearisedProcess, unlearning } from '../../src/unlearning/process.js';

const problem: AxisProblem = {
  samples: groupedFamily(3, 11),
  alpha: 0.2,
  batchSize: 4,
  sampling: 'bernoulli',
};

/** Places after so many steps from a start of ones. */
function places(of: ReturnType<typeof axisProcess>, steps: number): number[] {
  const random = randomSource('places', 1);
  const w = of.minimum.map(() => 1);
  for (let k = 0; k < steps; k++) {
    of.drawBatches(random);
    of.applyStep(w);
  }
  return Array.from(w);
}

describe('a problem on coordinate axes', () => {
  test.each(SAMPLINGS)('runs as its linearised problem does, %s', (sampling) => {
    const chosen = { ...problem, sampling };
    const plain = places(linearisedProcess(axisReducedProblem(chosen), 0.3), 20);
    places(axisProcess(chosen, 0.3, unlearning), 20).forEach((x, a) => expect(x).toBeCloseTo(plain[a]!, 10));
  });

  test('has samples without curvature that leave every place where it is', () => {
    const model = axisQuadratic(problem.samples);
    const out = new Float64Array(3);
    expect(problem.samples.axisOf[10]).toBe(-1);
    model.addGradient(Float64Array.of(1, 2, 3), 10, 5, out);
    expect(Array.from(out)).toEqual([0, 0, 0]);
    expect(model.loss(Float64Array.of(1, 2, 3), 10)).toBe(0);
    model.addGradient(Float64Array.of(1, 2, 3), 4, 5, out);
    expect(Array.from(out)).not.toEqual([0, 0, 0]);
  });

  test('has one axis for each number of samples on one', () => {
    expect(representativeAxes(hessianFamily(1, 5))).toEqual([0]);
    expect(representativeAxes(hessianFamily(3, 5))).toEqual([0, 1]);
    expect(representativeAxes(groupedFamily(3, 11))).toEqual([0]);
  });
});

describe('the exact growth of single runs', () => {
  test.each(SAMPLINGS)('is what long runs measure, %s', (sampling) => {
    const chosen = { ...problem, sampling };
    const { growth, interval } = typicalGrowth(
      axisProcess(chosen, 0.7, unlearning),
      randomSource('runs', 2),
      {
        runs: 24,
        steps: 1500,
        burnIn: 200,
        confidence: 0.9999,
      },
    );
    const exact = axisTypicalGrowth(chosen, 0.7);
    expect(exact).toBeGreaterThan(interval.low - 0.01);
    expect(exact).toBeLessThan(interval.high + 0.01);
    // The margin does not cover the growth at a step size that is 5 % larger.
    expect(Math.abs(axisTypicalGrowth(chosen, 0.735) - growth)).toBeGreaterThan(0.011);
  });

  test('counts a factor of zero as an end of all growth', () => {
    const full: AxisProblem = {
      samples: groupedFamily(2, 2),
      alpha: 0,
      batchSize: 2,
      sampling: 'without-replacement',
    };
    expect(axisTypicalGrowth(full, 1)).toBe(-700);
    expect(axisTypicalGrowth(full, 3)).toBeCloseTo(Math.log(4), 12);
  });
});

describe('the published vote', () => {
  const voted = (eta: number): number =>
    publishedVote(axisProcess({ ...problem, alpha: 0 }, eta, unlearning), randomSource('vote', 1));

  test('is unanimous far from the boundary', () => {
    expect(voted(0.1)).toBe(0);
    expect(voted(5)).toBe(VOTE_RUNS);
  });

  test('needs more than half of the runs to diverge', () => {
    expect([voteSide(5), voteSide(6)]).toEqual(['stable', 'diverges']);
  });
});
