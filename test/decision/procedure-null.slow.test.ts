import { describe, expect, it } from 'vitest';
import type { ProblemSpec } from '../../src/theory/problem.js';
import { mostEvents } from '../goodness-of-fit.js';
import { completed } from '../../src/jobs/interrupt.js';
import { nullTests } from '../../studies/calibration/procedure-certificates.js';
import { procedureProblem } from '../procedure-problems.js';
import { firstUnitRadius } from '../reference/period-matrices.js';

describe('at rho = 1 exactly both sides are wrong, and certified at most as often as the level', () => {
  const LEVEL = 0.2;
  const RUNS = 400;

  it.each([
    ['alternating 1:1', 1, { schedule: { ascent: 1, descent: 1 } }],
    ['alternating 2:1', 2, { schedule: { ascent: 2, descent: 1 }, alpha: 0.1 }],
    ['momentum 0.5', 1, { optimizer: { momentum: 0.5 } }],
    ['momentum 0.9', 1, { optimizer: { momentum: 0.9 } }],
  ] as [string, 1 | 2, Partial<ProblemSpec>][])('%s, %d parameters', (name, r, fields) => {
    const problem = procedureProblem(r, fields);
    const eta = firstUnitRadius(problem, 0.05);
    const { begun, wrong } = completed(nullTests(problem, eta, LEVEL, RUNS, [name]));
    expect(begun.diverges + begun.stable).toBeGreaterThan(RUNS / 10);
    expect(wrong.diverges).toBeLessThanOrEqual(mostEvents(begun.diverges, LEVEL, 1e-6));
    expect(wrong.stable).toBeLessThanOrEqual(mostEvents(begun.stable, LEVEL, 1e-6));
    // One parameter with alternating steps: the bounds are nearly attained, and a level a hundred times smaller would be seen.
    if (name !== 'alternating 1:1') return;
    for (const side of ['diverges', 'stable'] as const) {
      expect(wrong[side]).toBeGreaterThan(mostEvents(begun[side], LEVEL / 100, 1e-6));
    }
  });
});
