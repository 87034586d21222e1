import { expect, test } from 'vitest';
import type { ClippedClaim } from '../src/harness/clipped-claim.js';
import type { EscapeClaim } from '../src/harness/escape-time-claim.js';
import type { InequalityClaim } from '../src/harness/inequality-claim.js';
import type { OrderClaim } from '../src/harness/order-claim.js';
import type { ForecastClaim } from '../src/harness/forecast-claim.js';
import type { RestClaim } from '../src/harness/rest-claim.js';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { TypicalClaim } from '../src/harness/typical-claim.js';
import { unlearningCoherence } from '../src/theory/coherence.js';
import { D1 } from '../theorems/D1.js';
import { D2 } from '../theorems/D2.js';
import { D3 } from '../theorems/D3.js';
import { D4 } from '../theorems/D4.js';
import { D5 } from '../theorems/D5.js';
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
import { scaledClaim, theoremProperties, type TheoremWithWrongClaim } from './theorem-property.js';

/** A side taken at every step size of every problem. */
function always(asserts: SideClaim['asserts'], criticalStep: number): SideClaim {
  return { kind: 'side', asserts, applies: () => true, criticalStep: () => criticalStep };
}

const reversed: OrderClaim = { kind: 'order', lesser: 'problem', applies: () => true };

const withoutCrossTerm: InequalityClaim = {
  kind: 'inequality',
  applies: () => true,
  relations(problem) {
    const { retainBlock, forgetBlock, lambda1S } = unlearningCoherence(problem);
    return [{ name: 'cross term dropped', lesser: lambda1S, greater: Math.max(retainBlock, forgetBlock) }];
  },
};

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

test('the table has every theorem about the linear dynamics', () => {
  expect(table.map(([{ id }]) => id)).toEqual(linearTheorems.map(({ id }) => id));
});
