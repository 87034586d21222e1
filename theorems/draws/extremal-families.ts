import fc, { type Arbitrary } from 'fast-check';
import type { ProblemSpec, SampleSpec, Sampling } from '../../src/theory/problem.js';

/*
 * Families on which bounds are attained: a threshold that is wrong by a few percent is wrong there.
 */

/** weight * e_axis in `dimension` coordinates. */
export function axisVector(dimension: number, axis: number, weight = 1): number[] {
  return Array.from({ length: dimension }, (_, a) => (a === axis ? weight : 0));
}

/** Turns coordinate pairs (0,1), (2,3), .. by the angle with cosine 4/5: same Gram matrix, no axes to be seen. */
export function rotated(samples: readonly SampleSpec[], turn: boolean): SampleSpec[] {
  if (!turn) return [...samples];
  return samples.map((vectors) =>
    vectors.map((vector) =>
      vector.map((x, a) => {
        const partner = vector[a % 2 === 0 ? a + 1 : a - 1];
        return partner === undefined ? x : a % 2 === 0 ? 0.8 * x - 0.6 * partner : 0.8 * x + 0.6 * partner;
      }),
    ),
  );
}

/** Groups of sigma identical samples of one length, each on an axis of its own. */
export function groupsOnAxes(shape: {
  readonly sigma: number;
  readonly groups: number;
  readonly size: number;
  readonly turn: boolean;
}): SampleSpec[] {
  const { sigma, groups, size, turn } = shape;
  const axes = Array.from({ length: sigma * groups }, (_, i) => [
    axisVector(groups, Math.floor(i / sigma), size),
  ]);
  return rotated(axes, turn);
}

export const curvatures = fc.constantFrom(1, 2, 0.5, 3);

/**
 * D3's witness: groups of sigma identical rank-one samples on orthogonal axes, bernoulli batches,
 * descent alone. Attains D2 and D3 always, D1 and U3 at nu = sigma = 1.
 */
export const identicalGroups: Arbitrary<ProblemSpec> = fc
  .record({
    sigma: fc.integer({ min: 1, max: 4 }),
    groups: fc.integer({ min: 1, max: 4 }),
    batchIndex: fc.nat(15),
    size: curvatures,
    turn: fc.boolean(),
  })
  .map(({ batchIndex, ...shape }) => {
    const retain = groupsOnAxes(shape);
    return descentOnly(retain, 1 + (batchIndex % retain.length));
  });

/** n = d orthogonal samples of equal length with B = n/2: nu = sigma = 1, where D1, U3 and U4 are attained. */
export function halvedAxesOf(halves: Arbitrary<number>): Arbitrary<ProblemSpec> {
  return fc.record({ half: halves, size: curvatures, turn: fc.boolean() }).map(({ half, size, turn }) => {
    const retain = Array.from({ length: 2 * half }, (_, a) => [axisVector(2 * half, a, size)]);
    return descentOnly(rotated(retain, turn), half);
  });
}

/** Two to six of them. */
export const halvedAxes: Arbitrary<ProblemSpec> = halvedAxesOf(fc.integer({ min: 1, max: 3 }));

/** m copies of an orthonormal basis with 1/B = 1/n + 1/d: D and the noise are isotropic; attains U4, U5, U13, U14. */
export const isotropicFrames: Arbitrary<ProblemSpec> = fc
  .record({
    shape: fc.constantFrom(
      { copies: 1, dimension: 2, batch: 1 },
      { copies: 2, dimension: 3, batch: 2 },
      { copies: 1, dimension: 4, batch: 2 },
      { copies: 3, dimension: 4, batch: 3 },
    ),
    size: curvatures,
    turn: fc.boolean(),
  })
  .map(({ shape, size, turn }) => {
    const { copies, dimension, batch } = shape;
    const retain = Array.from({ length: copies * dimension }, (_, i) => [
      axisVector(dimension, i % dimension, size),
    ]);
    return descentOnly(rotated(retain, turn), batch);
  });

/**
 * Commuting curvatures: every sample has its factors along common axes, any number of them; the forget
 * set is held (alpha below the smallest critical mixing of an axis) or, with `escapes`, sometimes not. U6 and U13 are
 * exact here.
 */
