import { describe, expect, test } from 'vitest';
import { isNoiseless, takesAll } from '../../src/theory/noiseless.js';
import { factorSet, type CurvatureGroup, type SampleSpec, type Sampling } from '../../src/theory/problem.js';
import { enumerateBatches } from '../reference/enumeration.js';

const group = (samples: readonly SampleSpec[], sampling: Sampling, batchSize: number): CurvatureGroup => ({
  ...{ name: 'retain', sign: 1, weight: 1, sampling, batchSize },
  samples: factorSet(samples, 2),
});
const noiseless = (...groups: CurvatureGroup[]): boolean => isNoiseless({ groups });

const PAIR: SampleSpec[] = [[[1, 0.5]], [[0.2, 1]]];
/** One Hessian, by the samples or their negatives. */
const TWINS: SampleSpec[] = [[[1, 0.5]], [[-1, -0.5]], [[1, 0.5]]];

describe('every batch is the whole set', () => {
  test.each(['bernoulli', 'with-replacement', 'without-replacement'] as const)(
    '%s: where all batches that can be drawn hold all samples in equal parts',
    (sampling) => {
      for (const [n, batchSize] of [
        [1, 1],
        [2, 1],
        [2, 2],
        [3, 2],
        [3, 3],
      ] as const) {
        const samples = Array.from({ length: n }, (_, i) => [[1, i]]);
        const drawn = enumerateBatches(sampling, n, batchSize).filter(({ probability }) => probability > 0);
        const isWhole = drawn.every(({ multiplicity }) =>
          multiplicity.every((times) => times > 0 && times === multiplicity[0]),
        );
        expect(takesAll(group(samples, sampling, batchSize)), `${batchSize} of ${n}`).toBe(isWhole);
      }
    },
  );

  test('in an epoch of one batch, and of one sample that is drawn twice', () => {
    expect(takesAll(group(PAIR, 'reshuffled', 2))).toBe(true);
    expect(takesAll(group(PAIR, 'reshuffled', 1))).toBe(false);
    expect(takesAll(group([[[1, 0]]], 'with-replacement', 2))).toBe(true);
  });
});

describe('nothing of a step is random', () => {
  test('if every set is whole or made of one Hessian, and no other set is drawn', () => {
    expect(noiseless(group(PAIR, 'without-replacement', 2), group(TWINS, 'with-replacement', 2))).toBe(true);
    expect(noiseless(group(PAIR, 'without-replacement', 2), group(PAIR, 'with-replacement', 2))).toBe(false);
    expect(noiseless(group(PAIR, 'without-replacement', 1))).toBe(false);
  });

  test('but for the size of a bernoulli batch', () => {
    expect(noiseless(group(TWINS, 'bernoulli', 2))).toBe(false);
    expect(noiseless(group(TWINS, 'bernoulli', 3))).toBe(true);
  });

  test('samples are one up to the sign of each factor, and in their numbers of factors', () => {
    const drawn = (...samples: SampleSpec[]): boolean => noiseless(group(samples, 'without-replacement', 1));
    const [f, g, minus] = [[1, 0.5], [0.2, 1], [-1, -0.5]] as const; // prettier-ignore
    expect(drawn([f, g], [minus, g])).toBe(true);
    expect(drawn([f, g], [f, [0.2, 1 + 1e-15]])).toBe(false);
    expect(drawn([f, g], [f, [0.2, -1]])).toBe(false);
    expect(drawn([f], [f, g])).toBe(false);
    expect(drawn([f, g], [f], [g])).toBe(false);
    expect(drawn([f], [f], [g])).toBe(false);
  });
});
