import { expect, test } from 'vitest';
import type { ClippedClaim } from '../src/harness/clipped-claim.js';
import type { ForecastClaim } from '../src/harness/forecast-claim.js';
import type { RestClaim } from '../src/harness/rest-claim.js';
import type { SideClaim } from '../src/harness/side-claim.js';
import { linearTheorems } from '../theorems/index.js';
import { F1 } from '../theorems/F1.js';
import { F2 } from '../theorems/F2.js';
import { F3 } from '../theorems/F3.js';
import { P1 } from '../theorems/P1.js';
import { P1a } from '../theorems/P1a.js';
import { P1b } from '../theorems/P1b.js';
import { P1c } from '../theorems/P1c.js';
import { P2 } from '../theorems/P2.js';
import { P2a } from '../theorems/P2a.js';
import { P2b } from '../theorems/P2b.js';
import { P3 } from '../theorems/P3.js';
import { P3a } from '../theorems/P3a.js';
import { P4 } from '../theorems/P4.js';
import { P4a } from '../theorems/P4a.js';
import { P4b } from '../theorems/P4b.js';
import { P5 } from '../theorems/P5.js';
import { P5a } from '../theorems/P5a.js';
import { P6 } from '../theorems/P6.js';
import { P7 } from '../theorems/P7.js';
import { P8 } from '../theorems/P8.js';
import {
  reversed,
  scaledClaim,
  theoremProperties,
  withoutCrossTerm,
  type TheoremWithWrongClaim,
} from './theorem-property.js';

/** The side of another step size. */
function longer(claim: SideClaim): SideClaim {
  return { ...claim, sideAt: (problem, eta) => claim.sideAt!(problem, 1.5 * eta) };
}

/** Clipped runs that never grow. */
const standingStill: ClippedClaim = { ...P6.claim, reach: (start) => start };

/** Rest at w* itself. */
function withoutRest(claim: RestClaim): RestClaim {
  return {
    ...claim,
    rest(setting) {
      const { mean, covariance } = claim.rest(setting);
      return { mean: mean.map(() => 0), covariance };
    },
  };
}

/** A forecast that stays bounded at every step size. */
const neverGrowing: ForecastClaim = { ...F2.claim, logGrowth: () => 0 };

/** A forecast that rests on its mean. */
const withoutSpread: ForecastClaim = {
  ...F3.claim,
  rest(setting) {
    const { mean, covariance } = F3.claim.rest!(setting);
    return { mean, covariance: covariance.map(() => 0) };
  },
};

const table: readonly TheoremWithWrongClaim[] = [
  [P1, scaledClaim(P1.claim, 0.8)],
  [P1a, scaledClaim(P1a.claim, 0.8)],
  [P1b, scaledClaim(P1b.claim, 1.5)],
  [P1c, scaledClaim(P1c.claim, 0.8)],
  [P2, longer(P2.claim)],
  [P2a, longer(P2a.claim)],
  [P2b, longer(P2b.claim)],
  [P3, scaledClaim(P3.claim, 0.8)],
  [P3a, withoutRest(P3a.claim)],
  [P4, longer(P4.claim)],
  [P4a, scaledClaim(P4a.claim, 1.5)],
  [P4b, reversed],
  [P5, scaledClaim(P5.claim, 0.8)],
  [P5a, withoutCrossTerm],
  [P6, standingStill],
  [P7, withoutRest(P7.claim)],
  [P8, scaledClaim(P8.claim, 0.8)],
  [F1, F1.mutants[0]!.claim],
  [F2, neverGrowing],
  [F3, withoutSpread],
];

theoremProperties(table);

test('the table has every theorem about another procedure, and those about forecasts', () => {
  const others = linearTheorems.filter(({ procedure }) => procedure !== undefined);
  expect(table.map(([{ id }]) => id)).toEqual(others.map(({ id }) => id));
});
