import { expect, test } from 'vitest';
import type { EscapeClaim } from '../src/harness/escape-time-claim.js';
import type { InequalityClaim } from '../src/harness/inequality-claim.js';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { TypicalClaim } from '../src/harness/typical-claim.js';
import { D1 } from '../theorems/D1.js';
import { D2 } from '../theorems/D2.js';
import { D3 } from '../theorems/D3.js';
import { D4 } from '../theorems/D4.js';
import { D5 } from '../theorems/D5.js';
import { linearTheorems } from '../theorems/index.js';
import { U1 } from '../theorems/U1.js';
import { U10 } from '../theorems/U10.js';
import { U11 } from '../theorems/U11.js';
import { U12 } from '../theorems/U12.js';
import { U13 } from '../theorems/U13.js';
import { U14 } from '../theorems/U14.js';
import { U15 } from '../theorems/U15.js';
import { U16 } from '../theorems/U16.js';
import { U17 } from '../theorems/U17.js';
import { U18 } from '../theorems/U18.js';
import { U19 } from '../theorems/U19.js';
import { U2 } from '../theorems/U2.js';
import { U20 } from '../theorems/U20.js';
import { U21 } from '../theorems/U21.js';
import { U3 } from '../theorems/U3.js';
import { U4 } from '../theorems/U4.js';
import { U5 } from '../theorems/U5.js';
import { U6 } from '../theorems/U6.js';
import { U7 } from '../theorems/U7.js';
import { U8 } from '../theorems/U8.js';
import { U9 } from '../theorems/U9.js';
import {
  reversed,
  scaledClaim,
  theoremProperties,
  withoutCrossTerm,
  type TheoremWithWrongClaim,
} from './theorem-property.js';

/** A side taken at every step size of every problem. */
function always(asserts: SideClaim['asserts'], criticalStep: number): SideClaim {
  return { kind: 'side', asserts, applies: () => true, criticalStep: () => criticalStep };
}

/** odds(alpha*) at least 1.05 times its upper bound kappa. */
const aboveKappa: InequalityClaim = {
  ...U21.claim,
  relations: (problem) => U21.claim.relations(problem).map((one) => ({ ...one, lesser: 1.05 * one.greater })),
};

const lowered: TypicalClaim = {
  kind: 'typical',
  applies: () => true,
  bound: (logGrowth) => logGrowth - 0.5,
};

const raised: TypicalClaim = {
  ...U20.claim,
  bound: (logGrowth, problem, eta) => U20.claim.bound(logGrowth, problem, eta) + 1,
};

const halved: EscapeClaim = {
  ...U12.claim,
  escape(problem, eta, factor) {
    const { direction, steps } = U12.claim.escape(problem, eta, factor);
    return { direction, steps: steps / 2 };
  },
};

const table: readonly TheoremWithWrongClaim[] = [
  [D1, scaledClaim(D1.claim, 0.95)],
  [D2, scaledClaim(D2.claim, 1.5)],
  [D3, scaledClaim(D3.claim, 1.2)],
  [D4, scaledClaim(D4.claim, 0.8)],
  [D5, scaledClaim(D5.claim, 1.3)],
  [U1, always('divergence', 0)],
  [U2, scaledClaim(U2.claim, 0.8)],
  [U3, scaledClaim(U3.claim, 0.8)],
  [U4, scaledClaim(U4.claim, 0.8)],
  [U5, scaledClaim(U5.claim, 1.3)],
  [U6, scaledClaim(U6.claim, 0.8)],
  [U7, always('stability', Infinity)],
  [U8, withoutCrossTerm],
  [U9, reversed],
  [U10, reversed],
  [U11, lowered],
  [U12, halved],
  [U13, scaledClaim(U13.claim, 0.8)],
  [U14, scaledClaim(U14.claim, 0.8)],
  [U15, scaledClaim(U15.claim, 1.3)],
  [U16, scaledClaim(U16.claim, 1.2)],
  [U17, scaledClaim(U17.claim, 0.8)],
  [U18, scaledClaim(U18.claim, 0.8)],
  [U19, reversed],
  [U20, raised],
  [U21, aboveKappa],
];

theoremProperties(table);

test('the table has every theorem about the plain step', () => {
  const plain = linearTheorems.filter(({ procedure }) => procedure === undefined);
  expect(table.map(([{ id }]) => id)).toEqual(plain.map(({ id }) => id));
});
