import { choleskySolve } from '../linalg/pivoted-qr.js';
import { largestMagnitude } from '../linalg/symmetric-eigen.js';
import { matrixTimesVector } from '../linalg/vectors.js';
import {
  type CurvatureGroup,
  curvatureGroups,
  groupNamed,
  problemFromSpec,
  type ReducedProblem,
  SET_NAMES,
  type SetName,
} from '../theory/problem.js';
import type { ProblemInstance } from './instance.js';

/*
 * A minimum that does not fit, and what the steps of all batches say of where the process comes to rest around it.
 */

/** A minimum at which gradients do not vanish, in the given parameters, which the retain curvature covers. */
export interface RestSetting {
  /** Its coordinates are the parameters themselves. */
  readonly problem: ReducedProblem;
  readonly eta: number;
  /** Gradients at w* of the samples of every group: n_g x p. */
  readonly gradients: readonly Float64Array[];
  /** w*: p numbers. */
  readonly minimum: Float64Array;
}

/** The setting of an instance in its given parameters. */
export function restSetting({ problem: spec, run = {} }: ProblemInstance, eta: number): RestSetting {
  const full = problemFromSpec(spec);
  const groups = curvatureGroups(full).filter(({ weight }) => weight > 0);
  const p = full.retain.dimension;
  const gradients = SET_NAMES.filter((name) => groups.some((group) => group.name === name)).map((name) =>
    Float64Array.from(
      (run.gradients?.[name] ?? spec[name].map(() => Array.from({ length: p }, () => 0))).flat(),
    ),
  );
  const { alpha, procedure } = full;
  return {
    problem: { dimension: p, alpha, groups, ...(procedure && { procedure }) },
    eta,
    gradients,
    minimum: Float64Array.from({ length: p }, (_, a) => run.minimum?.[a] ?? 0),
  };
}

/** A step with given batches: (1, delta) -> matrix (1, delta), (p+1) x (p+1) row-major. */
export interface AffineStep {
  readonly probability: number;
  readonly matrix: Float64Array;
}

/** Batches of a step by their samples; null of a set without weight. */
export type NamedBatches = Readonly<Record<SetName, readonly number[] | null>>;

/** Pairs of batches that are gone through, at most. */
const MOST_BATCHES = 5000;

/** The step with every pair of batches, of which `matrixOf` finds one. @throws RangeError if they are too many. */
export function stepsOfAllBatches(
  problem: ReducedProblem,
  matrixOf: (batches: NamedBatches) => Float64Array,
): AffineStep[] {
  const [ofRetain, ofForget] = SET_NAMES.map((name) => {
    const group = groupNamed(problem, name);
    return group ? batchesOf(group) : [{ probability: 1, indices: null }];
  });
  if (ofRetain!.length * ofForget!.length > MOST_BATCHES)
    throw new RangeError('too many batches to go through');
  return ofRetain!.flatMap((retain) =>
    ofForget!.map((forget) => ({
      probability: retain.probability * forget.probability,
      matrix: matrixOf({ retain: retain.indices, forget: forget.indices }),
    })),
  );
}

/** All batches of a set with their probabilities. */
export function batchesOf({
  samples,
  batchSize,
  sampling,
}: CurvatureGroup): { probability: number; indices: number[] }[] {
  const n = samples.sampleCount;
  if (sampling === 'with-replacement') {
    return Array.from({ length: n ** batchSize }, (_, code) => ({
      probability: n ** -batchSize,
      indices: Array.from({ length: batchSize }, (_unused, k) => Math.floor(code / n ** k) % n),
    }));
  }
  const all = Array.from({ length: 2 ** n }, (_, mask) =>
    Array.from({ length: n }, (_unused, i) => i).filter((i) => (mask >> i) % 2 === 1),
  );
  if (sampling === 'bernoulli') {
    const share = batchSize / n;
    const probability = (k: number): number => share ** k * (1 - share) ** (n - k);
    return all.map((indices) => ({ probability: probability(indices.length), indices }));
  }
  const subsets = all.filter((indices) => indices.length === batchSize);
  return subsets.map((indices) => ({ probability: 1 / subsets.length, indices }));
}

/** Growth and rest by the enumeration of all batches. */
interface ExactRest {
  readonly logGrowth: number;
  /** null where there is none. */
  readonly rest: Rest | null;
  /** Rates, a step, at which second moments of deviations shrink and fourth ones do. */
  readonly rates: readonly [second: number, fourth: number];
}

