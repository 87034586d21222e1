import { InputError } from '../input/input-error.js';
import { randomSource, type RandomSource } from '../random/generator.js';
import { batchNoise } from '../theory/mean-curvature.js';
import { exactStability } from '../theory/operator/exact-stability.js';
import {
  groupNamed,
  problemFromSpec,
  type ProblemSpec,
  rankOneSet,
  type SampleSpec,
} from '../theory/problem.js';
import { reduceProblem } from '../theory/reduction.js';
import { meanSpectrum } from '../theory/curvature-signs.js';
import { steepStep, sharedNoise, threeAxes } from '../theory/three-axes.js';
import {
  type FrontierCell,
  type FrontierMap,
  integerValues,
  linearAxis,
  linearValues,
  logAxis,
  logValues,
  type MapDefinition,
  type MapRequest,
} from './frontier-map.js';

/** What both maps refuse. */
function refuseSimulation({ map, simulate }: MapRequest): void {
  if (simulate) throw new InputError(`${map} has no cells of one problem to sample; leave --simulate out`);
}

/** Problems of a column: 40 columns have a thousand. */
const PROBLEMS = 25;

/** Samples and batches of both sets, nu = 3, and the coherences sigma_R and sigma_F: k_g = K_g/sigma_g on one axis. */
const COUNT = 160;
const BATCH = 40;
const COHERENCE = { retain: 4, forget: 2 };

/** Step sizes in units of 1/lambda_1(D). */
const STEPS = { low: 0.05, high: 3 };

/** Both ends of all problems with the same axes, and the exact critical steps of some of them. */
interface Column {
  readonly stable: number;
  readonly diverges: number;
  readonly steps: readonly number[];
}

/** Step size against the overlap q, at fixed axes: how many of the problems that share them diverge. */
export const threeAxisMap: MapDefinition = {
  id: 'three-axes',
  summary: 'step size against the overlap q: problems with the same three coherences, and both sharp ends',
  takes: [],
  build(request): FrontierMap {
    refuseSimulation(request);
    const { columns, rows } = request.grid ?? { columns: 40, rows: 48 };
    const x = linearAxis('q', 'overlap q of forget and retain curvature', linearValues(0.02, 0.9, columns));
    const y = logAxis('eta', 'step size η λ₁(D)', logValues(STEPS.low, STEPS.high, rows));
    let known: { readonly column: number; readonly value: Column } | null = null;
    const columnAt = (column: number): Column => {
      if (known?.column !== column) known = { column, value: problemsAt(x.values[column]!, request, column) };
      return known.value;
    };
    return {
      frame: {
        id: request.map,
        title: 'What no coherence decides: problems with the same three',
        setting: `λ₁(D) = 1, ν = ${COUNT / BATCH - 1}, σ_R = ${COHERENCE.retain}, σ_F = ${COHERENCE.forget}; ${PROBLEMS} problems a column (seed ${request.seed}), one a witness`,
        x,
        y,
        colour: { field: 'majority', title: 'share that diverges, less 1/2' },
        lines: [
          {
            id: 'stable',
            label: 'lower end',
            kind: 'stability',
            field: 'stable',
            against: 'eta',
          },
          {
            id: 'diverges',
            label: 'upper end',
            kind: 'divergence',
            field: 'diverges',
            against: 'eta',
          },
        ],
        marks: [{ id: 'open', label: 'some hold, some diverge: no coherence decides', style: 'dot' }],
      },
      cell(column, row) {
        return sharedCell(columnAt(column), y.values[row]!);
      },
    };
  },
};

/** Rounding of a critical step beside an end that it attains. */
const ROUNDING = 1e-9;

function sharedCell({ stable, diverges, steps }: Column, eta: number): FrontierCell {
  const share = steps.filter((step) => eta > step).length / steps.length;
  const wrong = [
    ...(share > 0 && eta < stable * (1 - ROUNDING) ? ['stable'] : []),
    ...(share < 1 && eta > diverges * (1 + ROUNDING) ? ['diverges'] : []),
  ];
  return {
    exact: share === 0 ? 'stable' : share === 1 ? 'diverges' : 'undecided',
    fields: {
      eta,
      stable,
      diverges,
      majority: share - 0.5,
      least: Math.min(...steps),
      most: Math.max(...steps),
    },
    theorems: {
      stable: eta < stable ? 'stable' : 'undecided',
      diverges: eta > diverges ? 'diverges' : 'undecided',
    },
    marks: share > 0 && share < 1 ? ['open'] : [],
    certificate: null,
    wrong,
  };
}

/** The problems of a column. @throws Error if one of them does not have the axes: then the map would say nothing. */
function problemsAt(q: number, { seed }: Pick<MapRequest, 'seed'>, column: number): Column {
  const random = randomSource('frontier', 'three axes', seed, column);
  const specs = Array.from({ length: PROBLEMS }, (_, k) => (k === 0 ? witness(q) : planted(q, random)));
  const problems = specs.map((spec) => reduceProblem(problemFromSpec(spec)));
  const axes = threeAxes(problems[0]!);
  for (const problem of problems) {
    const own = threeAxes(problem);
    const same = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * b;
    if (
      !same(own.q, axes.q) ||
      !same(own.delta, axes.delta) ||
      !same(own.retain.strongest, axes.retain.strongest) ||
      !same(own.forget.strongest, axes.forget.strongest)
    ) {
      throw new Error(`a planted problem at q ${q} has other axes: ${JSON.stringify([own, axes])}`);
    }
  }
  return {
    stable: 2 / (axes.delta + sharedNoise(axes)),
    diverges: steepStep(axes),
    steps: problems.map((problem) => exactStability(problem).criticalStep().value),
  };
}

