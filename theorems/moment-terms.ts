import type { PredictedSide } from '../src/harness/examination.js';
import { largestEigenpair } from '../src/linalg/davidson.js';
import {
  identityMatrix,
  largestMagnitude,
  smallestEigenvalue,
  symmetricEigen,
} from '../src/linalg/symmetric-eigen.js';
import { addScaled, matrixTimesVector, packedEntrywise, packSymmetric } from '../src/linalg/vectors.js';
import { meanHessian, sampleHessian } from '../src/theory/mean-curvature.js';
import { type CurvatureGroup, groupInBasis, type ReducedProblem } from '../src/theory/problem.js';
import { remembered } from '../src/theory/remembered.js';
import { escapeDirection, meanFactor, sampleFactor, spectrumOfMean } from './curvature-terms.js';

/*
 * Maps of symmetric matrices as the statements about procedures have them, written out entry by entry on the
 * m = r(r+1)/2 entries of a matrix (off-diagonal ones times sqrt 2), and sharing no code with the exact operator that
 * checks them.
 */

/** Adds scale * (M -> H M H) to a dense map, m x m. */
function addCongruence(map: Float64Array, h: Float64Array, r: number, scale: number): void {
  const m = (r * (r + 1)) / 2;
  for (let a = 0, row = 0; a < r; a++) {
    for (let b = 0; b <= a; b++, row++) {
      const left = scale * (a === b ? 0.5 : Math.SQRT1_2);
      for (let c = 0, k = row * m; c < r; c++) {
        for (let d = 0; d <= c; d++, k++) {
          const right = c === d ? left : Math.SQRT2 * left;
          map[k]! += right * (h[a * r + c]! * h[b * r + d]! + h[a * r + d]! * h[b * r + c]!);
        }
      }
    }
  }
}

/** N of the groups as a dense map: a^2 [k mean_i(H_i M H_i) - k' Hbar M Hbar] of each. */
function noiseOf(groups: readonly CurvatureGroup[], r: number): Float64Array {
  const map = new Float64Array(((r * (r + 1)) / 2) ** 2);
  for (const group of groups) {
    const perSample = sampleFactor(group);
    if (perSample > 0) {
      for (let i = 0; i < group.samples.sampleCount; i++)
        addCongruence(map, sampleHessian(group.samples, i), r, perSample);
    }
    const ofMean = meanFactor(group);
    if (ofMean > 0) addCongruence(map, meanHessian(group.samples), r, -ofMean);
  }
  return map;
}

/** Eigenvalues of D, ascending, and N in its eigenbasis. */
interface MomentParts {
  readonly curvatures: Float64Array;
  readonly noise: Float64Array;
}

/** The parts of a problem, computed once. */
const momentParts = remembered((problem: ReducedProblem): MomentParts => {
  const r = problem.dimension;
  const { values, rows } = spectrumOfMean(problem);
  const groups = problem.groups.map((group) => groupInBasis(group, rows, r));
  return { curvatures: values, noise: noiseOf(groups, r) };
});

/** Entries beyond which the top eigenvalue is iterated for and not read off all of them. */
const ALL_EIGENVALUES = 60;

/** Largest eigenvalue of a symmetric m x m matrix that has a positive vector near its top one. */
function topEigenvalue(matrix: Float64Array, start: Float64Array): number {
  const m = start.length;
  if (m <= ALL_EIGENVALUES) return symmetricEigen(matrix, m).values.at(-1)!;
  return largestEigenpair((x, out) => void matrixTimesVector(matrix, x, out), start).value;
}

/** Changes of a variant to the critical step of the heavy ball; default: none. */
export interface HeavyBall {
  /** b. */
  readonly momentum?: number;
  /** Factor of N: (1+b)/(1-b). */
  readonly noise?: number;
  /** Factor of ad_D^2: b/(1-b)^2. */
  readonly spread?: number;
  /** What is divided by the eigenvalue: 1+b. */
  readonly lead?: number;
  /** lam: D + lam in place of D. */
  readonly decay?: number;
}

