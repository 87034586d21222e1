import type { ReducedProblem } from '../theory/problem.js';
import { besideThreshold, type Examination, examinedCase, type ExaminedProblem } from './examination.js';
import type { ProblemInstance } from './instance.js';
import { type Claim, type ClaimKind, type ExaminationSettings, refutedVariants } from './theorem.js';

/** Inequalities between computed quantities of one problem. */
export interface InequalityClaim extends Claim {
  readonly kind: 'inequality';
  applies(problem: ReducedProblem): boolean;
  relations(problem: ReducedProblem): readonly Relation[];
}

/** lesser <= greater, with a name for the text of a failure. */
export interface Relation {
  readonly name: string;
  readonly lesser: number;
  readonly greater: number;
}

/** Claims of inequalities: they are computed, and nothing is simulated. */
export const inequalityClaims: ClaimKind<InequalityClaim, ProblemInstance> = {
  name: 'inequality',
  about: 'problem',
  wording: {
    testedAs: () => 'inequalities between computed quantities',
    margin: 'Margin: relative distance of the two sides',
  },
  certificates: () => 0,
  applies: (claim, problem) => claim.applies(problem),
  examine: examineInequality,
  margin: inequalityMargin,
};

/** Relative rounding of two eigenvalues computed to 1e-12. */
const EIGENVALUE_ROUNDING = 1e-10;

/** Checks inequalities between computed quantities; nothing is simulated. */
function examineInequality(
  claim: InequalityClaim,
  instance: ProblemInstance,
  settings: ExaminationSettings,
): Examination {
  const { problem, eta } = examinedCase(instance);
  const relations = claim.applies(problem.reduced) ? claim.relations(problem.reduced) : [];
  const broken = relations.find(isBroken);
  return {
    predicted: 'undecided',
    observed: null,
    outcome: broken ? 'contradict' : relations.length > 0 ? 'agree' : 'undecided',
    ...besideThreshold(problem, eta),
    samples: 0,
    certificates: 0,
    evidence: broken
      ? `${broken.name} fails: ${broken.lesser} > ${broken.greater}`
      : relations.map(({ name }) => name).join('; '),
    refuted: refutedVariants(
      settings.mutants,
      claim,
      (wrong) => wrong.applies(problem.reduced) && wrong.relations(problem.reduced).some(isBroken),
    ),
    conflict: null,
  };
}

function isBroken({ lesser, greater }: Relation): boolean {
  return !(lesser <= greater + EIGENVALUE_ROUNDING * Math.abs(greater));
}

/** Smallest relative distance of the two sides of an inequality. */
function inequalityMargin(claim: InequalityClaim, { reduced }: ExaminedProblem): number | null {
  if (!claim.applies(reduced)) return null;
  const margins = claim
    .relations(reduced)
    // 0 <= 0 is attained, not 0/0.
    .map(({ lesser, greater }) => (lesser === greater ? 0 : (greater - lesser) / Math.abs(greater)));
  return Math.min(...margins);
}
