import type { PredictedSide } from '../src/harness/examination.js';
import { multiplyTransposedSymmetric } from '../src/linalg/multiply-transposed.js';
import { symmetricEigen } from '../src/linalg/symmetric-eigen.js';
import { addScaled, dot, norm, transpose } from '../src/linalg/vectors.js';
import { type CurvatureGroup, factorCount, type ReducedProblem } from '../src/theory/problem.js';
import { meanFactor, sampleFactor } from './curvature-terms.js';

/** Off-diagonal share of an H_i in the common basis that still counts as rounding. */
const COMMUTING_TOLERANCE = 1e-8;

/** Curvatures of H_i along the common eigenvectors: by group, sample and axis; null if the H_i do not commute. */
export function axisCurvatures(
  problem: ReducedProblem,
  tolerance = COMMUTING_TOLERANCE,
): Float64Array[][] | null {
  const r = problem.dimension;
  const axes = commonAxes(problem);
  const all: Float64Array[][] = [];
  for (const group of problem.groups) {
    const ofGroup: Float64Array[] = [];
    for (let i = 0; i < group.samples.sampleCount; i++) {
      const curvatures = new Float64Array(r);
      for (let a = 0; a < r; a++) {
        const axis = axes.subarray(a * r, (a + 1) * r);
        const image = curvatureTimes(group, i, axis);
        curvatures[a] = dot(image, axis);
        addScaled(image, -curvatures[a]!, axis);
        if (norm(image) > tolerance * sampleTrace(group, i)) return null;
      }
      ofGroup.push(curvatures);
    }
    all.push(ofGroup);
  }
  return all;
}

/** Signed mean and noise of the curvature along one common axis; of all groups, or of those named. */
interface AxisMoments {
  readonly mean: number;
  readonly noise: number;
}

/** d_a and v_a = N(e_a e_a^T)_aa on every common axis; null if the H_i do not commute. */
export function axisMoments(problem: ReducedProblem, tolerance?: number): AxisMoments[] | null {
  const ofGroups = groupAxisMoments(problem, tolerance);
  if (!ofGroups) return null;
  return Array.from({ length: problem.dimension }, (_, a) => ({
    mean: ofGroups.reduce((sum, axes) => sum + axes[a]!.mean, 0),
    noise: ofGroups.reduce((sum, axes) => sum + axes[a]!.noise, 0),
  }));
}

/** The same, group by group. */
export function groupAxisMoments(problem: ReducedProblem, tolerance?: number): AxisMoments[][] | null {
  const curvatures = axisCurvatures(problem, tolerance);
  if (!curvatures) return null;
  return problem.groups.map((group, g) =>
    Array.from({ length: problem.dimension }, (_, a) => {
      const along = curvatures[g]!.map((ofSample) => ofSample[a]!);
      const mean = along.reduce((sum, k) => sum + k, 0) / along.length;
      const squares = along.reduce((sum, k) => sum + k * k, 0);
      return {
        mean: group.sign * group.weight * mean,
        noise: sampleFactor(group) * squares - meanFactor(group) * mean * mean,
      };
    }),
  );
}

/** |log rho| below which no side is taken. */
const GROWTH_ROUNDING = 1e-9;

/** The side of a growth. @param log rho of a period. */
export function sideOfGrowth(log: number): PredictedSide {
  if (Math.abs(log) < GROWTH_ROUNDING) return 'undecided';
  return log < 0 ? 'stable' : 'diverges';
}

/** Eigenvectors (rows) of a combination of all H_i with unrelated weights: the common ones, if there are any. */
function commonAxes(problem: ReducedProblem): Float64Array {
  const r = problem.dimension;
  const combination = new Float64Array(r * r);
  problem.groups.forEach(({ samples }, g) => {
    const { offsets, factors, sampleCount } = samples;
    const weighted = factors.slice();
    for (let i = 0; i < sampleCount; i++) {
      const weight = 1 + Math.sqrt(2 + i + g * Math.SQRT1_2);
      for (let k = offsets[i]! * r; k < offsets[i + 1]! * r; k++) weighted[k]! *= weight;
    }
    const count = factorCount(samples);
    const [left, right] = [transpose(weighted, count, r), transpose(factors, count, r)];
    addScaled(combination, 1, multiplyTransposedSymmetric(left, right, r, count));
  });
  return symmetricEigen(combination, r).rows;
}

/** H_i x. */
function curvatureTimes(group: CurvatureGroup, i: number, x: Float64Array): Float64Array {
  const { offsets, factors, dimension } = group.samples;
  const out = new Float64Array(dimension);
  for (let row = offsets[i]!; row < offsets[i + 1]!; row++) {
    const factor = factors.subarray(row * dimension, (row + 1) * dimension);
    addScaled(out, dot(factor, x), factor);
  }
  return out;
}

/** tr H_i, the scale of its rounding. */
function sampleTrace({ samples }: CurvatureGroup, i: number): number {
  const { offsets, factors, dimension } = samples;
  const own = factors.subarray(offsets[i]! * dimension, offsets[i + 1]! * dimension);
  return dot(own, own);
}
