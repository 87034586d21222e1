import { expect, test } from 'vitest';
import { verify } from '../../src/api/verify.js';
import { scaledClaim } from '../../properties/theorem-property.js';
import { U15 } from '../../theorems/U15.js';
import { U17 } from '../../theorems/U17.js';

test('verify is contradicted by a problem beyond an end that is 5 % too low', async () => {
  const ends = [U15, { ...U17, claim: scaledClaim(U17.claim, 0.95) }];
  const settings = { seed: 2, budget: 'quick', instances: 8, onWarning: () => undefined } as const;
  const { verdict, reasons } = await verify(ends, settings);
  expect(verdict).toBe('contradicted');
  expect(reasons.join()).toContain('above its end');
});
