import { describe, expect, test } from 'vitest';
import { type BoundaryResult, claimMargin, searchBoundary } from '../../src/harness/boundary-search.js';
import type { SideClaim } from '../../src/harness/side-claim.js';
import { scaledClaim } from '../../properties/theorem-property.js';
import type { ProblemTheorem } from '../../src/harness/theorem.js';
import { D1 } from '../../theorems/D1.js';
import { D3 } from '../../theorems/D3.js';
import { wideGroups } from '../../theorems/draws/larger-families.js';
import { drawn, heldFarSteps } from '../../theorems/draws/step-choice.js';
import { U2 } from '../../theorems/U2.js';
import { U5 } from '../../theorems/U5.js';
import { U6 } from '../../theorems/U6.js';

/** Searches, each made once. */
const known = new Map<string, BoundaryResult>();
function searched(theorem: ProblemTheorem): BoundaryResult {
  const found = known.get(theorem.id) ?? searchBoundary(theorem, 1)!;
  known.set(theorem.id, found);
  return found;
}

describe('searchBoundary', () => {
  test('finds no theorem wrong, and these bounds attained (verify searches those of all)', () => {
    for (const theorem of [D1, D3, U2, U5, U6]) {
      const { smallestMargin, attained } = searched(theorem);
      expect(smallestMargin).toBeGreaterThan(-1e-8);
      expect(attained, theorem.id).toBe(true);
    }
  });

  test('gets nearer than the draws, and reports the problem it says', () => {
    const { nearest } = searched(U2);
    expect(nearest!.margin).toBeGreaterThan(0);
    expect(claimMargin(U2.claim, nearest!.problem)).toBe(nearest!.margin);
  });

  test('finds a threshold that is wrong by a thousandth, which no certificate could', () => {
    for (const theorem of [U6, U5]) {
      const wrong = { ...theorem, claim: scaledClaim(theorem.claim, 1.001) };
      expect(searchBoundary(wrong, 1)!.smallestMargin).toBeLessThan(-5e-4);
    }
  });

  test('measures problems of more than a hundred samples, and does not climb from them', () => {
    const many = { ...D1, witnesses: [], instances: drawn(wideGroups, heldFarSteps) };
    const { smallestMargin, nearest } = searchBoundary(many, 1)!;
    expect(smallestMargin).toBeGreaterThan(0);
    expect(nearest).toBeNull();
  });

  test('is the same for the same seed', () => {
    expect(searchBoundary(U6, 1)).toEqual(searched(U6));
  });
});

test('claimMargin is the distance to the exact threshold on the allowed side', () => {
  const problem = {
    retain: [[[2, 0]], [[0, 1]]],
    forget: [[[1, 0]]],
    alpha: 0,
    batch: { retain: 2, forget: 1 },
    sampling: 'without-replacement',
  } as const;
  const claim = (asserts: SideClaim['asserts'], critical: number | null): SideClaim => ({
    kind: 'side',
    asserts,
    applies: () => true,
    criticalStep: () => critical,
  });
  // Full batch, Hbar = diag(2, 1/2): eta* = 1.
  expect(claimMargin(claim('divergence', 1.25), problem)).toBeCloseTo(0.25, 10);
  expect(claimMargin(claim('stability', 0.75), problem)).toBeCloseTo(0.25, 10);
  expect(claimMargin(claim('stability', 1.25), problem)).toBeCloseTo(-0.25, 10);
  expect(claimMargin(claim('both', 1.25), problem)).toBeCloseTo(-0.25, 10);
  expect(claimMargin(claim('divergence', null), problem)).toBeNull();
});
