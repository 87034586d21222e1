import { expect, test } from 'vitest';
import { analyzeProblem } from '../../src/analysis/analyze.js';
import { subsetClipping } from '../../src/analysis/clipping.js';
import { randomSource } from '../../src/statistics/generator.js';
import { type DrawnProblem, drawnSets } from '../../src/theory/draw-subset.js';
import {
  type BatchSizes,
  problemFromSpec,
  rankOneSet,
  type Sampling,
  type UnlearningProblem,
} from '../../src/theory/problem.js';
import { relativeDifference } from '../closeness.js';
import { normalEntries } from '../sample-problems.js';

const [P, CLIP, ETA] = [3, 2, 0.1];
const random = randomSource('subset clipping');
const rows = (n: number): number[][][] => Array.from({ length: n }, () => [[...normalEntries(random, 1, P)]]);
const [RETAIN, FORGET] = [rows(40), rows(30)];

function whole(sampling: Sampling, batch: BatchSizes, alpha: number): UnlearningProblem {
  return problemFromSpec({ retain: RETAIN, forget: FORGET, alpha, batch, sampling });
}

function drawn({ retain, forget, ...setting }: UnlearningProblem, meanColumns = P): DrawnProblem {
  const sets = drawnSets({ retain, forget }, { size: 20, seed: 1 }, meanColumns);
  return { ...setting, sets, parameters: P, seed: 1 };
}

const ofAll = (problem: UnlearningProblem) =>
  analyzeProblem(problem, ETA, [], { clip: CLIP, spanned: false }).clipping!;
const ofSubset = (problem: DrawnProblem) => subsetClipping(problem, { clip: CLIP, eta: ETA });
const one = { retain: 1, forget: 1 };

test.each([
  ['with-replacement', { retain: 3, forget: 2 }],
  ['without-replacement', one],
  ['without-replacement', { retain: 20, forget: 10 }],
  ['bernoulli', { retain: 20, forget: 10 }],
] as [Sampling, BatchSizes][])(
  '%s %o: within the radius of a subset no step of all samples is clipped',
  (sampling, batch) => {
    for (const alpha of [0.1, 0.5, 0.9]) {
      const problem = whole(sampling, batch, alpha);
      const all = ofAll(problem);
      for (const columns of [P, 0]) {
        const found = ofSubset(drawn(problem, columns));
        expect(found).toMatchObject({ norm: CLIP, radiusIs: 'at least', enumerated: false });
        expect(found.perStep).toBeCloseTo(ETA * CLIP, 14);
        expect(found.radius).toBeGreaterThan(0);
        expect(found.radius).toBeLessThanOrEqual(all.radius * (1 + 1e-12));
      }
    }
  },
);

test.each(['with-replacement', 'without-replacement'] as const)(
  '%s: of descent in batches of one it is that of all samples',
  (sampling) => {
    const problem = whole(sampling, one, 0);
    expect(ofAll(problem).radiusIs).toBe('exact');
    expect(relativeDifference(ofSubset(drawn(problem)).radius, ofAll(problem).radius)).toBeLessThan(1e-12);
  },
);

test('bernoulli: of known means it is that of all samples, and smaller of unknown ones', () => {
  const problem = whole('bernoulli', { retain: 20, forget: 10 }, 0.3);
  expect(relativeDifference(ofSubset(drawn(problem)).radius, ofAll(problem).radius)).toBeLessThan(1e-12);
  expect(ofSubset(drawn(problem, 0)).radius).toBeLessThan(0.9 * ofAll(problem).radius);
});

test('thinned sets are refused: their largest sample may be missing', () => {
  const set = rankOneSet(Float64Array.from(RETAIN.flat(2)), P);
  const problem = drawn({ ...whole('bernoulli', one, 0.3), retain: set });
  const thinned = {
    ...problem,
    sets: { ...problem.sets, retain: { ...problem.sets.retain, isThinned: true } },
  };
  expect(() => ofSubset(thinned)).toThrow(/thinned/);
});
