import type { SideProcedure } from '../procedure.js';
import { relativeTrajectory } from './uniform-start.js';

const REPEATS = 10;
const STEPS = 1000;
const BLOW_UP = 1000;

/**
 * The published protocol (Dexter et al., arXiv 2401.12332, and its unlearning successor): a run diverged
 * if |w|^2 reaches 1000 |w_0|^2 within 1000 steps; ten runs vote, and more than half of them must have
 * diverged. It asks what a typical run does, not what E|delta_k|^2 does.
 */
export const publishedVote: SideProcedure = {
  name: 'majority of single runs',
  decide(process, _, random) {
    let diverged = 0;
    for (let run = 0; run < REPEATS; run++) {
      if (relativeTrajectory(process, STEPS, random).some((square) => square >= BLOW_UP)) diverged++;
    }
    return { side: diverged > REPEATS / 2 ? 'diverges' : 'stable', samples: REPEATS * STEPS };
  },
};
