import type { Evaluation } from './training-objective.js';

/** A descent method on its way. */
export interface Descent {
  /** Where it stands. */
  readonly current: Evaluation;
  /** Goes on to the next evaluation; the number of steps made, 0 if no step decreases the loss any more. */
  advance(): number;
}
