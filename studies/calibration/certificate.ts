import { decideSide } from '../../src/decision/decide-side.js';
import { BUDGETS } from '../../src/harness/budget.js';
import type { SideProcedure } from './procedure.js';

/** Error probability of one certificate: no more than `verify` allows one, at budgets quick and standard. */
export const CERTIFICATE_ERROR = 1e-14;

/** Budgets of `verify` whose certificates are calibrated. */
export const CALIBRATED_BUDGETS = ['quick', 'standard'] as const;
export type CalibratedBudget = (typeof CALIBRATED_BUDGETS)[number];

/** The project's own decision, with the samples that a budget of `verify` allows. */
export function certificate(budget: CalibratedBudget): SideProcedure {
  const { maxSamples } = BUDGETS[budget];
  return {
    name: `certificate, ${budget}`,
    decide(process, { problem, eta }, random) {
      const { side, samples } = decideSide(process, problem, eta, random, {
        errorProbability: CERTIFICATE_ERROR,
        maxSamples,
      });
      return { side, samples };
    },
  };
}
