import { type Budget, BUDGETS } from './budget.js';
import { missedFloors } from './draw-classes.js';
import { beyondEnds, offLowerEnd, type SharedAxes } from './sharp-ends.js';
import type { ExactVariantResult } from './side-claim.js';
import type { Outcome } from './examination.js';
import type { TheoremSummary } from './summary.js';
import { MARGIN_ROUNDING } from './theorem.js';

/** Outcome of a whole run. */
export type RunVerdict = 'agree' | 'contradicted' | 'inconclusive' | 'interrupted';

/** Exit codes of the command line, one for each verdict. */
export const EXIT_CODES: Readonly<Record<RunVerdict, number>> = {
  agree: 0,
  contradicted: 1,
  inconclusive: 3,
  interrupted: 130,
};

/** Share of the tested instances far from the threshold that may be inconclusive. */
const MAX_INCONCLUSIVE_SHARE = 0.02;

/** A few inconclusive instances say nothing about a share; up to this many are let pass. */
const FEW = 2;

/** From this many instances on a theorem must have been tested by at least one of them. */
const MUST_BE_TESTED = 20;

/** What a run finds out besides the theorems: saved failures, variants of the exact threshold, problems between sharp ends. */
interface BesideTheorems {
  readonly replayed?: readonly { readonly name: string; readonly outcome: Outcome }[];
  readonly exactThreshold?: readonly ExactVariantResult[];
  readonly axes?: SharedAxes | null;
}

/** Verdict of a complete run at a budget, and why, if it is not agreement. */
export function runVerdict(
  summaries: readonly TheoremSummary[],
  budget: Budget,
  { replayed = [], exactThreshold = [], axes = null }: BesideTheorems = {},
): { verdict: RunVerdict; reasons: string[] } {
  const contradicted = [
    ...replayed.flatMap(({ name, outcome }) =>
      outcome === 'contradict' ? [`the saved failure ${name} stands`] : [],
    ),
    ...summaries.flatMap(({ id, contradict }) =>
      contradict > 0 ? [`${id}: ${contradict} certified contradiction(s)`] : [],
    ),
    ...(axes ? beyondEnds(axes) : []),
    ...survivors(summaries, budget, exactThreshold),
  ];
  if (contradicted.length > 0) return { verdict: 'contradicted', reasons: contradicted };
  const reasons = [
    ...summaries.flatMap(({ id, conflicts }) =>
      conflicts.map(({ instance, conflict }) => `${id}, instance ${instance}: ${conflict}`),
    ),
    ...summaries.flatMap(wrongMargin),
    ...(axes ? offLowerEnd(axes) : []),
    ...summaries.flatMap(({ id, agree, instances }) =>
      agree === 0 && instances >= MUST_BE_TESTED ? [`${id}: no instance tested it`] : [],
    ),
    ...unheldDraws(summaries, budget),
    ...tooInconclusive(summaries),
  ];
  return { verdict: reasons.length > 0 ? 'inconclusive' : 'agree', reasons };
}

/** A margin that shows a theorem wrong, or that is no number and shows nothing. */
function wrongMargin({ id, boundary }: TheoremSummary): string[] {
  if (!boundary || boundary.smallestMargin >= -MARGIN_ROUNDING) return [];
  const { smallestMargin } = boundary;
  if (Number.isNaN(smallestMargin)) return [`${id}: its margin is no number on a problem that was drawn`];
  return [
    `${id}: by exact computation it is wrong on a problem that the search found, by ${-smallestMargin}`,
  ];
}

/**
 * Planted wrong variants that nothing refuted though the budget must have: all of them, in the quick
 * budget those marked for it. A run with fewer instances than the budget has is not held to it.
 */
function survivors(
  summaries: readonly TheoremSummary[],
  budget: Budget,
  exactThreshold: readonly ExactVariantResult[],
): string[] {
  if (budget.instances < BUDGETS[budget.name].instances) return [];
  const planted = summaries.flatMap(({ mutants }) =>
    mutants.filter(({ quick }) => quick || budget.name !== 'quick'),
  );
  return [...planted, ...exactThreshold]
    .filter(({ killed }) => !killed)
    .map(({ id, description }) => `the planted wrong variant ${id} (${description}) survived`);
}

/** Classes of draws under their floors, and theorems without wrong variants; asked from the standard budget on. */
function unheldDraws(summaries: readonly TheoremSummary[], budget: Budget): string[] {
  const held = summaries.filter((summary) => summary.held);
  const unplanted = held
    .filter(({ mutants }) => mutants.length === 0)
    .map(({ id }) => `${id}: no wrong variant is planted`);
  if (budget.instances < BUDGETS.standard.instances) return unplanted;
  const missed = held.flatMap(({ id, draws }) =>
    draws ? missedFloors(draws).map((fault) => `${id}: ${fault}`) : [],
  );
  return [...unplanted, ...missed];
}

function tooInconclusive(summaries: readonly TheoremSummary[]): string[] {
  const tested = summaries.reduce((sum, { far }) => sum + far.tested, 0);
  const inconclusive = summaries.reduce((sum, { far }) => sum + far.inconclusive, 0);
  if (inconclusive <= Math.max(FEW, MAX_INCONCLUSIVE_SHARE * tested)) return [];
  return [`${inconclusive} of ${tested} tested instances beyond 5 % from the threshold are inconclusive`];
}
