import { dot, trace } from '../linalg/vectors.js';
import { randomSource } from '../random/generator.js';
import { studentInterval } from '../statistics/intervals.js';
import {
  type CurvatureGroup,
  emptySet,
  groupNamed,
  type ReducedProblem,
  type SetName,
} from '../theory/problem.js';
import type { Batch } from '../unlearning/batch-sampler.js';
import { tiltedQuadratic } from '../unlearning/factor-quadratic.js';
import { type UnlearningImplementation, unlearningProcess } from '../unlearning/process.js';
import type { StepSettings } from '../unlearning/step.js';

/*
 * The real step around a minimum that does not fit: by all of its batches, and in long runs.
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

/** A setting and the code that is put to the test. */
export interface RestRun extends RestSetting {
  readonly implementation: UnlearningImplementation;
}

/** A step with given batches: (1, delta) -> matrix (1, delta), (p+1) x (p+1) row-major. */
export interface AffineStep {
  readonly probability: number;
  readonly matrix: Float64Array;
}

/** Pairs of batches that are gone through, at most. */
export const MOST_BATCHES = 5000;

/** The real step with every pair of batches, found by its effect on w* and on w* + e_a. */
export function affineSteps(run: RestRun): AffineStep[] {
  const settings = stepSettings(run);
  const [ofRetain, ofForget] = (['retain', 'forget'] as const).map((name) => {
    const group = groupNamed(run.problem, name);
    return group ? batchesOf(group) : [{ probability: 1, indices: [] }];
  });
  if (ofRetain!.length * ofForget!.length > MOST_BATCHES)
    throw new RangeError('too many batches to go through');
  return ofRetain!.flatMap((retain) =>
    ofForget!.map((forget) => ({
      probability: retain.probability * forget.probability,
      matrix: affineStep(run, settings, retain.indices, forget.indices),
    })),
  );
}

function affineStep(
  { minimum, implementation }: RestRun,
  settings: StepSettings,
  retain: readonly number[],
  forget: readonly number[],
): Float64Array {
  const p = minimum.length;
  const q = p + 1;
  const batch = (indices: readonly number[]): Batch => ({
    indices: Int32Array.from(indices),
    size: indices.length,
  });
  const matrix = new Float64Array(q * q);
  matrix[0] = 1;
  for (let column = 0; column < q; column++) {
    const w = minimum.slice();
    if (column > 0) w[column - 1]! += 1;
    implementation.step(settings, batch(retain), batch(forget), w, new Float64Array(p));
    for (let a = 0; a < p; a++) {
      const offset = column > 0 ? matrix[(a + 1) * q]! : 0;
      matrix[(a + 1) * q + column] = w[a]! - minimum[a]! - offset;
    }
  }
  return matrix;
}

function stepSettings({ problem, eta, gradients, minimum }: RestRun): StepSettings {
  const p = minimum.length;
  const model = (name: SetName) => {
    const g = problem.groups.findIndex((group) => group.name === name);
    return tiltedQuadratic(
      problem.groups[g]?.samples ?? emptySet(p),
      minimum,
      gradients[g] ?? new Float64Array(0),
    );
  };
  const size = (name: SetName): number => groupNamed(problem, name)?.batchSize ?? 1;
  return {
    retain: model('retain'),
    forget: model('forget'),
    alpha: problem.alpha,
    eta,
    batch: { retain: size('retain'), forget: size('forget') },
    ...(problem.procedure && { procedure: problem.procedure }),
  };
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

/** Independent runs, and the confidence at which their averages must hold the exact numbers. */
const RUNS = 40;
const CONFIDENCE = 1 - 1e-9;

/** Steps that are averaged, and most before them: until deviations have shrunk by exp(-RELAXED). */
const STEPS = 1200;
const MOST_BURN_IN = 4000;
const RELAXED = 40;

/** log radius of fourth moments up to which averages of squares have a variance to speak of. */
const TAME = -0.05;

/** Averages of long runs against the exact rest. */
interface AveragedRuns {
  readonly steps: number;
  /** True if both intervals hold the exact numbers. */
  readonly inside: boolean;
  readonly words: string;
  /** Set if the mean, of which the interval is sure to have a finite variance, is elsewhere. */
  readonly conflict: string | null;
}

/**
 * Runs the real process from w* and compares, run by run, the average of delta along the exact mean, and that of |delta -
 * mean|^2, with Student's intervals over the runs. The latter is left out where fourth moments are not tame, and null is
 * returned where the rest is reached too slowly.
 *
 * @param rates log radii of second and fourth moments of deviations, a step.
 */
export function averagedRuns(
  run: RestRun,
  rest: { readonly mean: Float64Array; readonly covariance: Float64Array },
  [second, fourth]: readonly [second: number, fourth: number],
  words: readonly (string | number)[],
): AveragedRuns | null {
  const burnIn = Math.ceil(RELAXED / -second);
  if (!(burnIn <= MOST_BURN_IN)) return null;
  const { minimum, problem, implementation } = run;
  const sampling = (name: SetName) => groupNamed(problem, name)?.sampling ?? 'bernoulli';
  const process = unlearningProcess(
    stepSettings(run),
    { retain: sampling('retain'), forget: sampling('forget') },
    minimum,
    implementation,
  );
  const random = randomSource('rest', ...words);
  const p = minimum.length;
  const along: number[] = [];
  const spreads: number[] = [];
  for (let k = 0; k < RUNS; k++) {
    const w = minimum.slice();
    let [sum, square] = [0, 0];
    for (let step = 0; step < burnIn + STEPS; step++) {
      process.drawBatches(random);
      process.applyStep(w);
      if (step < burnIn) continue;
      for (let a = 0; a < p; a++) {
        const delta = w[a]! - minimum[a]!;
        sum += delta * rest.mean[a]!;
        square += (delta - rest.mean[a]!) ** 2;
      }
    }
    along.push(sum / STEPS);
    spreads.push(square / STEPS);
  }
  const [ofMean, ofSpread] = [along, spreads].map((values) => studentInterval(values, CONFIDENCE).interval);
  const [length, total] = [dot(rest.mean, rest.mean), trace(rest.covariance, p)];
  const holds = ({ low, high }: { low: number; high: number }, x: number): boolean => {
    const rounding = 1e-6 * (Math.abs(x) + Math.max(length, total));
    return low - rounding <= x && x <= high + rounding;
  };
  const meanHeld = holds(ofMean!, length);
  return {
    steps: RUNS * (burnIn + STEPS),
    inside: meanHeld && (fourth > TAME || holds(ofSpread!, total)),
    words: `E|delta - mean|^2 = ${total.toPrecision(4)}, ${RUNS} runs in [${ofSpread!.low.toPrecision(4)}, ${ofSpread!.high.toPrecision(4)}]`,
    conflict: meanHeld
      ? null
      : `runs rest at ${ofMean!.low.toPrecision(4)} to ${ofMean!.high.toPrecision(4)} along the mean that all batches give, of squared length ${length.toPrecision(4)}`,
  };
}
