import { sideOfGrowth } from '../theory/operator/exact-stability.js';
import { samplingOf, SET_NAMES, type UnlearningProblem } from '../theory/problem.js';
import { isDrawn, PLAIN_PROCEDURE } from '../theory/procedure.js';
import { ARITHMETIC } from '../theory/rank.js';
import type { Analysis, ProcedureAnswer } from './answer.js';
import type { TheoryEstimates } from './estimates.js';
import type { MomentGrowth } from './second-moment.js';

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

/** Why nothing can be said of clipping, in words; null if it can: beside a preconditioner it needs w itself. */
export function clippingFault(
  { procedure }: Pick<UnlearningProblem, 'procedure'>,
  dimension: number | null,
): string | null {
  const parameters = procedure?.preconditioner?.length;
  if (parameters === undefined || parameters === dimension) return null;
  const why = dimension === null ? 'a subset cannot be seen' : 'fewer rows were reduced to their span';
  return `beside a preconditioner clipping needs all samples in their parameters, as a problem file holds them; ${parameters} parameters of ${why}`;
}

/** |log rho| per step up to which rho is 1: the error of eta* and of the growth. */
const ON_THE_BORDER = 1e-9;

/**
 * What the exact theory of a procedure says at a step size. The side is that of log rho there, and not of eta*, above
 * which it may turn again.
 */
export function procedureVerdict(
  { stability, etaStar, firstCrossingOnly, accuracy }: TheoryEstimates,
  eta: number,
  { logGrowth, spectralRadius, error, estimate }: MomentGrowth,
): Analysis['exact'] {
  const answer = (verdict: Analysis['exact']['verdict'], log = logGrowth): Analysis['exact'] => ({
    etaStar: etaStar.value,
    firstCrossingOnly,
    ...(estimate && { estimate: { ...estimate, reason: stability.unavailable! } }),
    spectralRadius: log === logGrowth ? spectralRadius : Math.exp(log),
    logGrowth: log,
    side: verdict === 'undecided' ? sideOfGrowth(log) : verdict === 'stable' ? 'stable' : 'diverges',
    verdict,
  });
  if (estimate) return answer(estimate.low > 0 ? 'diverges' : estimate.high < 0 ? 'stable' : 'undecided');
  // A sign of D that rests on rounding is one of small steps, too.
  if (stability.meanEigenvalues.some((d) => d === 0) && accuracy.precision > ARITHMETIC) {
    return answer('undecided');
  }
  const border = Math.max(error, ON_THE_BORDER * Math.min(1, eta * stability.total));
  if (Math.abs(logGrowth) <= border || Math.abs(eta / etaStar.value - 1) <= ON_THE_BORDER) {
    return answer('marginal', 0);
  }
  return answer(logGrowth > 0 ? 'diverges' : 'stable');
}
