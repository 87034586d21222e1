/**
 * A loss of the c outputs of a model on one sample, with what the generalised Gauss-Newton matrix
 * J^T Lambda J needs of it: a square root of its Hessian Lambda in the outputs.
 */
interface OutputLoss {
  readonly name: LossKind;
  /** m, how many factors a sample with c outputs has. */
  factorsPerSample(c: number): number;
  /** R (m x c, row-major) with R^T R = Lambda(z): row k times the Jacobian is factor k. */
  root(z: Float64Array): Float64Array;
  /** Gradient of the loss in the outputs: c numbers. */
  gradient(z: Float64Array, target: Float64Array): Float64Array;
  value(z: Float64Array, target: Float64Array): number;
  /** Whether the sample is classified right; null for losses without classes. */
  isRight(z: Float64Array, target: Float64Array): boolean | null;
}

/** Squared loss, cross-entropy of classes, and of independent yes-no questions. */
export type LossKind = 'squared' | 'softmax' | 'sigmoid';

/** |z - y|^2 / 2: Lambda is the identity. */
const squared: OutputLoss = {
  name: 'squared',
  factorsPerSample: (c) => c,
  root: ({ length: c }) => Float64Array.from({ length: c * c }, (_, k) => (k % (c + 1) === 0 ? 1 : 0)),
  gradient: (z, y) => z.map((value, k) => value - y[k]!),
  value: (z, y) => z.reduce((sum, value, k) => sum + (value - y[k]!) ** 2 / 2, 0),
  isRight: () => null,
};

/**
 * -sum_k y_k log p_k for p = softmax(z): Lambda = diag(p) - p p^T, of rank c - 1.
 *
 * With the tail sums T_k = p_(k+1) + .. + p_(c-1) its Cholesky factor has c - 1 columns in closed form:
 * row k of R is sqrt(p_k T_k / T_(k-1)) times (0, .., 0, 1, -p_(k+1)/T_k, .., -p_(c-1)/T_k). Nothing cancels in it.
 */
const softmax: OutputLoss = {
  name: 'softmax',
  factorsPerSample: (c) => c - 1,
  root(z) {
    const c = z.length;
    const p = probabilities(z);
    const root = new Float64Array((c - 1) * c);
    let tail = p[c - 1]!;
    for (let k = c - 2; k >= 0; k--) {
      const whole = tail + p[k]!;
      const scale = whole > 0 ? Math.sqrt(p[k]! * (tail / whole)) : 0;
      root[k * c + k] = scale;
      for (let j = k + 1; j < c && tail > 0; j++) root[k * c + j] = -scale * (p[j]! / tail);
      tail = whole;
    }
    return root;
  },
  gradient(z, y) {
    const p = probabilities(z);
    // p_k - y_k as a sum of small terms: sum_j (y_j p_k - y_k p_j), since y and p sum to 1; terms that are 0 are left out.
    return p.map((own, k) =>
      p.reduce((sum, other, j) => (y[k] === 0 && y[j] === 0 ? sum : sum + y[j]! * own - y[k]! * other), 0),
    );
  },
  value(z, y) {
    const top = Math.max(...z);
    const logSum = Math.log(z.reduce((sum, value) => sum + Math.exp(value - top), 0));
    return z.reduce((sum, value, k) => (y[k] === 0 ? sum : sum + y[k]! * (top + logSum - value)), 0);
  },
  isRight: (z, y) => largestAt(z) === largestAt(y),
};

/** -sum_k [y_k log s_k + (1 - y_k) log(1 - s_k)] for s = sigmoid(z): Lambda = diag(s_k (1 - s_k)). */
const yesNo: OutputLoss = {
  name: 'sigmoid',
  factorsPerSample: (c) => c,
  root(z) {
    const c = z.length;
    const root = new Float64Array(c * c);
    z.forEach((value, k) => (root[k * (c + 1)] = logisticRoot(value)));
    return root;
  },
  gradient: (z, y) => z.map((value, k) => (1 - y[k]!) * sigmoid(value) - y[k]! * sigmoid(-value)),
  value: (z, y) =>
    z.reduce((sum, value, k) => sum + (1 - y[k]!) * softplus(value) + y[k]! * softplus(-value), 0),
  isRight: (z, y) => z.every((value, k) => value > 0 === y[k]! > 0.5),
};

export const OUTPUT_LOSSES: Readonly<Record<LossKind, OutputLoss>> = { squared, softmax, sigmoid: yesNo };

/** Sigmoid 1/(1 + exp(-x)), without overflow. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** sqrt(s (1 - s)) for s = 1/(1 + exp(-z)). */
export function logisticRoot(z: number): number {
  return Math.exp(-Math.abs(z) / 2) / (1 + Math.exp(-Math.abs(z)));
}

/** log(1 + exp(z)). */
export function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

/** exp(z_k)/sum_j exp(z_j). */
export function probabilities(z: Float64Array): Float64Array {
  const top = Math.max(...z);
  const powers = z.map((value) => Math.exp(value - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Place of the first largest number; -1 if one is NaN. */
function largestAt(values: Float64Array): number {
  let at = 0;
  for (let k = 0; k < values.length; k++) {
    if (Number.isNaN(values[k]!)) return -1;
    if (values[k]! > values[at]!) at = k;
  }
  return at;
}