export function commutingProblems(
  maxDimension: number,
  { escapes = false, least = 1 } = {},
): Arbitrary<ProblemSpec> {
  return fc
    .record({
      dimension: fc.integer({ min: least, max: maxDimension }),
      extraRetain: fc.oneof(
        { weight: 6, arbitrary: fc.array(axisWeights(), { maxLength: 5 }) },
        { weight: 1, arbitrary: fc.array(axisWeights(), { minLength: 12, maxLength: 24 }) },
      ),
      forget: fc.array(axisWeights(), { minLength: 1, maxLength: 3 }),
      // Not near the critical mixing, where d_a is small; above it D has a negative eigenvalue.
      position: fc.oneof(
        { weight: 1, arbitrary: fc.constant(0) },
        { weight: 7, arbitrary: fc.integer({ min: 1, max: 80 }) },
        { weight: escapes ? 1 : 0, arbitrary: fc.integer({ min: 130, max: 300 }) },
      ),
      batch: fc.record({ retain: fc.nat(20), forget: fc.nat(20) }),
      // A lean axis: the first has a sixteenth of the curvature, and the forget set lies along it alone.
      lean: fc.constantFrom(false, false, false, true),
      turn: fc.boolean(),
    })
    .map(({ dimension, extraRetain, forget, position, batch, lean, turn }) => {
      const cover = Array.from({ length: dimension }, (_, a) => [
        axisVector(dimension, a, lean && a === 0 ? 0.5 : 2),
      ]);
      const spread = (weights: number[]): number[] =>
        weights.map((weight, a) => (lean && a === 0 ? 0 : weight));
      const retain = [
        ...cover,
        ...(lean && dimension === 1
          ? []
          : extraRetain.map((weights) => axisFactors(spread(weights), dimension, lean))),
      ];
      const forgotten = lean
        ? forget.map(() => [axisVector(dimension, 0, 0.5)])
        : forget.map((weights) => axisFactors(weights, dimension));
      const critical = smallestAxisMixing(retain, forgotten, dimension);
      return {
        retain: rotated(retain, turn),
        forget: rotated(forgotten, turn),
        alpha: Number(Math.min(0.95, (critical * position) / 100).toPrecision(6)),
        batch: {
          retain: 1 + (batch.retain % retain.length),
          forget: 1 + (batch.forget % forgotten.length),
        },
        sampling: 'bernoulli',
      } satisfies ProblemSpec;
    });
}

/** The same problems with full batches. */
export function fullySampled(problems: Arbitrary<ProblemSpec>): Arbitrary<ProblemSpec> {
  return problems.map((problem) => ({
    ...problem,
    batch: { retain: problem.retain.length, forget: problem.forget.length },
  }));
}

/** Commuting problems with full batches: no noise, decided at once however close the step size is. */
export const noiselessCommutingProblems: Arbitrary<ProblemSpec> = fullySampled(commutingProblems(4));

/**
 * A forget set along one eigenvector of the retain curvature, where U1 and U7 have the same critical
 * mixing; alpha lies above it by 1 % to 41 % ('escaping'), by 1 % to 10 % ('near') or below it by 1 % to 71 % ('held', mostly within
 * 4 %). Full batches as often as not: without noise the side is certain however close alpha is.
 */
export function singleAxisForget(
  samplings: readonly Sampling[],
  side: 'escaping' | 'held' | 'near',
): Arbitrary<ProblemSpec> {
  const distance = {
    escaping: fc.integer({ min: 1, max: 41 }),
    near: fc.integer({ min: 1, max: 10 }),
    held: fc.oneof(
      { weight: 2, arbitrary: fc.integer({ min: -4, max: -1 }) },
      { weight: 1, arbitrary: fc.integer({ min: -71, max: -5 }) },
    ),
  }[side];
  return fc
    .record({
      dimension: fc.integer({ min: 1, max: 4 }),
      copies: fc.integer({ min: 1, max: 2 }),
      lengths: fc.array(fc.constantFrom(1, 2, 1.5, 4), { minLength: 1, maxLength: 3 }),
      distance,
      full: fc.boolean(),
      sampling: fc.constantFrom(...samplings),
      turn: fc.boolean(),
    })
    .map(({ dimension, copies, lengths, distance, full, sampling, turn }) => {
      const retain = Array.from({ length: dimension * copies }, (_, i) => [
        axisVector(dimension, i % dimension, 2),
      ]);
      const forget = lengths.map((length) => [axisVector(dimension, 0, length)]);
      const critical = smallestAxisMixing(retain, forget, 1);
      return {
        retain: rotated(retain, turn),
        forget: rotated(forget, turn),
        alpha: Number(Math.min(0.99, critical * (1 + distance / 100)).toPrecision(6)),
        batch: {
          retain: full ? retain.length : Math.ceil(retain.length / 2),
          forget: full ? forget.length : 1,
        },
        sampling,
      };
    });
}

