import { describe, expect, it } from 'vitest';
import type { ProblemSpec } from '../../src/theory/problem.js';
import { mostEvents } from '../goodness-of-fit.js';
import { completed } from '../../src/jobs/interrupt.js';
import { ownProcedure, problemProcedure } from '../../studies/calibration/known-procedure.js';
import { nullTests } from '../../studies/calibration/procedure-certificates.js';
import { procedureProblem, procedureSpec } from '../procedure-problems.js';
import { quasiHyperbolic, quasiHyperbolicSteps } from '../quasi-hyperbolic.js';
import { firstCrossing } from '../reference/period-matrices.js';

describe('at rho = 1 exactly both sides are wrong, and certified at most as often as the level', () => {
  const LEVEL = 0.2;
  const RUNS = 400;

  const problem = (r: 1 | 2, fields: Partial<ProblemSpec>) => problemProcedure(procedureProblem(r, fields));
  const pairs = procedureSpec(1, {});
  const own = ownProcedure(quasiHyperbolic(0.5, 0.7, pairs), (eta) =>
    quasiHyperbolicSteps(0.5, 0.7, eta, pairs),
  );

  it.each([
    ['alternating 1:1', problem(1, { schedule: { ascent: 1, descent: 1 } })],
    ['alternating 2:1', problem(2, { schedule: { ascent: 2, descent: 1 }, alpha: 0.1 })],
    ['momentum 0.5', problem(1, { optimizer: { momentum: 0.5 } })],
    ['momentum 0.9', problem(1, { optimizer: { momentum: 0.9 } })],
    ['own list, quasi-hyperbolic', own],
  ])('%s', (name, procedure) => {
    const eta = firstCrossing((step) => procedure.radius(step), 0.05);
    const { begun, wrong } = completed(nullTests(procedure, eta, LEVEL, RUNS, [name]));
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
