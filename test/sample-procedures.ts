import { randomSource } from '../src/statistics/generator.js';
import { problemFromSpec, type ProblemSpec, type ReducedProblem } from '../src/theory/problem.js';
import type { ProcedureSpec } from '../src/theory/procedure.js';
import { type ProcedureStability, procedureStability } from '../src/theory/operator/procedure-stability.js';
import { reduceProblem } from '../src/theory/reduction.js';
import { normalSamples } from './sample-problems.js';

/** A procedure on a small random problem. */
export interface ProcedureCase {
  readonly name: string;
  readonly spec: ProblemSpec;
}

interface Shape extends ProcedureSpec {
  readonly sampling: ProblemSpec['sampling'];
  readonly alpha?: number;
  /** Factors of each sample; default: [1, 2, 1] and [1, 1]. */
  readonly retain?: readonly number[];
  readonly forget?: readonly number[];
  readonly batch?: ProblemSpec['batch'];
}

const MOMENTUM = { momentum: 0.6 };

/** Every procedure, every sampling, and the combinations; small enough to enumerate every period. */
const SHAPES: Readonly<Record<string, Shape>> = {
  'momentum, bernoulli': { sampling: 'bernoulli', optimizer: MOMENTUM },
  'momentum, with replacement': { sampling: 'with-replacement', optimizer: MOMENTUM },
  'momentum, without replacement': { sampling: 'without-replacement', optimizer: { momentum: 0.9 } },
  'momentum, descent alone': { sampling: 'bernoulli', optimizer: MOMENTUM, alpha: 0 },
  'nesterov': { sampling: 'bernoulli', optimizer: { momentum: 0.8, nesterov: true } },
  'weight decay': { sampling: 'with-replacement', optimizer: { weightDecay: 0.3 } },
  'momentum and weight decay': { sampling: 'bernoulli', optimizer: { ...MOMENTUM, weightDecay: 0.3 } },
  'a sampling for each set': { sampling: { retain: 'with-replacement', forget: 'bernoulli' } },
  'momentum and a sampling for each set': { sampling: { retain: 'bernoulli', forget: 'without-replacement' }, optimizer: MOMENTUM },
  'alternating 1:1': { sampling: 'bernoulli', schedule: { ascent: 1, descent: 1 } },
  'alternating 2:1': { sampling: 'with-replacement', schedule: { ascent: 2, descent: 1 } },
  'alternating 1:3, weight decay': { sampling: 'without-replacement', schedule: { ascent: 1, descent: 3 }, optimizer: { weightDecay: 0.2 } },
  'alternating 1:2, momentum': { sampling: 'bernoulli', schedule: { ascent: 1, descent: 2 }, optimizer: MOMENTUM },
  'epochs of single samples': { sampling: 'reshuffled', forget: [1, 1, 2] },
  'epochs of pairs': { sampling: 'reshuffled', retain: [1, 2, 1, 1], batch: { retain: 2, forget: 1 } },
  'epochs of different length': { sampling: 'reshuffled' },
  'epochs, short last batch': { sampling: 'reshuffled', batch: { retain: 2, forget: 1 }, dropLast: false },
  'epochs, last batch left out': { sampling: 'reshuffled', batch: { retain: 2, forget: 1 }, dropLast: true },
  'forget in epochs, retain drawn': { sampling: { retain: 'with-replacement', forget: 'reshuffled' } },
  'epochs with momentum': { sampling: 'reshuffled', forget: [1, 1, 1], optimizer: MOMENTUM },
  'alternating 1:2 in epochs': { sampling: 'reshuffled', schedule: { ascent: 1, descent: 2 }, retain: [1, 1, 1, 1] },
  'alternating 2:3 in epochs, nesterov': { sampling: 'reshuffled', schedule: { ascent: 2, descent: 3 }, optimizer: { momentum: 0.5, nesterov: true } },
  'preconditioner': { sampling: 'bernoulli', optimizer: { preconditioner: [0.3, 2] } },
  'preconditioned momentum': { sampling: 'with-replacement', optimizer: { ...MOMENTUM, preconditioner: [0.3, 2] } },
  'preconditioner and weight decay': { sampling: 'bernoulli', optimizer: { weightDecay: 0.2, preconditioner: [0.3, 2] } },
  'preconditioned momentum and weight decay': { sampling: 'bernoulli', optimizer: { ...MOMENTUM, weightDecay: 0.2, preconditioner: [0.3, 2] } },
  'preconditioned alternation': { sampling: 'bernoulli', schedule: { ascent: 1, descent: 1 }, optimizer: { preconditioner: [3, 0.5] } },
}; // prettier-ignore

export const PROCEDURE_CASES: readonly ProcedureCase[] = Object.entries(SHAPES).map(([name, shape]) => {
  const random = randomSource('procedure case', name);
  const {
    alpha = 0.2,
    retain = [1, 2, 1],
    forget = [1, 1],
    batch = { retain: 1, forget: 1 },
    ...procedure
  } = shape;
  const sets = { retain: normalSamples(random, retain, 2), forget: normalSamples(random, forget, 2) };
  return { name, spec: { ...sets, alpha, batch, ...procedure } };
});

export function reducedCase(spec: ProblemSpec): ReducedProblem {
  return reduceProblem(problemFromSpec(spec));
}

/** The exact theory of a problem for which there is one. */
export function exactProcedure(spec: ProblemSpec): ProcedureStability {
  const found = procedureStability(reducedCase(spec));
  if ('unavailable' in found) throw new Error(found.unavailable);
  return found;
}
