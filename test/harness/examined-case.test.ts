import { describe, expect, test } from 'vitest';
import { besideThreshold, examinedCase, examinedProblem } from '../../src/harness/examination.js';
import type { ProblemInstance } from '../../src/harness/instance.js';
import type { ProblemSpec } from '../../src/theory/problem.js';

/** Full batches on one axis, of curvature h and h_F: eta* = 2 / D for D = (1 - alpha) h - alpha h_F above 0, else 0. */
function axis(h: number, alpha = 0, forget = 1): ProblemSpec {
  return {
    retain: [[[Math.sqrt(h)]]],
    forget: [[[Math.sqrt(forget)]]],
    alpha,
    batch: { retain: 1, forget: 1 },
    sampling: 'without-replacement',
  };
}

type Reference = Exclude<ProblemInstance['step']['reference'], 'absolute'>;
const etaAt = (
  reference: Reference,
  own: number | null,
  { problem = axis(4), companion }: { problem?: ProblemSpec; companion?: ProblemSpec } = {},
) =>
  examinedCase({ problem, step: { reference, ratio: 3 }, ...(companion ? { companion } : {}) }, () => own)
    .eta;

describe('the step size of an instance is the ratio times', () => {
  test('the claim’s own critical step, the exact threshold, or that of the companion', () => {
    expect(etaAt('predicted', 0.25)).toBeCloseTo(0.75, 12);
    expect(etaAt('exact', 0.25)).toBeCloseTo(1.5, 9);
    expect(etaAt('companion', 0.25, { companion: axis(10) })).toBeCloseTo(0.6, 9);
    const absolute: ProblemInstance = { problem: axis(4), step: { reference: 'absolute', eta: 0.125 } };
    expect(examinedCase(absolute, () => 0.25).eta).toBe(0.125);
  });

  test('the exact threshold, where the wanted reference is none above 0', () => {
    for (const own of [null, 0, Infinity]) expect(etaAt('predicted', own)).toBeCloseTo(1.5, 9);
    expect(etaAt('companion', 0.25)).toBeCloseTo(1.5, 9);
    expect(etaAt('companion', 0.25, { companion: axis(1, 0.9) })).toBeCloseTo(1.5, 9);
  });

  test('1/lambda_1(K), where that is 0', () => {
    // K = 0.1 * 4 + 0.9 * 2.
    const problem = axis(4, 0.9, 2);
    expect(etaAt('exact', null, { problem })).toBeCloseTo(3 / 2.2, 12);
    expect(etaAt('predicted', 0.25, { problem })).toBeCloseTo(0.75, 12);
  });
});

describe('an instance is far from the threshold', () => {
  const far = (problem: ProblemSpec, eta: number) => besideThreshold(examinedProblem(problem), eta).far;

  test.each([axis(4), axis(0.5)])('from 5 % on, whatever the size of the threshold (%#)', (problem) => {
    const { etaStar } = examinedProblem(problem);
    expect([0.94, 0.96, 1.04, 1.06].map((ratio) => far(problem, ratio * etaStar))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test('in alpha where every step size diverges, and always where there is no critical one', () => {
    // alpha* = 1/2.
    expect([0.51, 0.53].map((alpha) => far(axis(1, alpha), 1))).toEqual([false, true]);
    const apart: ProblemSpec = { ...axis(1, 0.01), retain: [[[1, 0]]], forget: [[[0, 1]]] };
    expect(far(apart, 1)).toBe(true);
  });
});
