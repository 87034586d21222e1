import { largestEigenpair, type DavidsonOptions } from '../../linalg/davidson.js';
import { multiplyTransposed } from '../../linalg/multiply-transposed.js';
import {
  identityMatrix,
  largestEigenvalue,
  smallestEigenvalue,
  type SymmetricEigen,
} from '../../linalg/symmetric-eigen.js';
import { packedEntrywise, packSymmetric, trace, transpose, unpackSymmetric } from '../../linalg/vectors.js';
import { meanSpectrum } from '../curvature-signs.js';
import {
  type FactorSet,
  groupInBasis,
  problemFromSpec,
  type ProblemSpec,
  type ReducedProblem,
} from '../problem.js';
import { meanHessian, totalCurvature } from '../mean-curvature.js';
import { isPlain } from '../procedure.js';
import { ARITHMETIC } from '../rank.js';
import { reduceSets } from '../reduction.js';
import { noiseMap, type SymmetricMap } from './noise-map.js';

/** A computed number with its stated error. */
export interface ExactValue {
  readonly value: number;
  /** Relative error: residual of the eigenvalue problem over its value, at most about 1e-10; mostly far less. */
  readonly relativeError: number;
  readonly iterations: number;
}

/** Growth of the second moment E|delta_k|^2 at one step size. */
export interface SecondMomentGrowth extends ExactValue {
  /** rho(T); `value` repeats it. Number.MAX_VALUE if it overflows. */
  readonly spectralRadius: number;
  /** log rho(T), the asymptotic growth rate of E|delta_k|^2 per step; finite for every finite eta. */
  readonly logGrowth: number;
  /** Perron matrix V (r x r, positive semidefinite, in the problem's coordinates). */
  readonly perron: Float64Array;
}

/** The exact second-moment theory of one reduced problem. */
export interface ExactStability {
  readonly dimension: number;
  /** Eigenvalues of D on U, ascending; those that are zero as far as the stored numbers tell are 0. */
  readonly meanEigenvalues: Float64Array;
  /** Their unit eigenvectors as rows, r x r, in the problem's coordinates. */
  readonly meanDirections: Float64Array;
  /** tr K. */
  readonly total: number;
  /** rho(T) at step size eta > 0. @throws RangeError if eta is not positive and finite. */
  growth(eta: number): SecondMomentGrowth;
  /** eta*: the minimum is stable iff eta < eta*. 0 if D is not positive definite on U. */
  criticalStep(): ExactValue;
  /**
   * The matrix M (r x r, trace 1, in the problem's coordinates) that is extremal at the critical step: rho(T) >= 1
   * from eta = <M, L M>/<M, Q M> on. With a shift > -lambda_min(D), that of D + shift in L alone.
   */
  extremalMatrix(shift: number, options?: DavidsonOptions): Float64Array;
}

/** @throws RangeError if the problem has no curvature at all. */
export function checkCurvature({ dimension }: ReducedProblem): void {
  if (dimension === 0) throw new RangeError('the problem must have curvature; all its factors are zero');
}

/**
 * The exact second-moment theory of one reduced problem: `operatorStability` of its mean curvature and noise map.
 *
 * @throws RangeError if the problem has no curvature at all, or its procedure is another than the plain step.
 */
export function exactStability(problem: ReducedProblem): ExactStability {
  if (!isPlain(problem))
    throw new RangeError('this is the theory of the plain step alone: see procedureStability');
  checkCurvature(problem);
  const r = problem.dimension;
  const total = trace(totalCurvature(problem), r);
  const mean = meanSpectrum(problem);
  const rotated = problem.groups.map((group) => groupInBasis(group, mean.rows, r));
  return operatorStability({
    mean,
    noise: noiseMap(rotated, mean.values),
    total,
  });
}

/** The second-moment operator in the eigenbasis of D. */
interface SecondMomentOperator {
  /** Eigenvalues d and eigenvectors of D, ascending; an eigenvalue that may be rounding is given as 0. */
  readonly mean: SymmetricEigen;
  /** N, for matrices in that eigenbasis. */
  readonly noise: SymmetricMap;
  /** tr K, the scale of rounding. */
  readonly total: number;
}

/**
 * Exact mean-square stability from the parts of the operator T (Mulayoff & Michaeli, arXiv 2306.07850, extended to
 * descent-ascent with two independent batches).
 *
 * In the eigenbasis of D the mean part of T and the inverse of L(M) = DM + MD act entrywise. Both eigenvalue
 * problems are self-adjoint with a positive semidefinite top eigenvector, and the iteration starts from a positive
 * definite matrix.
 */
