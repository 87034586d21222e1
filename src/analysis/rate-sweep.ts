import { identityMatrix } from '../linalg/symmetric-eigen.js';
import { meanHessian } from '../theory/mean-curvature.js';
import { secondMomentStep } from '../theory/operator/noise-map.js';
import { factorCount, groupNamed, setInBasis, type UnlearningProblem } from '../theory/problem.js';
import type { Analysis, RateSweep, SweptRate } from './answer.js';
import type { TheoryEstimates } from './estimates.js';

/** Request of a sweep: step sizes, ascending, with the learning rates that they are if there are any. */
export interface RateSweepRequest {
  readonly etas: readonly number[];
  /** eta of a learning rate of 1; null: the setting has no learning rate. */
  readonly etaOfRate: number | null;
  /** Steps of a run. */
  readonly steps: number;
  /** Growth of |delta| that counts as escape, > 1. */
  readonly factor: number;
  /** The retain loss may grow by this share of the growth of the forget loss. */
  readonly retainShare: number;
}

/** Answer of an analysis at one step size. */
type AtStep = Pick<Analysis, 'exact' | 'typical' | 'escape'>;

/** Multiplications of a sweep at most, about a minute. */
const MOST_MULTIPLICATIONS = 6e10;

/** Steps that a sweep of so many rates may have. */
export function mostSweptSteps({ retain, forget }: UnlearningProblem, rates: number): number {
  const factors = factorCount(retain) + factorCount(forget);
  const r = Math.min(factors, retain.dimension);
  return Math.floor(MOST_MULTIPLICATIONS / (rates * (factors + r) * r * r));
}

/**
 * Every step size of a grid: side, steps to escape, single runs, and the losses that are expected after the steps of a run
 * relative to those at the start, E[delta delta^T] = I on U: T iterated, exactly, for the plain step with all samples known.
 *
 * @throws RangeError if there is another procedure, a subset of samples, or no forget set.
 */
export function rateSweep(
  { problem, stability }: TheoryEstimates,
  request: RateSweepRequest,
  at: (eta: number) => AtStep,
): RateSweep {
  const { etas, etaOfRate, steps, factor, retainShare } = request;
  if (problem === null || stability.meanGrowth !== null || !groupNamed(problem, 'forget')) {
    throw new RangeError('a sweep needs the plain step, all samples, and a weight of the forget set above 0');
  }
  const { meanEigenvalues: d, meanDirections, dimension: r } = stability;
  const groups = problem.groups.map((group) => ({
    ...group,
    samples: setInBasis(group.samples, meanDirections, r),
  }));
  const hessians = (['retain', 'forget'] as const).map((name) => {
    const group = groups.find((each) => each.name === name);
    return group ? meanHessian(group.samples) : null;
  });
  const losses = (m: Float64Array): (number | null)[] =>
    hessians.map((h) => h?.reduce((sum, x, k) => sum + x * m[k]!, 0) ?? null);
  const start = losses(identityMatrix(r));
  const rates = etas.map((eta): SweptRate => {
    const moment = identityMatrix(r);
    const step = secondMomentStep(groups, d, eta);
    for (let k = 0; k < steps; k++) step(moment);
    const [retainLoss, forgetLoss] = losses(moment).map((end, set) =>
      end === null
        ? 0
        : Number.isFinite(end)
          ? Math.min(Number.MAX_VALUE, end / start[set]!)
          : Number.MAX_VALUE,
    ) as [number, number];
    const { exact, typical, escape } = at(eta);
    return {
      lr: etaOfRate === null ? null : Number((eta / etaOfRate).toPrecision(6)),
      eta,
      side: exact.side,
      steps: escape.secondMoment,
      ...{ forgetLoss, retainLoss, typical },
      word: wordOf(forgetLoss, retainLoss, factor ** 2, retainShare),
    };
  });
  return { steps, factor, retainShare, rates, window: longestWindow(rates) };
}

/** Losses grow as squared distances: a factor X of |delta| is X^2 of them. */
function wordOf(forget: number, retain: number, growth: number, retainShare: number): SweptRate['word'] {
  if (forget >= growth) return retain <= Math.max(1, retainShare * forget) ? 'forgets' : 'breaks';
  return retain >= growth ? 'breaks' : 'nothing';
}

/** The longest row of rates without a gap that forget. */
function longestWindow(rates: readonly SweptRate[]): RateSweep['window'] {
  let best: SweptRate[] = [];
  let row: SweptRate[] = [];
  for (const rate of rates) {
    row = rate.word === 'forgets' ? [...row, rate] : [];
    if (row.length > best.length) best = row;
  }
  const named = ({ lr, eta }: SweptRate): number => lr ?? eta;
  return best.length === 0 ? null : [named(best[0]!), named(best.at(-1)!)];
}