/**
 * lead over the largest eigenvalue of L^{-1/2} [D.D + noise N - spread ad_D^2] L^{-1/2}, L(M) = DM + MD: the critical
 * step of the heavy ball, of the plain step with b = 0. 0 unless D + lam > 0.
 */
export function heavyBallStep(
  problem: ReducedProblem,
  {
    momentum: b = 0,
    noise = (1 + b) / (1 - b),
    spread = b / (1 - b) ** 2,
    lead = 1 + b,
    decay = 0,
  }: HeavyBall = {},
): number {
  if (!(escapeDirection(problem).value + decay > 0)) return 0;
  const { curvatures, noise: n } = momentParts(problem);
  const d = curvatures.map((x) => x + decay);
  const r = d.length;
  const mean = packedEntrywise(r, (a, c) => d[a]! * d[c]! - spread * (d[a]! - d[c]!) ** 2);
  const root = packedEntrywise(r, (a, c) => 1 / Math.sqrt(d[a]! + d[c]!));
  const m = root.length;
  const matrix = n.map((x, k) => {
    const [row, column] = [Math.floor(k / m), k % m];
    return root[row]! * root[column]! * (noise * x + (row === column ? mean[row]! : 0));
  });
  const start = packSymmetric(identityMatrix(r), r).map((x, k) => x * root[k]!);
  return lead / topEigenvalue(matrix, start);
}

/** Eigenvalues, ascending, and eigenvectors (rows) of a symmetric map, and what is made of its powers. */
interface PoweredMap {
  readonly least: number;
  /** The map to a power. */
  power(exponent: number): Float64Array;
}

export function poweredMap(map: Float64Array, m: number): PoweredMap {
  const { values, rows } = symmetricEigen(map, m);
  return {
    least: values[0]!,
    power(exponent) {
      const scaled = rows.map((x, k) => x * values[Math.floor(k / m)]! ** exponent);
      const out = new Float64Array(m * m);
      for (let k = 0; k < m; k++) {
        for (let i = 0; i < m; i++)
          addScaled(out.subarray(i * m, (i + 1) * m), rows[k * m + i]!, scaled.subarray(k * m, (k + 1) * m));
      }
      return out;
    },
  };
}

/**
 * T of a step with these sets: M -> A M A + eta^2 N(M), m x m.
 *
 * @param mean A, the mean step, r x r. @param noise factor of N.
 */
export function momentMap(
  groups: readonly CurvatureGroup[],
  mean: Float64Array,
  eta: number,
  noise = 1,
): Float64Array {
  const r = groups[0]!.samples.dimension;
  const map = noiseOf(groups, r).map((x) => noise * eta * eta * x);
  addCongruence(map, mean, r, 1);
  return map;
}

/** I - eta sign a Hbar, the mean step on one set alone, r x r. */
export function setStep({ samples, sign, weight }: CurvatureGroup, eta: number): Float64Array {
  const r = samples.dimension;
  return meanHessian(samples).map((x, k) => (k % (r + 1) === 0 ? 1 : 0) - eta * sign * weight * x);
}

/** Share of the larger matrix below which an eigenvalue of a difference may be rounding. */
const EIGENVALUE_ROUNDING = 1e-9;

/** The side by the smallest eigenvalue of a difference of two symmetric m x m matrices: stable where it is positive. */
export function sideOfDifference(greater: Float64Array, lesser: Float64Array, m: number): PredictedSide {
  const scale = Math.max(largestMagnitude(greater), largestMagnitude(lesser));
  if (!Number.isFinite(scale)) return 'undecided';
  const least = smallestEigenvalue(
    greater.map((x, k) => x - lesser[k]!),
    m,
  );
  if (Math.abs(least) <= EIGENVALUE_ROUNDING * scale) return 'undecided';
  return least > 0 ? 'stable' : 'diverges';
}
