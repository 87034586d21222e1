import type { DrawnProblem } from '../theory/draw-subset.js';
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

/**
 * Why nothing can be said of clipping, in words; null if it can: beside a preconditioner it needs w itself, and of a subset
 * the largest sample.
 */
export function clippingFault(problem: UnlearningProblem | DrawnProblem): string | null {
  const subset = 'sets' in problem ? problem.sets : null;
  const thinned = subset && SET_NAMES.find((name) => subset[name].isThinned);
  if (thinned) {
    const { of, samples } = subset[thinned];
    return `it is not answered for thinned sets, whose largest sample is not known; got ${samples.sampleCount} of ${of} ${thinned} samples`;
  }
  const parameters = problem.procedure?.preconditioner?.length;
  const dimension = 'sets' in problem ? null : problem.retain.dimension;
  if (parameters === undefined || parameters === dimension) return null;
  const why = dimension === null ? 'a subset cannot be seen' : 'fewer rows were reduced to their span';
  return `beside a preconditioner clipping needs all samples in their parameters, as a problem file holds them; ${parameters} parameters of ${why}`;
}
