import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { identityMatrix } from '../linalg/symmetric-eigen.js';
import { transpose } from '../linalg/vectors.js';
import type { BatchSizes, CurvatureGroup, ReducedProblem, SetName } from '../theory/problem.js';
import { epochSizes, isDrawn, periodSteps, PLAIN_PROCEDURE } from '../theory/procedure.js';
import { type Roots, type StepFrame, stepFrame } from './step-frame.js';
import {
  type BoundedStep,
  HULL_PAIRS,
  hasRandomSize,
  largestNorm,
  stepRange,
  type StepRange,
} from './step-range.js';

/**
 * Range of Y = P^{-1/2} B P B^T P^{-1/2} over all batches of a period, B the product of its steps.
 *
 * The product of the steps' ranges bounds it. G is affine in each step, so the norm of a product of several is largest
 * at extreme steps of each: consecutive steps are multiplied out as long as there are few choices. An epoch has a bound
 * of its own (`epochRange`). Of bernoulli batches, E[Y; a step beyond its limit] is at most the sum over the steps of
 * that step's excess times the mean bounds of the others, which are drawn independently.
 *
 * @param stride several periods: B is their product, and the limits of sizes are for each of them.
 */
export function periodRange(
  problem: ReducedProblem,
  eta: number,
  roots: Roots,
  allowance: number,
  stride = 1,
): StepRange {
  const procedure = problem.procedure ?? PLAIN_PROCEDURE;
  const frame = stepFrame(procedure, eta, problem.dimension, roots);
  const planned = Array.from({ length: stride }, () => plannedGroups(problem)).flat();
  if (planned.length === 1) return stepRange(planned[0]!, frame, allowance);
  const known = new Map<string, BoundedStep>();
  const bounded = (share: number): BoundedStep[] =>
    planned.map((groups) => {
      const key = `${groups.some(hasRandomSize) ? share : ''} ${groups.map(({ name, batchSize }) => `${name} ${batchSize}`).join(' ')}`;
      const step = known.get(key) ?? stepRange(groups, frame, share);
      known.set(key, step);
      return step;
    });
  const product = (values: readonly number[]): number => values.reduce((a, b) => a * b, 1);
  const others = product(bounded(allowance).map(({ mean }) => Math.max(1, mean)));
  const steps = bounded(allowance / planned.length / others);
  const means = product(steps.map(({ mean }) => mean));
  return {
    range: Math.min(
      product(steps.map(({ range }) => range)),
      multipliedRange(steps, frame.size),
      epochRange(problem, planned, frame),
    ),
    excess: steps.reduce((sum, { excess, mean }) => sum + (excess * means) / mean, 0),
    sizeLimit: periodSizes(plannedGroups(problem), steps),
  };
}

/** The groups in each step of a period, with the size of a short batch where an epoch ends with one. */
export function plannedGroups(problem: ReducedProblem): CurvatureGroup[][] {
  const procedure = problem.procedure ?? PLAIN_PROCEDURE;
  const used = { retain: 0, forget: 0 };
  return periodSteps(problem.groups, procedure).map((groups) =>
    groups.map((group) => {
      if (isDrawn(group)) return group;
      const sizes = epochSizes(group, procedure.dropLast);
      return { ...group, batchSize: sizes[used[group.name]++ % sizes.length]! };
    }),
  );
}

/** Bound by products of extreme steps, multiplied out as far as they are few. */
function multipliedRange(steps: readonly BoundedStep[], m: number): number {
  let range = 1;
  let products = [identityMatrix(m)];
  for (const { extremes, range: single } of steps) {
    const factors = extremes?.() ?? null;
    if (factors === null || products.length * factors.length > HULL_PAIRS) {
      range *= largestNorm(products, m);
      products = factors ?? [identityMatrix(m)];
      if (factors === null) range *= single;
      continue;
    }
    const columns = products.map((product) => transpose(product, m, m));
    products = factors.flatMap((factor) =>
      columns.map((product) => multiplyTransposed(factor, m, product, m, m)),
    );
  }
  return range * largestNorm(products, m) * (1 + 1e-9);
}

/**
 * Bound for a simultaneous step with a set in epochs. |G| of a batch is at most the mean over its samples of c_i, the
 * largest |G| with sample i alone and any partner. A sample is used once an epoch, so the product over an epoch is at
 * most prod c_i with batches of one, and else, by the inequality of the means, the J-th power of the mean over the J steps.
 */
function epochRange(problem: ReducedProblem, planned: readonly CurvatureGroup[][], frame: StepFrame): number {
  const { procedure = PLAIN_PROCEDURE, groups } = problem;
  if (procedure.schedule !== null || groups.some(hasRandomSize)) return Infinity;
  const bounds = groups
    .filter((group) => !isDrawn(group))
    .map((group) => {
      const partners = groups.filter((other) => other !== group).map((other) => frame.moves(other));
      const alone = frame.moves(group).map((move) => {
        const steps = [[move], ...partners].reduce<Float64Array[]>(
          (found, moves) => found.flatMap((g) => moves.map((x) => g.map((entry, k) => entry - x[k]!))),
          [frame.base],
        );
        return Math.sqrt(largestNorm(steps, frame.size));
      });
      alone.sort((a, b) => b - a);
      const sizes = epochSizes(group, procedure.dropLast).sort((a, b) => a - b);
      const epochs = planned.length / sizes.length;
      if (group.batchSize === 1) return alone.reduce((a, b) => a * b, 1) ** (2 * epochs);
      const weights = sizes.flatMap((size) => Array.from({ length: size }, () => 1 / size));
      const mean = weights.reduce((sum, weight, k) => sum + weight * alone[k]!, 0) / sizes.length;
      return mean ** (2 * planned.length);
    });
  return Math.min(Infinity, ...bounds) * (1 + 1e-9);
}

/** Samples of one period up to which every step of it is within its limit for certain. */
function periodSizes(planned: readonly CurvatureGroup[][], steps: readonly BoundedStep[]): BatchSizes {
  const of = (name: SetName): number => {
    let [all, least] = [0, Infinity];
    planned.forEach((groups, k) => {
      const group = groups.find((other) => other.name === name);
      if (!group) return;
      all += steps[k]!.sizeLimit[name];
      if (hasRandomSize(group)) least = Math.min(least, steps[k]!.sizeLimit[name]);
    });
    return Math.min(all, least);
  };
  return { retain: of('retain'), forget: of('forget') };
}
