import { expect, test } from 'vitest';
import { theorems } from '../../theorems/index.js';
import { BUDGETS, MAX_SHRINK_CANDIDATES } from '../../src/harness/budget.js';
import { kindOf } from '../../src/harness/kinds.js';
import { plantedTheorem, PLANTED_CERTIFICATES } from './planted-theorem.js';
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

test('it counts every certificate that may be issued: of instances, of candidates of shrinking, of replays', () => {
  const three = plantedTheorem([], { variants: [true, false] });
  const each = MAX_SHRINK_CANDIDATES + 40;
  expect(errorBudget([three], 40).verdicts).toBe(each * PLANTED_CERTIFICATES);
  expect(errorBudget([three, three], 40).verdicts).toBe(2 * each * PLANTED_CERTIFICATES);
  expect(errorBudget([three], 40, 7).verdicts).toBe(each * PLANTED_CERTIFICATES + 7 * 2);
  expect(errorBudget([], 40, 7).verdicts).toBe(14);
  // Nothing to say has a level, too, and says nothing.
  expect(errorBudget([], 40)).toEqual({ verdicts: 0, perVerdict: FAMILY_ERROR, family: 0 });
});

test('a kind of claims has its number of certificates an instance, with those for variants where each needs its own', () => {
  const most = Object.fromEntries(
    theorems.map(({ claim }) => [
      claim.kind,
      [0, 1, 5].map((variants) => kindOf(claim).certificates(variants)),
    ]),
  );
  expect(most).toEqual({
    side: [2, 2, 2],
    order: [2, 2, 2],
    inequality: [0, 0, 0],
    'escape-time': [0, 0, 0],
    typical: [1, 2, 6],
    frequency: [1, 2, 6],
    location: [1, 1, 1],
    gram: [0, 0, 0],
    'block-model': [1, 1, 1],
    'network-escape': [1, 1, 1],
    clipped: [0, 0, 0],
    rest: [0, 0, 0],
    forecast: [0, 0, 0],
  });
});

test('the level of one certificate has three digits, and the next such number would be too much', () => {
  for (const replays of [1, 3, 7, 11, 500, 12_345]) {
    const { verdicts, perVerdict } = errorBudget([], 40, replays);
    expect(Number(perVerdict.toPrecision(3))).toBe(perVerdict);
    const unit = 10 ** (Math.floor(Math.log10(perVerdict)) - 2);
    expect(verdicts * (perVerdict + 1.001 * unit)).toBeGreaterThan(FAMILY_ERROR);
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
