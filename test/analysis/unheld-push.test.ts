import { describe, expect, test } from 'vitest';
import { unheldPush } from '../../src/analysis/unheld-push.js';
import { type CurvatureGroup, factorSet, rankOneSet, SAMPLINGS } from '../../src/theory/problem.js';
import { relativeDifference } from '../closeness.js';
import { enumerateBatches } from '../reference/enumeration.js';

const P = 3;
/** U is the line along a unit vector u; D has the eigenvalue 0.7 there. */
const AXIS = [0.6, 0, 0.8];
const HELD = { axes: Float64Array.from(AXIS), d: Float64Array.of(0.7) };
const WEIGHTS = { retain: 0.8, forget: 0.2 };
/** Gradients whose mean outside of U is longer than what they differ by. */
const GRADIENTS = {
  retain: [[0.3, 1.1, -0.2], [0.5, 0.9, 0.4], [-0.2, 1.3, 0.1]],
  forget: [[0.1, -0.8, 0.2], [0.4, -1.5, -0.3]],
}; // prettier-ignore

const outside = (g: number[]): number[] => {
  const along = g.reduce((sum, x, a) => sum + x * AXIS[a]!, 0);
  return g.map((x, a) => x - along * AXIS[a]!);
};
const square = (g: number[]): number => g.reduce((sum, x) => sum + x * x, 0);

describe('the walk of a step along directions without curvature', () => {
  test.each(SAMPLINGS.flatMap((sampling) => [1, 2].map((batchSize) => [sampling, batchSize] as const)))(
    '%s, batches of %d: is the root mean square over all batches',
    (sampling, batchSize) => {
      let expected = 0;
      const groups = (['retain', 'forget'] as const).map((name): CurvatureGroup => {
        const set = GRADIENTS[name].map(outside);
        const mean = [0, 1, 2].map((a) => set.reduce((sum, g) => sum + g[a]! / set.length, 0));
        // Sets are drawn apart from each other: the variances of their parts add up.
        for (const { multiplicity, probability } of enumerateBatches(sampling, set.length, batchSize)) {
          const drawn = mean.map((x, a) =>
            multiplicity.reduce((sum, times, i) => sum + (times * set[i]![a]!) / batchSize, -x),
          );
          expected += probability * WEIGHTS[name] ** 2 * square(drawn);
        }
        return {
          ...{ name, sign: name === 'retain' ? 1 : -1, weight: WEIGHTS[name], batchSize, sampling },
          samples: factorSet(
            set.map(() => [[1]]),
            1,
          ),
        };
      });
      const gradients = groups.map(({ name }) => rankOneSet(Float64Array.from(GRADIENTS[name].flat()), P));
      const { walk, beyondU, flat } = unheldPush(groups, gradients, HELD);
      if (expected === 0) expect(walk).toBe(0);
      else expect(relativeDifference(walk, Math.sqrt(expected))).toBeLessThan(1e-12);
      const push = [0, 1, 2].map((a) =>
        groups.reduce((sum, { name, sign, weight }) => {
          const set = GRADIENTS[name];
          return sum + set.reduce((all, g) => all + (sign * weight * outside(g)[a]!) / set.length, 0);
        }, 0),
      );
      expect(relativeDifference(beyondU, Math.sqrt(square(push)))).toBeLessThan(1e-12);
      expect(flat).toBe(0);
    },
  );
});