export function operatorStability({
  mean,
  noise: noiseOnMatrices,
  total,
}: SecondMomentOperator): ExactStability {
  const { values: d, rows: basis } = mean;
  const r = d.length;
  const noise = packedNoise(noiseOnMatrices, r);
  const identity = packSymmetric(identityMatrix(r), r);

  /**
   * log rho and the Perron matrix from the top eigenvalue g of G = (T - I) linear/eta, with `linear` chosen
   * so that nothing overflows: rho = 1 + g eta/linear, accurate also where rho is within rounding of 1.
   */
  function growth(eta: number): SecondMomentGrowth {
    if (!(eta > 0) || !Number.isFinite(eta)) throw new RangeError(`eta must be > 0 and finite; got ${eta}`);
    const large = eta * total > 1;
    const quadratic = large ? 1 / total : eta;
    const linear = large ? 1 / eta / total : 1;
    const diagonal = packedEntrywise(r, (a, b) => quadratic * d[a]! * d[b]! - linear * (d[a]! + d[b]!));
    const apply = (m: Float64Array, out: Float64Array): void => {
      noise(m, out);
      for (let k = 0; k < out.length; k++) out[k] = quadratic * out[k]! + diagonal[k]! * m[k]!;
    };
    const top = largestEigenpair(apply, identity, { diagonal });
    const excess = (eta / linear) * top.value;
    // rho = 0 (a full batch that jumps to the minimum) is given as the smallest number, as its log is infinite.
    const spectralRadius = Math.min(Number.MAX_VALUE, Math.max(Number.MIN_VALUE, 1 + excess));
    const computed = Number.isFinite(excess)
      ? Math.max(Math.log(Number.MIN_VALUE), Math.log1p(Math.max(excess, -1)))
      : Math.log(eta) - Math.log(linear) + Math.log(top.value);
    // rho >= <v v^T, T(v v^T)> >= (1 - eta d)^2 for an eigenvector v of D: digits that are lost beside larger eigenvalues.
    const bound = 2 * Math.max(logAbsolute(eta * d[0]!), logAbsolute(eta * d[r - 1]!));
    const logGrowth = bound - computed > LOST_DIGITS * Math.abs(bound) ? bound : computed;
    const relativeError = Math.min(1, ((eta / linear) * top.residual) / spectralRadius);
    // An eigenvector has no sign; a positive semidefinite one has a positive trace.
    const matrix = unpackSymmetric(top.vector, r);
    const sign = trace(matrix, r) < 0 ? -1 : 1;
    const perron = rotateBack(matrix, basis, r).map((x) => sign * x);
    const { iterations } = top;
    return { value: spectralRadius, spectralRadius, logGrowth, perron, relativeError, iterations };
  }

  function criticalStep(): ExactValue {
    if (!(d[0]! > 0)) return { value: 0, relativeError: 0, iterations: 0 };
    const { top } = criticalPair(d, noise, {});
    return { value: 1 / top.value, relativeError: top.residual / top.value, iterations: top.iterations };
  }

  function extremalMatrix(shift: number, options?: DavidsonOptions): Float64Array {
    if (!(d[0]! + shift > 0)) throw new RangeError(`shift must be > ${-d[0]!}; got ${shift}`);
    const { top, weights } = criticalPair(d, noise, { shift }, options);
    const matrix = unpackSymmetric(
      top.vector.map((x, k) => x * weights[k]!),
      r,
    );
    const size = trace(matrix, r);
    return rotateBack(matrix, basis, r).map((x) => x / size);
  }

  return {
    dimension: r,
    meanEigenvalues: d,
    meanDirections: basis,
    total,
    growth,
    criticalStep,
    extremalMatrix,
  };
}

/** A map of packed symmetric matrices. */
export type PackedMap = (m: Float64Array, out: Float64Array) => void;

/**
 * Top eigenpair of L^{-1/2} Q L^{-1/2} with L(M) = DM + MD + 2 shift M, self-adjoint, with the eigenvalues of L^-1 Q:
 * 1/eta*. With momentum b (heavy ball) Q(M) = DMD + (1+b)/(1-b) N(M) - b/(1-b)^2 [D,[D,M]], and the value (1+b)/eta*.
 *
 * @param d eigenvalues of D, all positive. @param noise N in its eigenbasis.
 */
export function criticalPair(
  d: Float64Array,
  noise: PackedMap,
  { shift = 0, momentum: b = 0 }: { readonly shift?: number; readonly momentum?: number },
  options: DavidsonOptions = {},
) {
  const r = d.length;
  const weights = packedEntrywise(r, (a, c) => 1 / Math.sqrt(d[a]! + d[c]! + 2 * shift));
  const spread = b / (1 - b) ** 2;
  const mean = packedEntrywise(r, (a, c) => d[a]! * d[c]! - spread * (d[a]! - d[c]!) ** 2);
  const louder = (1 + b) / (1 - b);
  const scaled = new Float64Array(weights.length);
  const apply = (m: Float64Array, out: Float64Array): void => {
    for (let k = 0; k < scaled.length; k++) scaled[k] = weights[k]! * m[k]!;
    noise(scaled, out);
    for (let k = 0; k < scaled.length; k++) out[k] = weights[k]! * (louder * out[k]! + mean[k]! * scaled[k]!);
  };
  const identity = packSymmetric(identityMatrix(r), r);
  if (r < PRECONDITIONED) {
    const start = identity.map((x, k) => x * weights[k]!);
    return { top: largestEigenpair(apply, start, options), weights };
  }
  // From M = 1 on, nearer to the extremal matrix than L^-1(1); the mean part of the map is its diagonal, but for noise.
  const start = identity.map((x, k) => x / weights[k]!);
  const diagonal = mean.map((x, k) => x * weights[k]! ** 2);
  return { top: largestEigenpair(apply, start, { diagonal, ...options }), weights };
}

