import type { SideProcedure } from '../procedure.js';
import { relativeTrajectory } from './uniform-start.js';
import { wilsonInterval } from './wilson-interval.js';

const STEPS = 100;
const RUNS_PER_LOOK = 20;
const MAX_RUNS = 1000;
const LEVEL = 1e-3;

/**
 * Share of runs that have grown after 100 steps, with Wilson's interval of level 1e-3 looked at after
 * every 20 runs until it excludes 1/2, for at most 1000 runs: diverges if the share is above 1/2, stable
 * if below. Typical growth in the place of mean growth, and a fixed level in the place of one for all looks.
 */
export const repeatedWilson: SideProcedure = {
  name: 'repeated Wilson intervals',
  decide(process, _, random) {
    let grown = 0;
    for (let runs = 1; runs <= MAX_RUNS; runs++) {
      if (relativeTrajectory(process, STEPS, random)[STEPS]! > 1) grown++;
      if (runs % RUNS_PER_LOOK !== 0) continue;
      const { low, high } = wilsonInterval(grown, runs, LEVEL);
      if (low > 0.5) return { side: 'diverges', samples: runs * STEPS };
      if (high < 0.5) return { side: 'stable', samples: runs * STEPS };
    }
    return { side: 'inconclusive', samples: MAX_RUNS * STEPS };
  },
};