/** The resting mean of delta and the covariance (p x p) around it. */
export interface Rest {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

/** Squarings of an operator: its radius to the last digits but a few. */
const SQUARINGS = 45;

/** log growth below which a second moment counts as bounded. */
const BOUNDED = 1e-9;

/** Growth and rest of E(1, delta)(1, delta)^T under the steps of all batches, each delta -> A delta + b with its probability. */
export function enumerated(steps: readonly AffineStep[], p: number): ExactRest {
  const q = p + 1;
  const linear = (matrix: Float64Array) =>
    Float64Array.from({ length: p * p }, (_, k) => matrix[(Math.floor(k / p) + 1) * q + 1 + (k % p)]!);
  const shift = (matrix: Float64Array) => Float64Array.from({ length: p }, (_, a) => matrix[(a + 1) * q]!);
  const joint = averageOf(steps, (matrix) => kronecker(matrix, q));
  const ofMoment = averageOf(steps, (matrix) => kronecker(linear(matrix), p));
  const logGrowth = logRadius(joint, q * q);
  const rate = logRadius(ofMoment, p * p);
  if (logGrowth > BOUNDED || rate > -BOUNDED) return { logGrowth, rest: null, rates: [rate, Infinity] };
  const mean = fixedPoint(averageOf(steps, linear), averageOf(steps, shift));
  const spread = averageOf(steps, (matrix) => {
    const moved = matrixTimesVector(linear(matrix), mean).map((x, a) => x + shift(matrix)[a]! - mean[a]!);
    return Float64Array.from({ length: p * p }, (_, k) => moved[Math.floor(k / p)]! * moved[k % p]!);
  });
  const rest = { mean, covariance: fixedPoint(ofMoment, spread) };
  return {
    logGrowth,
    rest,
    // By far the most work, and runs alone need it.
    get rates(): ExactRest['rates'] {
      const ofFourth = averageOf(steps, (matrix) => kronecker(kronecker(linear(matrix), p), p * p));
      return [rate, logRadius(ofFourth, p ** 4)];
    },
  };
}

function averageOf(
  steps: readonly AffineStep[],
  value: (matrix: Float64Array) => Float64Array,
): Float64Array {
  const [first, ...rest] = steps.map(({ probability, matrix }) => value(matrix).map((x) => probability * x));
  for (const one of rest) one.forEach((x, k) => (first![k]! += x));
  return first!;
}

/** A (x) A of an n x n matrix. */
function kronecker(a: Float64Array, n: number): Float64Array {
  const m = n * n;
  return Float64Array.from({ length: m * m }, (_, k) => {
    const [row, column] = [Math.floor(k / m), k % m];
    return a[Math.floor(row / n) * n + Math.floor(column / n)]! * a[(row % n) * n + (column % n)]!;
  });
}

/** log of the spectral radius of a matrix with a positive cone, by squaring. */
function logRadius(matrix: Float64Array, n: number): number {
  let power = matrix;
  let log = 0;
  for (let k = 0; k < SQUARINGS; k++) {
    const size = largestMagnitude(power);
    if (!(size > 0)) return -Infinity;
    log += Math.log(size) / 2 ** k;
    power = power.map((x) => x / size);
    const next = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const x = power[i * n + j]!;
        if (x !== 0) for (let l = 0; l < n; l++) next[i * n + l]! += x * power[j * n + l]!;
      }
    }
    power = next;
  }
  return log;
}

/** x = A x + b for a symmetric A below 1. */
function fixedPoint(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  return choleskySolve(
    a.map((x, k) => (k % (n + 1) === 0 ? 1 : 0) - x),
    b,
  )!;
}

/** How far a claim is from the exact numbers: relative to the second moment, for growth absolutely. */
export function largestDifference(
  said: { logGrowth(): number; rest?(): Rest },
  { logGrowth, rest }: ExactRest,
): number {
  const growth = Math.abs(said.logGrowth() - logGrowth);
  if (!rest || !said.rest) return Number.isNaN(growth) ? Infinity : growth;
  const claimed = said.rest();
  const apart = (x: Float64Array, y: Float64Array, scale: number): number =>
    largestMagnitude(x.map((value, k) => value - y[k]!)) / scale;
  const length = largestMagnitude(rest.mean);
  // Without noise the covariance is rounding of the squared mean.
  const moment = length ** 2 + largestMagnitude(rest.covariance);
  const all = [
    growth,
    apart(claimed.mean, rest.mean, Math.sqrt(moment) || 1),
    apart(claimed.covariance, rest.covariance, moment || 1),
  ];
  return all.some(Number.isNaN) ? Infinity : Math.max(...all);
}
