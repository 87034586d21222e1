import { multiplyTransposed, quadraticForms } from '../linalg/multiply-transposed.js';
import { symmetricEigen, type SymmetricEigen } from '../linalg/symmetric-eigen.js';
import { trace, transpose } from '../linalg/vectors.js';
import { factorCount, setInBasis, type FactorSet } from '../theory/factor-set.js';
import { meanCurvature } from '../theory/mean-curvature.js';
import { groupNamed, type ReducedProblem, type SetName } from '../theory/problem.js';
import type { EscapeForecast, EscapeGeometry } from './answer.js';

/** What the forecast is made from. */
export interface ForecastInput {
  readonly eta: number;
  /** Smallest and largest eigenvalue of D on U; an end that is 0 within rounding is given as 0. */
  readonly lambdaMin: number;
  readonly lambdaMax: number;
  /** log rho(T). */
  readonly logGrowth: number;
  /** Interval of the simulated 2 gamma. */
  readonly typical: { readonly low: number; readonly high: number };
}

/**
 * Steps until the displacement has grown by a factor, of its mean, of its second moment, and of single runs.
 *
 * @param factor > 1. @throws RangeError if it is not.
 */
export function escapeForecast(input: ForecastInput, factor: number): EscapeForecast {
  if (!(factor > 1 && Number.isFinite(factor)))
    throw new RangeError(`factor must be > 1 and finite; got ${factor}`);
  const { logGrowth, typical } = input;
  const log = Math.log(factor);
  const mean = logMeanGrowth(input);
  return {
    factor,
    mean: mean > 0 ? log / mean : null,
    secondMoment: logGrowth > 0 ? (2 * log) / logGrowth : null,
    typical: typical.low > 0 ? { low: (2 * log) / typical.high, high: (2 * log) / typical.low } : null,
  };
}

/** log of the spectral radius of I - eta D, if above 0: 1 - eta lambda_min, or eta lambda_max - 1 where the step overshoots. */
function logMeanGrowth({ eta, lambdaMin, lambdaMax }: Omit<ForecastInput, 'logGrowth' | 'typical'>) {
  const ascent = lambdaMin < 0 ? Math.log1p(-eta * lambdaMin) : 0;
  const overshoot = eta * lambdaMax > 2 ? Math.log1p(eta * lambdaMax - 2) : 0;
  return Math.max(ascent, overshoot);
}

/** D below this share of its largest eigenvalue, by size, is not called negative: rounding. */
export const NEGLIGIBLE_CURVATURE = 1e-12;

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
  const negligible = NEGLIGIBLE_CURVATURE * Math.max(-values[0]!, values.at(-1)!);
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

/** Both sets in common coordinates, as `reduceSets` gives them. */
export interface BothSets {
  readonly retain: FactorSet;
  readonly forget: FactorSet;
}

/**
 * Both sets in the coordinates of U that the reduced problem uses. A set of weight zero is no part of the
 * problem: of its factors there is left what lies inside U, since the rest never moves.
 *
 * @param sets those from which `problem` was reduced, in any common coordinates.
 */
export function setsOnU(problem: ReducedProblem, sets: BothSets): BothSets {
  const of = (name: SetName): FactorSet =>
    groupNamed(problem, name)?.samples ?? insideU(problem, sets, sets[name]);
  return { retain: of('retain'), forget: of('forget') };
}

/** The part inside U of a set of weight zero: U is the span of the one group there is. */
function insideU(problem: ReducedProblem, sets: BothSets, left: FactorSet): FactorSet {
  const { name, samples } = problem.groups[0]!;
  return setInBasis(left, isometry(sets[name], samples), problem.dimension);
}

/** E (r x p) with orthonormal rows that takes the factors C (N x p) of a set to Z = C E^T (N x r): E = (Z^T Z)^-1 Z^T C. */
function isometry(before: FactorSet, after: FactorSet): Float64Array {
  const { dimension: r } = after;
  const p = before.dimension;
  const count = factorCount(after);
  const columns = transpose(after.factors, count, r);
  const products = multiplyTransposed(columns, r, transpose(before.factors, count, p), p, count);
  const { values, rows } = symmetricEigen(multiplyTransposed(columns, r, columns, r, count), r);
  const turned = multiplyTransposed(rows, r, transpose(products, r, p), p, r);
  for (let k = 0; k < r; k++) for (let a = 0; a < p; a++) turned[k * p + a]! /= values[k]!;
  return multiplyTransposed(transpose(rows, r, r), r, transpose(turned, r, p), p, r);
}
