import { describe, expect, test } from 'vitest';
import type { ProblemSpec } from '../../src/theory/problem.js';
import { examine } from '../../src/harness/kinds.js';
import { predictedSide, type SideClaim } from '../../src/harness/side-claim.js';
import { smallBudget } from '../../properties/theorem-property.js';
import { U1 } from '../../theorems/U1.js';
import { U2 } from '../../theorems/U2.js';
import { U12 } from '../../theorems/U12.js';

const held: ProblemSpec = {
  retain: [[[2, 0]], [[0, 1]]],
  forget: [[[1, 0]]],
  alpha: 0.1,
  batch: { retain: 2, forget: 1 },
  sampling: 'without-replacement',
};

test('predictedSide is strict on both sides of the critical step', () => {
  const claim = (asserts: SideClaim['asserts']): SideClaim => ({
    kind: 'side',
    asserts,
    applies: () => true,
    criticalStep: () => 1,
  });
  const sides = (asserts: SideClaim['asserts']) =>
    [0.9, 1, 1.1].map((eta) => predictedSide(claim(asserts), 1, eta));
  expect(sides('divergence')).toEqual(['undecided', 'undecided', 'diverges']);
  expect(sides('stability')).toEqual(['stable', 'undecided', 'undecided']);
  expect(sides('both')).toEqual(['stable', 'undecided', 'diverges']);
  expect(predictedSide(claim('both'), null, 1)).toBe('undecided');
});

describe('a step size so large that numbers overflow', () => {
  test.each([1e60, 1e160, 1e300])('%f is recorded as divergence, never as NaN', (eta) => {
    const instance = { problem: held, step: { reference: 'absolute', eta } } as const;
    const result = examine(U2.claim, instance, smallBudget('U2'));
    expect(result.outcome).toBe('agree');
    expect(result.observed).toBe('diverges');
    expect(result.conflict).toBeNull();
    expect(Number.isFinite(result.logGrowth)).toBe(true);
    expect(JSON.stringify(result)).not.toMatch(/NaN|null,"far"/);
  });
});

test('an instance exactly at the threshold is inconclusive, which is not agreement', () => {
  const claim: SideClaim = {
    kind: 'side',
    asserts: 'divergence',
    applies: () => true,
    criticalStep: () => 1e-3,
  };
  const instance = { problem: held, step: { reference: 'exact', ratio: 1 } } as const;
  expect(examine(claim, instance, smallBudget('X')).outcome).toBe('inconclusive');
});

test('far from the threshold means more than 5 % in eta, and in alpha where every eta diverges', () => {
  const farAt = (ratio: number) =>
    examine(U2.claim, { problem: held, step: { reference: 'exact', ratio } }, smallBudget('U2')).far;
  expect([0.94, 0.96, 1.04, 1.06].map(farAt)).toEqual([true, false, false, true]);
  // Curvature along the first axis is (1-alpha) 2 - alpha: alpha* = 2/3.
  const farAtAlpha = (alpha: number) =>
    examine(
      U1.claim,
      { problem: { ...held, alpha }, step: { reference: 'exact', ratio: 1 } },
      smallBudget('U1'),
    ).far;
  expect([0.68, 0.72].map(farAtAlpha)).toEqual([false, true]);
});

test('an escape time within rounding of an integer is left undecided', () => {
  // 1 - eta lambda_min(D) = 2 exactly: growth by 8 takes 3 steps to the letter.
  const problem: ProblemSpec = { ...held, alpha: 1, batch: { retain: 2, forget: 1 } };
  const escape = { factor: 8, start: [0] };
  const at = (eta: number) =>
    examine(U12.claim, { problem, step: { reference: 'absolute', eta }, escape }, smallBudget('U12')).outcome;
  expect(at(1)).toBe('undecided');
  expect(at(1.1)).toBe('agree');
});
