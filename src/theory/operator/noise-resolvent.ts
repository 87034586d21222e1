import { type DavidsonOptions, largestEigenpair } from '../../linalg/davidson.js';
import { identityMatrix } from '../../linalg/symmetric-eigen.js';
import { addScaled, packSymmetric, trace, unpackSymmetric } from '../../linalg/vectors.js';
import type { PackedMap } from './exact-stability.js';
import { meanMatrix, radiusOf, type SmallMatrix, type StateRule } from './state-step.js';

/**
 * # Growth of a state from matrices of the displacement alone
 *
 * Both sets drawn anew in every step, in the eigenbasis of D: T(M) = A M A^T + (c c^T) (x) eta^2 N(M_xx), A the mean of a
 * step, which joins each axis with itself alone, M_xx the displacement's block of M. T M = z M with z above the radius of
 * A (x) A says M = (z - A (x) A)^{-1} (c c^T (x) eta^2 N(M_xx)), so X = M_xx solves
 *
 *   X = phi(z) o N(X),  phi_ab(z) = eta^2 <e_x e_x, (z - A_a (x) A_b)^{-1} (c (x) c)>,
 *
 * with the entrywise product o. phi(z) is a positive semidefinite kernel (a sum of z^{-k-1} f_k f_k^T), so phi(z) o N is
 * positive, and its radius g(z), the gain of the noise, falls as z rises: rho(T) is the z with g(z) = 1, and the radius
 * of A (x) A where there is none. Where all entries of phi are positive, sqrt(phi) o N(sqrt(phi) o .) is self-adjoint.
 */
interface NoiseGain {
  /** g(z). */
  readonly value: number;
  /** d log g / dz. */
  slope(): number;
  readonly relativeError: number;
  readonly iterations: number;
  /** The eigenvector M, as blocks of states; that of the mean alone, if z is just above its radius. */
  readonly moment: (ofMean: boolean) => Float64Array[];
  /** The symmetric eigenvector, where a next iteration may start. */
  readonly vector: Float64Array;
}

/** Weight of a vector found nearby beside the identity, which has a part along every eigenvector that counts. */
const TRUSTED = 1e6;

/** The gain at z, for one step size; null where phi(z) has entries that are not positive numbers. */
type GainAt = (z: number, options?: DavidsonOptions, start?: Float64Array) => NoiseGain | null;

/** The radius of A (x) A, and the gain of the noise above it. @param d eigenvalues of D, in whose basis `noise` is. */
export function noiseGain(
  d: Float64Array,
  noise: PackedMap,
  rule: StateRule,
): { ofMean: number; gain: GainAt } {
  const r = d.length;
  const q = rule.push.length;
  const means = Array.from(d, (x) => meanMatrix(rule, x));
  const identity = packSymmetric(identityMatrix(r), r);

  const gain: GainAt = (z, options = {}, start = identity) => {
    const kernels = Array.from({ length: q * q }, () => new Float64Array(identity.length));
    const source = rule.push.flatMap((x) => rule.push.map((y) => rule.eta ** 2 * x * y));
    for (let a = 0, k = 0; a < r; a++) {
      for (let b = 0; b <= a; b++, k++) {
        resolvent(z, means[a]!, means[b]!, source).forEach((x, place) => (kernels[place]![k] = x));
      }
    }
    const phi = kernels[0]!;
    if (!phi.every((x) => x > 0 && x < Infinity)) return null;
    const roots = phi.map(Math.sqrt);
    const scaled = new Float64Array(phi.length);
    const apply: PackedMap = (m, out) => {
      for (let k = 0; k < scaled.length; k++) scaled[k] = roots[k]! * m[k]!;
      noise(scaled, out);
      for (let k = 0; k < scaled.length; k++) out[k] = roots[k]! * out[k]!;
    };
    const inside = identity.map((x, k) => x * roots[k]!);
    if (start !== identity) addScaled(inside, TRUSTED * Math.sqrt(r), start);
    const top = largestEigenpair(apply, inside, options);
    return {
      value: Math.max(top.value, Number.MIN_VALUE),
      slope() {
        let sum = 0;
        for (let a = 0, k = 0; a < r; a++) {
          for (let b = 0; b <= a; b++, k++) {
            const once = kernels.map((kernel) => kernel[k]!);
            const falling = -resolvent(z, means[a]!, means[b]!, once)[0]!;
            sum += (falling / phi[k]!) * top.vector[k]! ** 2;
          }
        }
        return sum;
      },
      relativeError: top.value > 0 ? top.residual / top.value : 0,
      iterations: top.iterations,
      vector: top.vector,
      moment(ofMean) {
        const pushed = identity.slice();
        const displacement = top.vector.map((x, k) => x * roots[k]!);
        if (!ofMean) noise(displacement, pushed);
        const sign = trace(unpackSymmetric(pushed, r), r) < 0 ? -1 : 1;
        for (let k = 0; k < pushed.length; k++) pushed[k]! *= sign;
        return kernels.map((kernel, place) =>
          twoSides(kernel, kernels[(place % q) * q + Math.floor(place / q)]!, pushed, r),
        );
      },
    };
  };
  return { ofMean: Math.max(1e-300, Math.max(...means.map(radiusOf)) ** 2), gain };
}

