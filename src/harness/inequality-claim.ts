import {
  type Examination,
  type ExaminationSettings,
  type ExaminedProblem,
  isFarFromThreshold,
} from './examination.js';
import type { InequalityClaim, Relation } from './theorem.js';

/** Relative rounding of two eigenvalues computed to 1e-12. */
const TOLERANCE = 1e-10;

/** Checks inequalities between computed quantities; nothing is simulated. */
export function examineInequality(
  claim: InequalityClaim,
  problem: ExaminedProblem,
  eta: number,
  settings: ExaminationSettings,
): Examination {
  const relations = claim.applies(problem.reduced) ? claim.relations(problem.reduced) : [];
  const broken = relations.find(isBroken);
  return {
    predicted: 'undecided',
    observed: null,
    outcome: broken ? 'contradict' : relations.length > 0 ? 'agree' : 'undecided',
    eta,
    criticalStep: null,
    etaStar: problem.etaStar,
    logGrowth: problem.exact.growth(eta).logGrowth,
    far: isFarFromThreshold(problem, eta),
    samples: 0,
    certificates: 0,
    evidence: broken
      ? `${broken.name} fails: ${broken.lesser} > ${broken.greater}`
      : relations.map(({ name }) => name).join('; '),
    refuted: settings.mutants.flatMap(({ id, claim: wrong }) =>
      wrong.kind === 'inequality' && wrong.relations(problem.reduced).some(isBroken) ? [id] : [],
    ),
    conflict: null,
  };
}

function isBroken({ lesser, greater }: Relation): boolean {
  return !(lesser <= greater + TOLERANCE * Math.abs(greater));
}
