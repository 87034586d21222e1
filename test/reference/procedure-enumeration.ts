import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { ProblemSpec, SampleSpec, Sampling } from '../../src/theory/problem.js';
import { enumerateBatches } from './enumeration.js';

/*
 * Procedures by full enumeration, in the given parameters and from the fields of a problem alone: every order of every
 * epoch, every batch of every step, the step matrix of states (delta, v) written down from torch.optim's formulas.
 */

/** Batches of one set in the steps of a period in which it takes part, with what the mean divides by. */
interface Course {
  readonly probability: number;
  /** For each use of the set the batches it may have: one, in an epoch. */
  readonly uses: readonly (readonly { readonly curvature: Matrix; readonly probability: number }[])[];
}

/** E[P (x) P] and E[P] over the periods P of a procedure, s^2 x s^2 and s x s, s = p or 2p with momentum. */
export function enumeratedPeriod(spec: ProblemSpec, eta: number) {
  const p = spec.retain[0]![0]!.length;
  const sets = takingPart(spec);
  const steps = stepsOfPeriod(spec, sets);
  const courses = sets.map((name) =>
    coursesOf(spec, name, steps.filter((taking) => taking.includes(name)).length),
  );
  const s = (spec.optimizer?.momentum ?? 0) > 0 ? 2 * p : p;
  const second = Matrix.zeros(s * s, s * s);
  const mean = Matrix.zeros(s, s);
  for (const chosen of product(courses)) {
    const probability = chosen.reduce((share, course) => share * course.probability, 1);
    let ofSecond = Matrix.eye(s * s);
    let ofMean = Matrix.eye(s);
    const used = sets.map(() => 0);
    for (const taking of steps) {
      const choices = sets.flatMap((name, g) =>
        taking.includes(name) ? [chosen[g]!.uses[used[g]!++]!] : [],
      );
      const stepSecond = Matrix.zeros(s * s, s * s);
      const stepMean = Matrix.zeros(s, s);
      for (const batches of product(choices)) {
        const share = batches.reduce((all, batch) => all * batch.probability, 1);
        const curvature = summed(
          batches.map((batch) => batch.curvature),
          p,
        );
        const step = stepMatrix(spec, curvature, eta);
        stepSecond.add(step.kroneckerProduct(step).mul(share));
        stepMean.add(step.mul(share));
      }
      ofSecond = stepSecond.mmul(ofSecond);
      ofMean = stepMean.mmul(ofMean);
    }
    second.add(ofSecond.mul(probability));
    mean.add(ofMean.mul(probability));
  }
  return { second, mean, steps: steps.length };
}

/** A course of the batches of a set through a period, as sample numbers (repeats if drawn twice). */
export interface BatchCourse {
  readonly probability: number;
  readonly batches: readonly (readonly number[])[];
}

/** Every course of every set that takes part, in the order retain, forget. */
export function batchCourses(spec: ProblemSpec): BatchCourse[][] {
  const sets = takingPart(spec);
  const steps = stepsOfPeriod(spec, sets);
  return sets.map((name) => {
    const uses = steps.filter((taking) => taking.includes(name)).length;
    const n = spec[name].length;
    if (samplingIn(spec, name) !== 'reshuffled') {
      const drawn = enumerateBatches(samplingIn(spec, name), n, spec.batch[name]);
      return product(Array.from({ length: uses }, () => drawn)).map((batches) => ({
        probability: batches.reduce((share, batch) => share * batch.probability, 1),
        batches: batches.map(({ multiplicity }) =>
          multiplicity.flatMap((times, i) => Array.from({ length: times }, () => i)),
        ),
      }));
    }
    const cut = epoch(spec, name);
    const orders = permutations(Array.from({ length: n }, (_, i) => i));
    const all = product(Array.from({ length: uses / cut.length }, () => orders));
    return all.map((epochs) => ({
      probability: 1 / all.length,
      batches: epochs.flatMap((order) => cut.map((places) => places.map((place) => order[place]!))),
    }));
  });
}

/** All choices of one entry from each list. */
export function product<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((all, list) => all.flatMap((one) => list.map((x) => [...one, x])), [[]]);
}

/** Largest modulus of an eigenvalue. */
export function denseRadius(matrix: Matrix): number {
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: false,
  });
  return Math.max(...realEigenvalues.map((x, k) => Math.hypot(x, imaginaryEigenvalues[k]!)));
}

/** log rho of a period by its steps. */
export function enumeratedGrowth(spec: ProblemSpec, eta: number): number {
  const { second, steps } = enumeratedPeriod(spec, eta);
  return Math.log(denseRadius(second)) / steps;
}

