import { type RowPicks, sumPickedRows } from '../linalg/row-sums.js';
import { SET_NAMES } from '../theory/problem.js';
import type { PlannedStep } from './planned-steps.js';
import { gradientScale, moveState, unlearningStep, velocitiesBehind, velocitiesBeside } from './step.js';

/** Periods from several states with the batches drawn last: to the last bit what `applyStep` gives from each. */
export interface StepsTogether {
  /** Moves the states, the rows of an m x s matrix. */
  move(states: Float64Array): void;
  /** Moves from these states again and again. */
  from(states: Float64Array): MovesFrom;
}

/** Moves that are made together at most. */
export const LOT = 64;

/** Moves from the same m states, made by lots: `take` after every draw of batches, then `finish`. */
export interface MovesFrom {
  /** Takes the batches drawn last for move number k < `LOT` of a lot, which may be written to `out` at once. */
  take(k: number, out: Float64Array): void;
  /** Completes the first `count` moves: `out`, count x m x s, becomes the states that they go to. */
  finish(count: number, out: Float64Array): void;
}

/** Periods of the real step (`unlearningStep`) in p parameters. */
export function stepsTogether(steps: readonly PlannedStep[], p: number): StepsTogether {
  const first = steps[0]!;
  const parts = first.settings.procedure?.momentum ? 2 : 1;
  let gradients = new Float64Array(0);
  let apart = new Float64Array(0);
  return { move, from };

  function move(states: Float64Array): void {
    const held = heldApart(states);
    if (parts > 1) velocitiesBehind(states, p, held);
    applyFrom(0, held);
    if (parts > 1) velocitiesBeside(held, p, states);
  }

  function from(states: Float64Array): MovesFrom {
    const { length } = states;
    const again = new Float64Array(LOT * length);
    for (let k = 0; k < LOT; k++) again.set(states, k * length);
    const w = states.slice();
    if (parts > 1) velocitiesBehind(states, p, w);
    const terms = fixedTerms(first, w.subarray(0, length / parts));
    if (terms && steps.length === 1) {
      return {
        take: (k) => {
          terms.take(k);
        },
        finish(count, out) {
          movePicked(terms, again, out.subarray(0, count * length));
        },
      };
    }
    return {
      take(k, out) {
        const own = out.subarray(k * length, (k + 1) * length);
        if (terms) {
          terms.take(0);
          movePicked(terms, again, own);
        } else {
          own.set(states);
          move(own);
        }
      },
      finish: () => undefined,
    };
  }

  /** Makes of the first states of `again` what they go to by the batches that the terms were taken of. */
  function movePicked(terms: FixedTerms, again: Float64Array, out: Float64Array): void {
    const held = heldApart(out);
    const starts = again.subarray(0, out.length);
    if (parts > 1) velocitiesBehind(starts, p, held);
    else held.set(starts);
    terms.sum(gradients);
    moveState(first.settings, held, gradients);
    applyFrom(1, held);
    if (parts > 1) velocitiesBeside(held, p, out);
  }

  /** Room for the states with all velocities behind them: where there are none, the states' own. */
  function heldApart(states: Float64Array): Float64Array {
    const numbers = states.length / parts;
    if (gradients.length !== numbers) gradients = new Float64Array(numbers);
    if (parts === 1) return states;
    if (apart.length !== states.length) apart = new Float64Array(states.length);
    return apart;
  }

  function applyFrom(number: number, states: Float64Array): void {
    for (let k = number; k < steps.length; k++) {
      const { settings, retain, forget } = steps[k]!;
      unlearningStep(settings, retain, forget, states, gradients);
    }
  }
}

/** Numbers in the terms of all samples up to which they are kept: 2 MB. */
const MOST_KEPT = 1 << 18;

/** The terms of the gradients of a step at fixed w, each computed once. */
interface FixedTerms {
  /** Takes those of the batches drawn last, for sum number k of a lot: 0, 1, .. in turn. */
  take(k: number): void;
  /** The sums of the lot, one gradient after the other. */
  sum(gradients: Float64Array): void;
}

/**
 * The gradient of a step at fixed w (m x p) as the sum of the batches' terms, in the order in which `unlearningStep` adds
 * them; null where a model does not give its terms, or they are too many to keep.
 */
function fixedTerms(step: PlannedStep, w: Float64Array): FixedTerms | null {
  const kept = SET_NAMES.flatMap((name) => {
    const model = step.settings[name];
    if (!model.gradientRows || model.sampleCount * w.length > MOST_KEPT) return [];
    return [{ ...model.gradientRows(w, gradientScale(step.settings, name)), batch: step[name] }];
  });
  if (kept.length < SET_NAMES.length) return null;
  const rows = new Float64Array(kept.reduce((sum, set) => sum + set.rows.length, 0));
  let [numbers, room] = [0, 0];
  const sets = kept.map(({ rows: own, offsets, batch }) => {
    rows.set(own, numbers);
    const first = numbers / w.length;
    numbers += own.length;
    const most = offsets.reduce((large, end, i) => Math.max(large, end - (offsets[i - 1] ?? 0)), 0);
    room += batch.indices.length * most;
    return { first, offsets, batch, single: offsets.every((row, i) => row === i) };
  });
  const picked: RowPicks = { picks: new Int32Array(LOT * room), sizes: new Int32Array(LOT), count: 0 };
  const { picks, sizes } = picked;
  let all = 0;
  return {
    take(number) {
      const before = number === 0 ? 0 : all;
      let taken = before;
      for (const { first, offsets, batch, single } of sets) {
        const { indices, size } = batch;
        if (single) {
          for (let k = 0; k < size; k++) picks[taken + k] = first + indices[k]!;
          taken += size;
          continue;
        }
        for (let k = 0; k < size; k++) {
          const end = offsets[indices[k]! + 1]!;
          for (let row = offsets[indices[k]!]!; row < end; row++) picks[taken++] = first + row;
        }
      }
      sizes[number] = taken - before;
      picked.count = number + 1;
      all = taken;
    },
    sum(gradients) {
      sumPickedRows(rows, w.length, picked, gradients);
    },
  };
}
