import { norm } from '../../src/linalg/vectors.js';
import type { RandomSource } from '../../src/statistics/generator.js';
import type { UnlearningProcess } from '../../src/unlearning/process.js';

/** Where a run is at its end, seen from its start. */
export type RunSide = 'escapes' | 'shrinks' | 'open';

/** One run, until it has escaped, come back, or used up its steps. */
export interface Run {
  /** Steps made. */
  readonly steps: number;
  /** log|delta| per step over the whole run. */
  readonly growth: number;
  /** 'open': neither escaped nor nearer to w* than at its start. */
  readonly side: RunSide;
  /** w - w* at the end. */
  readonly displacement: Float64Array;
}

export interface RunLimits {
  readonly factor: number;
  readonly maxSteps: number;
}

/**
 * Steps from w* + displacement until |delta| is `factor` times what it was, or 1/factor of it, or `maxSteps` are made.
 *
 * @throws RangeError for a run that starts at w*.
 */
export function runToThreshold(
  process: UnlearningProcess,
  start: Float64Array,
  random: RandomSource,
  { factor, maxSteps }: RunLimits,
): Run {
  const { minimum } = process;
  const w = minimum.map((x, a) => x + start[a]!);
  const displacement = new Float64Array(w.length);
  const distance = (): number => {
    for (let a = 0; a < w.length; a++) displacement[a] = w[a]! - minimum[a]!;
    return norm(displacement);
  };
  // What rounding of w left of the start.
  const first = distance();
  if (!(first > 0)) throw new RangeError('a run must start away from w*');
  let ratio = 1;
  let steps = 0;
  while (steps < maxSteps && ratio < factor && ratio > 1 / factor) {
    process.drawBatches(random);
    process.applyStep(w);
    steps++;
    ratio = distance() / first;
  }
  return { steps, growth: Math.log(ratio) / steps, side: sideOf(ratio, factor), displacement };
}

export function sideOf(ratio: number, factor: number): RunSide {
  if (ratio >= factor) return 'escapes';
  return ratio < 1 ? 'shrinks' : 'open';
}

/** First step beyond the factor; null for a run that did not escape. */
export function escapeStep({ side, steps }: Run): number | null {
  return side === 'escapes' ? steps : null;
}