/** The matrix with entries lower(a, b) m(a, b) for b <= a and upper(b, a) m(b, a) above; m is packed. */
function twoSides(lower: Float64Array, upper: Float64Array, m: Float64Array, r: number): Float64Array {
  const matrix = new Float64Array(r * r);
  for (let a = 0, k = 0; a < r; a++) {
    for (let b = 0; b <= a; b++, k++) {
      const entry = a === b ? m[k]! : m[k]! * Math.SQRT1_2;
      matrix[b * r + a] = upper[k]! * entry;
      matrix[a * r + b] = lower[k]! * entry;
    }
  }
  return matrix;
}

/** (z - A (x) B)^{-1} x for q x q matrices A, B and q^2 numbers x, by elimination with pivots. */
function resolvent(z: number, a: SmallMatrix, b: SmallMatrix, x: readonly number[]): number[] {
  const q = a.length;
  const n = q * q;
  if (n === 1) return [x[0]! / (z - a[0]![0]! * b[0]![0]!)];
  const rows = x.map((right, ij) => {
    const [ofA, ofB] = [a[Math.floor(ij / q)]!, b[ij % q]!];
    const row = x.map((_, kl) => (ij === kl ? z : 0) - ofA[Math.floor(kl / q)]! * ofB[kl % q]!);
    return [...row, right];
  });
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i]![k]! / rows[k]![k]!;
      for (let j = k; j <= n; j++) rows[i]![j]! -= factor * rows[k]![j]!;
    }
  }
  const solution = new Array<number>(n);
  for (let k = n - 1; k >= 0; k--) {
    let left = rows[k]![n]!;
    for (let j = k + 1; j < n; j++) left -= rows[k]![j]! * solution[j]!;
    solution[k] = left / rows[k]![k]!;
  }
  return solution;
}

/** Newton's steps for log g = 0 in log(z - radius of the mean), in which log g is nearly a line. */
const NEWTON_STEPS = 60;

/** How far above the radius of the mean the gain is looked at, as a share of it, to see whether noise adds anything. */
const JUST_ABOVE = 1e-11;

/**
 * log rho(T) and its eigenvector: the z above the radius of the mean at which the gain is 1. Null where a kernel is not
 * positive on the way.
 */
export function gainedRadius({ ofMean, gain }: ReturnType<typeof noiseGain>) {
  const least = ofMean * (1 + JUST_ABOVE);
  let [low, high] = [least, Infinity];
  let isBelow = false;
  let z = Math.max(2 * low, 1e-3 * (1 + low));
  let iterations = 0;
  let start: Float64Array | undefined;
  for (let k = 0; k < NEWTON_STEPS; k++) {
    const found = gain(z, {}, start);
    if (!found) return null;
    iterations += found.iterations;
    start = found.vector;
    const off = Math.log(found.value);
    if (z === least && off <= 0) {
      return { value: ofMean, relativeError: JUST_ABOVE, iterations, moment: found.moment(true) };
    }
    if (off > 0) [low, isBelow] = [z, true];
    else high = z;
    const slope = found.slope();
    const toNext = -off / (slope * (z - ofMean));
    const wanted = ofMean + (z - ofMean) * Math.exp(Math.max(-30, Math.min(30, toNext)));
    const inside = wanted > low && wanted < high;
    const next = inside ? wanted : high === Infinity ? 4 * z : isBelow ? (low + high) / 2 : least;
    if (Math.min(Math.abs(wanted - z), Math.abs(next - z), high - low) <= 4 * Number.EPSILON * z) {
      const relativeError = found.relativeError / Math.max(Number.MIN_VALUE, -slope * z);
      return { value: z, relativeError, iterations, moment: found.moment(false) };
    }
    z = next;
  }
  return null;
}

/**
 * A number with the sign of log rho(T/z), and zero with it: log of the gain at z or of the mean's radius over z, whichever
 * is larger; null where the kernel is not positive.
 *
 * @param options of the eigenproblem. @param start the vector found at a step size nearby.
 */
export function gainRate(
  { ofMean, gain }: ReturnType<typeof noiseGain>,
  z: number,
  options: DavidsonOptions,
  start: Float64Array | undefined,
) {
  const value = Math.log(ofMean / z);
  if (value >= 0) return { value, vector: start, iterations: 0 };
  // Closer to the radius of the mean than that, phi is rounding; the gain falls, so it is a lower bound there.
  const found = gain(Math.max(z, ofMean * (1 + JUST_ABOVE)), options, start);
  return found && { ...found, value: Math.max(value, Math.log(found.value)) };
}
