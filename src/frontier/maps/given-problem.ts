import { problemFromSpec, type ProblemSpec } from '../../curvature/problem-spec.js';
import type { ReducedProblem } from '../../curvature/problem.js';
import { reduceProblem, reduceSets } from '../../curvature/reduction.js';
import { InputError } from '../../data/problem-file.js';
import type { MapRequest } from '../frontier-map.js';
import { plantedProblem } from './planted-problem.js';

/** alpha of the planted problem where the map does not vary it. */
const PLANTED_ALPHA = 0.1;

/** The problem of a request: the given one, or one planted by the seed; `alpha` and `sampling` may replace its own. */
export function requestedProblem({ seed, settings }: MapRequest): ProblemSpec {
  const { problem, alpha, sampling } = settings;
  if (!problem) return plantedProblem(seed, alpha ?? PLANTED_ALPHA, sampling ?? 'bernoulli');
  const chosen = { ...problem, alpha: alpha ?? problem.alpha, sampling: sampling ?? problem.sampling };
  if (chosen.forget.length === 0 && chosen.alpha !== 0) {
    throw new InputError(`--alpha must be 0 for a problem without forget samples; got ${chosen.alpha}`);
  }
  return chosen;
}

/** Where a request's problem comes from, for the setting of a map. */
export function problemWords({ seed, settings }: MapRequest, { retain, forget }: ProblemSpec): string {
  const origin = settings.problem ? 'given problem' : `planted problem (seed ${seed})`;
  return `${origin}, ${retain.length} retain and ${forget.length} forget samples`;
}

/** A reduced problem as a function of what a map varies; the sets are reduced once. */
export function variedProblem(
  spec: ProblemSpec,
): (change: Partial<Pick<ProblemSpec, 'alpha' | 'batch'>>) => ReducedProblem {
  const problem = problemFromSpec(spec);
  const [retain, forget] = reduceSets([problem.retain, problem.forget]).sets;
  const common = { ...problem, retain: retain!, forget: forget! };
  return (change) => reduceProblem({ ...common, ...change });
}
