import { describe, expect, test } from 'vitest';
import { analyzeProblem } from '../../src/analysis/analyze.js';
import { problemFromSpec, type ProblemSpec } from '../../src/theory/problem.js';
import { theorems } from '../../theorems/index.js';

/** Six retain and two forget samples in three parameters; log rho of small plain steps is -0.233020 eta. */
const wellConditioned: ProblemSpec = {
  retain: [[[1, 0.2, 0.1]], [[0.1, 0.9, 0.3]], [[0.7, 0.7, 0.2]], [[0.2, 0.1, 1.1]], [[0.8, 0.3, 0.4]], [[0.5, 0.9, 0.6]]], // prettier-ignore
  forget: [[[0.9, 0.4, 0.2]], [[0.6, 0.5, 0.3]]],
  alpha: 0.1,
  batch: { retain: 2, forget: 1 },
  sampling: 'without-replacement',
};

/** D = diag(0.366, 3e-11): log rho is -2 eta d_min a step, and half that in turns 1:1. */
const illConditioned: ProblemSpec = {
  retain: [[[1, 0]], [[0.5, 0]], [[0, 1e-5]]],
  forget: [[[0.3, 0]]],
  alpha: 0.1,
  batch: { retain: 1, forget: 1 },
  sampling: 'bernoulli',
};

const asked = theorems.filter(({ id }) => /^(P|U5|U6|U15)/.test(id));
const analysed = (spec: ProblemSpec, eta: number) => analyzeProblem(problemFromSpec(spec), eta, asked);

describe('log rho within its own error of 0', () => {
  test.each([
    [
      'decay',
      wellConditioned,
      { optimizer: { weightDecay: 0.01 } },
      1e-11,
      -2 * (0.116510135 + 0.01) * 1e-11,
    ],
    ['momentum', wellConditioned, { optimizer: { momentum: 0.9 } }, 1e-12, -20 * 0.116510135 * 1e-12],
    ['no decay worth the name', illConditioned, { optimizer: { weightDecay: 1e-12 } }, 0.1, -6.2e-12],
    ['turns', illConditioned, { schedule: { ascent: 1, descent: 1 } }, 0.1, -3e-12],
    ['epochs', illConditioned, { sampling: 'reshuffled' }, 0.1, -6e-12],
  ] as const)('below eta* is stable, as the theorems say: %s', (_, spec, changes, eta, logGrowth) => {
    const { exact, theorems: answers } = analysed({ ...spec, ...changes }, eta);
    expect(exact).toMatchObject({ verdict: 'stable', side: 'stable' });
    expect(exact.logGrowth).toBeLessThan(0);
    expect(exact.logGrowth / logGrowth).toBeCloseTo(1, 2);
    expect(answers.filter(({ applies, side }) => applies && side === 'diverges')).toEqual([]);
  });

  test.each([
    ['decay', { optimizer: { weightDecay: 0.1 } }],
    ['epochs', { sampling: 'reshuffled' }],
  ] as const)('is rounding of a factor of 1 where steps are next to nothing: stable, %s', (_, changes) => {
    for (const eta of [1e-30, 1e-200]) {
      expect(analysed({ ...wellConditioned, ...changes }, eta).exact.verdict).toBe('stable');
    }
  });

  test('diverges where the mean does, which is known to its own digits', () => {
    const ascending = { ...wellConditioned, alpha: 0.6, optimizer: { momentum: 0.9 } };
    const { exact } = analysed(ascending, 1e-12);
    expect(exact).toMatchObject({ verdict: 'diverges', side: 'diverges', etaStar: 0 });
    expect(exact.logGrowth).toBeGreaterThan(0);
  });

  test('is marginal where nothing else is known: D = 0 along a direction', () => {
    // 1 - alpha and alpha as 0.045 and 0.625, the mean curvatures of retain and forget; no noise.
    const spec: ProblemSpec = {
      ...{ retain: [[[1]], [[0.5]]], forget: [[[0.3]], [[0]]], alpha: 0.625 / 0.67 },
      ...{ batch: { retain: 2, forget: 2 }, sampling: 'without-replacement', optimizer: { momentum: 0.5 } },
    };
    expect(analysed(spec, 0.1).exact.verdict).toBe('marginal');
  });
});

test('momentum next to 1 is answered by runs of bounded length, whose interval is as wide as they leave it', () => {
  const { typical, exact } = analysed({ ...wellConditioned, optimizer: { momentum: 1 - 1e-12 } }, 0.4);
  expect(exact.verdict).toBe('diverges');
  expect(typical).toMatchObject({ settled: false });
  expect(typical.low).toBeLessThanOrEqual(0);
});
