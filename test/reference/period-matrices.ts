import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { CurvatureGroup, ReducedProblem } from '../../src/theory/problem.js';
import { PLAIN_PROCEDURE } from '../../src/theory/procedure.js';
import { denseHessians } from './dense-operator.js';
import { enumerateBatches } from './enumeration.js';

/** The matrix B of a period on states (w, and the velocity after it) for some batches, with its probability. */
export interface EnumeratedPeriod {
  readonly matrix: Matrix;
  readonly probability: number;
  /** Samples that each step takes of each set. */
  readonly sizes: readonly { readonly retain: number; readonly forget: number }[];
}

/** One batch: how often each sample is in it, and what its sum is divided by. */
interface CountedBatch {
  readonly counts: readonly number[];
  readonly divisor: number;
}

/** The batches of one set over a period, with their probability. */
interface BatchSequence {
  readonly batches: readonly CountedBatch[];
  readonly probability: number;
}

/** Every period of a tiny problem, written out from the formulas of torch.optim.SGD. */
export function enumeratePeriods(problem: ReducedProblem, eta: number): EnumeratedPeriod[] {
  const { schedule, dropLast } = problem.procedure ?? PLAIN_PROCEDURE;
  const round = schedule
    ? [...repeat('forget', schedule.ascent), ...repeat('retain', schedule.descent)]
    : ['both'];
  const usesOf = (group: CurvatureGroup): number =>
    steps.filter((step) => step === 'both' || step === group.name).length;
  const steps = [...round];
  // Until all loaders are where they began.
  while (problem.groups.some((group) => usesOf(group) % epochLength(group, dropLast) > 0)) {
    steps.push(...round);
  }
  let periods: { sequences: Map<string, BatchSequence>; probability: number }[] = [
    { sequences: new Map(), probability: 1 },
  ];
  for (const group of problem.groups) {
    const sequences = batchSequences(group, usesOf(group), dropLast);
    periods = periods.flatMap((period) =>
      sequences.map((sequence) => ({
        sequences: new Map([...period.sequences, [group.name, sequence]]),
        probability: period.probability * sequence.probability,
      })),
    );
  }
  return periods.map(({ sequences, probability }) => {
    const used = { retain: 0, forget: 0 };
    const sizes: { retain: number; forget: number }[] = [];
    let matrix: Matrix | null = null;
    for (const step of steps) {
      const size = { retain: 0, forget: 0 };
      const curvature = Matrix.zeros(problem.dimension, problem.dimension);
      for (const group of problem.groups.filter(({ name }) => step === 'both' || step === name)) {
        const batch = sequences.get(group.name)!.batches[used[group.name]++]!;
        size[group.name] = batch.counts.reduce((a, b) => a + b, 0);
        denseHessians(group.samples).forEach((hessian, i) => {
          const weight = (group.sign * group.weight * batch.counts[i]!) / batch.divisor;
          curvature.add(Matrix.mul(hessian, weight));
        });
      }
      const one = stepMatrix(problem, eta, curvature);
      matrix = matrix ? one.mmul(matrix) : one;
      sizes.push(size);
    }
    return { matrix: matrix!, probability, sizes };
  });
}

/** v' = b v + g + lam w, w' = w - eta v' (Nesterov: - eta (g + lam w + b v')) on all unit states at once. */
function stepMatrix(
  { dimension: r, procedure = PLAIN_PROCEDURE }: ReducedProblem,
  eta: number,
  h: Matrix,
): Matrix {
  const { momentum: b, nesterov, weightDecay } = procedure;
  const eye = Matrix.eye(r);
  if (b === 0) return Matrix.sub(eye, Matrix.mul(Matrix.add(h, Matrix.mul(eye, weightDecay)), eta));
  const [w, v] = [Matrix.zeros(r, 2 * r), Matrix.zeros(r, 2 * r)];
  w.setSubMatrix(eye, 0, 0);
  v.setSubMatrix(eye, 0, r);
  const gradient = Matrix.add(h.mmul(w), Matrix.mul(w, weightDecay));
  const velocity = Matrix.add(Matrix.mul(v, b), gradient);
  const update = nesterov ? Matrix.add(gradient, Matrix.mul(velocity, b)) : velocity;
  const out = Matrix.zeros(2 * r, 2 * r);
  out.setSubMatrix(Matrix.sub(w, Matrix.mul(update, eta)), 0, 0);
  out.setSubMatrix(velocity, r, 0);
  return out;
}

