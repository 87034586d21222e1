import fc, { type Arbitrary } from 'fast-check';
import type { ProblemSpec, SampleSpec } from '../../src/theory/problem.js';
import { curvatures, descentOnly, groupsOnAxes, halvedAxesOf } from './extremal-families.js';

/*
 * Families that come near bounds where the small ones do not: many samples, many coordinates, batches of a small part
 * of the set, samples of several factors.
 */

/**
 * Groups of identical samples on 9 or more axes, one of which may be weak. Attains D2 and D3 as the small ones do, D1,
 * U3 and U4 in groups of one with B = n/2.
 *
 * @param most axes, at least 9.
 */
export function manyGroups(most: number, sizes: readonly number[] = [1, 2, 3]): Arbitrary<ProblemSpec> {
  return fc
    .record({
      sigma: fc.constantFrom(...sizes),
      groups: fc.integer({ min: 9, max: most }),
      share: fc.constantFrom(0, 0.1, 0.25, 0.5, 0.5, 0.75, 1),
      size: curvatures,
      turn: fc.boolean(),
    })
    .map(({ share, ...shape }) => {
      const retain = groupsOnAxes(shape);
      return descentOnly(retain, Math.max(1, Math.round(share * retain.length)));
    });
}

/** Groups of 6 identical samples on 17 to 20 axes. */
export const wideGroups: Arbitrary<ProblemSpec> = fc
  .record({
    groups: fc.integer({ min: 17, max: 20 }),
    share: fc.constantFrom(0.1, 0.5),
    size: curvatures,
    turn: fc.boolean(),
  })
  .map(({ share, ...shape }) => {
    const retain = groupsOnAxes({ ...shape, sigma: 6 });
    return descentOnly(retain, Math.round(share * retain.length));
  });

/** Groups of 501 identical samples on two axes, of which a step takes one or two on average. */
export const crowdedGroups: Arbitrary<ProblemSpec> = fc
  .record({ batch: fc.integer({ min: 1, max: 2 }), size: curvatures, turn: fc.boolean() })
  .map(({ batch, ...shape }) => descentOnly(groupsOnAxes({ ...shape, sigma: 501, groups: 2 }), batch));

/** 10 to 24 orthogonal samples of equal length with B = n/2, mostly not many: nu = sigma = 1, where D1, U3 and U4 are attained. */
export const manyHalvedAxes: Arbitrary<ProblemSpec> = halvedAxesOf(
  fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 5, max: 7 }) },
    { weight: 1, arbitrary: fc.integer({ min: 8, max: 12 }) },
  ),
);

/**
 * One strong sample among m weak ones along one axis, D = sqrt(nu) times its own curvature: as m grows the exact
 * threshold comes down to 1/(sqrt(nu) max_i lambda_1(K_i)), which is D1's and U3's. nu lies between 3 and 9 and m is
 * large enough that they are within 8 %. A forget set of little weight may lie on the same axis.
 */
export const strongSample: Arbitrary<ProblemSpec> = fc
  .record({
    weak: fc.integer({ min: 28, max: 44 }),
    noise: fc.constantFrom(4, 6.5, 7, 7.5, 8),
    size: curvatures,
    forget: fc.boolean(),
  })
  .map(({ weak, noise, size, forget }) => {
    const n = weak + 1;
    const batch = Math.floor(n / noise);
    const strength = Math.sqrt(n / batch - 1);
    const length = rounded(size * Math.sqrt((strength - 1) / weak));
    const retain: SampleSpec[] = [[[size, 0]], ...Array.from({ length: weak }, () => [[length, 0]])];
    if (!forget) return descentOnly(retain, batch);
    const along = rounded(size * Math.sqrt(strength / n));
    return {
      retain,
      forget: Array.from({ length: 10 }, () => [[along, 0]]),
      alpha: 0.02,
      batch: { retain: batch, forget: 1 },
      sampling: 'bernoulli',
    };
  });

/** Every sample with a second factor of 12 % of its length along the next axis; nothing else but rounding changes. */
export function thickened(problems: Arbitrary<ProblemSpec>): Arbitrary<ProblemSpec> {
  const thick = (samples: readonly SampleSpec[]): SampleSpec[] =>
    samples.map((factors) => [
      ...factors,
      ...factors.map((f) => f.map((_, a) => rounded(0.12 * f.at(a - 1)!))),
    ]);
  return problems.map((problem) => ({
    ...problem,
    retain: thick(problem.retain),
    forget: thick(problem.forget),
  }));
}

/** The same problems with batches without replacement. */
export function withoutReplacement(problems: Arbitrary<ProblemSpec>): Arbitrary<ProblemSpec> {
  return problems.map((problem) => ({ ...problem, sampling: 'without-replacement' }));
}

/** One of so many samples a step on average, in single copies of one direction: nu = n - 1, where U4 is nearly attained. */
export const oneOfMany: Arbitrary<ProblemSpec> = fc
  .record({ n: fc.integer({ min: 7, max: 24 }), size: curvatures })
  .map(({ n, size }) =>
    descentOnly(
      Array.from({ length: n }, () => [[size, 0]]),
      1,
    ),
  );

/** A weak axis beside a problem of descent alone: a sample of 15 % of the length of the first, for D of a large condition. */
export function withWeakAxis(problems: Arbitrary<ProblemSpec>): Arbitrary<ProblemSpec> {
  const wider = (samples: readonly SampleSpec[]): SampleSpec[] =>
    samples.map((factors) => factors.map((factor) => [...factor, 0]));
  return problems.map((problem) => {
    const [retain, forget] = [wider(problem.retain), wider(problem.forget)];
    const first = retain[0]![0]!;
    const weak = first.map((_, a) => (a === first.length - 1 ? rounded(0.15 * Math.hypot(...first)) : 0));
    return { ...problem, retain: [...retain, [weak]], forget };
  });
}

/** Two coordinates and single samples that turn the axes of D: the commutator with D counts. */
export const tiltedSamples: Arbitrary<ProblemSpec> = fc
  .record({
    retain: fc.constantFrom<number[][][]>(
      [
        [-5, 0],
        [-6, -2],
        [-6, 1],
        [-7, -8],
      ],
      [
        [5, 8],
        [-2, 5],
        [-2, 5],
        [2, -2],
      ],
      [
        [6, 7],
        [0, 6],
        [2, -6],
      ],
      [
        [7, -7],
        [5, 2],
        [6, 3],
      ],
    ),
    size: curvatures,
  })
  .map(({ retain, size }) => {
    const samples = retain.map((vector) => [vector.map((x) => (size * x) / 4)]);
    return { ...descentOnly(samples, 1), sampling: 'without-replacement' };
  });

function rounded(x: number): number {
  return Number(x.toPrecision(6));
}
