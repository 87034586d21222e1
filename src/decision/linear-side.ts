import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { transpose } from '../linalg/vectors.js';
import type { RandomSource } from '../statistics/generator.js';
import {
  checkProcedure,
  type DrawnPeriod,
  drawnPeriods,
  type LinearProcedure,
} from '../theory/linear-procedure.js';
import type { MovingProcess } from '../unlearning/growth.js';
import type { UnlearningProcess } from '../unlearning/process.js';
import { decideSideUnder, type DecisionOptions, type SideVerdict } from './decide-side.js';
import type { PeriodLaw } from './period-law.js';
import { inEveryBlock, invariantComponents } from './state-subspaces.js';
import { largestNorm } from './step-range.js';

/** Batches are not counted. */
const UNCOUNTED = { retain: 0, forget: 0 };

/**
 * `decideSide` for a procedure of the caller's own: by sampled periods of its real steps, without its exact operator. Taken
 * for granted: periods are drawn independently, and move a displacement from `minimum` linearly. Of what `moment`
 * lists the range of a period and the subspaces that all of them leave invariant are taken, and a drawn period outside
 * them is a fault. Where it gives the operator alone there is no range, and stability is never certified.
 *
 * @param process the real steps at step size eta. @throws RangeError if its state has another length.
 */
export function decideLinearSide(
  process: MovingProcess,
  procedure: LinearProcedure,
  eta: number,
  random: RandomSource,
  options: DecisionOptions,
): SideVerdict {
  checkProcedure(procedure);
  const { stateDimension } = procedure;
  if (process.minimum.length !== stateDimension)
    throw new RangeError(
      `minimum must have the ${stateDimension} numbers of a state; got ${process.minimum.length}`,
    );
  return decideSideUnder(linearLaw(procedure, eta), uncounted(process), random, options);
}

/** The real steps as a process whose batches are not counted. */
export function uncounted(process: MovingProcess): UnlearningProcess {
  return {
    minimum: process.minimum,
    drawBatches: process.drawBatches.bind(process),
    applyStep: process.applyStep.bind(process),
    batchSizes: () => UNCOUNTED,
  };
}

/** Periods that may be looked at as one where one alone tells little. */
const MEMORY = 16;

/** Relative difference of two entries that are one but for rounding. */
const ASYMMETRY = 1e-12;

/** Rounding in a computed norm. */
const NORM_ROUNDING = 1 + 1e-9;

/** What the periods that a procedure lists guarantee. */
export function linearLaw(procedure: LinearProcedure, eta: number): PeriodLaw {
  const { stateDimension: s, parts = 1, selfAdjoint = false } = procedure;
  const periods = drawnPeriods(procedure, eta);
  const symmetric = periods?.every(({ matrix }) => isSymmetric(matrix, s)) ?? false;
  return {
    symmetric,
    selfAdjoint: symmetric || selfAdjoint,
    memory: symmetric ? 2 : MEMORY,
    subspaces: () => inEveryBlock(invariantComponents(...generators(periods, s, parts)), s / parts, parts),
    range({ root, inverseRoot }, _, stride) {
      if (!periods) return { range: Infinity, excess: 1, sizeLimit: UNCOUNTED };
      const seen = periods.map(({ matrix }) => {
        const moved = multiplyTransposed(inverseRoot, s, transpose(matrix, s, s), s, s);
        return multiplyTransposed(moved, s, root, s, s);
      });
      return { range: (largestNorm(seen, s) * NORM_ROUNDING) ** stride, excess: 0, sizeLimit: UNCOUNTED };
    },
    sizeFault: () => null,
  };
}

function isSymmetric(matrix: Float64Array, s: number): boolean {
  const size = matrix.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
  return matrix.every((x, k) => Math.abs(x - matrix[(k % s) * s + Math.floor(k / s)]!) <= ASYMMETRY * size);
}

/**
 * Symmetric and antisymmetric r x r matrices, r = s/parts, that leave a subspace invariant iff every block of every
 * period and its transpose do. Without a list of periods, matrices that leave none invariant but the whole.
 */
function generators(
  periods: readonly DrawnPeriod[] | null,
  s: number,
  parts: number,
): [symmetric: Float64Array[], r: number, antisymmetric: Float64Array[]] {
  const r = s / parts;
  if (!periods) return [[Float64Array.from({ length: r * r }, () => 1), diagonalOf(r)], r, []];
  const blocks = periods.flatMap(({ matrix }) =>
    Array.from({ length: parts ** 2 }, (_, k) =>
      Float64Array.from({ length: r * r }, (__, ab) => {
        const row = Math.floor(k / parts) * r + Math.floor(ab / r);
        return matrix[row * s + (k % parts) * r + (ab % r)]!;
      }),
    ),
  );
  const turned = blocks.map((block) => transpose(block, r, r));
  const combined = (sign: number) =>
    blocks.map((block, k) => block.map((x, ab) => x + sign * turned[k]![ab]!));
  return [combined(1), r, combined(-1)];
}

/** 1, 2, .., r on the diagonal. */
function diagonalOf(r: number): Float64Array {
  return Float64Array.from({ length: r * r }, (_, k) => (k % (r + 1) === 0 ? 1 + k / (r + 1) : 0));
}
