import { samplingOf, SET_NAMES, type UnlearningProblem } from '../theory/problem.js';
import { isDrawn, PLAIN_PROCEDURE } from '../theory/procedure.js';
import type { ProcedureAnswer } from './answer.js';

/** The procedure of a problem, as taken. */
export function procedureAnswer(
  { sampling, procedure = PLAIN_PROCEDURE }: Pick<UnlearningProblem, 'sampling' | 'procedure'>,
  period: number,
): ProcedureAnswer {
  const { momentum, nesterov, weightDecay, preconditioner, schedule, dropLast } = procedure;
  const schemes = typeof sampling === 'string' ? [sampling] : Object.values(sampling);
  return {
    sampling,
    optimizer: { momentum, nesterov, weightDecay, preconditioner },
    schedule,
    ...(schemes.includes('reshuffled') && { dropLast }),
    period,
  };
}

/** What a problem has beyond the plain step with batches drawn anew, in words; null if it has nothing. */
export function beyondPlain(problem: Pick<UnlearningProblem, 'sampling' | 'procedure'>): string | null {
  const { momentum, weightDecay, schedule } = problem.procedure ?? PLAIN_PROCEDURE;
  if (momentum > 0) return `momentum ${momentum}`;
  if (weightDecay > 0) return `weight decay ${weightDecay}`;
  if (schedule) return `turns of ${schedule.ascent}:${schedule.descent}`;
  const epochs = SET_NAMES.find((name) => !isDrawn({ sampling: samplingOf(problem.sampling, name) }));
  return epochs ? `epochs of the ${epochs} set` : null;
}

/** Why `what` cannot be asked of another procedure than the plain step, in words; null if it can. */
export function plainStepFault(
  what: string,
  problem: Pick<UnlearningProblem, 'sampling' | 'procedure'>,
): string | null {
  const beyond = beyondPlain(problem);
  return beyond === null ? null : `${what} knows the plain step with batches drawn anew; got ${beyond}`;
}
