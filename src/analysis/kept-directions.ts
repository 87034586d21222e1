import { identityMatrix } from '../linalg/symmetric-eigen.js';
import { meanHessian } from '../theory/mean-curvature.js';
import { exactStability } from '../theory/operator/exact-stability.js';
import { samplingFactors, secondMomentStep } from '../theory/operator/noise-map.js';
import {
  type BatchSizes,
  curvatureGroups,
  type CurvatureGroup,
  factorCount,
  type FactorSet,
  type ReducedProblem,
  samplingOf,
  type SamplingChoice,
  SET_NAMES,
  setInBasis,
} from '../theory/problem.js';
import type { ExpectedOutcome } from './recommendation.js';
import type { BothSets, MixingSplit } from './tried-settings.js';

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
  /** True if no batch of these sizes differs from the whole set. */
  isNoiseless(batch: BatchSizes): boolean;
  /** Multiplications of one evaluation, relative to other evaluations: N factors in r kept directions, r^2/2 unknowns. */
  readonly cost: number;
}

/**
 * The process compressed to the kept directions: every factor loses its part along the others. Its second moment is
 * P T(P M P) P, P the projector on the kept directions; at 2/d_max and above it grows with every batch.
 */
export function keptDirections(split: MixingSplit, sets: BothSets, sampling: SamplingChoice): KeptDirections {
  const r = split.curvatures.length;
  const from = split.keptFrom ?? r;
  const dimension = r - from;
  const basis = split.directions.subarray(from * r);
  const compressed = (set: FactorSet): FactorSet => setInBasis(set, basis, dimension);
  const { alpha } = split;
  const contracts = dimension > 0 && split.curvatures[from]! > 0;
  const withoutNoise = contracts ? 2 / split.curvatures.at(-1)! : 0;
  const isNoiseless = (batch: BatchSizes): boolean =>
    SET_NAMES.every(
      (name) =>
        samplingFactors(samplingOf(sampling, name), sets[name].sampleCount, batch[name]).perSample === 0,
    );
  // Compressed anew for each use: many mixings are held at a time.
  const problem = (batch: BatchSizes): ReducedProblem => ({
    dimension,
    alpha,
    groups: curvatureGroups({
      retain: compressed(sets.retain),
      forget: compressed(sets.forget),
      alpha,
      batch,
      sampling,
    }),
  });
  return {
    problem,
    withoutNoise,
    isNoiseless,
    cost: (factorCount(sets.retain) + factorCount(sets.forget) + dimension + SEARCH_SPACE) * dimension ** 2,
    criticalStep(batch) {
      if (!contracts || isNoiseless(batch)) return withoutNoise;
      return exactStability(problem(batch)).criticalStep().value;
    },
  };
}

/** Multiplications that one path may take, about ten seconds. */
const MULTIPLICATIONS = 1e10;

/** A step size with batch sizes, at a mixing. */
export interface StepSetting {
  readonly eta: number;
  readonly batch: BatchSizes;
}

/** Course of the run at one mixing on all of U: the second moment up to the escape. */
export interface EscapePath {
  /** Both sets as they enter the step, in the eigenbasis of D. */
  groups(batch: BatchSizes): readonly CurvatureGroup[];
  /** Hbar_R in the eigenbasis of D, r x r. */
  readonly retain: Float64Array;
  /**
   * What is expected at the first step at which the mean has escaped by the factor: T iterated from the identity. Null
   * where that takes more than MULTIPLICATIONS, or nothing escapes in the mean.
   */
  expected(setting: StepSetting, factor: number): ExpectedOutcome | null;
}

/** The path at a mixing. @param sets in common coordinates that both of them span. */
export function escapePath(split: MixingSplit, sets: BothSets, sampling: SamplingChoice): EscapePath {
  const { alpha, curvatures, directions, keptFrom } = split;
  const r = curvatures.length;
  const [retain, forget] = [setInBasis(sets.retain, directions, r), setInBasis(sets.forget, directions, r)];
  const [hR, hF] = [meanHessian(retain), meanHessian(forget)];
  const groups = (batch: BatchSizes) => curvatureGroups({ retain, forget, alpha, batch, sampling });
  return {
    groups,
    retain: hR,
    expected({ eta, batch }, factor) {
      if (split.escaping === 0) return null;
      const steps = Math.ceil(Math.log(factor) / Math.log1p(-eta * curvatures[0]!));
      if (steps * (factorCount(retain) + factorCount(forget)) * r * r > MULTIPLICATIONS) return null;
      const step = secondMomentStep(groups(batch), curvatures, eta);
      const moment = identityMatrix(r);
      const start = losses(moment);
      for (let k = 0; k < steps; k++) step(moment);
      const end = losses(moment);
      const ratio = (name: keyof typeof end): number =>
        Number.isFinite(end[name]) ? end[name] / start[name] : Number.MAX_VALUE;
      return { steps, forgetLoss: ratio('forget'), retainLoss: ratio('retain'), keptLoss: ratio('kept') };
    },
  };

  /** Twice the expected losses: tr(Hbar M). */
  function losses(m: Float64Array) {
    return { retain: inner(hR, m, 0), forget: inner(hF, m, 0), kept: inner(hR, m, keptFrom ?? 0) };
  }

  /** tr(P H P M), P the projector on the coordinates from one on. */
  function inner(h: Float64Array, m: Float64Array, from: number): number {
    let sum = 0;
    for (let a = from; a < r; a++) for (let b = from; b < r; b++) sum += h[a * r + b]! * m[a * r + b]!;
    return sum;
  }
}