function batchSequences(group: CurvatureGroup, uses: number, dropLast: boolean): BatchSequence[] {
  const { sampling, batchSize, samples } = group;
  const n = samples.sampleCount;
  if (sampling === 'reshuffled') {
    const orders = permutations(Array.from({ length: n }, (_, i) => i));
    const epochs = orders.map((order) =>
      Array.from({ length: epochLength(group, dropLast) }, (_, k) => {
        const batch = order.slice(k * batchSize, (k + 1) * batchSize);
        const counts = Array.from({ length: n }, (__, i) => Number(batch.includes(i)));
        return { counts, divisor: batch.length };
      }),
    );
    let courses: CountedBatch[][] = [[]];
    for (let used = 0; used < uses; used += epochLength(group, dropLast)) {
      courses = courses.flatMap((course) => epochs.map((epoch) => [...course, ...epoch]));
    }
    return courses.map((batches) => ({ probability: 1 / courses.length, batches }));
  }
  const batches = enumerateBatches(sampling, n, batchSize);
  let sequences: BatchSequence[] = [{ batches: [], probability: 1 }];
  for (let k = 0; k < uses; k++) {
    sequences = sequences.flatMap((sequence) =>
      batches.map(({ multiplicity, probability }) => ({
        batches: [...sequence.batches, { counts: multiplicity, divisor: batchSize }],
        probability: sequence.probability * probability,
      })),
    );
  }
  return sequences;
}

function epochLength({ sampling, batchSize, samples }: CurvatureGroup, dropLast: boolean): number {
  if (sampling !== 'reshuffled') return 1;
  return (dropLast ? Math.floor : Math.ceil)(samples.sampleCount / batchSize);
}

/** rho of M -> E[B M B^T] at a step size, over all periods of a problem. */
export function enumeratedPeriodRadius(problem: ReducedProblem, eta: number): number {
  return periodRadius(enumeratePeriods(problem, eta));
}

/** rho of M -> E[B M B^T] for periods B, as the largest modulus of an eigenvalue of E[B (x) B]. */
export function periodRadius(periods: readonly Pick<EnumeratedPeriod, 'matrix' | 'probability'>[]): number {
  const m = periods[0]!.matrix.rows;
  const mean = Matrix.zeros(m * m, m * m);
  for (const { matrix, probability } of periods) mean.add(matrix.kroneckerProduct(matrix).mul(probability));
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(mean);
  return Math.max(...realEigenvalues.map((x, k) => Math.hypot(x, imaginaryEigenvalues[k]!)));
}

/** The first eta of a problem at which rho reaches 1. */
export function firstUnitRadius(problem: ReducedProblem, start: number): number {
  return firstCrossing((eta) => enumeratedPeriodRadius(problem, eta), start);
}

/** The first eta, from `start` up by 2 % each time, at which rho reaches 1; to the last digits by bisection. */
export function firstCrossing(radius: (eta: number) => number, start: number): number {
  let [low, high] = [start, start * 1.02];
  if (!(radius(low) < 1)) throw new RangeError(`rho must be < 1 at ${start}`);
  while (radius(high) < 1) [low, high] = [high, high * 1.02];
  for (let k = 0; k < 50; k++) {
    const middle = (low + high) / 2;
    if (radius(middle) < 1) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function repeat<T>(value: T, count: number): T[] {
  return Array.from({ length: count }, () => value);
}

function permutations(values: readonly number[]): number[][] {
  if (values.length === 0) return [[]];
  return values.flatMap((first) =>
    permutations(values.filter((x) => x !== first)).map((rest) => [first, ...rest]),
  );
}
