import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GradientBackend } from '../src/network/gradient-backend.js';
import { loadBackend } from '../src/network/load-backend.js';
import { examine } from '../src/harness/examine.js';
import type { GramClaim } from '../src/harness/network-instance.js';
import { C1 } from '../theorems/C1.js';
import { smallBudget, theoremProperties } from './theorem-property.js';

const claim = C1.claim as GramClaim;

theoremProperties(C1, { ...claim, gram: (features) => claim.gram(features).map((x) => 1.0001 * x) });

test('the identity holds for gradients by automatic differentiation, and a wrong derivative breaks it', async () => {
  const backend = await loadBackend();
  /** The ReLU's derivative taken as 1 everywhere, for the first filter. */
  const broken: GradientBackend = {
    ...backend,
    outputGradients(network, weights, data) {
      const gradients = backend.outputGradients(network, weights, data);
      const first = weights.slice().fill(0, 0, network.dimension);
      const without = backend.outputGradients(network, first, data);
      return gradients.map(
        (x, k) => x + (without[k]! - x) * (k % weights.length < network.dimension ? 1 : 0),
      );
    },
  };
  const outcomes = { whole: new Set<string>(), broken: new Set<string>() };
  fc.assert(
    fc.property(C1.instances, (instance) => {
      const settings = smallBudget('C1');
      outcomes.whole.add(examine(claim, instance, { ...settings, backend }).outcome);
      outcomes.broken.add(examine(claim, instance, { ...settings, backend: broken }).outcome);
    }),
    { seed: 7, numRuns: 40 },
  );
  expect([...outcomes.whole]).toEqual(['agree']);
  expect(outcomes.broken).toContain('contradict');
});
