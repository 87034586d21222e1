import { type ReducedProblem, scaledSet } from '../src/theory/problem.js';
import { isDrawn, PLAIN_PROCEDURE, type Procedure } from '../src/theory/procedure.js';
import { reduceSets } from '../src/theory/reduction.js';

/*
 * Procedures as hypotheses name them: what differs from the plain step, and nothing else.
 */

/** The hypothesis of formulas for independent batches, and what it is for. */
export const ANEW = 'any sampling that draws every batch anew';
export const ANEW_OR_ELSE = {
  [ANEW]: 'epochs are another process; their operator is exact, and no formula is claimed for it',
};

/** The hypothesis of exact thresholds, and what it is for. */
export const SIGNED = 'lambda_min(D) != 0';
export const SIGNED_OR_ELSE = {
  [SIGNED]:
    'only what can be decided: an axis with d = 0 and without noise keeps its length at every step size',
};

/** True if the procedure differs from the plain step in these fields alone, and in each of them. */
function differsIn({ procedure = PLAIN_PROCEDURE }: ReducedProblem, fields: readonly (keyof Procedure)[]) {
  return (Object.keys(PLAIN_PROCEDURE) as (keyof Procedure)[]).every(
    (field) => (procedure[field] !== PLAIN_PROCEDURE[field]) === fields.includes(field),
  );
}

/** Every batch of both sets is drawn anew. */
export function drawsAnew({ groups }: ReducedProblem): boolean {
  return groups.every(isDrawn);
}

/** The heavy ball alone, both sets drawn anew in every step. */
export function isHeavyBall(problem: ReducedProblem): boolean {
  return differsIn(problem, ['momentum']) && drawsAnew(problem);
}

/** The same with Nesterov's gradient. */
export function isNesterov(problem: ReducedProblem): boolean {
  return differsIn(problem, ['momentum', 'nesterov']) && drawsAnew(problem);
}

/** Ascents and descents in turn, batches drawn anew. */
export function isAlternating(problem: ReducedProblem): boolean {
  return differsIn(problem, ['schedule']) && drawsAnew(problem);
}

/** The plain step with weight decay, both sets drawn anew. */
export function isDecaying(problem: ReducedProblem): boolean {
  return differsIn(problem, ['weightDecay']) && drawsAnew(problem);
}

/** The plain step with a preconditioner, both sets drawn anew, in parameters that are known. */
export function isPreconditioned(problem: ReducedProblem): boolean {
  return problem.given !== undefined && differsIn(problem, ['preconditioner']) && drawsAnew(problem);
}

/** The plain step; the samplings may be epochs. */
export function isPlainStep(problem: ReducedProblem): boolean {
  return differsIn(problem, []) || differsIn(problem, ['dropLast']);
}

/** The same, both sets drawn anew. */
export function isPlainDrawnAnew(problem: ReducedProblem): boolean {
  return isPlainStep(problem) && drawsAnew(problem);
}

/** The plain problem whose parameters have been scaled: its samples are those of s(c) H_i s(c), c the preconditioner. */
export function scaledBy(problem: ReducedProblem, s: (c: number) => number): ReducedProblem {
  const { preconditioner, samples } = problem.given!;
  const scaled = samples.map((set) => scaledSet(set, Array.from(preconditioner, s)));
  const { dimension, sets } = reduceSets(scaled);
  const groups = problem.groups.map((group, g) => ({ ...group, samples: sets[g]! }));
  return { dimension, alpha: problem.alpha, groups };
}
