import { decideSide, type ObservedSide, type SideVerdict } from '../decision/decide-side.js';
import { randomSource } from '../statistics/generator.js';
import { exactCriticalMixing, exactSide } from '../theory/operator/exact-stability.js';
import type { ReducedProblem } from '../theory/problem.js';
import { isDrawn } from '../theory/procedure.js';
import { linearisedProcess } from '../unlearning/process.js';
import {
  besideThreshold,
  type Examination,
  examinedCase,
  type ExaminedProblem,
  type Outcome,
  type PredictedSide,
} from './examination.js';
import type { ProblemInstance } from './instance.js';
import {
  type Assertion,
  type Claim,
  type ClaimKind,
  type ExaminationSettings,
  refutedVariants,
} from './theorem.js';

/** A statement about the side at each step size, by way of a critical step size of its own. */
export interface SideClaim extends Claim {
  readonly kind: 'side';
  /** Above the critical step: divergence; below it: stability; or both. */
  readonly asserts: Assertion;
  /** True if the hypotheses hold for this problem. */
  applies(problem: ReducedProblem): boolean;
  /** The critical step size; 0: at every step size; null: the theorem says nothing at any. */
  criticalStep(problem: ReducedProblem): number | null;
  /** The side at a step size, where the stable ones need not be an interval; default: by the critical step. */
  sideAt?(problem: ReducedProblem, eta: number): PredictedSide;
  /** For a claim about the mixing: the alpha above which it asserts divergence at every step size; null as above. */
  criticalMixing?(problem: ReducedProblem): number | null;
}

/** Claims of a side: the predicted side against the one that samples of the real step certify. */
export const sideClaims: ClaimKind<SideClaim, ProblemInstance> = {
  name: 'side',
  about: 'problem',
  wording: {
    testedAs: (asserts) =>
      `predicted side against the sampled certificate (asserts ${asserts === 'both' ? 'divergence and stability' : asserts})`,
    margin: 'Margin: relative distance of the critical step, or critical α, to the exact one',
  },
  // A side may be certified a second time with more samples.
  certificates: () => 2,
  applies: (claim, problem) => claim.applies(problem),
  examine: examineSide,
  margin: sideMargin,
  sides: {
    asserts: ({ asserts }) => asserts,
    axis: (claim) => (claim.criticalMixing ? 'alpha' : 'eta'),
    taken(claim, problem) {
      const criticalStep = claim.criticalStep(problem);
      return {
        criticalStep,
        ...(claim.criticalMixing ? { criticalMixing: claim.criticalMixing(problem) } : {}),
        side: (eta) => claim.sideAt?.(problem, eta) ?? predictedSide(claim, criticalStep, eta),
      };
    },
  },
};

export function isSideClaim(claim: Claim): claim is SideClaim {
  return claim.kind === sideClaims.name;
}

/** The side a claim asserts at step size eta; strict on both sides of the critical step. */
export function predictedSide(claim: SideClaim, critical: number | null, eta: number): PredictedSide {
  if (critical === null) return 'undecided';
  if (claim.asserts !== 'stability' && eta > critical) return 'diverges';
  if (claim.asserts !== 'divergence' && eta < critical) return 'stable';
  return 'undecided';
}

/** The side that a claim takes of a problem to which it applies. */
function claimedSide(claim: SideClaim, problem: ReducedProblem, eta: number): PredictedSide {
  return claim.sideAt?.(problem, eta) ?? predictedSide(claim, claim.criticalStep(problem), eta);
}

/** Factor by which the samples are increased where the exact operator and the theorem disagree. */
const ESCALATION = 10;

/**
 * Compares a predicted side with the side certified by samples of the real step.
 *
 * Where the exact operator contradicts the theorem and the samples do not decide, a second certificate
 * with more, fresh samples is tried: the operator directs the effort, the samples decide.
 */
function examineSide(
  claim: SideClaim,
  instance: ProblemInstance,
  settings: ExaminationSettings,
): Examination {
  const { problem, eta } = examinedCase(instance, (reduced) => claim.criticalStep(reduced));
  const applies = claim.applies(problem.reduced);
  const criticalStep = applies ? claim.criticalStep(problem.reduced) : null;
  const predicted = applies ? claimedSide(claim, problem.reduced, eta) : 'undecided';
  const place = besideThreshold(problem, eta);
  const { logGrowth } = place;
  const brief = predicted === 'undecided' ? settings.maxSamplesUndecided : settings.maxSamples;
  const first = certifySide(instance, problem, eta, settings, brief);
  const second = unconfirmed(logGrowth, predicted, first.side)
    ? certifySide(instance, problem, eta, settings, ESCALATION * settings.maxSamples)
    : null;
  const verdict = second ?? first;
  return {
    predicted,
    observed: verdict.side,
    outcome: compareSides(predicted, verdict),
    ...place,
    criticalStep,
    samples: first.samples + (second?.samples ?? 0),
    certificates: second ? 2 : 1,
    evidence: describeVerdict(verdict),
    refuted: [
      ...refutedVariants(settings.mutants, claim, (wrong) => isRefuted(wrong, problem.reduced, eta, verdict)),
      // Above a first crossing the side may turn again.
      ...(claim.sideAt ? [] : refutedExactVariants(problem.etaStar, eta, verdict.side)),
    ],
    conflict: exactConflict(logGrowth, verdict.side) ?? unconfirmed(logGrowth, predicted, verdict.side),
  };
}

/** True if a certified side refutes a claim. */
function isRefuted(claim: SideClaim, problem: ReducedProblem, eta: number, { side }: SideVerdict): boolean {
  if (side === 'inconclusive' || !claim.applies(problem)) return false;
  const predicted = claimedSide(claim, problem, eta);
  return predicted !== 'undecided' && predicted !== side;
}

