import type { RandomSource } from '../statistics/generator.js';
import type { UnlearningProcess } from './process.js';
import { LOT, type MovesFrom } from './steps-together.js';

/**
 * Runs one drawn period from several displacements with the same batches: row a of `out` is A times row a
 * of `directions`, where A is the matrix of the period of the linearised process.
 *
 * @param directions m x s displacements from the minimum, row-major, s the length of a state; `out` has the same shape.
 */
export function stepDirections(
  process: UnlearningProcess,
  random: RandomSource,
  directions: Float64Array,
  out: Float64Array,
): void {
  process.drawBatches(random);
  out.set(fromMinimum(process, directions));
  moveStates(process, out);
  subtractMinimum(process, out);
}

/** Draws `count` periods and makes of each a matrix of `out`, one after the other; `drawn` is called after each draw. */
export type MatrixLots = (
  random: RandomSource,
  count: number,
  out: Float64Array,
  drawn?: (k: number) => void,
) => void;

/**
 * `stepDirections` from the same displacements again and again, to the last bit: what of a step does not depend on the
 * batches is computed once, and up to `LOT` periods are made together.
 */
export function stepsFrom(process: UnlearningProcess, directions: Float64Array): MatrixLots {
  const states = fromMinimum(process, directions);
  const moves = process.together?.from(states) ?? oneByOne(process, states);
  const atZero = process.minimum.every((x) => x === 0);
  return (random, count, out, drawn) => {
    for (let from = 0; from < count; from += LOT) {
      const many = Math.min(LOT, count - from);
      const lot = count <= LOT ? out : out.subarray(from * states.length);
      for (let k = 0; k < many; k++) {
        process.drawBatches(random);
        drawn?.(from + k);
        moves.take(k, lot);
      }
      moves.finish(many, lot);
    }
    if (!atZero) subtractMinimum(process, out.subarray(0, count * states.length));
  };
}

/** `stepsFrom` for products of `stride` successive periods; `drawn` is called after each of them. */
export function productsFrom(
  process: UnlearningProcess,
  directions: Float64Array,
  stride: number,
): MatrixLots {
  const first = stepsFrom(process, directions);
  if (stride === 1) return first;
  const moved = new Float64Array(directions.length);
  return (random, count, out, drawn) => {
    for (let s = 0; s < count; s++) {
      first(random, 1, moved, () => drawn?.(s));
      for (let k = 1; k < stride; k++) {
        stepDirections(process, random, moved, moved);
        drawn?.(s);
      }
      out.set(moved, s * moved.length);
    }
  };
}

function oneByOne(process: UnlearningProcess, states: Float64Array): MovesFrom {
  return {
    take(k, out) {
      const own = out.subarray(k * states.length, (k + 1) * states.length);
      own.set(states);
      moveStates(process, own);
    },
    finish: () => undefined,
  };
}

function fromMinimum({ minimum }: UnlearningProcess, directions: Float64Array): Float64Array {
  const states = new Float64Array(directions.length);
  for (let from = 0; from < states.length; from += minimum.length) {
    for (let a = 0; a < minimum.length; a++) states[from + a] = minimum[a]! + directions[from + a]!;
  }
  return states;
}

function subtractMinimum({ minimum }: UnlearningProcess, states: Float64Array): void {
  for (let from = 0; from < states.length; from += minimum.length) {
    for (let a = 0; a < minimum.length; a++) states[from + a]! -= minimum[a]!;
  }
}

function moveStates(process: UnlearningProcess, states: Float64Array): void {
  if (process.together) return process.together.move(states);
  const { length } = process.minimum;
  for (let from = 0; from < states.length; from += length) {
    process.applyStep(states.subarray(from, from + length));
  }
}
