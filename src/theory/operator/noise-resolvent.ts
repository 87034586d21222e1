import { type DavidsonOptions, largestEigenpair } from '../../linalg/davidson.js';
import { identityMatrix } from '../../linalg/symmetric-eigen.js';
import { addScaled, norm, packSymmetric, trace, unpackSymmetric } from '../../linalg/vectors.js';
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
  /** The symmetric eigenvector, of length 1, where a next iteration may start. */
  readonly vector: Float64Array;
  /** phi(z), packed. */
  readonly phi: Float64Array;
}

/** A start found nearby, with its weight beside the identity, which has a part along every eigenvector that counts. */
interface Start {
  readonly vector: Float64Array;
  readonly weight: number;
}

/** Weight of a vector from which all digits of a value are looked for. */
const TRUSTED = 1e6;

/** The gain at z, for one step size; null where phi(z) has entries that are not positive numbers. */
type GainAt = (z: number, options?: DavidsonOptions, start?: Start) => NoiseGain | null;

/** Gains of the noise at one step size. */
interface NoiseGains {
  /** The radius of A (x) A. */
  readonly ofMean: number;
  readonly gain: GainAt;
  /** phi(z), packed. */
  readonly phiAt: (z: number) => Float64Array;
  /** The z that stands for 1 where the rule is scaled. */
  readonly one: number;
}