/**
 * Relative distance of the critical step (for a claim about the mixing: of the critical alpha, where there is one
 * above 0) from the exact one, on the allowed side.
 */
function sideMargin(claim: SideClaim, problem: ExaminedProblem): number | null {
  const { spec, reduced } = problem;
  // The first crossing of epochs takes seconds where a search asks for hundreds.
  if (claim.sideAt || !reduced.groups.every(isDrawn)) return null;
  if (claim.criticalMixing) {
    const claimed = claim.criticalMixing(reduced);
    const exact = exactCriticalMixing(spec);
    return claimed === null || exact === null || exact === 0 ? null : claimed / exact - 1;
  }
  const { etaStar } = problem;
  if (!claim.applies(reduced) || !(etaStar > 0)) return null;
  const critical = claim.criticalStep(reduced);
  if (critical === null || !Number.isFinite(critical)) return null;
  const excess = critical / etaStar - 1;
  if (claim.asserts === 'both') return -Math.abs(excess);
  return claim.asserts === 'divergence' ? excess : -excess;
}

/** Runs the sampled certificate on one problem; its random stream is named by seed, theorem and instance. */
export function certifySide(
  instance: ProblemInstance,
  problem: ExaminedProblem,
  eta: number,
  settings: ExaminationSettings,
  maxSamples: number,
): SideVerdict {
  const process = linearisedProcess(problem.reduced, eta, settings.implementation);
  const words = [
    settings.seed,
    settings.theoremId,
    JSON.stringify([instance, problem.spec, eta, maxSamples]),
  ];
  return decideSide(process, problem.reduced, eta, randomSource('certificate', ...words), {
    errorProbability: settings.errorProbability,
    maxSamples,
  });
}

/** Text of a conflict between the exact operator and a certificate, or null. */
export function exactConflict(logGrowth: number, side: SideVerdict['side']): string | null {
  const exact = exactSide(logGrowth);
  if (side === 'inconclusive' || exact === 'undecided' || side === exact) return null;
  return `the exact operator says ${exact} (log rho = ${logGrowth.toPrecision(6)}), the sampled certificate ${side}`;
}

/** Side, samples and error bound of a certificate, or its fault, in words. */
export function describeVerdict(verdict: SideVerdict): string {
  if (verdict.fault) return verdict.fault;
  return `${verdict.side} by ${verdict.samples} sampled steps, p <= ${errorBound(verdict.logEvidence)}`;
}

/** exp(-logEvidence), at most 1, in two digits and rounded up; also where it is below the smallest number. */
function errorBound(logEvidence: number): string {
  if (!(logEvidence > 0)) return '1';
  const decades = -logEvidence / Math.LN10;
  const exponent = Math.floor(decades);
  const leading = Math.ceil(10 ** (decades - exponent) * 10) / 10;
  return leading >= 10 ? `1.0e${exponent + 1}` : `${leading.toFixed(1)}e${exponent}`;
}

/** A fault is a contradiction: the code is not the process that the theorem speaks of. */
function compareSides(predicted: PredictedSide, verdict: SideVerdict): Outcome {
  if (verdict.fault) return 'contradict';
  if (predicted === 'undecided') return 'undecided';
  if (verdict.side === 'inconclusive') return 'inconclusive';
  return verdict.side === predicted ? 'agree' : 'contradict';
}

/** Text of a prediction that the exact operator contradicts and no certificate decides, or null. */
function unconfirmed(logGrowth: number, predicted: PredictedSide, side: SideVerdict['side']): string | null {
  const exact = exactSide(logGrowth);
  if (side !== 'inconclusive' || predicted === 'undecided' || exact === 'undecided') return null;
  if (predicted === exact) return null;
  return `the exact operator says ${exact} (log rho = ${logGrowth.toPrecision(6)}), the theorem ${predicted}; not yet certified`;
}

/** Wrong variants of the exact threshold itself: the suite must notice that they are wrong, too. */
const EXACT_VARIANTS = [
  { id: 'exact-1', description: 'the exact threshold 5 % too high', factor: 1.05 },
  { id: 'exact-2', description: 'the exact threshold 5 % too low', factor: 0.95 },
] as const;

/** Variants of eta* (> 0) that a certified side at step size eta refutes. */
export function refutedExactVariants(etaStar: number, eta: number, side: ObservedSide): string[] {
  if (!(etaStar > 0) || side === 'inconclusive') return [];
  return EXACT_VARIANTS.flatMap(({ id, factor }) => {
    const predicted = eta > factor * etaStar ? 'diverges' : eta < factor * etaStar ? 'stable' : side;
    return predicted === side ? [] : [id];
  });
}

/** Outcome of one variant in a run: the theorem and the number of the instance that refuted it first. */
export interface ExactVariantResult {
  readonly id: string;
  readonly description: string;
  readonly killed: boolean;
  readonly theorem: string | null;
  readonly instance: number | null;
}

/** Goes through the refuted variants of every theorem's examinations, in order. */
export function exactVariantResults(
  runs: readonly {
    readonly theoremId: string;
    readonly examinations: readonly { readonly refuted: readonly string[] }[];
  }[],
): ExactVariantResult[] {
  return EXACT_VARIANTS.map(({ id, description }) => {
    for (const { theoremId, examinations } of runs) {
      const instance = examinations.findIndex(({ refuted }) => refuted.includes(id));
      if (instance >= 0) return { id, description, killed: true, theorem: theoremId, instance };
    }
    return { id, description, killed: false, theorem: null, instance: null };
  });
}