/**
 * Little noise in the retain batches, much in the forget batches: orthogonal retain samples with B = n - 1,
 * six short forget samples along the first axis drawn one at a time.
 */
export const noisyForget: Arbitrary<ProblemSpec> = fc
  .record({
    dimension: fc.integer({ min: 2, max: 4 }),
    size: curvatures,
    share: fc.constantFrom(0.02, 0.05, 0.1),
    turn: fc.boolean(),
  })
  .map(({ dimension, size, share, turn }) => {
    const retain = Array.from({ length: dimension }, (_, a) => [axisVector(dimension, a, size)]);
    const forget = Array.from({ length: 6 }, () => [axisVector(dimension, 0, size / 2)]);
    return {
      retain: rotated(retain, turn),
      forget: rotated(forget, turn),
      alpha: share,
      batch: { retain: dimension - 1, forget: 1 },
      sampling: 'bernoulli',
    } satisfies ProblemSpec;
  });

/**
 * One strong axis e_1 and samples that couple it to a second axis which contracts fast: the noise that
 * comes back from there is much less than N(I) suggests. For U13 and its wrong variants.
 */
export const coupledAxes: Arbitrary<ProblemSpec> = fc
  .record({ second: fc.constantFrom(0.8, 0.9, 0.7), batch: fc.integer({ min: 1, max: 3 }), size: curvatures })
  .map(({ second, batch, size }) => {
    const retain = [
      [[size, second * size]],
      [[size, -second * size]],
      [[size, second * size]],
      [[size, -second * size]],
    ];
    return descentOnly(retain, batch);
  });

/**
 * One parameter alone, where every step multiplies the displacement by an independent number: with alpha
 * below the critical mixing ('held') or above it ('escaping').
 */
export function scalarProblems(side: 'held' | 'escaping'): Arbitrary<ProblemSpec> {
  const lengths = fc.array(fc.constantFrom(1, 1.5, 2, 1.75), { minLength: 1, maxLength: 4 });
  return fc
    .record({ retain: lengths, forget: lengths, position: fc.integer({ min: 1, max: 9 }), batch: fc.nat(3) })
    .map(({ retain, forget, position, batch }) => {
      const sets = { retain: retain.map((x) => [[x]]), forget: forget.map((x) => [[x]]) };
      const critical = smallestAxisMixing(sets.retain, sets.forget, 1);
      const share = position / 10;
      const alpha = side === 'held' ? critical * share : critical + (1 - critical) * share;
      return {
        ...sets,
        alpha: Number(alpha.toPrecision(6)),
        batch: { retain: Math.min(retain.length, 1 + batch), forget: Math.min(forget.length, 1 + batch) },
        sampling: 'without-replacement',
      } satisfies ProblemSpec;
    });
}

/** Factor weights on the axes of one sample, in halves. */
function axisWeights(): Arbitrary<number[]> {
  return fc.array(fc.constantFrom(0, 1, 0.5, 1.5), { minLength: 10, maxLength: 10 });
}

/** The factors weight_a e_a of one sample; a sample without any gets the first axis. */
function axisFactors(weights: readonly number[], dimension: number, lean = false): SampleSpec {
  const factors = weights
    .slice(0, dimension)
    .flatMap((weight, axis) => (weight === 0 ? [] : [axisVector(dimension, axis, weight)]));
  return factors.length > 0 ? factors : [axisVector(dimension, lean ? 1 : 0)];
}

/** min over the first axes of 1/(1 + mu_a), mu_a the ratio of forget to retain curvature on axis a. */
function smallestAxisMixing(
  retain: readonly SampleSpec[],
  forget: readonly SampleSpec[],
  axes: number,
): number {
  const curvature = (set: readonly SampleSpec[], axis: number): number =>
    set.flat().reduce((sum, factor) => sum + factor[axis]! ** 2, 0) / set.length;
  const ratios = Array.from({ length: axes }, (_, a) => curvature(forget, a) / curvature(retain, a));
  return 1 / (1 + Math.max(...ratios));
}

/** Descent alone with bernoulli batches; the forget set is there and has weight 0. */
export function descentOnly(retain: readonly SampleSpec[], batchSize: number): ProblemSpec {
  const forget = [retain[0]!];
  return { retain, forget, alpha: 0, batch: { retain: batchSize, forget: 1 }, sampling: 'bernoulli' };
}
