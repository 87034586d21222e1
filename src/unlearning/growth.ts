import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { norm } from '../linalg/vectors.js';
import type { RandomSource } from '../statistics/generator.js';
import { type Interval, studentInterval } from '../statistics/intervals.js';
import type { UnlearningProcess } from './process.js';

/** A measured growth rate per step with its interval. */
export interface GrowthEstimate {
  readonly growth: number;
  readonly interval: Interval;
}

/** A process whose growth is measured: any one, of another procedure as well, by its periods. */
export type MovingProcess = Pick<UnlearningProcess, 'minimum' | 'drawBatches' | 'applyStep'>;

/** Squared distance to the minimum along one run: entry k is |delta_k|^2, entry 0 that of the start. */
export function trajectory(
  process: MovingProcess,
  start: Float64Array,
  steps: number,
  random: RandomSource,
): Float64Array {
  const w = start.slice();
  const distances = new Float64Array(steps + 1);
  distances[0] = squaredDistance(w, process.minimum);
  for (let k = 1; k <= steps; k++) {
    process.drawBatches(random);
    process.applyStep(w);
    distances[k] = bounded(squaredDistance(w, process.minimum));
  }
  return distances;
}

/** Draws the displacement w - w* at which a run starts, of the length of w; it is scaled to length 1. */
export type StartDisplacement = (random: RandomSource) => Float64Array;

interface TypicalGrowthOptions {
  readonly runs?: number;
  /** Steps of each run that are counted. */
  readonly steps?: number;
  /** Steps before counting starts, to forget the random start. */
  readonly burnIn?: number;
  /** Each run waits a drawn number of steps below this one besides, so that runs that oscillate are not in phase; default 0. */
  readonly phases?: number;
  readonly confidence?: number;
  /** Default: a uniformly random direction. */
  readonly start?: StartDisplacement;
}

/**
 * Growth 2 gamma of log|delta_k|^2 per step of single runs (gamma: top Lyapunov exponent), measured on
 * independent runs from drawn directions, with Student's interval over the runs. The displacement is
 * rescaled to length 1 after every step, which the linear dynamics allows.
 */
export function typicalGrowth(
  process: MovingProcess,
  random: RandomSource,
  options: TypicalGrowthOptions = {},
): GrowthEstimate {
  return meanRate(
    runRates(process, random, options).map(({ rate }) => rate),
    options.confidence ?? 0.99,
  );
}

/** Growth of log|delta|^2 per step of one run, and by how much that of its second half exceeds that of its first. */
export interface RunRate {
  readonly rate: number;
  readonly drift: number;
}

/** The runs of `typicalGrowth`, one by one. */
export function runRates(
  process: MovingProcess,
  random: RandomSource,
  options: Omit<TypicalGrowthOptions, 'confidence'> = {},
): RunRate[] {
  const { runs = 32, steps = 400, burnIn = 50, phases = 0, start = randomDirection(process) } = options;
  const rescale = rescaling(process);
  return Array.from({ length: runs }, () => {
    const w = startingPoint(process, start, random);
    const from = burnIn + (phases > 0 ? Math.floor(phases * random.uniform()) : 0);
    const rate = countedRate(steps);
    for (let k = 0; k < from + steps; k++) {
      process.drawBatches(random);
      process.applyStep(w);
      const increment = rescale(w);
      if (k >= from) rate.count(increment);
    }
    return rate.result();
  });
}

/** Runs and steps from which 2 gamma is measured, by what it is measured for. */
export const TYPICAL_EFFORT = {
  /** An analysis, where it can afford them. */
  analysis: { runs: 32, steps: 400, burnIn: 80, confidence: 0.99 },
  /** A cell of a map: enough to tell the sign of 2 gamma a cell or so from where it changes. */
  map: { runs: 12, steps: 200, burnIn: 40, confidence: 0.99 },
  /** A real network: some seconds for 60 samples of 400 numbers. */
  network: { runs: 8, steps: 150, burnIn: 30, confidence: 0.99 },
  /** A bound on 2 gamma, which is contradicted by what exceeds it by a slack that falls with runs and steps. */
  bound: { runs: 32, steps: 1500, burnIn: 60, confidence: 0.999 },
} as const;

/**
 * Growth 2 gamma of runs that start along the Perron matrix of T, so that they need no time to find the directions
 * that grow.
 *
 * @param perron r x r, for a process in r coordinates.
 */
export function typicalGrowthAlong(
  perron: Float64Array,
  process: MovingProcess,
  random: RandomSource,
  effort: Omit<TypicalGrowthOptions, 'start'>,
): GrowthEstimate {
  return typicalGrowth(process, random, { ...effort, start: perronStart(perron, process.minimum.length) });
}

interface PopulationGrowthOptions {
  readonly particles?: number;
  readonly steps?: number;
  readonly burnIn?: number;
  /** Independent populations, from which the interval comes. */
  readonly populations?: number;
  readonly confidence?: number;
  /** Default: a uniformly random direction. */
  readonly start?: StartDisplacement;
}

/**
 * Growth of log E|delta_k|^2 per step by a splitting estimator ("go with the winners"): a population
 * of particles makes real steps with batches of their own; the mean squared growth is recorded, the
 * population is resampled in proportion to squared length and rescaled. The product of the mean
 * growths is an unbiased estimator of E|delta_k|^2, also where single runs shrink.
 */
