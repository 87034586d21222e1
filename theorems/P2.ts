/**
 * # P2: alternating steps
 *
 * Statement: k ascents, then m descents, over and over. Where T_R > 0: stable if T_F^k < T_R^{-m}, and diverges if
 * T_R^{-m} - T_F^k has a negative eigenvalue.
 * Definitions: T_R, T_F the second-moment operators of a step on one set alone, with eta_R = eta (1-alpha) and eta_F = eta
 * alpha; the period operator is T_R^m T_F^k.
 * Hypotheses: any sampling that draws every batch anew; T_R > 0.
 * Source: worked out for this project from the definitions of Chang & Khanna, arXiv 2602.02986, for the alternating
 * loops of SCRUB, GDA and SalUn.
 * Proof: T_F >= I, so T_R^m T_F^k has the spectrum of T_F^{k/2} T_R^m T_F^{k/2}, which is below 1 iff T_R^m < T_F^{-k}.
 * Notes: U1 does not carry over: retain 0.9, forget 1, eta 1 for both sets: a period multiplies by 0.1 x 2 though D < 0.
 * The stable step sizes need not be an interval. SCRUB, GDA and the published code of SalUn alternate.
 */
import fc from 'fast-check';
import type { PredictedSide } from '../src/harness/examination.js';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { groupNamed, type ReducedProblem } from '../src/theory/problem.js';
import { escapeDirection, isEscaping } from './curvature-terms.js';
import { FAR_OF_EIGHT, FAR_OF_EIGHT_WORDS } from './draws/draw-floors.js';
import { reaching, reachingSteps, TURNED } from './draws/reaching-problems.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { commutingProblems } from './draws/extremal-families.js';
import { at, overshooting } from './draws/outside-hypotheses.js';
import { alternating, anySampling, heldByAlternation } from './draws/procedure-problems.js';
import { closeSteps, drawn, exactSteps, farSteps } from './draws/step-choice.js';
import { heavyBallStep, momentMap, poweredMap, setStep, sideOfDifference } from './moment-terms.js';
import { ANEW, ANEW_OR_ELSE, isAlternating } from './procedures.js';
import { ALTERNATING } from './sources.js';
import witnesses from './witnesses/P2.json' with { type: 'json' };
import { stepsFivePercentOff, takingSides, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P2',
  name: 'alternating steps',
  procedure: 'alternating steps',
  statement:
    'k ascents, then m descents, over and over. Where T_R > 0: stable if T_F^k < T_R^{-m}, and diverges if T_R^{-m} - T_F^k has a negative eigenvalue.',
  formula: String.raw`\begin{gathered} T_R \succ 0: \\[0.2em] T_F^{\,k} \prec T_R^{-m} \;\Longrightarrow\; \text{stable} \\[0.2em] \lambda_{\min}\bigl(T_R^{-m} - T_F^{\,k}\bigr) < 0 \;\Longrightarrow\; \text{diverges} \end{gathered}`,
  hypotheses: [ANEW, 'T_R > 0'],
  unneeded: {
    ...ANEW_OR_ELSE,
  },
  source: ALTERNATING,
  proof:
    'T_F >= I, so T_R^m T_F^k has the spectrum of T_F^{k/2} T_R^m T_F^{k/2}, which is below 1 iff T_R^m < T_F^{-k}.',
};

/** Changes of a variant to the criterion; default: none. */
interface Alternation {
  readonly ascent?: number;
  readonly descent?: number;
  readonly noise?: number;
  /** Whether T_R > 0 is asked. */
  readonly definite?: boolean;
}