/** The gain of the noise above the radius of the mean. @param d eigenvalues of D, in whose basis `noise` is. */
export function noiseGain(d: Float64Array, noise: PackedMap, rule: StateRule): NoiseGains {
  const r = d.length;
  const q = rule.push.length;
  const means = Array.from(d, (x) => meanMatrix(rule, x));
  const identity = packSymmetric(identityMatrix(r), r);
  const solve = resolvent(q);
  const solved = new Float64Array(q * q);

  /** (z - A_a (x) A_b)^{-1} (c (x) c) eta^2 for all pairs of axes b <= a, one array for each of its q^2 numbers. */
  function kernelsAt(z: number): Float64Array[] {
    const kernels = Array.from(solved, () => new Float64Array(identity.length));
    const source = rule.push.flatMap((x) => rule.push.map((y) => rule.eta ** 2 * x * y));
    for (let a = 0, k = 0; a < r; a++) {
      for (let b = 0; b <= a; b++, k++) {
        solve(z, means[a]!, means[b]!, source, solved);
        for (let place = 0; place < solved.length; place++) kernels[place]![k] = solved[place]!;
      }
    }
    return kernels;
  }

  const gain: GainAt = (z, options = {}, start) => {
    const kernels = kernelsAt(z);
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
    if (start) addScaled(inside, start.weight * norm(inside), start.vector);
    const top = largestEigenpair(apply, inside, options);
    return {
      value: Math.max(top.value, Number.MIN_VALUE),
      slope() {
        let sum = 0;
        for (let a = 0, k = 0; a < r; a++) {
          for (let b = 0; b <= a; b++, k++) {
            const once = kernels.map((kernel) => kernel[k]!);
            solve(z, means[a]!, means[b]!, once, solved);
            sum -= (solved[0]! / phi[k]!) * top.vector[k]! ** 2;
          }
        }
        return sum;
      },
      relativeError: top.value > 0 ? top.residual / top.value : 0,
      iterations: top.iterations,
      vector: top.vector,
      phi,
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
  return {
    ofMean: Math.max(1e-300, Math.max(...means.map(radiusOf)) ** 2),
    gain,
    phiAt: (z) => kernelsAt(z)[0]!,
    one: Math.exp(-2 * rule.logScale),
  };
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

/** Writes (z - A (x) B)^{-1} x into `out`, for q x q matrices A, B and q^2 numbers x: by elimination with pivots. */
type Resolvent = (z: number, a: SmallMatrix, b: SmallMatrix, x: Numbers, out: Float64Array) => void;

type Numbers = ArrayLike<number>;

function resolvent(q: number): Resolvent {
  const n = q * q;
  const width = n + 1;
  const rows = new Float64Array(n * width);
  return (z, a, b, x, out) => {
    for (let i = 0; i < n; i++) {
      const [ofA, ofB] = [a[Math.floor(i / q)]!, b[i % q]!];
      for (let j = 0; j < n; j++) {
        rows[i * width + j] = (i === j ? z : 0) - ofA[Math.floor(j / q)]! * ofB[j % q]!;
      }
      rows[i * width + n] = x[i]!;
    }
    for (let k = 0; k < n; k++) {
      let pivot = k;
      for (let i = k + 1; i < n; i++) {
        if (Math.abs(rows[i * width + k]!) > Math.abs(rows[pivot * width + k]!)) pivot = i;
      }
      for (let j = k; pivot !== k && j <= n; j++) {
        [rows[k * width + j], rows[pivot * width + j]] = [rows[pivot * width + j]!, rows[k * width + j]!];
      }
      for (let i = k + 1; i < n; i++) {
        const factor = rows[i * width + k]! / rows[k * width + k]!;
        for (let j = k; j <= n; j++) rows[i * width + j]! -= factor * rows[k * width + j]!;
      }
    }
    for (let k = n - 1; k >= 0; k--) {
      let left = rows[k * width + n]!;
      for (let j = k + 1; j < n; j++) left -= rows[k * width + j]! * out[j]!;
      out[k] = left / rows[k * width + k]!;
    }
  };
}

/**
 * Just above the radius of the mean phi is so large along its axis that the rounding of N there keeps a residual from
 * falling: the best value is taken, with the residual as its error.
 */
const BEST: DavidsonOptions = { approximate: true, maxIterations: 300 };

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
  let start: Start | undefined;
  for (let k = 0; k < NEWTON_STEPS; k++) {
    const found = gain(z, BEST, start);
    if (!found) return null;
    iterations += found.iterations;
    start = { vector: found.vector, weight: TRUSTED };
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
      const ofGain = found.relativeError / Math.max(Number.MIN_VALUE, -slope * z);
      const relativeError = Math.max(ofGain, 4 * Number.EPSILON);
      return { value: z, relativeError, iterations, moment: found.moment(false) };
    }
    z = next;
  }
  return null;
}

/**
 * For the sign of a rate: a Ritz value above 1 is one of a value above 1; a residual as small as this, after a start half of
 * which is the identity, leaves room for a larger value only next to the one found.
 */
const SIGN: DavidsonOptions = { ...BEST, above: 1, tolerance: 1e-3 };

/** Share of a step size by which it is moved to see how phi changes. */
const NEARBY = 1e-6;

/**
 * A number with the sign of log rho(T), and zero with it: log of the gain at 1 or of the mean's radius, whichever is
 * larger, and its derivative by log eta (Hellmann and Feynman: the eigenvector may be held). Null where the kernel is not
 * positive.
 *
 * @param signAlone no more digits than the sign takes, and no derivative. @param nearby the vector found at a step size nearby.
 */
export function gainRate(
  gainAt: (eta: number) => NoiseGains,
  eta: number,
  signAlone: boolean,
  nearby: Float64Array | undefined,
) {
  const { ofMean, gain, one } = gainAt(eta);
  const ofMeanAlone = Math.log(ofMean / one);
  if (ofMeanAlone >= 0) return { value: ofMeanAlone, vector: nearby, iterations: 0, relativeError: 0 };
  // Closer to the radius of the mean than that, phi is rounding; the gain falls, so it is a lower bound there.
  const start = nearby && { vector: nearby, weight: signAlone ? 1 : TRUSTED };
  const found = gain(Math.max(one, ofMean * (1 + JUST_ABOVE)), signAlone ? SIGN : BEST, start);
  if (!found) return null;
  const { vector, phi, iterations, relativeError } = found;
  const value = Math.max(ofMeanAlone, Math.log(found.value));
  if (signAlone) return { value, vector, iterations, relativeError };
  const next = gainAt(eta * (1 + NEARBY));
  const rise = next.phiAt(next.one).reduce((sum, x, k) => sum + Math.log(x / phi[k]!) * vector[k]! ** 2, 0);
  return { value, slope: rise / Math.log1p(NEARBY), vector, iterations, relativeError };
}
