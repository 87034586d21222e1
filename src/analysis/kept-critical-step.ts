import { factorCount, type FactorSet } from '../curvature/factor-set.js';
import type { BatchSizes, ReducedProblem, Sampling } from '../curvature/problem.js';
import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { exactStability } from '../stability/exact-stability.js';
import { samplingFactors } from '../stability/noise-map.js';
import type { MixingSplit } from './mixing-split.js';
import type { BothSets } from './sets-on-u.js';

/** About as many vectors of r^2/2 numbers are kept orthogonal in an evaluation. */
const SEARCH_SPACE = 100;

/** Critical step size of the kept directions for any batch sizes. */
export interface KeptDirections {
  /** 2/d_max: that of batches without noise, above which no batch sizes get. 0 if the kept directions do not contract. */
  readonly withoutNoise: number;
  /** The compressed process, in coordinates of the kept directions. */
  problem(batch: BatchSizes): ReducedProblem;
  /** Its critical step size; 0 if it contracts at none. */
  criticalStep(batch: BatchSizes): number;
  /** Multiplications of one evaluation, relative to other evaluations: N factors in r kept directions, r^2/2 unknowns. */
  readonly cost: number;
}

/**
 * The process compressed to the kept directions: every factor loses its part along the others. Its second moment is
 * P T(P M P) P, P the projector on the kept directions; at 2/d_max and above it grows with every batch.
 */
export function keptDirections(split: MixingSplit, sets: BothSets, sampling: Sampling): KeptDirections {
  const r = split.curvatures.length;
  const from = split.keptFrom ?? r;
  const dimension = r - from;
  const basis = split.directions.subarray(from * r);
  const compressed = (set: FactorSet): FactorSet => ({
    ...set,
    dimension,
    factors: multiplyTransposed(set.factors, factorCount(set), basis, dimension, r),
  });
  const { alpha } = split;
  const contracts = dimension > 0 && split.curvatures[from]! > 0;
  const withoutNoise = contracts ? 2 / split.curvatures.at(-1)! : 0;
  const noiseless = (batch: BatchSizes): boolean =>
    samplingFactors(sampling, sets.retain.sampleCount, batch.retain).perSample === 0 &&
    samplingFactors(sampling, sets.forget.sampleCount, batch.forget).perSample === 0;
  // Compressed anew for each use: many mixings are held at a time.
  const problem = (batch: BatchSizes): ReducedProblem => ({
    dimension,
    alpha,
    sampling,
    groups: [
      {
        name: 'retain',
        sign: 1,
        weight: 1 - alpha,
        batchSize: batch.retain,
        samples: compressed(sets.retain),
      },
      { name: 'forget', sign: -1, weight: alpha, batchSize: batch.forget, samples: compressed(sets.forget) },
    ],
  });
  return {
    problem,
    withoutNoise,
    cost: (factorCount(sets.retain) + factorCount(sets.forget) + dimension + SEARCH_SPACE) * dimension ** 2,
    criticalStep(batch) {
      if (!contracts || noiseless(batch)) return withoutNoise;
      return exactStability(problem(batch)).criticalStep().value;
    },
  };
}