/** The side by T_R^{-m} - T_F^k. */
function alternatingSide(problem: ReducedProblem, eta: number, changes: Alternation = {}): PredictedSide {
  const { schedule } = problem.procedure!;
  const { ascent = schedule!.ascent, descent = schedule!.descent, noise = 1, definite = true } = changes;
  const r = problem.dimension;
  const m = (r * (r + 1)) / 2;
  const [retain, forget] = (['retain', 'forget'] as const).map((name) => {
    const group = groupNamed(problem, name)!;
    return poweredMap(momentMap([group], setStep(group, eta), eta, noise), m);
  });
  if (definite && !(retain!.least > 0)) return 'undecided';
  return sideOfDifference(retain!.power(-descent), forget!.power(ascent), m);
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'both',
  applies: isAlternating,
  criticalStep: () => null,
  sideAt: (problem, eta) => alternatingSide(problem, eta),
};

const taking = takingSides(claim);

/** A side by a threshold. */
const beyond = (eta: number, threshold: number): PredictedSide => (eta > threshold ? 'diverges' : 'stable');

/** The problem as if it took k and m steps of each set at once. */
function weighted(problem: ReducedProblem): ReducedProblem {
  const { ascent, descent } = problem.procedure!.schedule!;
  const groups = problem.groups.map((group) => ({
    ...group,
    weight: group.weight * (group.name === 'retain' ? descent : ascent),
  }));
  return { ...problem, groups };
}

const mutants = [
  ...wrongVariants('P2', [
    [
      'U1 carried over: D < 0 diverges at every step size',
      taking((problem) => (isEscaping(problem) ? 'diverges' : 'undecided')),
    ],
    [
      'the simultaneous step in its place',
      taking((problem, eta) => beyond(eta, heavyBallStep(problem))),
      'quick',
    ],
    [
      'k and m swapped',
      taking((problem, eta) => {
        const { ascent, descent } = problem.procedure!.schedule!;
        return alternatingSide(problem, eta, { ascent: descent, descent: ascent });
      }),
    ],
    [
      'one ascent and one descent whatever k and m',
      taking((p, eta) => alternatingSide(p, eta, { ascent: 1, descent: 1 })),
    ],
    ['the noise left out', taking((problem, eta) => alternatingSide(problem, eta, { noise: 0 }))],
    ['the noise counted twice', taking((problem, eta) => alternatingSide(problem, eta, { noise: 2 }))],
    [
      'm eta_R Hbar_R > k eta_F Hbar_F holds',
      taking((problem) => (escapeDirection(weighted(problem)).value > 0 ? 'stable' : 'undecided')),
    ],
    ...stepsFivePercentOff(claim),
  ]),
  ...withoutHypotheses<SideClaim>('P2', [
    [
      'T_R > 0',
      taking((problem, eta) => alternatingSide(problem, eta, { definite: false })),
      at(overshooting, 2),
    ],
  ]),
];

export const P2: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems, most of up to three coordinates and some of up to ten, and commuting problems, any sampling, one to three ascents and descents in turn; problems that the simultaneous step leaves and alternation holds, with full batches and within 5 % of the first crossing, too. Step sizes on both sides of the first crossing. ${FAR_OF_EIGHT_WORDS}`,
  floors: {
    without: ['mixing: alpha = 0'],
    asked: ['procedure: as many ascents as descents', 'procedure: other turns', ...FAR_OF_EIGHT],
    near: [],
  },
  instances: reaching(
    fc.oneof(
      { weight: 3, arbitrary: drawn(alternating(alignedProblems({ mixing: 'any' }, 3)), farSteps) },
      { weight: 1, arbitrary: drawn(alternating(alignedProblems({ mixing: 'below' }, 3)), farSteps) },
      {
        weight: 2,
        arbitrary: drawn(alternating(anySampling(commutingProblems(3))), fc.oneof(farSteps, exactSteps)),
      },
      { weight: 2, arbitrary: drawn(alternating(alignedProblems({ mixing: 'above' })), farSteps) },
      { weight: 3, arbitrary: drawn(alternating(heldByAlternation), fc.oneof(closeSteps, farSteps)) },
    ),
    reachingSteps(alternating, { most: 8, places: TURNED }),
  ),
};
