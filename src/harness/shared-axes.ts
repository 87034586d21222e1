import { normals, randomSource, type RandomSource } from '../statistics/generator.js';
import { unlearningCoherence } from '../theory/coherence.js';
import {
  type BatchSizes,
  problemFromSpec,
  type ProblemSpec,
  type ReducedProblem,
  type SampleSpec,
  type SetName,
} from '../theory/problem.js';
import { reduceProblem } from '../theory/reduction.js';
import { threeAxes } from '../theory/three-axes.js';

/*
 * Problems that share lambda_1(D), the overlap q, the strongest weighted samples, all three coherences (sigma_R, sigma_F
 * and the norm of S_RF), alpha and the batches, with their exact critical steps: what no function of these can tell
 * apart. Column by column over q. On common axes lambda_1(S_gg) is the largest curvature that a set has on one axis, and
 * the norm of S_RF the largest geometric mean of both on one: the axis of the overlap, with 1/(1-q) and q/(1-q), has all.
 */

/** Samples and batches of either set, nu = 3, and the coherences sigma_R and sigma_F of all problems: k_g = lambda_1(S_gg)/sigma_g. */
export const SHARED = { alpha: 0.5, samples: 400, batch: 100, coherence: { retain: 4, forget: 2 } };

/** Columns, unless others are asked for, and the overlaps that they are spread over. */
export const COLUMNS = 40;
const OVERLAPS = { low: 0.02, high: 0.9 };

/** The overlap q of every column: the centres of equal parts. */
export function sharedOverlaps(columns = COLUMNS): number[] {
  const width = (OVERLAPS.high - OVERLAPS.low) / columns;
  return Array.from({ length: columns }, (_, k) => Number((OVERLAPS.low + width * (k + 0.5)).toPrecision(8)));
}

/** Problems of a column: 40 columns have a thousand. */
export const PROBLEMS = 25;

/**
 * The first `count` problems of a column: one for each end, then planted and random ones in turn. The first of a longer
 * column are the same.
 *
 * @throws Error if one of them does not share all numbers: then the column would show nothing.
 */
export function sharedProblems(
  q: number,
  count: number,
  words: readonly (string | number)[],
): ReducedProblem[] {
  const random = randomSource('shared axes', ...words);
  const others = Array.from({ length: count - 2 }, (_, k) =>
    k % 2 === 0 ? planted(q, random) : withRandomSamples(q, random),
  );
  const samples = [witness(q), approaching(q), ...others];
  const [shared, ...numbers] = samples.map((weighted) => sharedNumbers(reducedOf(weighted)));
  for (const own of numbers) checkShared(own, shared!, q);
  return samples.map((weighted) => reduceProblem(problemFromSpec(filledUp(weighted))));
}

/** Relative difference of numbers that are the same but for rounding. */
const SHARED_ROUNDING = 1e-6;

/** Quantities that the problems of a column share. */
function sharedNumbers(problem: ReducedProblem): Readonly<Record<string, number>> {
  const { delta, q, retain, forget } = threeAxes(problem);
  const { retainBlock, forgetBlock, cross } = unlearningCoherence(problem);
  return {
    ...{ delta, q, retainStrongest: retain.strongest, forgetStrongest: forget.strongest },
    ...{ retainCoherence: retainBlock / retain.strongest, forgetCoherence: forgetBlock / forget.strongest },
    crossCoherence: cross,
  };
}

function checkShared(own: ReturnType<typeof sharedNumbers>, shared: typeof own, q: number): void {
  const differs = Object.keys(shared).find(
    (name) => !(Math.abs(own[name]! - shared[name]!) <= SHARED_ROUNDING * shared[name]!),
  );
  if (differs)
    throw new Error(
      `a problem at overlap ${q} has another ${differs}: ${own[differs]} for ${shared[differs]}`,
    );
}

/** Weighted samples f, K_i = f f^T, as coordinates. */
interface WeightedSamples {
  readonly retain: readonly (readonly number[])[];
  readonly forget: readonly (readonly number[])[];
}

