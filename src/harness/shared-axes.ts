import { normals, randomSource, type RandomSource } from '../random/generator.js';
import { exactStability } from '../theory/operator/exact-stability.js';
import {
  problemFromSpec,
  type ProblemSpec,
  type ReducedProblem,
  type SampleSpec,
} from '../theory/problem.js';
import { reduceProblem } from '../theory/reduction.js';
import { type ThreeAxes, threeAxes } from '../theory/three-axes.js';

/*
 * Problems that share lambda_1(D), the three coherences, alpha and the batches, with their exact critical steps: what
 * no function of these can tell apart. Column by column over the overlap q.
 */

/** Samples and batches of either set, nu = 3, and the coherences sigma_R and sigma_F: k_g = lambda_1(K_g)/sigma_g on one axis. */
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

/** The two ends of all problems with the same axes, by critical steps. */
export interface SharedEnds {
  /** Stable below it. */
  readonly stable: (problem: ReducedProblem) => number | null;
  /** Diverges above it. */
  readonly diverges: (problem: ReducedProblem) => number | null;
}

/** Both ends of all problems with the same axes, and the exact critical steps of some of them; lambda_1(D) = 1. */
export interface SharedColumn {
  readonly q: number;
  readonly stable: number;
  readonly diverges: number;
  /** eta* of a problem that attains the lower end. */
  readonly witness: number;
  /** eta* of a problem that approaches the upper end as its samples grow in number. */
  readonly approaching: number;
  /** eta* of problems whose samples lie on common axes. */
  readonly planted: readonly number[];
  /** eta* of those in which random samples lie beside them. */
  readonly random: readonly number[];
}

/** Rounding of a critical step beside an end that it attains. */
export const END_ROUNDING = 1e-9;

/**
 * The first `count` problems of a column: one for each end, then planted and random ones in turn. The first of a longer
 * column are the same.
 *
 * @throws Error if one of them does not have the axes, or an end says nothing of them: then the column would show nothing.
 */
export function sharedColumn(
  q: number,
  { stable, diverges }: SharedEnds,
  count: number,
  words: readonly (string | number)[],
): SharedColumn {
  const random = randomSource('shared axes', ...words);
  const others = Array.from({ length: count - 2 }, (_, k) =>
    k % 2 === 0 ? planted(q, random) : withRandomSamples(q, random),
  );
  const specs = [witness(q), approaching(q), ...others];
  const problems = specs.map((spec) => reduceProblem(problemFromSpec(spec)));
  const [first] = problems as [ReducedProblem];
  const axes = threeAxes(first);
  problems.forEach((problem) => checkAxes(threeAxes(problem), axes, q));
  const ends = { stable: stable(first), diverges: diverges(first) };
  if (ends.stable === null || ends.diverges === null)
    throw new Error(`at overlap ${q} an end says nothing: ${JSON.stringify(ends)}`);
  const [lower, upper, ...steps] = problems.map((problem) => exactStability(problem).criticalStep().value);
  return {
    q,
    stable: ends.stable,
    diverges: ends.diverges,
    witness: lower!,
    approaching: upper!,
    planted: steps.filter((_, k) => k % 2 === 0),
    random: steps.filter((_, k) => k % 2 === 1),
  };
}

/** Relative difference of axes that are the same but for rounding. */
const AXIS_ROUNDING = 1e-6;

