import type { Matrix } from 'ml-matrix';
import { testExpansion } from '../../src/decision/expansion-test.js';
import type { Attempt } from '../../src/decision/side-tests.js';
import { problemLaw } from '../../src/decision/period-law.js';
import { StateMoment } from '../../src/decision/state-moment.js';
import { stateSubspaces } from '../../src/decision/state-subspaces.js';
import { randomSource } from '../../src/statistics/generator.js';
import type { ReducedProblem } from '../../src/theory/problem.js';
import { procedureProblem } from '../procedure-problems.js';
import { matrixTape } from './tape-process.js';

const UNUSED = randomSource('unused');
export const THRESHOLD = Math.log(1e6);
export const TRIALS = 50;

/** One component of two coordinates, of which a sample takes one period. */
const TURNS = procedureProblem(2, { schedule: { ascent: 1, descent: 1 } });

export interface Rules {
  readonly problem: ReducedProblem;
  /** What T is estimated from. */
  readonly pilot: readonly Matrix[];
  readonly trials: number;
  readonly left: number;
}

/** The attempt on given periods, the k-th draw on. */
export function attempt(
  steps: (k: number) => Matrix,
  rules: Partial<Rules> = {},
): Attempt & { drawn: number } {
  const { problem = TURNS, pilot = [steps(0), steps(1)], trials = TRIALS, left = 1e5 } = rules;
  const moment = new StateMoment(stateSubspaces(problem, pilot[0]!.rows), pilot[0]!.rows);
  moment.draw(
    matrixTape((k) => pilot[k % pilot.length]!),
    UNUSED,
    pilot.length,
  );
  const process = matrixTape(steps);
  const context = { process, law: problemLaw(problem, 1, 1), random: UNUSED, threshold: THRESHOLD };
  return { ...testExpansion(context, moment.fastest(), trials, left), drawn: process.drawn() };
}
