/** Rounding of a double. */
const UNIT = Number.EPSILON / 2;

/** Evaluations for one root at most; four are usual. */
const MAX_EVALUATIONS = 100;

/** Evaluations behind which every second step halves the bracket. */
const PATIENCE = 10;

/** The values and slopes of psi (poles up to `split`) and phi (poles behind it) and how exactly their sum is known. */
interface Evaluation {
  readonly value: number;
  readonly psiSlope: number;
  readonly phiSlope: number;
  readonly error: number;
}

/**
 * Roots of 1 + sum_i w_i/(d_i - x) for poles d_0 < d_1 < .. and weights w_i > 0, k of each: the eigenvalues of
 * diag(d) + z z^T, w_i = z_i^2. Root j lies between poles j and j + 1, the last behind all.
 *
 * Row j of the differences holds d_i - x_j, each with all its digits: a root is found as its distance from the nearer
 * pole, by interpolation with a + b/(d_j - x) + c/(d_(j+1) - x) ("the middle way": Li, LAPACK Working Note 89, 1993)
 * within a bracket, until the equation holds to its own rounding.
 *
 * @returns the roots, and the differences, k x k row-major.
 */
export function secularRoots(d: Float64Array, w: Float64Array) {
  const k = d.length;
  const [roots, differences] = [new Float64Array(k), new Float64Array(k * k)];
  const total = w.reduce((sum, x) => sum + x, 0);
  for (let j = 0; j < k; j++) {
    const row = differences.subarray(j * k, (j + 1) * k);
    roots[j] =
      j < k - 1 ? innerRoot(d, w, j, row) : k === 1 ? onlyRoot(d, w, row) : lastRoot(d, w, total, row);
  }
  return { roots, differences };
}

function onlyRoot(d: Float64Array, w: Float64Array, row: Float64Array): number {
  row[0] = -w[0]!;
  return d[0]! + w[0]!;
}

function innerRoot(d: Float64Array, w: Float64Array, j: number, row: Float64Array): number {
  const gap = d[j + 1]! - d[j]!;
  place(d, d[j]!, gap / 2, row);
  const middle = evaluate(w, row, j, gap / 2);
  const left = middle.value >= 0;
  const origin = left ? j : j + 1;
  // All but the terms of the two poles, as they are in the middle.
  const rest = middle.value - w[j]! / row[j]! - w[j + 1]! / row[j + 1]!;
  const [a, b] = left
    ? [rest * gap + w[j]! + w[j + 1]!, w[j]! * gap]
    : [-rest * gap + w[j]! + w[j + 1]!, -w[j + 1]! * gap];
  const start = inner(a, b, rest);
  const [low, high] = left ? [0, gap / 2] : [-gap / 2, 0];
  return bracketed(d, w, { origin, low, high, start, split: j, step: inner }, row);
}

function lastRoot(d: Float64Array, w: Float64Array, total: number, row: Float64Array): number {
  const origin = d.length - 1;
  const bracket = { origin, low: 0, high: total, start: total / 2, split: origin - 1, step: outer };
  return bracketed(d, w, bracket, row);
}

/** The root of c x^2 - a x + b that lies between the poles. */
function inner(a: number, b: number, c: number): number {
  const root = Math.sqrt(Math.abs(a * a - 4 * b * c));
  return a <= 0 ? (a - root) / (2 * c) : (2 * b) / (a + root);
}

/** The one that lies behind them. */
function outer(a: number, b: number, c: number): number {
  const root = Math.sqrt(Math.abs(a * a - 4 * b * c));
  return a >= 0 ? (a + root) / (2 * c) : (2 * b) / (a - root);
}

/** Where a root is looked for, as its distance from pole `origin`. */
interface Bracket {
  readonly origin: number;
  readonly low: number;
  readonly high: number;
  readonly start: number;
  /** Last pole of psi: the two poles of the interpolation are this one and the next. */
  readonly split: number;
  readonly step: (a: number, b: number, c: number) => number;
}

