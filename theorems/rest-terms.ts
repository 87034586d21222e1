import type { RestSetting } from '../src/harness/exact-rest.js';
import type { ForecastedSetting } from '../src/harness/forecast-claim.js';
import { choleskySolve } from '../src/linalg/pivoted-qr.js';
import { symmetricEigen } from '../src/linalg/symmetric-eigen.js';
import { matrixTimesVector, packSymmetric, unpackSymmetric } from '../src/linalg/vectors.js';
import { meanCurvature, sampleHessian, totalCurvature } from '../src/theory/mean-curvature.js';
import { type CurvatureGroup, type ReducedProblem, uniformSet } from '../src/theory/problem.js';
import { meanFactor, sampleFactor } from './curvature-terms.js';
import { momentMap } from './moment-terms.js';
import { isPlainDrawnAnew } from './procedures.js';

/** Changes of a variant to the process; default: none. */
interface Process {
  /** Factor of N in T. */
  readonly noise?: number;
  /** Factor of the decay in the curvature. */
  readonly decay?: number;
  /** K in place of D where the mean rests. */
  readonly total?: boolean;
  /** The one set whose gradients count in the mean. */
  readonly only?: 'retain' | 'forget';
}

/** Changes of a variant to the rest; default: none. */
interface Rest {
  /** Factor of the mean offset. */
  readonly push?: number;
  /** Factor of the offset within the noise. */
  readonly offset?: number;
  /** Factor of the gradients within the noise. */
  readonly gradients?: number;
  /** Power of eta before the noise. */
  readonly power?: number;
  /** Steps of noise that add up: all of them, or 1. */
  readonly steps?: number;
}

/** Mean and covariance of the rest around a minimum that does not fit, and log rho(T), in the given parameters. */
export function restMoments(
  { problem, eta, gradients, minimum }: RestSetting,
  { noise = 1, decay = 1, total = false, only }: Process = {},
) {
  const p = minimum.length;
  const lam = problem.procedure?.weightDecay ?? 0;
  const shift = decay * lam;
  const d = withDiagonal(total ? totalCurvature(problem) : meanCurvature(problem), shift, p);
  const step = withDiagonal(meanCurvature(problem), shift, p).map(
    (x, k) => (k % (p + 1) === 0 ? 1 : 0) - eta * x,
  );
  const map = momentMap(problem.groups, step, eta, noise);
  const m = (p * (p + 1)) / 2;
  return {
    logRadius: (): number => Math.log(symmetricEigen(map, m).values.at(-1)!),
    rest({ push = 1, offset = 1, gradients: ofGradients = 1, power = 2, steps = Infinity }: Rest = {}) {
      const pull = minimum.map((x) => lam * x);
      problem.groups.forEach(({ name, sign, weight, samples }, g) => {
        if (only && name !== only) return;
        const own = gradients[g]!;
        own.forEach((x, k) => (pull[k % p]! += (sign * weight * x) / samples.sampleCount));
      });
      const rest = choleskySolve(d, pull) ?? pull.map(() => NaN);
      const mean = rest.map((x) => -push * x);
      const spread = packSymmetric(
        stepNoise({ problem, eta, gradients, minimum }, mean, offset, ofGradients).map(
          (x) => eta ** power * x,
        ),
        p,
      );
      const kept = map.map((x, k) => (k % (m + 1) === 0 ? 1 : 0) - x);
      const covariance = steps === 1 ? spread : (choleskySolve(kept, spread) ?? spread.map(() => NaN));
      return { mean, covariance: unpackSymmetric(covariance, p) };
    },
  };
}

/** Cov of the gradient of a step at w* + mu: the sets' variances of H_i mu + g_i, p x p. */
function stepNoise(
  { problem, gradients }: RestSetting,
  mu: Float64Array,
  offset: number,
  ofGradients: number,
): Float64Array {
  const p = mu.length;
  const sum = new Float64Array(p * p);
  const add = (u: Float64Array, scale: number): void => {
    for (let k = 0; k < sum.length; k++) sum[k]! += scale * u[Math.floor(k / p)]! * u[k % p]!;
  };
  problem.groups.forEach((group, g) => {
    const n = group.samples.sampleCount;
    const mean = new Float64Array(p);
    for (let i = 0; i < n; i++) {
      const u = matrixTimesVector(sampleHessian(group.samples, i), mu).map(
        (x, a) => offset * x + ofGradients * gradients[g]![i * p + a]!,
      );
      add(u, sampleFactor(group));
      u.forEach((x, a) => (mean[a]! += x / n));
    }
    add(mean, -meanFactor(group));
  });
  return sum;
}

function withDiagonal(matrix: Float64Array, shift: number, p: number): Float64Array {
  return matrix.map((x, k) => x + (k % (p + 1) === 0 ? shift : 0));
}

/** c, all samples having as many factors as the first. */
export function outputsPerSample({ samples: { offsets } }: CurvatureGroup): number {
  return offsets[1]! - offsets[0]!;
}

/** The plain step, both sets drawn anew, on outputs of one model: all samples have equally many factors. */
export function isPlainModel(problem: ReducedProblem): boolean {
  const counts = problem.groups.flatMap(({ samples: { offsets, sampleCount } }) =>
    Array.from({ length: sampleCount }, (_, i) => offsets[i + 1]! - offsets[i]!),
  );
  return isPlainDrawnAnew(problem) && new Set(counts).size === 1;
}

/** First and second derivative of a loss in the c outputs: c numbers, c x c. */
export interface LossDerivatives {
  readonly gradient: (z: readonly number[], y: readonly number[]) => readonly number[];
  readonly curvature: (z: readonly number[]) => readonly number[];
}

/** |z - y|^2/2. */
export const squaredLoss: LossDerivatives = {
  gradient: (z, y) => z.map((x, k) => x - y[k]!),
  curvature: ({ length: c }) => identity(c),
};

function identity(c: number): number[] {
  return Array.from({ length: c * c }, (_, k) => (k % (c + 1) === 0 ? 1 : 0));
}

/**
 * The quadratic problem of section 1 at w*: factors J_i^T Lambda_i^{1/2} and gradients J_i^T grad l_i.
 *
 * @param at where the curvature is taken: factor of the outputs.
 */
export function quadraticAt(
  { problem, eta, minimum, data }: ForecastedSetting,
  { gradient, curvature }: LossDerivatives,
  at = 1,
): RestSetting {
  const p = minimum.length;
  const gradients: Float64Array[] = [];
  const groups = problem.groups.map((group, g): CurvatureGroup => {
    const { sampleCount: n, factors: rows } = group.samples;
    const c = outputsPerSample(group);
    const { outputs, targets } = data[g]!;
    const factors = new Float64Array(n * c * p);
    const own = new Float64Array(n * p);
    for (let i = 0; i < n; i++) {
      const [z, y] = [outputs, targets].map((all) => Array.from(all.subarray(i * c, (i + 1) * c)));
      const slope = gradient(z!, y!);
      const { values, rows: axes } = symmetricEigen(Float64Array.from(curvature(z!.map((x) => at * x))), c);
      for (let k = 0; k < c; k++) {
        for (let a = 0; a < p; a++) {
          const row = rows[(i * c + k) * p + a]!;
          own[i * p + a]! += slope[k]! * row;
          for (let j = 0; j < c; j++) {
            factors[(i * c + j) * p + a]! += Math.sqrt(Math.max(0, values[j]!)) * axes[j * c + k]! * row;
          }
        }
      }
    }
    gradients.push(own);
    return { ...group, samples: uniformSet(factors, p, n, c) };
  });
  return { problem: { ...problem, groups }, eta, gradients, minimum };
}
