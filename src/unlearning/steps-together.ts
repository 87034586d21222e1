import { SET_NAMES } from '../theory/problem.js';
import type { PlannedStep } from './planned-steps.js';
import { gradientScale, moveState, unlearningStep, velocitiesBehind, velocitiesBeside } from './step.js';

/** Periods from several states with the batches drawn last: to the last bit what `applyStep` gives from each. */
export interface StepsTogether {
  /** Moves the states, the rows of an m x s matrix. */
  move(states: Float64Array): void;
  /** Moves from these states again and again: `out` becomes the states that they go to. */
  from(states: Float64Array): (out: Float64Array) => void;
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

  function from(states: Float64Array): (out: Float64Array) => void {
    const start = states.slice();
    if (parts > 1) velocitiesBehind(states, p, start);
    const gradientOf = fixedGradient(first, start.subarray(0, start.length / parts));
    if (!gradientOf) {
      return (out) => {
        out.set(states);
        move(out);
      };
    }
    return (out) => {
      const held = heldApart(out);
      for (let k = 0; k < held.length; k++) held[k] = start[k]!;
      gradientOf(gradients);
      moveState(first.settings, held, gradients);
      applyFrom(1, held);
      if (parts > 1) velocitiesBeside(held, p, out);
    };
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

/**
 * The gradient of a step at fixed w (m x p) as the sum of the batches' terms, each computed once, in the order in which
 * `unlearningStep` adds them; null where a model does not give its terms, or they are too many to keep.
 */
function fixedGradient(step: PlannedStep, w: Float64Array): ((gradient: Float64Array) => void) | null {
  const width = Math.ceil(w.length / 4) * 4;
  const kept = SET_NAMES.flatMap((name) => {
    const model = step.settings[name];
    if (!model.gradientRows || model.sampleCount * width > MOST_KEPT) return [];
    return [{ ...model.gradientRows(w, gradientScale(step.settings, name)), batch: step[name] }];
  });
  if (kept.length < SET_NAMES.length) return null;
  const count = kept.reduce((sum, { rows }) => sum + rows.length / w.length, 0);
  const terms = new Float64Array(count * width);
  let room = 0;
  let place = 0;
  const sets = kept.map(({ rows, offsets, batch }) => {
    const begins = offsets.map((row) => place + row * width);
    for (let row = 0; row < rows.length; row += w.length, place += width) {
      terms.set(rows.subarray(row, row + w.length), place);
    }
    const most = offsets.reduce((large, end, i) => Math.max(large, end - (offsets[i - 1] ?? 0)), 0);
    room += batch.indices.length * most;
    return { begins, batch, single: offsets.every((row, i) => row === i) };
  });
  const places = new Int32Array(room);
  return (gradient) => {
    let taken = 0;
    for (const { begins, batch, single } of sets) {
      for (let k = 0; k < batch.size; k++) {
        const i = batch.indices[k]!;
        if (single) {
          places[taken++] = begins[i]!;
          continue;
        }
        const end = begins[i + 1]!;
        for (let from = begins[i]!; from < end; from += width) places[taken++] = from;
      }
    }
    addTerms(terms, places, taken, gradient);
  };
}

/** gradient = the sum of the rows of `terms` that begin at `places`, in that order; rows are filled up to fours. */
function addTerms(terms: Float64Array, places: Int32Array, count: number, gradient: Float64Array): void {
  for (let a = 0; a < gradient.length; a += 4) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let k = 0; k < count; k++) {
      const at = places[k]! + a;
      s0 += terms[at]!;
      s1 += terms[at + 1]!;
      s2 += terms[at + 2]!;
      s3 += terms[at + 3]!;
    }
    // What lies beyond the end is not stored.
    gradient[a] = s0;
    gradient[a + 1] = s1;
    gradient[a + 2] = s2;
    gradient[a + 3] = s3;
  }
}
