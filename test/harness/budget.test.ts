import { expect, test } from 'vitest';
import { theorems } from '../../theorems/index.js';
import { BUDGETS, MAX_SHRINK_CANDIDATES } from '../../src/harness/budget.js';
import { errorBudget, FAMILY_ERROR } from '../../src/harness/verify.js';

test('errorBudget never promises more than the family error, for any size of run', () => {
  for (const chosen of [theorems, theorems.slice(0, 1), theorems.slice(3, 14)]) {
    for (const instances of [1, 40, 200, 1_000, 999_983]) {
      const { verdicts, perVerdict, family } = errorBudget(chosen, instances);
      expect(verdicts).toBeGreaterThanOrEqual((chosen.length - 2) * (instances + MAX_SHRINK_CANDIDATES));
      expect(family).toBe(verdicts * perVerdict);
      expect(family).toBeLessThanOrEqual(FAMILY_ERROR);
      expect(family).toBeGreaterThan(0.98 * FAMILY_ERROR);
    }
  }
});

test('the family error of a run is 1e-9', () => {
  expect(FAMILY_ERROR).toBe(1e-9);
});

test('larger budgets spend more', () => {
  const { quick, standard, deep } = BUDGETS;
  for (const key of ['instances', 'maxSamples', 'maxSamplesUndecided'] as const) {
    expect(quick[key]).toBeLessThan(standard[key]);
    expect(standard[key]).toBeLessThan(deep[key]);
  }
  expect(standard.instances).toBeGreaterThanOrEqual(200);
});