/** Curvatures of the weighted samples along one axis. */
interface AxisCurvatures {
  readonly retain: readonly number[];
  readonly forget: readonly number[];
}

/** lambda_1(S_gg) at lambda_1(D) = 1: the curvature of either set on the axis of the overlap. */
function overlapping(q: number) {
  return { retain: 1 / (1 - q), forget: q / (1 - q) };
}

/** k_R and k_F at lambda_1(D) = 1. */
function strongest(q: number) {
  const { coherence } = SHARED;
  const { retain, forget } = overlapping(q);
  return { retain: retain / coherence.retain, forget: forget / coherence.forget };
}

const repeated = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

/** The witness of these axes: K_F = q K_R on each of two axes, in sigma_g equal samples. */
function witness(q: number): WeightedSamples {
  const k = strongest(q);
  const { coherence } = SHARED;
  const axis = { retain: repeated(coherence.retain, k.retain), forget: repeated(coherence.forget, k.forget) };
  return onAxes([axis, axis]);
}

/** Shares of the samples that a sum is divided among, so that none is strong. */
const WEAK = { overlapping: 0.38, strong: 0.26, forgotten: 0.33 };

/**
 * One strong sample of each set among weak ones, D along it at the largest step that its noise allows; the axis of the
 * overlap, the steepest one as well, in weak samples alone.
 */
function approaching(q: number): WeightedSamples {
  const k = strongest(q);
  const both = overlapping(q);
  const { samples, batch } = SHARED;
  const noise = samples / batch - 1;
  const weak = (total: number, share: number): number[] => {
    const count = Math.round(share * samples);
    return total > 1e-12 ? repeated(count, total / count) : [];
  };
  /** D along the strongest sample, between the lowest that the overlap allows and lambda_1(D). */
  const steepest = (lowest: number, strong: number): number =>
    Math.min(1, Math.max(lowest, Math.sqrt(noise) * strong));
  const ofRetain = steepest((1 - q) * k.retain, k.retain);
  const ofForget = steepest((1 / q - 1) * k.forget, k.forget);
  return onAxes([
    { retain: weak(both.retain, WEAK.overlapping), forget: weak(both.forget, WEAK.overlapping) },
    {
      retain: [k.retain, ...weak(ofRetain - k.retain, WEAK.strong)],
      forget: weak(k.retain - ofRetain, WEAK.strong),
    },
    { retain: weak(k.forget + ofForget, WEAK.forgotten), forget: [k.forget] },
  ]);
}

/** Samples that a sum is divided among at most, unless its strongest allow no fewer. */
const FINE = 30;

/** Three axes, on which all problems but the witness have theirs: the steepest one, those of the strongest samples, that of the overlap. */
function pinnedAxes(q: number, random: RandomSource): AxisCurvatures[] {
  const k = strongest(q);
  const fewest = (total: number, most: number): number => Math.ceil(total / most - 1e-9);
  /** A sum in so many equal samples: few of them make more noise. */
  const parts = (total: number, most: number): number[] => {
    if (total <= 1e-12) return [];
    const count = Math.max(fewest(total, most), Math.ceil(FINE ** random.uniform()));
    return repeated(count, total / count);
  };
  /** One strongest sample, and the rest of the sum in equal parts. */
  const led = (total: number, most: number): number[] => [most, ...parts(total - most, most)];
  const within = (low: number, high: number): number => low + (high - low) * random.uniform();
  const ofSteep = random.uniform() * q;
  const steep = 1 / (1 - ofSteep);
  // So much overlap that D along the strongest retain sample is at most 1.
  const ofStrong = within(Math.max(0, 1 - 1 / k.retain), q);
  const strong = within(k.retain, 1 / (1 - ofStrong));
  const both = overlapping(q);
  return [
    { retain: parts(steep, k.retain), forget: parts(ofSteep * steep, k.forget) },
    { retain: led(strong, k.retain), forget: parts(ofStrong * strong, k.forget) },
    { retain: parts(both.retain, k.retain), forget: led(both.forget, k.forget) },
  ];
}