function checkAxes(own: ThreeAxes, axes: ThreeAxes, q: number): void {
  const same = (a: number, b: number): boolean => Math.abs(a - b) <= AXIS_ROUNDING * b;
  const pairs = [
    [own.q, axes.q],
    [own.delta, axes.delta],
    [own.retain.strongest, axes.retain.strongest],
    [own.forget.strongest, axes.forget.strongest],
  ] as const;
  if (!pairs.every(([a, b]) => same(a, b)))
    throw new Error(`a problem at overlap ${q} has other axes: ${JSON.stringify([own, axes])}`);
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

/** k_R and k_F at lambda_1(D) = 1. */
function strongest(q: number) {
  const { retain, forget } = SHARED.coherence;
  return { retain: 1 / ((1 - q) * retain), forget: q / ((1 - q) * forget) };
}

const repeated = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

/** The witness of these axes: K_F = q K_R on each of two axes, in sigma_g equal samples. */
function witness(q: number): ProblemSpec {
  const k = strongest(q);
  const { coherence } = SHARED;
  const axis = { retain: repeated(coherence.retain, k.retain), forget: repeated(coherence.forget, k.forget) };
  return specOf(onAxes([axis, axis]));
}

/** Shares of the samples that a sum is divided among, so that none is strong. */
const WEAK = { steep: 0.35, strong: 0.25, forgotten: 0.33, shared: 0.05 };

/** Retain curvature on the axis of the overlap, which decides nothing there. */
const SLIGHT = 0.05;

/**
 * One strong sample of each set among weak ones, D along it at the largest step that its noise allows; the steepest axis
 * and that of the overlap in weak samples alone.
 */
function approaching(q: number): ProblemSpec {
  const k = strongest(q);
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
  return specOf(
    onAxes([
      { retain: weak(1, WEAK.steep), forget: [] },
      {
        retain: [k.retain, ...weak(ofRetain - k.retain, WEAK.strong)],
        forget: weak(k.retain - ofRetain, WEAK.strong),
      },
      { retain: weak(k.forget + ofForget, WEAK.forgotten), forget: [k.forget] },
      { retain: weak(SLIGHT, WEAK.shared), forget: weak(q * SLIGHT, WEAK.shared) },
    ]),
  );
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
  // The overlap q: K_F = q K_R, with the strongest forget sample.
  const shared = within(k.forget / q, 1 / (1 - q));
  return [
    { retain: parts(steep, k.retain), forget: parts(ofSteep * steep, k.forget) },
    { retain: led(strong, k.retain), forget: parts(ofStrong * strong, k.forget) },
    { retain: parts(shared, k.retain), forget: led(q * shared, k.forget) },
  ];
}

/** A problem on the three axes alone. */
function planted(q: number, random: RandomSource): ProblemSpec {
  return specOf(onAxes(pinnedAxes(q, random)));
}

/** Directions of random samples, and how many of each set there are, at most and at least. */
const RANDOM = { dimensions: [2, 3], retain: [8, 40], forget: [4, 20] } as const;

/**
 * The three axes, and beside them normal samples in two or three directions, which share no axis: as strong as the
 * shared lambda_1(D), the overlap and the strongest samples allow.
 */
function withRandomSamples(q: number, random: RandomSource): ProblemSpec {
  const pinned = onAxes(pinnedAxes(q, random));
  const between = ([low, high]: readonly [number, number]): number => low + random.integer(high - low + 1);
  const d = between(RANDOM.dimensions);
  const normalRows = (count: number): number[][] =>
    Array.from({ length: count }, () => [...normals(d, random)]);
  const drawn = { retain: normalRows(between(RANDOM.retain)), forget: normalRows(between(RANDOM.forget)) };
  const overlap = threeAxes(reducedOf(drawn)).q;
  const lowered = { ...drawn, forget: scaled(drawn.forget, (q * random.uniform()) / overlap) };
  const k = strongest(q);
  const axes = threeAxes(reducedOf(lowered));
  const factor = Math.min(1 / axes.delta, k.retain / axes.retain.strongest, k.forget / axes.forget.strongest);
  const beside = (set: keyof WeightedSamples): number[][] => [
    ...pinned[set].map((f) => [...f, ...repeated(d, 0)]),
    ...scaled(lowered[set], factor).map((f) => [...repeated(3, 0), ...f]),
  ];
  return specOf({ retain: beside('retain'), forget: beside('forget') });
}

/** Samples whose curvature is `factor` times as large. */
function scaled(samples: WeightedSamples['retain'], factor: number): number[][] {
  return samples.map((f) => f.map((x) => Math.sqrt(factor) * x));
}

function reducedOf(samples: WeightedSamples): ReducedProblem {
  return reduceProblem(problemFromSpec(specOf(samples)));
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
function specOf({ retain, forget }: WeightedSamples): ProblemSpec {
  const { alpha, samples: count, batch } = SHARED;
  const set = (weighted: WeightedSamples['retain'], weight: number): SampleSpec[] => {
    if (weighted.length > count)
      throw new RangeError(`samples must be at most ${count}; got ${weighted.length}`);
    const zero = repeated(weighted[0]!.length, 0);
    // K_i = weight H_i/count.
    const own = weighted.map((f): SampleSpec => [f.map((x) => Math.sqrt(count / weight) * x)]);
    return [...own, ...Array.from({ length: count - own.length }, (): SampleSpec => [zero])];
  };
  return {
    retain: set(retain, 1 - alpha),
    forget: set(forget, alpha),
    alpha,
    batch: { retain: batch, forget: batch },
    sampling: 'bernoulli',
  };
}
