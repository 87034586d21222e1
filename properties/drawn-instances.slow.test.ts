import { expect, test } from 'vitest';
import { theorems } from '../theorems/index.js';
import { U6 } from '../theorems/U6.js';
import { ALL_DRAWS, expectNoContradiction, scaledClaim } from './theorem-property.js';

test.each(theorems.map((theorem) => [theorem.id, theorem] as const))(
  '%s: no drawn instance contradicts it, and some test it',
  (_, theorem) => {
    expectNoContradiction(theorem, ALL_DRAWS);
  },
);

test('a theorem whose threshold is a fifth too high does not pass', () => {
  const wrong = { ...U6, claim: scaledClaim(U6.claim, 1.2) };
  expect(() => {
    expectNoContradiction(wrong, ALL_DRAWS);
  }).toThrow('Property failed');
});