/** The matrix of one step of (delta, v), or of delta without momentum. */
function stepMatrix({ optimizer = {} }: ProblemSpec, curvature: Matrix, eta: number): Matrix {
  const { momentum: b = 0, nesterov = false, weightDecay = 0, preconditioner } = optimizer;
  const p = curvature.rows;
  const identity = Matrix.eye(p);
  const c = Matrix.diag(preconditioner ? [...preconditioner] : Array.from({ length: p }, () => 1));
  // AdamW shrinks w first; SGD adds the decay to the gradient.
  const kept = Matrix.mul(identity, preconditioner ? 1 - eta * weightDecay : 1);
  const gradient = preconditioner ? curvature : Matrix.add(curvature, Matrix.mul(identity, weightDecay));
  if (b === 0) return Matrix.sub(kept, c.mmul(gradient).mul(eta));
  // v' = g + b v; the update is v', or g + b v'.
  const ofGradient = nesterov ? 1 + b : 1;
  const ofVelocity = nesterov ? b * b : b;
  const matrix = Matrix.zeros(2 * p, 2 * p);
  matrix.setSubMatrix(Matrix.sub(kept, c.mmul(gradient).mul(eta * ofGradient)), 0, 0);
  matrix.setSubMatrix(c.clone().mul(-eta * ofVelocity), 0, p);
  matrix.setSubMatrix(gradient, p, 0);
  matrix.setSubMatrix(Matrix.mul(identity, b), p, p);
  return matrix;
}

type Name = 'retain' | 'forget';

function takingPart(spec: ProblemSpec): Name[] {
  return (['retain', 'forget'] as const).filter(
    (name) => spec[name].length > 0 && (name === 'retain' ? spec.alpha < 1 : spec.alpha > 0),
  );
}

/** The sets of every step until all loaders are where they began. */
function stepsOfPeriod(spec: ProblemSpec, sets: readonly Name[]): Name[][] {
  const round: Name[][] = spec.schedule
    ? [
        ...Array.from({ length: spec.schedule.ascent }, (): Name[] => ['forget']),
        ...Array.from({ length: spec.schedule.descent }, (): Name[] => ['retain']),
      ]
    : [[...sets]];
  const steps: Name[][] = [];
  for (;;) {
    steps.push(...round);
    const isThrough = sets.every((name) => {
      const uses = steps.filter((taking) => taking.includes(name)).length;
      return samplingIn(spec, name) !== 'reshuffled' || uses % epoch(spec, name).length === 0;
    });
    if (isThrough) return steps;
  }
}

function samplingIn({ sampling }: ProblemSpec, name: Name): Sampling {
  return typeof sampling === 'string' ? sampling : sampling[name];
}

/** Places of the samples in a shuffled list, batch by batch. */
function epoch(spec: ProblemSpec, name: Name): number[][] {
  const batches: number[][] = [];
  const n = spec[name].length;
  for (let from = 0; from < n; from += spec.batch[name]) {
    const places = Array.from({ length: Math.min(spec.batch[name], n - from) }, (_, k) => from + k);
    if (places.length === spec.batch[name] || spec.dropLast === false) batches.push(places);
  }
  return batches;
}

function coursesOf(spec: ProblemSpec, name: Name, uses: number): Course[] {
  const samples = spec[name].map(hessian);
  const weight = name === 'retain' ? 1 - spec.alpha : -spec.alpha;
  const n = samples.length;
  const p = samples[0]!.rows;
  const meanOf = (times: readonly number[], divisor: number): Matrix =>
    summed(
      samples.map((h, i) => Matrix.mul(h, (times[i]! * weight) / divisor)),
      p,
    );
  if (samplingIn(spec, name) !== 'reshuffled') {
    const size = spec.batch[name];
    const batches = enumerateBatches(samplingIn(spec, name), n, size).map(
      ({ multiplicity, probability }) => ({
        curvature: meanOf(multiplicity, size),
        probability,
      }),
    );
    return [{ probability: 1, uses: Array.from({ length: uses }, () => batches) }];
  }
  const cut = epoch(spec, name);
  const orders = permutations(Array.from({ length: n }, (_, i) => i));
  const epochs = orders.map((order) =>
    cut.map((places) => {
      const times = samples.map((_, i) => Number(places.some((place) => order[place] === i)));
      return [{ curvature: meanOf(times, places.length), probability: 1 }];
    }),
  );
  const all = product(Array.from({ length: uses / cut.length }, () => epochs));
  return all.map((course) => ({ probability: 1 / all.length, uses: course.flat() }));
}

function hessian(vectors: SampleSpec): Matrix {
  const columns = vectors.map((f) => Matrix.columnVector([...f]));
  return summed(
    columns.map((column) => column.mmul(column.transpose())),
    vectors[0]!.length,
  );
}

function summed(matrices: readonly Matrix[], p: number): Matrix {
  const sum = Matrix.zeros(p, p);
  for (const matrix of matrices) sum.add(matrix);
  return sum;
}

function permutations(list: readonly number[]): number[][] {
  if (list.length === 0) return [[]];
  return list.flatMap((first, i) =>
    permutations([...list.slice(0, i), ...list.slice(i + 1)]).map((rest) => [first, ...rest]),
  );
}