export function populationGrowth(
  process: MovingProcess,
  random: RandomSource,
  options: PopulationGrowthOptions = {},
): GrowthEstimate {
  return meanRate(
    populationRates(process, random, options).map(({ rate }) => rate),
    options.confidence ?? 0.99,
  );
}

/** The populations of `populationGrowth`, one by one. */
export function populationRates(
  process: MovingProcess,
  random: RandomSource,
  options: Omit<PopulationGrowthOptions, 'confidence'> = {},
): RunRate[] {
  const { particles = 300, steps = 200, burnIn = 40, populations = 8 } = options;
  const { start = randomDirection(process) } = options;
  const rescale = rescaling(process);
  return Array.from({ length: populations }, () => {
    let population = Array.from({ length: particles }, () => startingPoint(process, start, random));
    const rate = countedRate(steps);
    for (let k = 0; k < burnIn + steps; k++) {
      const squares = population.map((w) => {
        process.drawBatches(random);
        process.applyStep(w);
        // The sum over the population must stay in range.
        return bounded(Math.exp(rescale(w)), 1e300);
      });
      const mean = squares.reduce((a, b) => a + b, 0) / particles;
      if (k >= burnIn) rate.count(Math.log(mean));
      population = resampled(population, squares, random);
    }
    return rate.result();
  });
}

/** Adds up the growth of so many counted steps. */
function countedRate(steps: number): { count(increment: number): void; result(): RunRate } {
  const half = Math.floor(steps / 2);
  let [counted, total, first] = [0, 0, 0];
  return {
    count(increment) {
      total += increment;
      if (++counted === half) first = total;
    },
    result: () => ({
      rate: total / steps,
      drift: half === 0 ? 0 : (total - first) / (steps - half) - first / half,
    }),
  };
}

/** The mean with Student's interval. */
export function meanRate(rates: readonly number[], confidence: number): GrowthEstimate {
  const { mean, interval } = studentInterval(rates, confidence);
  return { growth: mean, interval };
}

/** Systematic resampling in proportion to the weights; at least one weight must be positive. */
function resampled(
  population: readonly Float64Array[],
  weights: readonly number[],
  random: RandomSource,
): Float64Array[] {
  const spacing = weights.reduce((a, b) => a + b, 0) / population.length;
  if (!(spacing > 0)) return population.map((w) => w.slice());
  let position = spacing * random.uniform();
  const chosen: Float64Array[] = [];
  let cumulative = 0;
  weights.forEach((weight, i) => {
    cumulative += weight;
    for (; position < cumulative && chosen.length < population.length; position += spacing) {
      chosen.push(population[i]!.slice());
    }
  });
  while (chosen.length < population.length) chosen.push(population.at(-1)!.slice());
  return chosen;
}

function randomDirection({ minimum }: MovingProcess): StartDisplacement {
  return (random) => Float64Array.from(minimum, () => random.normal());
}

/** w* and a drawn displacement of length 1. */
function startingPoint(process: MovingProcess, start: StartDisplacement, random: RandomSource): Float64Array {
  const displacement = start(random);
  const w = process.minimum.map((x, a) => x + displacement[a]!);
  rescaling(process)(w);
  return w;
}

/** log of the squares at the ends of the number range: growth and decay of a step are cut there. */
const LOG_RANGE = { low: -700, high: 2 * Math.log(Number.MAX_VALUE) };

/**
 * Puts w back to distance 1 from the minimum and returns log |delta|^2 before. A displacement of exactly
 * zero, or beyond the number range, counts as the end of LOG_RANGE; the run goes on from a fixed direction.
 */
function rescaling({ minimum }: MovingProcess): (w: Float64Array) => number {
  const displacement = new Float64Array(minimum.length);
  return (w) => {
    for (let a = 0; a < w.length; a++) displacement[a] = w[a]! - minimum[a]!;
    const length = norm(displacement);
    const log = 2 * Math.log(length);
    const regular = log > LOG_RANGE.low && log < LOG_RANGE.high;
    for (let a = 0; a < w.length; a++) {
      w[a] = minimum[a]! + (regular ? displacement[a]! / length : 1 / Math.sqrt(w.length));
    }
    if (regular) return log;
    return length < 1 ? LOG_RANGE.low : LOG_RANGE.high;
  };
}

function squaredDistance(w: Float64Array, minimum: Float64Array): number {
  let sum = 0;
  for (let a = 0; a < w.length; a++) sum += (w[a]! - minimum[a]!) ** 2;
  return sum;
}

/** Overflow is divergence, never NaN. */
function bounded(x: number, largest: number = Number.MAX_VALUE): number {
  return x < largest ? x : largest;
}

/**
 * Unit start displacements u with E[u u^T] = V / tr V, V the Perron matrix of T: an eigenvector of V,
 * drawn in proportion to its eigenvalue. Since T(V) = rho V, E|delta_k|^2 = rho^k |delta_0|^2 holds at
 * every k from such a start, without a burn-in; from a random direction the growth that decides may
 * show only after thousands of steps.
 *
 * @param perron V, r x r, positive semidefinite to rounding.
 */
export function perronStart(perron: Float64Array, r: number): StartDisplacement {
  const { values, rows } = symmetricEigen(perron, r);
  const weights = values.map((x) => Math.max(0, x));
  const total = weights.reduce((a, b) => a + b, 0);
  return (random) => {
    let left = total * random.uniform();
    let k = 0;
    for (; k + 1 < r && left >= weights[k]!; k++) left -= weights[k]!;
    return rows.slice(k * r, (k + 1) * r);
  };
}
