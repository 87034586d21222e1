import type { ForecastClaim, ForecastedSetting, NamedBatches } from '../src/harness/forecast-claim.js';
import type { RestSetting } from '../src/harness/rest-runs.js';
import { symmetricEigen } from '../src/linalg/symmetric-eigen.js';
import { type CurvatureGroup, uniformSet } from '../src/theory/problem.js';

/** c, all samples having as many factors as the first. */
function outputsPerSample({ samples: { offsets } }: CurvatureGroup): number {
  return offsets[1]! - offsets[0]!;
}

/** True if all samples have equally many factors: outputs of one model. */
export function isOneModel({ groups }: Parameters<ForecastClaim['applies']>[0]): boolean {
  const counts = groups.flatMap(({ samples: { offsets, sampleCount } }) =>
    Array.from({ length: sampleCount }, (_, i) => offsets[i + 1]! - offsets[i]!),
  );
  return new Set(counts).size === 1;
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

/** e^z_k/sum e^z_j; of one output s = 1/(1 + e^-z), the class 0 having the output 0. */
function probabilities(z: readonly number[]): number[] {
  const all = z.length === 1 ? [z[0]!, 0] : z;
  const powers = all.map((x) => Math.exp(x - Math.max(...all)));
  const sum = powers.reduce((a, b) => a + b);
  return powers.slice(0, z.length).map((x) => x / sum);
}

/** Cross-entropy: p - y and diag(p) - p p^T, which of one output are s - y and s (1-s). */
export const crossEntropy: LossDerivatives = {
  gradient: (z, y) => probabilities(z).map((p, k) => p - y[k]!),
  curvature(z) {
    const p = probabilities(z);
    return p.flatMap((a, i) => p.map((b, k) => (i === k ? a : 0) - a * b));
  },
};

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

/** What a variant of the linear process changes; default: nothing. */
export interface LinearProcess {
  /** Factors of the step size and of the ascent. */
  readonly step?: number;
  readonly ascent?: number;
  /** What the sum over a batch is divided by; default: the batch size. */
  readonly divisor?: (drawn: number, size: number, n: number) => number;
  /** Curvature of the whole set in place of that of the batch. */
  readonly whole?: boolean;
  /** The descent is made first, and the ascent from where it ends. */
  readonly inTurns?: boolean;
  /** Factor of the curvature by outputs of a sample. */
  readonly loss?: (c: number) => number;
  /** Steps that are left out at the end. */
  readonly without?: number;
}

/** delta_K of delta' = delta - eta [(1-alpha) Hbar_R(batch) - alpha Hbar_F(batch)] delta, from w* = 0 and delta_0 = the minimum on. */
export function linearPath(
  { problem, eta, minimum }: ForecastedSetting,
  batches: readonly NamedBatches[],
  {
    step = 1,
    ascent = 1,
    divisor = (_, size) => size,
    whole = false,
    inTurns = false,
    loss = () => 1,
    without = 0,
  }: LinearProcess = {},
): Float64Array {
  let delta = minimum.slice();
  for (const named of batches.slice(0, batches.length - without)) {
    const next = delta.slice();
    for (const group of problem.groups) {
      const indices = named[group.name];
      if (indices === null) continue;
      const n = group.samples.sampleCount;
      const taken = whole ? Array.from({ length: n }, (_, i) => i) : indices;
      const over = whole ? n : divisor(indices.length, group.batchSize, n);
      const c = outputsPerSample(group);
      const from = inTurns && group.name === 'forget' ? next.slice() : delta;
      const scale =
        (step * eta * group.sign * group.weight * (group.name === 'forget' ? ascent : 1) * loss(c)) / over;
      for (const i of taken) addCurvature(group, i, from, -scale, next);
    }
    delta = next;
  }
  return delta;
}

/** out += scale H_i x. */
function addCurvature(
  { samples: { factors, offsets, dimension: p } }: CurvatureGroup,
  i: number,
  x: Float64Array,
  scale: number,
  out: Float64Array,
): void {
  for (let row = offsets[i]!; row < offsets[i + 1]!; row++) {
    let along = 0;
    for (let a = 0; a < p; a++) along += factors[row * p + a]! * x[a]!;
    for (let a = 0; a < p; a++) out[a]! += scale * along * factors[row * p + a]!;
  }
}