/** Curvature of the samples of one axis, by their weighted K_i. */
interface AxisCurvatures {
  readonly retain: readonly number[];
  readonly forget: readonly number[];
}

/** Strongest samples at lambda_1(D) = 1. */
function strongest(q: number) {
  return { retain: 1 / ((1 - q) * COHERENCE.retain), forget: q / ((1 - q) * COHERENCE.forget) };
}

const repeated = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

/** The witness of these axes: K_F = q K_R on each of two axes, in sigma_g equal samples. */
function witness(q: number): ProblemSpec {
  const k = strongest(q);
  const axis = { retain: repeated(COHERENCE.retain, k.retain), forget: repeated(COHERENCE.forget, k.forget) };
  return specOf([axis, axis]);
}

/** Samples that a sum is divided among, so that none is as strong as the strongest. */
const FINE = 30;

/** A problem with the axes on up to three axes: the steepest one, those of the strongest samples, that of the overlap. */
function planted(q: number, random: RandomSource): ProblemSpec {
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
  return specOf([
    { retain: parts(steep, k.retain), forget: parts(ofSteep * steep, k.forget) },
    { retain: led(strong, k.retain), forget: parts(ofStrong * strong, k.forget) },
    { retain: parts(shared, k.retain), forget: led(q * shared, k.forget) },
  ]);
}

/** Samples along axes of their own, filled up with samples without curvature; alpha 1/2. */
function specOf(axes: readonly AxisCurvatures[]): ProblemSpec {
  const set = (name: keyof AxisCurvatures): SampleSpec[] => {
    // K_i = H_i/2/COUNT.
    const samples = axes.flatMap((axis, a) =>
      axis[name].map((curvature) => [axes.map((_, b) => (a === b ? Math.sqrt(2 * COUNT * curvature) : 0))]),
    );
    if (samples.length > COUNT)
      throw new RangeError(`samples must be at most ${COUNT}; got ${samples.length}`);
    return [...samples, ...Array.from({ length: COUNT - samples.length }, () => [axes.map(() => 0)])];
  };
  return {
    retain: set('retain'),
    forget: set('forget'),
    alpha: 0.5,
    batch: { retain: BATCH, forget: BATCH },
    sampling: 'bernoulli',
  };
}

/** Samples of critical-batch. */
const SAMPLES = 96;

/** eta* over batch size and d/n: descent on standard normal samples. */
export const criticalBatch: MapDefinition = {
  id: 'critical-batch',
  summary:
    'share of the full-batch step sizes that batches leave, over batch size and d/n, on normal samples',
  takes: [],
  build(request): FrontierMap {
    refuseSimulation(request);
    const { columns, rows } = request.grid ?? { columns: 24, rows: 16 };
    const x = linearAxis('batch', 'batch size B', integerValues(1, SAMPLES, columns), 'samples');
    const y = logAxis('shape', 'dimensions for each sample, d/n', logValues(1 / 16, 1.5, rows));
    return {
      frame: {
        id: request.map,
        title: 'The batch size above which noise costs no step size',
        setting: `descent, n = ${SAMPLES} standard normal samples in d dimensions (seed ${request.seed}), bernoulli batches of B`,
        x,
        y,
        colour: { field: 'logShare', title: 'log of η* over that of full batches' },
        lines: [{ id: 'critical', label: 'B_c = n/(1 + √(n/d))', kind: 'other', field: 'beyond' }],
        marks: [],
        panels: [
          { field: 'share', title: 'η* as a share of that of full batches, exact', scale: 'share' },
          { field: 'limit', title: 'the same of the limit n → ∞ at this d/n and B/n', scale: 'share' },
        ],
      },
      cell(column, row) {
        return batchCell(x.values[column]!, y.values[row]!, [request.map, request.seed, row]);
      },
    };
  },
};

function batchCell(batch: number, shape: number, words: readonly (string | number)[]): FrontierCell {
  const d = Math.max(1, Math.round(shape * SAMPLES));
  const random = randomSource('frontier', ...words);
  const retain = rankOneSet(
    Float64Array.from({ length: SAMPLES * d }, () => random.normal()),
    d,
  );
  const forget = rankOneSet(new Float64Array(0), d);
  const problem = reduceProblem({
    ...{ retain, forget, alpha: 0, sampling: 'bernoulli' },
    batch: { retain: batch, forget: 1 },
  });
  const etaStar = exactStability(problem).criticalStep().value;
  const share = (etaStar * meanSpectrum(problem).values.at(-1)!) / 2;
  const y = d / SAMPLES;
  const nu = batchNoise(groupNamed(problem, 'retain')!);
  const edge = 2 / (1 + Math.sqrt(y)) ** 2;
  const limit = nu >= 1 / Math.sqrt(y) ? (2 * nu) / ((1 + nu) * (1 + nu * y)) / edge : 1;
  return {
    exact: 'undecided',
    fields: {
      etaStar,
      share,
      logShare: Math.log(share),
      limit,
      beyond: Math.log(batch / (SAMPLES / (1 + Math.sqrt(1 / y)))),
    },
    theorems: {},
    marks: [],
    certificate: null,
    wrong: [],
  };
}
