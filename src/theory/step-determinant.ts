import { addScaled } from '../linalg/vectors.js';
import { identityMatrix } from '../linalg/symmetric-eigen.js';
import type { CurvatureGroup, ReducedProblem } from './problem.js';

/** The law of log|det A| of a step A = I - eta (M_R - M_F), over all pairs of batches. */
export interface StepDeterminant {
  /** E log|det A|; -Infinity if some step is singular. */
  readonly mean: number;
  readonly variance: number;
  readonly lowest: number;
  readonly highest: number;
  /** E (det A)^2. */
  readonly meanSquare: number;
}

/** Pairs of batches, and entries of all their steps, up to which they are enumerated. */
const MOST = { pairs: 1024, entries: 2 ** 20 };

/** log|det A| by enumeration of every pair of batches; null unless `hasFewBatches`. */
export function stepDeterminant(problem: ReducedProblem, eta: number): StepDeterminant | null {
  if (!hasFewBatches(problem)) return null;
  const r = problem.dimension;
  let steps = [{ matrix: identityMatrix(r), probability: 1 }];
  for (const group of problem.groups) {
    const moves = batchMoves(group, eta);
    steps = steps.flatMap(({ matrix, probability }) =>
      moves.map((move) => {
        const sum = matrix.slice();
        addScaled(sum, 1, move.matrix);
        return { matrix: sum, probability: probability * move.probability };
      }),
    );
  }
  const laws = steps
    .filter(({ probability }) => probability > 0)
    .map(({ matrix, probability }) => ({ log: logDeterminant(matrix, r), probability }));
  const over = (f: (log: number) => number): number =>
    laws.reduce((sum, { log, probability }) => sum + probability * f(log), 0);
  const mean = over((log) => log);
  const logs = laws.map(({ log }) => log);
  return {
    mean,
    variance: Number.isFinite(mean) ? over((log) => (log - mean) ** 2) : Infinity,
    lowest: Math.min(...logs),
    highest: Math.max(...logs),
    meanSquare: over((log) => Math.exp(2 * log)),
  };
}

/** True if every batch is drawn anew and their pairs are few enough for enumeration. */
export function hasFewBatches({ groups, dimension }: ReducedProblem): boolean {
  const pairs = groups.reduce((product, { samples: { sampleCount: n }, batchSize, sampling }) => {
    return product * (sampling === 'with-replacement' ? n ** batchSize : 2 ** n);
  }, 1);
  const anew = groups.every(({ sampling }) => sampling !== 'reshuffled');
  return anew && pairs <= MOST.pairs && pairs * dimension ** 2 <= MOST.entries;
}

/** What every batch of a set adds to the step, with its probability: r x r each. */
function batchMoves(group: CurvatureGroup, eta: number) {
  const { sampling } = group;
  const { sampleCount: n, dimension: r, offsets, factors } = group.samples;
  const share = group.batchSize / n;
  const scale = (-eta * group.sign * group.weight) / group.batchSize;
  const draws = sampling === 'with-replacement' ? group.batchSize : n;
  const choices = sampling === 'with-replacement' ? n : 2;
  let moves = [{ matrix: new Float64Array(r * r), probability: 1, size: 0 }];
  for (let draw = 0; draw < draws; draw++) {
    moves = moves.flatMap(({ matrix, probability, size }) =>
      Array.from({ length: choices }, (_, choice) => {
        const [taken, chance] =
          sampling === 'with-replacement'
            ? [choice, 1 / n]
            : [choice === 1 ? draw : -1, choice === 1 ? share : 1 - share];
        const moved = matrix.slice();
        if (taken >= 0) addHessian(moved, taken);
        return { matrix: moved, probability: probability * chance, size: size + (taken >= 0 ? 1 : 0) };
      }),
    );
  }
  if (sampling !== 'without-replacement') return moves;
  const subsets = moves.filter(({ size }) => size === group.batchSize);
  return subsets.map((subset) => ({ ...subset, probability: 1 / subsets.length }));

  function addHessian(sum: Float64Array, i: number): void {
    for (let row = offsets[i]! * r; row < offsets[i + 1]! * r; row += r) {
      for (let a = 0; a < r; a++) {
        for (let b = 0; b < r; b++) sum[a * r + b]! += scale * factors[row + a]! * factors[row + b]!;
      }
    }
  }
}

/** log|det| of an r x r matrix, by elimination with pivots; the matrix is overwritten. */
function logDeterminant(m: Float64Array, r: number): number {
  let log = 0;
  for (let k = 0; k < r; k++) {
    let pivot = k;
    for (let i = k + 1; i < r; i++) if (Math.abs(m[i * r + k]!) > Math.abs(m[pivot * r + k]!)) pivot = i;
    const head = m[pivot * r + k]!;
    if (head === 0) return -Infinity;
    log += Math.log(Math.abs(head));
    if (pivot !== k) {
      for (let b = k; b < r; b++) {
        [m[k * r + b], m[pivot * r + b]] = [m[pivot * r + b]!, m[k * r + b]!];
      }
    }
    for (let i = k + 1; i < r; i++) {
      const factor = m[i * r + k]! / head;
      for (let b = k + 1; b < r; b++) m[i * r + b]! -= factor * m[k * r + b]!;
    }
  }
  return log;
}
