import { expect, test } from 'vitest';
import { C1 } from '../theorems/C1.js';
import { C2 } from '../theorems/C2.js';
import { C3 } from '../theorems/C3.js';
import { C4 } from '../theorems/C4.js';
import { C5 } from '../theorems/C5.js';
import { C6 } from '../theorems/C6.js';
import { C7 } from '../theorems/C7.js';
import { C8 } from '../theorems/C8.js';
import { networkTheorems } from '../theorems/index.js';
import { theoremProperties, type TheoremWithWrongClaim } from './theorem-property.js';

/** Every entry a ten-thousandth too large. */
const enlargedGram: typeof C1.claim = {
  ...C1.claim,
  gram: (features) => C1.claim.gram(features).map((x) => 1.0001 * x),
};

/** Noise twice as large as it is taken to be. */
const doubledNoise: typeof C2.claim = {
  ...C2.claim,
  violated: (experiment, noise, delta) =>
    C2.claim.violated(experiment, { ...noise, inner: noise.inner.map((x) => 4 * x) }, delta),
};

/** The excess over 1 larger by three tenths. */
const enlargedExcess: typeof C3.claim = {
  ...C3.claim,
  limit: (setting) => 1.3 * C3.claim.limit(setting) - 0.3,
};

/** The edge whatever the signal. */
const withoutSpike: typeof C4.claim = {
  ...C4.claim,
  limit: (setting) => C4.claim.limit({ ...setting, signalToNoise: 0 }),
};

const enlargedK: typeof C5.claim = {
  ...C5.claim,
  extremes(model) {
    const { lowestD, highestK } = C5.claim.extremes(model);
    return { lowestD, highestK: 1.001 * highestK };
  },
};

const enlargedGrowth: typeof C6.claim = {
  ...C6.claim,
  growth: (extremes, eta) => 1.001 * C6.claim.growth(extremes, eta),
};

const halvedStep: typeof C7.claim = { ...C7.claim, limit: (setting) => C7.claim.limit(setting) / 2 };

/** As if all mixings up to one half were held. */
const heldToHalf: typeof C8.claim = { ...C8.claim, limit: () => 0.5 };

const table: readonly TheoremWithWrongClaim[] = [
  [C1, enlargedGram],
  [C2, doubledNoise],
  [C3, enlargedExcess],
  [C4, withoutSpike],
  [C5, enlargedK],
  [C6, enlargedGrowth],
  [C7, halvedStep],
  [C8, heldToHalf],
];

theoremProperties(table);

test('the table has every theorem about data and networks', () => {
  expect(table.map(([{ id }]) => id)).toEqual(networkTheorems.map(({ id }) => id));
});