/** From this dimension on a better start and a diagonal pay: below, an application is cheap. */
const PRECONDITIONED = 32;

/** Relative difference by which log rho lies below a bound where its digits are lost, and not rounded. */
const LOST_DIGITS = 1e-12;

/** log |1 - x|. */
function logAbsolute(x: number): number {
  return x < 1 ? Math.log1p(-x) : Math.log(x - 1);
}

/** The noise map on packed symmetric matrices. */
export function packedNoise(noise: SymmetricMap, r: number): PackedMap {
  const input = new Float64Array(r * r);
  const output = new Float64Array(r * r);
  return (m, out) => {
    noise(unpackSymmetric(m, r, input), output);
    packSymmetric(output, r, out);
  };
}

/** V^T M V for the rows V of the basis. */
function rotateBack(m: Float64Array, basis: Float64Array, r: number): Float64Array {
  const columns = transpose(basis, r, r);
  return multiplyTransposed(multiplyTransposed(columns, r, m, r, r), r, columns, r, r);
}

/** |log rho(T)| up to which no side is taken for exact: the stated error of the operator, generously. */
const EXACT_MARGIN = 1e-9;

/** Side of rho(T) = 1 that an exact log rho(T) shows; undecided within its stated error. */
export function exactSide(logGrowth: number): 'diverges' | 'stable' | 'undecided' {
  return Math.abs(logGrowth) <= EXACT_MARGIN ? 'undecided' : sideOfGrowth(logGrowth);
}

/** Side of a log rho(T) taken as it is: stable below 0 alone, since at rho = 1 the second moment does not shrink. */
export function sideOfGrowth(logGrowth: number): 'diverges' | 'stable' {
  return logGrowth < 0 ? 'stable' : 'diverges';
}

/** Halvings of [0, 1], to the last bits of a double. */
const BISECTIONS = 60;

/**
 * The mixing alpha above which D = (1-alpha) Hbar_R - alpha Hbar_F has a negative eigenvalue on U, by
 * bisection on its smallest eigenvalue, which falls as alpha grows. 0 where Hbar_R is singular on U: any ascent
 * escapes there. null if a set is empty.
 */
export function exactCriticalMixing(spec: ProblemSpec): number | null {
  if (spec.retain.length === 0 || spec.forget.length === 0) return null;
  const problem = problemFromSpec(spec);
  const { dimension: r, sets } = reduceSets([problem.retain, problem.forget]);
  const { retain, forget, ratio } = balancedMeans(sets[0]!, sets[1]!, r);
  if (smallestEigenvalue(retain, r) <= r * ARITHMETIC * largestEigenvalue(retain, r)) return 0;
  let low = 0;
  let high = 1;
  for (let k = 0; k < BISECTIONS; k++) {
    const alpha = (low + high) / 2;
    const mean = retain.map((x, ab) => (1 - alpha) * x - alpha * forget[ab]!);
    if (smallestEigenvalue(mean, r) < 0) high = alpha;
    else low = alpha;
  }
  // alpha of the balanced sets: alpha/(1 - alpha) is that of the sets times the ratio of their sizes.
  const alpha = (low + high) / 2;
  return alpha / (alpha + (1 - alpha) * ratio);
}

/** Rounds in which coordinates and sets are brought to a common size by turns. */
const BALANCING_ROUNDS = 4;

/** Mean curvatures of trace 1 in units in which their sum has a diagonal of about 1 all over; size of F over that of R. */
function balancedMeans(retain: FactorSet, forget: FactorSet, r: number) {
  const means = [retain, forget].map(meanHessian) as [Float64Array, Float64Array];
  const units = new Float64Array(r).fill(1);
  let sizes = [1, 1];
  for (let round = 0; round < BALANCING_ROUNDS; round++) {
    const diagonal = (g: 0 | 1, a: number): number => means[g][a * (r + 1)]! * units[a]! ** 2;
    sizes = ([0, 1] as const).map((g) => units.reduce((sum, _, a) => sum + diagonal(g, a), 0) || 1);
    units.forEach((unit, a) => {
      const joint = diagonal(0, a) / sizes[0]! + diagonal(1, a) / sizes[1]!;
      if (joint > 0) units[a] = unit / Math.sqrt(joint);
    });
  }
  const [ofRetain, ofForget] = means.map((mean, g) =>
    mean.map((x, k) => (x * units[Math.floor(k / r)]! * units[k % r]!) / sizes[g]!),
  );
  return { retain: ofRetain!, forget: ofForget!, ratio: sizes[1]! / sizes[0]! };
}
