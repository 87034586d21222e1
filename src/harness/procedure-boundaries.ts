import { procedureStability, type ProcedureStep } from '../theory/operator/procedure-stability.js';
import { problemFromSpec, type ProblemSpec, type SamplingChoice } from '../theory/problem.js';
import type { ProcedureSpec } from '../theory/procedure.js';
import { reduceProblem } from '../theory/reduction.js';

/*
 * One problem under one procedure after the other, by the exact operator alone: how far a threshold of the plain step
 * carries.
 */

/** Fields of a plain problem that a procedure changes. */
export type ProcedureChange = ProcedureSpec & { readonly sampling?: SamplingChoice };

/** The boundary of a problem under one procedure. */
export interface ProcedureBoundary {
  readonly name: string;
  /** eta*, the first crossing; null if no step size was found that escapes. */
  readonly etaStar: number | null;
  /** The same over that of the plain step. */
  readonly overPlain: number | null;
  /** True where the old minimum may hold again above it. */
  readonly firstCrossingOnly: boolean;
}

/** A problem and its boundaries. */
export interface ProcedureBoundaries {
  readonly problem: ProblemSpec;
  readonly rows: readonly ProcedureBoundary[];
}

/** Two parameters, three batches an epoch of either set, alpha at about half of alpha*. */
const PROBLEM: ProblemSpec = {
  retain: [[[1, 0]], [[0, 1]], [[1, 0.5]], [[0.5, -1]], [[0.8, 0.6]], [[-0.6, 0.8]]],
  forget: [[[0.5, 0.5]], [[1, 0]], [[0.3, -0.4]]],
  alpha: 0.25,
  batch: { retain: 2, forget: 1 },
  sampling: 'without-replacement',
};

const PLAIN = 'plain simultaneous step';

const PROCEDURES: readonly (readonly [name: string, change: ProcedureChange])[] = [
  [PLAIN, {}],
  ['momentum 0.5', { optimizer: { momentum: 0.5 } }],
  ['momentum 0.9', { optimizer: { momentum: 0.9 } }],
  ['Nesterov momentum 0.9', { optimizer: { momentum: 0.9, nesterov: true } }],
  ['weight decay 0.05', { optimizer: { weightDecay: 0.05 } }],
  ['alternating 1:1', { schedule: { ascent: 1, descent: 1 } }],
  ['alternating 1:3', { schedule: { ascent: 1, descent: 3 } }],
  ['alternating 3:1', { schedule: { ascent: 3, descent: 1 } }],
  ['epochs', { sampling: 'reshuffled' }],
  ['preconditioner (0.5, 2)', { optimizer: { preconditioner: [0.5, 2] } }],
];

/** The first crossing of a problem under a procedure; null without an exact operator. */
export function boundaryUnder(spec: ProblemSpec, change: ProcedureChange): ProcedureStep | null {
  const exact = procedureStability(reduceProblem(problemFromSpec({ ...spec, ...change })));
  return 'unavailable' in exact ? null : exact.criticalStep();
}

/** The boundaries of a small problem, the same in every run. */
export function procedureBoundaries(): ProcedureBoundaries {
  const plain = boundaryUnder(PROBLEM, {})!.value;
  const rows = PROCEDURES.map(([name, change]): ProcedureBoundary => {
    const { value, firstCrossingOnly } = boundaryUnder(PROBLEM, change)!;
    const isFinite = Number.isFinite(value);
    return {
      name,
      etaStar: isFinite ? value : null,
      overPlain: isFinite ? value / plain : null,
      firstCrossingOnly,
    };
  });
  return { problem: PROBLEM, rows };
}