/** A problem on the three axes alone. */
function planted(q: number, random: RandomSource): WeightedSamples {
  return onAxes(pinnedAxes(q, random));
}

/** Directions of random samples, and how many of each set there are, at most and at least. */
const RANDOM = { dimensions: [2, 3], retain: [8, 40], forget: [4, 20] } as const;

/**
 * The three axes, and beside them normal samples in two or three directions, which share no axis: as strong as the
 * shared lambda_1(D), overlap, strongest samples and coherences allow.
 */
function withRandomSamples(q: number, random: RandomSource): WeightedSamples {
  const pinned = onAxes(pinnedAxes(q, random));
  const between = ([low, high]: readonly [number, number]): number => low + random.integer(high - low + 1);
  const d = between(RANDOM.dimensions);
  const normalRows = (count: number): number[][] =>
    Array.from({ length: count }, () => [...normals(d, random)]);
  const drawn = { retain: normalRows(between(RANDOM.retain)), forget: normalRows(between(RANDOM.forget)) };
  const overlap = threeAxes(reducedOf(drawn)).q;
  const lowered = { ...drawn, forget: scaled(drawn.forget, (q * random.uniform()) / overlap) };
  const [k, both] = [strongest(q), overlapping(q)];
  const beside = reducedOf(lowered);
  const axes = threeAxes(beside);
  const { retainBlock, forgetBlock } = unlearningCoherence(beside);
  const factor = Math.min(
    ...[1 / axes.delta, k.retain / axes.retain.strongest, k.forget / axes.forget.strongest],
    ...[both.retain / retainBlock, both.forget / forgetBlock],
  );
  const joined = (set: keyof WeightedSamples): number[][] => [
    ...pinned[set].map((f) => [...f, ...repeated(d, 0)]),
    ...scaled(lowered[set], factor).map((f) => [...repeated(3, 0), ...f]),
  ];
  return { retain: joined('retain'), forget: joined('forget') };
}

/** Samples whose curvature is `factor` times as large. */
function scaled(samples: WeightedSamples['retain'], factor: number): number[][] {
  return samples.map((f) => f.map((x) => Math.sqrt(factor) * x));
}

/** The problem of these samples alone. */
function reducedOf(samples: WeightedSamples): ReducedProblem {
  const counts = { retain: samples.retain.length, forget: samples.forget.length };
  return reduceProblem(problemFromSpec(specOf(samples, counts, counts)));
}

/** Samples along axes of their own. */
function onAxes(axes: readonly AxisCurvatures[]): WeightedSamples {
  const set = (name: keyof AxisCurvatures): number[][] =>
    axes.flatMap((axis, a) =>
      axis[name].map((curvature) => axes.map((_, b) => (a === b ? Math.sqrt(curvature) : 0))),
    );
  return { retain: set('retain'), forget: set('forget') };
}

/** The problem of these samples, filled up with samples without curvature. */
function filledUp(weighted: WeightedSamples): ProblemSpec {
  const { samples, batch } = SHARED;
  return specOf(weighted, { retain: samples, forget: samples }, { retain: batch, forget: batch });
}

/** @param counts of the samples, those without curvature as well. */
function specOf(weighted: WeightedSamples, counts: BatchSizes, batch: BatchSizes): ProblemSpec {
  const { alpha } = SHARED;
  const set = (name: SetName, weight: number): SampleSpec[] => {
    const [rows, count] = [weighted[name], counts[name]];
    if (rows.length > count) throw new RangeError(`samples must be at most ${count}; got ${rows.length}`);
    const zero = repeated(rows[0]!.length, 0);
    // K_i = weight H_i/count.
    const own = rows.map((f): SampleSpec => [f.map((x) => Math.sqrt(count / weight) * x)]);
    return [...own, ...Array.from({ length: count - own.length }, (): SampleSpec => [zero])];
  };
  return {
    ...{ retain: set('retain', 1 - alpha), forget: set('forget', alpha), alpha },
    ...{ batch, sampling: 'bernoulli' },
  };
}
