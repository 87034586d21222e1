import type { Theorem } from '../harness/theorem.js';
import { randomSource, type RandomSource } from '../random/generator.js';
import type { UnlearningProcess } from '../unlearning/process.js';
import {
  assessedProblem,
  type AssessedProblem,
  opposed,
  theoremLines,
  thresholdFields,
} from './assessed-problem.js';
import {
  type AxisProblem,
  axisProcess,
  axisReducedProblem,
  axisTypicalGrowth,
  HESSIAN_SAMPLES,
  hessianFamily,
  representativeAxes,
} from './axis-problem.js';
import type {
  FrontierCell,
  FrontierMap,
  LineDefinition,
  MapDefinition,
  MapRequest,
  MapTools,
  MarkDefinition,
} from './frontier-map.js';
import {
  EXACT_LINE,
  GROWTH_COLOUR,
  HEAVY_TAIL,
  linearCell,
  OPEN_CERTIFICATE,
  samplingWords,
  shortNumber,
} from './linear-map.js';
import { integerValues, type MapAxis } from './map-axis.js';

const LARGEST_BATCH = 49;
const LARGEST_SIGMA = 50;
const STEP_SIZE = 0.5;

/** Runs that vote. */
export const VOTE_RUNS = 10;

const VOTE_DIFFERS: MarkDefinition = {
  id: 'vote-differs',
  label: `vote of ${VOTE_RUNS} runs differs from the exact side`,
  style: 'cross',
};

/** The boundary of the same problem with bernoulli batches, which the theorems about those are held to. */
const BERNOULLI_LINE: LineDefinition = {
  id: 'exact-bernoulli',
  label: 'exact with bernoulli batches',
  kind: 'other',
  field: 'logGrowth.bernoulli',
  coincides: 'etaStar.bernoulli',
};

/** One cell's problem in a sampling scheme, with the smaller one that has the same rho(T). */
function schemeOf(problem: AxisProblem, theorems: readonly Theorem[]) {
  const sampled = axisReducedProblem(problem, representativeAxes(problem.samples));
  return { problem, sampled, assessed: assessedProblem(theorems, axisReducedProblem(problem), sampled) };
}

function build(request: MapRequest, tools: MapTools): FrontierMap {
  const { eta = STEP_SIZE, alpha = 0, sampling = 'without-replacement' } = request.settings;
  const { columns, rows } = request.grid ?? { columns: LARGEST_BATCH, rows: LARGEST_SIGMA };
  const x: MapAxis = {
    name: 'batch',
    title: 'batch size B',
    unit: 'samples',
    scale: 'linear',
    values: integerValues(1, LARGEST_BATCH, columns),
  };
  const y: MapAxis = {
    name: 'sigma',
    title: 'coherence σ: number of samples along e₁',
    unit: null,
    scale: 'linear',
    values: integerValues(1, LARGEST_SIGMA, rows),
  };
  const settings = { request, tools, cells: x.values.length * y.values.length };
  const twin = sampling !== 'bernoulli';
  const dynamics = alpha === 0 ? 'descent' : 'unlearning';
  return {
    frame: {
      id: request.map,
      title: `Instability of ${dynamics} on the published grid, η = ${shortNumber(eta)}`,
      setting: `n = ${HESSIAN_SAMPLES}, ${samplingWords(sampling)}, α = ${shortNumber(alpha)}, λ₁(H) = 2; theorems about bernoulli batches at their own boundary`,
      x,
      y,
      colour: GROWTH_COLOUR,
      lines: [EXACT_LINE, ...(twin ? [BERNOULLI_LINE] : []), ...theoremLines(tools.theorems)],
      marks: [HEAVY_TAIL, VOTE_DIFFERS, ...(request.simulate ? [OPEN_CERTIFICATE] : [])],
    },
    cell(column, row) {
      const [batchSize, sigma] = [x.values[column]!, y.values[row]!];
      const problem: AxisProblem = { samples: hessianFamily(sigma), alpha, batchSize, sampling };
      const { sampled, assessed } = schemeOf(problem, tools.theorems);
      const typical = axisTypicalGrowth(problem, eta);
      const plain = linearCell({ assessed, sampled, eta, typical, column, row }, settings);
      const random = randomSource('frontier', 'vote', request.map, request.seed, column, row);
      const voted = withVote(plain, publishedVote(axisProcess(problem, eta, tools.implementation), random));
      if (!twin) return voted;
      const silent = assessed.thresholds.filter(({ applies }) => !applies).map(({ id }) => id);
      const left = tools.theorems.filter(({ id }) => silent.includes(id));
      return withTwin(voted, schemeOf({ ...problem, sampling: 'bernoulli' }, left).assessed, eta);
    },
  };
}

function withVote(cell: FrontierCell, diverged: number): FrontierCell {
  const differs = opposed(voteSide(diverged), cell.exact);
  return {
    ...cell,
    fields: { ...cell.fields, diverged },
    marks: differs ? [...cell.marks, VOTE_DIFFERS.id] : cell.marks,
  };
}

/** Adds what theorems that hold for bernoulli batches alone say of the problem with those. */
function withTwin(cell: FrontierCell, bernoulli: AssessedProblem, eta: number): FrontierCell {
  const { growth, theorems, wrong } = bernoulli.at(eta);
  return {
    ...cell,
    fields: {
      ...cell.fields,
      'logGrowth.bernoulli': growth.logGrowth,
      'etaStar.bernoulli': bernoulli.etaStar,
      ...thresholdFields(bernoulli),
    },
    // In the order of the register.
    theorems: { ...cell.theorems, ...theorems },
    wrong: [...cell.wrong, ...wrong],
  };
}

export const hessianGrid: MapDefinition = {
  id: 'hessian-grid',
  summary: 'the published grid: batch size against coherence, majority vote of runs beside the exact side',
  takes: ['eta', 'alpha', 'sampling'],
  build,
};

const STEPS = 1000;
const BLOW_UP = 1000;

/**
 * The published protocol (Dexter et al., arXiv 2401.12332, and its unlearning successor): w_0 uniform in [0,1]^d, a
 * run diverged if |w|^2 reaches 1000 |w_0|^2 within 1000 steps; ten runs vote by majority.
 *
 * @param process with its minimum at 0.
 * @returns how many of the runs diverged.
 */
export function publishedVote(process: UnlearningProcess, random: RandomSource): number {
  let diverged = 0;
  for (let run = 0; run < VOTE_RUNS; run++) if (blowsUp(process, random)) diverged++;
  return diverged;
}

/** The side that a vote takes: more than half of the runs must have diverged. */
export function voteSide(diverged: number): 'diverges' | 'stable' {
  return diverged > VOTE_RUNS / 2 ? 'diverges' : 'stable';
}

function blowsUp(process: UnlearningProcess, random: RandomSource): boolean {
  const w = process.minimum.map(() => random.uniform());
  const limit = BLOW_UP * squaredLength(w);
  for (let k = 0; k < STEPS; k++) {
    process.drawBatches(random);
    process.applyStep(w);
    // Overflow is divergence, and NaN too.
    if (!(squaredLength(w) < limit)) return true;
  }
  return false;
}

function squaredLength(w: Float64Array): number {
  let sum = 0;
  for (let a = 0; a < w.length; a++) sum += w[a]! * w[a]!;
  return sum;
}
