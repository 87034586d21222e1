import { COLUMNS, PROBLEMS, SHARED, sharedOverlaps } from '../harness/shared-axes.js';
import {
  END_ROUNDING,
  sharedColumn,
  type SharedColumn,
  type SharedEnds,
  stepsOf,
} from '../harness/sharp-ends.js';
import { InputError } from '../input/input-error.js';
import { randomSource } from '../statistics/generator.js';
import { batchNoise } from '../theory/mean-curvature.js';
import { exactStability } from '../theory/operator/exact-stability.js';
import { groupNamed, rankOneSet } from '../theory/problem.js';
import { reduceProblem } from '../theory/reduction.js';
import { meanSpectrum } from '../theory/curvature-signs.js';
import { steepStep, sharedNoise, threeAxes } from '../theory/three-axes.js';
import {
  type FrontierCell,
  type FrontierMap,
  integerValues,
  linearAxis,
  logAxis,
  logValues,
  type MapDefinition,
  type MapRequest,
} from './frontier-map.js';

/** Refuses --simulate. @throws InputError */
function refuseSimulation({ map, simulate }: MapRequest): void {
  if (simulate) throw new InputError(`${map} has no cells of one problem to sample; leave --simulate out`);
}

/** Step sizes in units of 1/lambda_1(D). */
const STEPS = { low: 0.05, high: 3 };

/** The ends of the theory, without the theorems' hypotheses: all problems of the map meet them. */
const ENDS: SharedEnds = {
  stable(problem) {
    const axes = threeAxes(problem);
    return 2 / (axes.delta + sharedNoise(axes));
  },
  diverges: (problem) => steepStep(threeAxes(problem)),
};

/** Step size against the overlap q, at fixed axes: how many of the problems that share them diverge. */
export const threeAxisMap: MapDefinition = {
  id: 'three-axes',
  summary: 'step size against the overlap q: problems with the same three coherences, and both sharp ends',
  takes: [],
  build(request): FrontierMap {
    refuseSimulation(request);
    const { columns, rows } = request.grid ?? { columns: COLUMNS, rows: 48 };
    const x = linearAxis('q', 'overlap q of forget and retain curvature', sharedOverlaps(columns));
    const y = logAxis('eta', 'step size η λ₁(D)', logValues(STEPS.low, STEPS.high, rows));
    let known: { readonly column: number; readonly value: SharedColumn } | null = null;
    const columnAt = (column: number): SharedColumn => {
      if (known?.column !== column) {
        const value = sharedColumn(x.values[column]!, ENDS, PROBLEMS, [request.seed, column]);
        known = { column, value };
      }
      return known.value;
    };
    return {
      frame: {
        id: request.map,
        title: 'What no coherence decides: problems with the same three',
        setting: `λ₁(D) = 1, ν = ${SHARED.samples / SHARED.batch - 1}, σ_R = ${SHARED.coherence.retain}, σ_F = ${SHARED.coherence.forget}, ‖S_RF‖ = √q/(1-q), α = ${SHARED.alpha}; ${PROBLEMS} problems a column (seed ${request.seed}), one a witness`,
        x,
        y,
        colour: {
          field: 'majority',
          title: 'share that diverges, less 1/2',
          words: { below: 'most hold', above: 'most diverge' },
        },
        undecided: 'where some hold and some diverge',
        lines: [
          {
            id: 'U15',
            label: 'lower end (U15)',
            kind: 'stability',
            field: 'stable',
            against: 'eta',
          },
          {
            id: 'U17',
            label: 'upper end (U17)',
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

function sharedCell(column: SharedColumn, eta: number): FrontierCell {
  const { stable, diverges } = column;
  const steps = stepsOf(column);
  const share = steps.filter((step) => eta > step).length / steps.length;
  const wrong = [
    ...(share > 0 && eta < stable * (1 - END_ROUNDING) ? ['U15'] : []),
    ...(share < 1 && eta > diverges * (1 + END_ROUNDING) ? ['U17'] : []),
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
      U15: eta < stable ? 'stable' : 'undecided',
      U17: eta > diverges ? 'diverges' : 'undecided',
    },
    marks: share > 0 && share < 1 ? ['open'] : [],
    certificate: null,
    wrong,
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
        colour: {
          field: 'logShare',
          title: 'log of η* over that of full batches',
          words: { below: 'noise costs step sizes', above: 'it costs none' },
        },
        lines: [{ id: 'critical', label: 'B_c = n/(1 + √(n/d))', kind: 'other', field: 'beyond' }],
        border: { field: 'beyond', label: 'B_c' },
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
