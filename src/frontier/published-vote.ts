import type { RandomSource } from '../random/generator.js';
import type { UnlearningProcess } from '../unlearning/process.js';

/** Runs that vote. */
export const VOTE_RUNS = 10;
const STEPS = 1000;
const BLOW_UP = 1000;

/**
 * The published protocol (Dexter et al., arXiv 2401.12332, and its unlearning successor): w_0 uniform in [0,1]^d, a
 * run diverged if |w|^2 reaches 1000 |w_0|^2 within 1000 steps; ten runs vote by majority.
 *
 * @param process with its minimum at 0.
 * @returns how many of the runs diverged.
 */
export function publishedVote(process: UnlearningProcess, random: RandomSource): number {
  let diverged = 0;
  for (let run = 0; run < VOTE_RUNS; run++) if (blowsUp(process, random)) diverged++;
  return diverged;
}

/** The side that a vote takes: more than half of the runs must have diverged. */
export function voteSide(diverged: number): 'diverges' | 'stable' {
  return diverged > VOTE_RUNS / 2 ? 'diverges' : 'stable';
}

function blowsUp(process: UnlearningProcess, random: RandomSource): boolean {
  const w = process.minimum.map(() => random.uniform());
  const limit = BLOW_UP * squaredLength(w);
  for (let k = 0; k < STEPS; k++) {
    process.drawBatches(random);
    process.applyStep(w);
    // Overflow is divergence, and NaN too.
    if (!(squaredLength(w) < limit)) return true;
  }
  return false;
}

function squaredLength(w: Float64Array): number {
  let sum = 0;
  for (let a = 0; a < w.length; a++) sum += w[a]! * w[a]!;
  return sum;
}
