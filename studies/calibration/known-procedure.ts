import { Matrix } from 'ml-matrix';
import { decideSide, type DecisionOptions, type SideVerdict } from '../../src/decision/decide-side.js';
import { decideLinearSide, linearLaw, uncounted } from '../../src/decision/linear-side.js';
import { type PeriodLaw, problemLaw } from '../../src/decision/period-law.js';
import type { RandomSource } from '../../src/statistics/generator.js';
import { type LinearProcedure, drawnPeriods } from '../../src/theory/linear-procedure.js';
import type { ReducedProblem } from '../../src/theory/problem.js';
import type { MovingProcess } from '../../src/unlearning/growth.js';
import { linearisedProcess, type UnlearningProcess } from '../../src/unlearning/process.js';
import { enumeratedPeriodRadius, periodRadius } from '../../test/reference/period-matrices.js';

/** A procedure with its certificate, and its exact rho beside it; each at a step size. */
export interface KnownProcedure {
  /** rho(T), by enumeration of all periods. */
  radius(eta: number): number;
  process(eta: number): UnlearningProcess;
  law(eta: number): PeriodLaw;
  decide(eta: number, random: RandomSource, options: DecisionOptions): SideVerdict;
}

/** The procedure of a problem. */
export function problemProcedure(problem: ReducedProblem): KnownProcedure {
  const process = (eta: number): UnlearningProcess => linearisedProcess(problem, eta);
  return {
    radius: (eta) => enumeratedPeriodRadius(problem, eta),
    process,
    law: (eta) => problemLaw(problem, eta, process(eta).period ?? 1),
    decide: (eta, random, options) => decideSide(process(eta), problem, eta, random, options),
  };
}

/** A user's own: real steps at a step size, and the list of their periods. */
export function ownProcedure(
  procedure: LinearProcedure,
  steps: (eta: number) => MovingProcess,
): KnownProcedure {
  const { stateDimension: s } = procedure;
  return {
    radius: (eta) =>
      periodRadius(
        drawnPeriods(procedure, eta)!.map(({ probability, matrix }) => ({
          probability,
          matrix: Matrix.from1DArray(s, s, Array.from(matrix)),
        })),
      ),
    process: (eta) => uncounted(steps(eta)),
    law: (eta) => linearLaw(procedure, eta),
    decide: (eta, random, options) => decideLinearSide(steps(eta), procedure, eta, random, options),
  };
}