function bracketed(
  d: Float64Array,
  w: Float64Array,
  { origin, low, high, start, split, step }: Bracket,
  row: Float64Array,
): number {
  const pole = d[origin]!;
  let x = start > low && start < high ? start : between(low, high);
  for (let count = 1; ; count++) {
    place(d, pole, x, row);
    const { value, psiSlope, phiSlope, error } = evaluate(w, row, split, x);
    if (!(Math.abs(value) > UNIT * error) || count === MAX_EVALUATIONS) break;
    if (value < 0) low = x;
    else high = x;
    const [left, right] = [row[split]!, row[split + 1]!];
    const c = value - left * psiSlope - right * phiSlope;
    const a = (left + right) * value - left * right * (psiSlope + phiSlope);
    const next = x + step(a, left * right * value, c);
    const halve = !(next > low && next < high) || (count > PATIENCE && count % 2 === 0);
    const moved = halve ? between(low, high) : next;
    if (moved === x || !(high - low > Number.EPSILON * Math.abs(x))) break;
    x = moved;
  }
  return pole + x;
}

/** A number between two of one sign, far apart: their geometric mean; beside a pole, at 0, a sixteenth. */
function between(low: number, high: number): number {
  const [near, far] = Math.abs(low) < Math.abs(high) ? [low, high] : [high, low];
  if (near === 0) return far / 16;
  if (far / near > 16) return Math.sign(far) * Math.sqrt(Math.abs(near)) * Math.sqrt(Math.abs(far));
  return (low + high) / 2;
}

/** row_i = d_i - (pole + x), the pole taken off first. */
function place(d: Float64Array, pole: number, x: number, row: Float64Array): void {
  for (let i = 0; i < row.length; i++) row[i] = d[i]! - pole - x;
}

/** The function at x from its pole, by the differences, with a bound of its rounding in units of it. */
function evaluate(w: Float64Array, row: Float64Array, split: number, x: number): Evaluation {
  let [psi, psiSlope, phi, phiSlope, error] = [0, 0, 0, 0, 0];
  for (let i = 0; i <= split; i++) {
    const difference = row[i]!;
    const term = w[i]! / difference;
    psi += term;
    psiSlope += term / difference;
    error -= psi;
  }
  for (let i = row.length - 1; i > split; i--) {
    const difference = row[i]!;
    const term = w[i]! / difference;
    phi += term;
    phiSlope += term / difference;
    error += Math.abs(phi);
  }
  return {
    value: 1 + psi + phi,
    psiSlope,
    phiSlope,
    error: Math.abs(error) + 8 * (Math.abs(psi) + Math.abs(phi)) + 1 + Math.abs(x) * (psiSlope + phiSlope),
  };
}

/**
 * Eigenvectors of diag(d) + z z^T from the differences of `secularRoots`: z is computed anew as the one for which the roots
 * are exact (Gu & Eisenstat, SIAM J. Matrix Anal. Appl. 15, 1994), so that the vectors are orthogonal to rounding however
 * close the roots are.
 *
 * @param z of which the signs are taken. @param places entry i of a vector is written to place places[i].
 * @returns k x k, row-major; row j is the unit eigenvector of root j.
 */
export function secularVectors(
  d: Float64Array,
  z: Float64Array,
  differences: Float64Array,
  places: Int32Array,
): Float64Array {
  const k = d.length;
  const squares = new Float64Array(k).fill(1);
  for (let j = 0; j < k; j++) {
    for (let i = 0; i < k; i++) {
      squares[i]! *= differences[j * k + i]! / (i === j ? 1 : d[i]! - d[j]!);
    }
  }
  const numerators = squares.map((x, i) => Math.sign(z[i]!) * Math.sqrt(Math.abs(x)));
  const rows = new Float64Array(k * k);
  for (let j = 0; j < k; j++) {
    let sum = 0;
    for (let i = 0; i < k; i++) {
      const entry = numerators[i]! / differences[j * k + i]!;
      rows[j * k + places[i]!] = entry;
      sum += entry * entry;
    }
    const length = Math.sqrt(sum);
    for (let i = 0; i < k; i++) rows[j * k + i]! /= length;
  }
  return rows;
}
