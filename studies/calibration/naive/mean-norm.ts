import type { SideProcedure } from '../procedure.js';
import { relativeTrajectory } from './uniform-start.js';

const RUNS = 200;
const STEPS = 100;

/**
 * Mean of |delta_100|^2/|delta_0|^2 over 200 runs: diverges if it exceeds 1. It aims at the right
 * quantity, but the runs that carry the mean are too rare to be among 200.
 */
export const meanNorm: SideProcedure = {
  name: 'mean norm of 200 runs',
  decide(process, _, random) {
    let sum = 0;
    for (let run = 0; run < RUNS; run++) sum += relativeTrajectory(process, STEPS, random)[STEPS]!;
    return { side: sum / RUNS > 1 ? 'diverges' : 'stable', samples: RUNS * STEPS };
  },
};
