import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import {
  addRankOne,
  addScaled,
  dot,
  norm,
  packedEntrywise,
  packSymmetric,
  trace,
  transpose,
  unpackSymmetric,
} from '../linalg/vectors.js';
import { meanSpectrum } from '../theory/curvature-signs.js';
import { noiseMap, samplingFactors } from '../theory/operator/noise-map.js';
import { type CurvatureGroup, type FactorSet, groupInBasis, setInBasis } from '../theory/problem.js';
import type { MisfitAnswer } from './answer.js';
import type { SpannedProblem } from './spanned-problem.js';
import { type GroupGradients, meanGradient, unheldPush } from './unheld-push.js';

/** Share of a direction from which, if rounding may make it, nothing is said of where the mean rests along it. */
const DROWNED = 1e-6;

/** Steps that are tried until the push exceeds the start. */
const MOST_STEPS = 1e6;

/**
 * Effect of gradients at w* on the plain step (P7): the push eta g of the mean, the point -D^{-1} g where the mean rests,
 * and the covariance (1 - T)^{-1} Sigma around it, Sigma = Cov(A mu - eta xi) that of a step at rest.
 *
 * With a preconditioner C the step is the plain one in u = C^{-1/2} (w - w*), of curvatures C^{1/2} H_i C^{1/2} and gradients
 * C^{1/2} g_i, and so are all lengths; where the parameters are known, those of w - w* = C^{1/2} u stand beside them.
 *
 * @param gradients in the coordinates of the sets.
 * @param holds whether rho(T) < 1. @param start a distance from w* within U; null: none is asked about.
 */
export function misfitAnswer(
  { problem, basis, rounding }: SpannedProblem,
  gradients: GroupGradients,
  { eta, holds, start }: { eta: number; holds: boolean; start: number | null },
): MisfitAnswer {
  const { values, rows } = meanSpectrum(problem);
  const r = values.length;
  const { dimension: p } = gradients[0]!;
  const { preconditioner = null } = problem.given ?? {};
  const groups = problem.groups.map((group) => groupInBasis(group, rows, r));
  const d = curvaturesAlong(groups, values);
  // Eigenvectors of D, r x p.
  const axes = multiplyTransposed(rows, r, transpose(basis, r, p), p, r);
  const inAxes = gradients.map((set) => setInBasis(set, axes, r));
  const drift = meanGradient(groups, inAxes);
  const whole = meanGradient(groups, gradients);
  const { beyondU, flat, walk } = unheldPush(groups, gradients, { axes, d });
  const outside = Math.hypot(beyondU, flat);
  const size = norm(whole);
  const mean = drift.map((x, a) => -x / d[a]!);
  const rests = holds && outside === 0;
  const known = rounding < DROWNED;
  const moment = rests && known ? momentAtRest({ groups, gradients: inAxes, d, rest: mean, eta }) : null;
  const rest = moment && { distance: norm(mean), spread: Math.sqrt(Math.max(0, trace(moment, r))) };
  return {
    drift: size,
    perStep: eta * size,
    outside,
    rest,
    ...(rests && !known && { restUnknown: true as const }),
    walk: eta * walk,
    start: start === null ? null : { distance: start, steps: stepsUntil(start, { d, drift, beyondU, eta }) },
    lengths: problem.procedure?.preconditioner ? 'C^{-1/2}(w - w*)' : 'w - w*',
    ...(preconditioner && {
      parameters: inParameters({ preconditioner, axes, whole, mean, moment, eta }),
    }),
  };
}

/**
 * v^T D v along the eigenvectors v of D: eigenvalues that are too small beside others for their decomposition keep their
 * digits. Those that are 0 stay so, and a sign that is known stays, too.
 */
function curvaturesAlong(groups: readonly CurvatureGroup[], values: Float64Array): Float64Array {
  const r = values.length;
  const along = new Float64Array(r);
  for (const { samples, sign, weight } of groups) {
    samples.factors.forEach((x, k) => (along[k % r]! += (sign * weight * x * x) / samples.sampleCount));
  }
  return values.map((value, a) => (along[a]! * value > 0 ? along[a]! : value));
}

/** The same lengths in w - w* = C^{1/2} u. */
function inParameters({
  preconditioner: c,
  axes,
  whole,
  mean,
  moment,
  eta,
}: {
  preconditioner: Float64Array;
  axes: Float64Array;
  whole: Float64Array;
  mean: Float64Array;
  moment: Float64Array | null;
  eta: number;
}): NonNullable<MisfitAnswer['parameters']> {
  const [p, r] = [c.length, mean.length];
  const drift = norm(whole.map((x, j) => x / Math.sqrt(c[j]!)));
  const perStep = eta * norm(whole.map((x, j) => x * Math.sqrt(c[j]!)));
  if (!moment) return { drift, perStep, rest: null };
  // Rows C^{1/2} v_a: |w - w*|^2 of x in U is x^T G x with their products G.
  const seen = axes.map((x, k) => x * Math.sqrt(c[k % p]!));
  const products = multiplyTransposedSymmetric(seen, seen, r, p);
  const along = (matrix: Float64Array): number => Math.sqrt(Math.max(0, dot(matrix, products)));
  const square = Float64Array.from(products, (_, k) => mean[Math.floor(k / r)]! * mean[k % r]!);
  return { drift, perStep, rest: { distance: along(square), spread: along(moment) } };
}

