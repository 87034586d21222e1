import { Matrix } from 'ml-matrix';
import { criticalMixing } from '../src/theory/mean-curvature.js';
import {
  type BatchSizes,
  factorSet,
  type FactorSet,
  problemFromSpec,
  type ProblemSpec,
  type ReducedProblem,
  type SampleSpec,
  type Sampling,
  SAMPLINGS,
} from '../src/theory/problem.js';
import { reduceProblem, reduceSets } from '../src/theory/reduction.js';
import { randomSource, type RandomSource } from '../src/statistics/generator.js';

/** Entries of a random m x n matrix, row-major, standard normal. */
export function normalEntries(random: RandomSource, m: number, n: number): Float64Array {
  return Float64Array.from({ length: m * n }, () => random.normal());
}

/** Integer entries of -8 .. 8: sums of their products carry no rounding. */
export function integerEntries(random: RandomSource, m: number, n: number): Float64Array {
  return Float64Array.from({ length: m * n }, () => random.integer(17) - 8);
}

/** A random symmetric n x n matrix, row-major. */
export function symmetricEntries(random: RandomSource, n: number): Float64Array {
  const square = normalEntries(random, n, n);
  return square.map((x, k) => (x + square[(k % n) * n + Math.floor(k / n)]!) / 2);
}

/** A random orthogonal n x n matrix: the rotations of all coordinate planes by random angles, one after another. */
export function randomRotation(random: RandomSource, n: number): Matrix {
  let rotation = Matrix.eye(n);
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) {
      const angle = 2 * Math.PI * random.uniform();
      const turn = Matrix.eye(n);
      turn.set(a, a, Math.cos(angle));
      turn.set(a, b, -Math.sin(angle));
      turn.set(b, a, Math.sin(angle));
      turn.set(b, b, Math.cos(angle));
      rotation = turn.mmul(rotation);
    }
  }
  return rotation;
}

/** Row-major entries as an ml-matrix matrix. */
export function denseMatrix(entries: Float64Array, rows: number, columns: number): Matrix {
  return Matrix.from1DArray(rows, columns, Array.from(entries));
}

/** The entries of an ml-matrix matrix, row-major. */
export function entriesOf(matrix: Matrix): Float64Array {
  return Float64Array.from(matrix.to1DArray());
}

/** Samples with normal factor vectors: `factorCounts[i]` of them for sample i. */
export function normalSamples(
  random: RandomSource,
  factorCounts: readonly number[],
  dimension: number,
): SampleSpec[] {
  return factorCounts.map((count) =>
    Array.from({ length: count }, () => Array.from({ length: dimension }, () => random.normal())),
  );
}

/** A set of samples with normal factor vectors. */
export function normalSet(
  random: RandomSource,
  factorCounts: readonly number[],
  dimension: number,
): FactorSet {
  return factorSet(normalSamples(random, factorCounts, dimension), dimension);
}

/** The reduced problem of a specification in plain numbers. */
export function reducedFromSpec(spec: ProblemSpec): ReducedProblem {
  return reduceProblem(problemFromSpec(spec));
}

/** Descent alone in one coordinate on samples with the given curvatures h_i >= 0. */
export function descentOnLine(
  curvatures: readonly number[],
  batchSize: number,
  sampling: Sampling,
): ReducedProblem {
  return reducedFromSpec({
    retain: curvatures.map((h) => [[Math.sqrt(h)]]),
    forget: [],
    alpha: 0,
    batch: { retain: batchSize, forget: 0 },
    sampling,
  });
}

/** What of a stability case varies besides the sampling. */
export interface CaseShape {
  readonly rank: 'rank one' | 'general rank';
  readonly mixing: 'alpha 0' | 'alpha below the critical mixing' | 'generic alpha' | 'alpha 1';
  readonly sampling: Sampling;
}

export interface StabilityCase extends CaseShape {
  readonly name: string;
  readonly spec: ProblemSpec;
  readonly problem: ReducedProblem;
}

const MIXINGS = ['alpha 0', 'alpha below the critical mixing', 'generic alpha', 'alpha 1'] as const;

/** Small enough to enumerate: at most 256 pairs of batches, in 3 coordinates. */
const CASE_DIMENSION = 3;
const CASE_BATCH: BatchSizes = { retain: 2, forget: 2 };

/** Above the critical mixing of all cases. */
export const GENERIC_ALPHA = 0.65;

/** Every sampling, rank one and general, alpha at 0, below the critical mixing, above it and 1. */
export const STABILITY_CASES: readonly StabilityCase[] = SAMPLINGS.flatMap((sampling) =>
  (['rank one', 'general rank'] as const).flatMap((rank) =>
    MIXINGS.map((mixing) => stabilityCase({ sampling, rank, mixing })),
  ),
);

function stabilityCase(shape: CaseShape): StabilityCase {
  const name = `${shape.sampling}, ${shape.rank}, ${shape.mixing}`;
  const random = randomSource('stability case', name);
  const counts = shape.rank === 'rank one' ? [1, 1, 1, 1, 1] : [2, 1, 3, 0, 2];
  const retain = normalSamples(random, counts, CASE_DIMENSION);
  const forget = normalSamples(random, counts.slice(0, 3), CASE_DIMENSION);
  const sets = { retain: factorSet(retain, CASE_DIMENSION), forget: factorSet(forget, CASE_DIMENSION) };
  const alpha = chosenAlpha(shape.mixing, sets);
  const spec = { retain, forget, alpha, batch: CASE_BATCH, sampling: shape.sampling };
  return { ...shape, name, spec, problem: reducedFromSpec(spec) };
}

function chosenAlpha(mixing: CaseShape['mixing'], sets: { retain: FactorSet; forget: FactorSet }): number {
  switch (mixing) {
    case 'alpha 0':
      return 0;
    case 'alpha below the critical mixing': {
      const [retain, forget] = reduceSets([sets.retain, sets.forget]).sets;
      return criticalMixing(retain!, forget!) / 2;
    }
    case 'generic alpha':
      return GENERIC_ALPHA;
    case 'alpha 1':
      return 1;
  }
}
