import { shortNumber } from '../analysis/answer.js';
import { randomSource, type RandomSource } from '../statistics/generator.js';
import type { AxisSamples } from '../unlearning/per-sample-model.js';
import type { UnlearningProcess } from '../unlearning/process.js';
import { assessedProblem, type AssessedProblem, opposed, thresholdFields } from './assessed-problem.js';
import { axisCellProblem, type AxisProblem, axisProcess } from './axis-problem.js';
import {
  type FrontierCell,
  integerValues,
  linearAxis,
  type LineDefinition,
  type MarkDefinition,
} from './frontier-map.js';
import { linearMap, samplingWords } from './linear-map.js';

/** n of the published grid. */
const HESSIAN_SAMPLES = 100;

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

/** Batch size against coherence on the published grid, with the published vote of runs. */
export const hessianGrid = linearMap(
  {
    id: 'hessian-grid',
    summary: 'the published grid: batch size against coherence, majority vote of runs beside the exact side',
    takes: ['eta', 'alpha', 'sampling'],
  },
  ({ map, seed, grid, settings }, { theorems, implementation }) => {
    const { eta = STEP_SIZE, alpha = 0, sampling = 'without-replacement' } = settings;
    const { columns, rows } = grid ?? { columns: LARGEST_BATCH, rows: LARGEST_SIGMA };
    const dynamics = alpha === 0 ? 'descent' : 'unlearning';
    const sizes = integerValues(1, LARGEST_BATCH, columns);
    const sigmas = integerValues(1, LARGEST_SIGMA, rows);
    const axisProblem = (batchSize: number, sigma: number): AxisProblem => ({
      samples: hessianFamily(sigma),
      alpha,
      batchSize,
      sampling,
    });
    return {
      title: `Instability of ${dynamics} on the published grid, η = ${shortNumber(eta)}`,
      setting: `n = ${HESSIAN_SAMPLES}, ${samplingWords(sampling)}, α = ${shortNumber(alpha)}, λ₁(H) = 2; theorems about bernoulli batches at their own boundary`,
      x: linearAxis('batch', 'batch size B', sizes, 'samples'),
      y: linearAxis('sigma', 'coherence σ: number of samples along e₁', sigmas),
      eta,
      problem: (batchSize, sigma) => axisCellProblem(axisProblem(batchSize, sigma)),
      lines: sampling === 'bernoulli' ? [] : [BERNOULLI_LINE],
      marks: [VOTE_DIFFERS],
      extended(cell, { thresholds }, { column, row }) {
        const problem = axisProblem(sizes[column]!, sigmas[row]!);
        const random = randomSource('frontier', 'vote', map, seed, column, row);
        const voted = withVote(cell, publishedVote(axisProcess(problem, eta, implementation), random));
        if (sampling === 'bernoulli') return voted;
        const silent = thresholds.filter(({ applies }) => !applies).map(({ id }) => id);
        const left = theorems.filter(({ id }) => silent.includes(id));
        const { problem: all, representative } = axisCellProblem({ ...problem, sampling: 'bernoulli' });
        return withBernoulli(voted, assessedProblem(left, all, representative), eta);
      },
    };
  },
);

/**
 * The published construction (Dexter et al., arXiv 2401.12332, their numerical experiment): sigma samples with
 * H_i = (2n/sigma) e_1 e_1^T, the others with (2n/sigma) e_a e_a^T on an axis of their own. lambda_1(H) = 2, and the
 * coherence is sigma.
 *
 * @param sigma in 1..n.
 */
export function hessianFamily(sigma: number, n: number = HESSIAN_SAMPLES): AxisSamples {
  const axisOf = Int32Array.from({ length: n }, (_, i) => Math.max(0, i - sigma + 1));
  return { axes: 1 + n - sigma, axisOf, curvature: (2 * n) / sigma };
}

function withVote(cell: FrontierCell, diverged: number): FrontierCell {
  const differs = opposed(voteSide(diverged), cell.exact);
  return {
    ...cell,
    fields: { ...cell.fields, diverged },
    marks: differs ? [...cell.marks, VOTE_DIFFERS.id] : cell.marks,
  };
}

/** Adds the sides of the theorems that hold for bernoulli batches alone, on the problem with those. */
function withBernoulli(cell: FrontierCell, bernoulli: AssessedProblem, eta: number): FrontierCell {
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

/** Steps of a voting run, and the growth of |w|^2 at which it has diverged. */
const VOTE_STEPS = 1000;
const VOTE_GROWTH = 1000;

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
  const limit = VOTE_GROWTH * squaredLength(w);
  for (let k = 0; k < VOTE_STEPS; k++) {
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