/**
 * (1 - T)^{-1} Sigma: the second moment of deviations from the point of rest, r x r.
 *
 * Along eigenvectors of D, 1 - T is m - eta^2 N with m_ab = eta (d_a + d_b - eta d_a d_b): no digit of small d is lost beside
 * the 1. Scaled to m^{-1/2} (m - eta^2 N) m^{-1/2} = 1 - (a map >= 0) it is well conditioned whatever the units of the
 * parameters are. Further solutions for what is left of the right side bring entries that are small beside others.
 */
function momentAtRest({
  groups,
  gradients,
  d,
  rest,
  eta,
}: {
  groups: readonly CurvatureGroup[];
  gradients: GroupGradients;
  d: Float64Array;
  rest: Float64Array;
  eta: number;
}): Float64Array {
  const r = d.length;
  const sigma = new Float64Array(r * r);
  groups.forEach((group, g) => addNoiseAt(rest, group, gradients[g]!, eta, sigma));
  const roots = packedEntrywise(r, (a, b) => Math.sqrt(eta * (d[a]! + d[b]! - eta * d[a]! * d[b]!)));
  const noise = noiseMap(groups, d);
  const image = new Float64Array(r * r);
  const apply = (x: Float64Array): Float64Array => {
    const moment = unpackSymmetric(
      x.map((value, k) => value / roots[k]!),
      r,
    );
    noise(moment, image);
    const packed = packSymmetric(image, r);
    return x.map((value, k) => value - (eta ** 2 * packed[k]!) / roots[k]!);
  };
  const right = packSymmetric(sigma, r).map((value, k) => value / roots[k]!);
  const solution = conjugateGradients(apply, right);
  for (let pass = 0; pass < REFINEMENTS; pass++) {
    const found = apply(solution);
    addScaled(
      solution,
      1,
      conjugateGradients(
        apply,
        right.map((value, k) => value - found[k]!),
      ),
    );
  }
  return unpackSymmetric(
    solution.map((value, k) => value / roots[k]!),
    r,
  );
}

/** out += eta^2 a^2 [k mean u_i u_i^T - k' u u^T], u_i = H_i mu + g_i: the covariance of the batch's part of a step at mu. */
function addNoiseAt(
  mu: Float64Array,
  { samples, weight, sampling, batchSize }: CurvatureGroup,
  { factors: gradients }: FactorSet,
  eta: number,
  out: Float64Array,
): void {
  const { sampleCount: n, offsets, factors } = samples;
  const r = mu.length;
  const { perSample, ofMean } = samplingFactors(sampling, n, batchSize);
  const scale = (eta * weight) ** 2;
  const mean = new Float64Array(r);
  for (let i = 0; i < n; i++) {
    const u = gradients.slice(i * r, (i + 1) * r);
    for (let row = offsets[i]!; row < offsets[i + 1]!; row++) {
      const f = factors.subarray(row * r, (row + 1) * r);
      const along = dot(f, mu);
      for (let a = 0; a < r; a++) u[a]! += along * f[a]!;
    }
    for (let a = 0; a < r; a++) mean[a]! += u[a]! / n;
    addRankOne(out, (scale * perSample) / n, u, r);
  }
  addRankOne(out, -scale * ofMean, mean, r);
}

/** Relative residual at which an equation is solved, and the iterations that it may take. */
const SOLVED = 1e-12;
const ITERATIONS = 5000;

/** Further solutions for what is left: each is to twelve digits of the largest entry that is left. */
const REFINEMENTS = 2;

/** x with A x = b, for a self-adjoint positive definite A (Hestenes and Stiefel, 1952). */
function conjugateGradients(apply: (x: Float64Array) => Float64Array, b: Float64Array): Float64Array {
  const x = new Float64Array(b.length);
  const residual = b.slice();
  let direction = b.slice();
  let square = dot(residual, residual);
  const enough = SOLVED ** 2 * square;
  for (let k = 0; k < ITERATIONS && square > enough; k++) {
    const image = apply(direction);
    const length = square / dot(direction, image);
    for (let a = 0; a < x.length; a++) {
      x[a]! += length * direction[a]!;
      residual[a]! -= length * image[a]!;
    }
    const next = dot(residual, residual);
    direction = residual.map((value, a) => value + (next / square) * direction[a]!);
    square = next;
  }
  return x;
}

/**
 * First step after which the mean displacement that the push made, -eta sum_{j<k} (I - eta D)^j g, is longer than what any
 * start in U at that distance has become, at most distance |(I - eta D)^k|; null if that takes more than MOST_STEPS.
 *
 * @param beyondU |g| outside of U, where the displacement grows by eta |g| a step.
 */
function stepsUntil(
  distance: number,
  { d, drift, beyondU, eta }: { d: Float64Array; drift: Float64Array; beyondU: number; eta: number },
): number | null {
  const pushed = new Float64Array(d.length);
  let logStart = Math.log(distance);
  const rate = Math.log(Math.max(...d.map((x) => Math.abs(1 - eta * x))));
  for (let k = 1; k <= MOST_STEPS; k++) {
    for (let a = 0; a < d.length; a++) pushed[a] = (1 - eta * d[a]!) * pushed[a]! - eta * drift[a]!;
    logStart += rate;
    if (Math.log(Math.hypot(norm(pushed), k * eta * beyondU)) > logStart) return k;
  }
  return null;
}
