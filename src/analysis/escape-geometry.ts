import { factorCount, type FactorSet } from '../curvature/factor-set.js';
import { meanCurvature } from '../curvature/mean-curvature.js';
import type { ReducedProblem } from '../curvature/problem.js';
import { quadraticForms } from '../linalg/multiply-transposed.js';
import { symmetricEigen, type SymmetricEigen } from '../linalg/symmetric-eigen.js';
import { trace } from '../linalg/vectors.js';
import type { EscapeGeometry } from './answer.js';
import { setsOnU, type BothSets } from './sets-on-u.js';

/** D below this share of its largest eigenvalue, by size, is not called negative: rounding. */
export const ROUNDING = 1e-12;

/** What is known of the growth at the step size. */
export interface GrowthAt {
  readonly eta: number;
  readonly logGrowth: number;
  /** Perron matrix of T, r x r. */
  readonly perron: Float64Array;
}

/**
 * The directions in which the model leaves, and the share of every forget sample along them.
 *
 * @param sets those from which `problem` was reduced, with all their curvature, inside U or not.
 */
export function escapeGeometry(problem: ReducedProblem, sets: BothSets, growth: GrowthAt): EscapeGeometry {
  const r = problem.dimension;
  const { kind, matrix } = escapingPart(symmetricEigen(meanCurvature(problem), r), growth);
  const inside = setsOnU(problem, sets);
  const retain = curvatureAlong(matrix, inside.retain, sets.retain);
  const forget = curvatureAlong(matrix, inside.forget, sets.forget);
  const samples = forget.samples.map((share, index) => ({ index, share }));
  return {
    kind,
    directions: trace(matrix, r),
    retainShare: retain.share,
    forgetShare: forget.share,
    samples: samples.sort((a, b) => a.share - b.share || a.index - b.index),
  };
}

/** P, r x r, from the eigenvalues and eigenvectors of D. */
export function escapingPart(
  { values, rows }: SymmetricEigen,
  { eta, logGrowth, perron }: GrowthAt,
): { kind: EscapeGeometry['kind']; matrix: Float64Array } {
  const r = values.length;
  const negligible = ROUNDING * Math.max(-values[0]!, values.at(-1)!);
  const leaving = Array.from(values.keys()).filter((k) => values[k]! < -negligible || eta * values[k]! > 2);
  if (leaving.length > 0) return { kind: 'mean', matrix: projector(rows, leaving, r) };
  if (logGrowth < 0) return { kind: 'none', matrix: new Float64Array(r * r) };
  const top = symmetricEigen(perron, r).values.at(-1)!;
  return { kind: 'noise', matrix: perron.map((x) => x / top) };
}

/** Projector onto the span of some rows of an orthonormal basis. */
function projector(basis: Float64Array, chosen: readonly number[], r: number): Float64Array {
  const matrix = new Float64Array(r * r);
  for (const k of chosen) {
    for (let a = 0; a < r; a++) {
      for (let b = 0; b < r; b++) matrix[a * r + b]! += basis[k * r + a]! * basis[k * r + b]!;
    }
  }
  return matrix;
}

/** tr(P H_i)/tr(H_i) of every sample, 0 for one without curvature, and tr(P Hbar)/tr(Hbar); null without samples. */
export function curvatureAlong(
  matrix: Float64Array,
  inside: FactorSet,
  whole: FactorSet,
): { samples: number[]; share: number | null } {
  const count = factorCount(inside);
  const along = perSample(inside, quadraticForms(matrix, inside.factors, count, inside.dimension));
  const all = perSample(whole, squaredLengths(whole));
  const sum = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0);
  const share = (part: number, total: number): number =>
    total === 0 ? 0 : Math.min(1, Math.max(0, part / total));
  return {
    samples: along.map((part, i) => share(part, all[i]!)),
    share: whole.sampleCount === 0 ? null : share(sum(along), sum(all)),
  };
}

function squaredLengths({ factors, dimension }: FactorSet): Float64Array {
  const squares = new Float64Array(dimension === 0 ? 0 : factors.length / dimension);
  factors.forEach((x, k) => (squares[Math.floor(k / dimension)]! += x * x));
  return squares;
}

/** Sums over the factors of each sample. */
function perSample({ sampleCount, offsets }: FactorSet, ofFactors: Float64Array): number[] {
  return Array.from({ length: sampleCount }, (_, i) =>
    ofFactors.subarray(offsets[i], offsets[i + 1]).reduce((a, b) => a + b, 0),
  );
}
