import { decideSide, type SideVerdict } from '../decision/decide-side.js';
import { randomSource } from '../random/generator.js';
import { exactSide } from '../theory/operator/exact-stability.js';
import type { ReducedProblem } from '../theory/problem.js';
import { linearisedProcess } from '../unlearning/process.js';
import { refutedExactVariants } from './exact-variants.js';
import {
  type Examination,
  type ExaminationSettings,
  type ExaminedProblem,
  isFarFromThreshold,
  type Outcome,
} from './examination.js';
import {
  type Mutant,
  predictedSide,
  type PredictedSide,
  type ProblemInstance,
  type SideClaim,
} from './theorem.js';

/** Factor by which the samples are increased where the exact operator and the theorem disagree. */
const ESCALATION = 10;

/**
 * Compares a predicted side with the side certified by samples of the real step.
 *
 * Where the exact operator contradicts the theorem and the samples do not decide, a second certificate
 * with more, fresh samples is tried: the operator directs the effort, the samples decide.
 */
export function examineSide(
  claim: SideClaim,
  instance: ProblemInstance,
  problem: ExaminedProblem,
  eta: number,
  settings: ExaminationSettings,
): Examination {
  const applies = claim.applies(problem.reduced);
  const criticalStep = applies ? claim.criticalStep(problem.reduced) : null;
  const predicted = predictedSide(claim, criticalStep, eta);
  const { logGrowth } = problem.exact.growth(eta);
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
    eta,
    criticalStep,
    etaStar: problem.etaStar,
    logGrowth,
    far: isFarFromThreshold(problem, eta),
    samples: first.samples + (second?.samples ?? 0),
    certificates: second ? 2 : 1,
    evidence: describeVerdict(verdict),
    refuted: [
      ...refutedSides(settings.mutants, problem.reduced, eta, verdict),
      ...refutedExactVariants(problem.etaStar, eta, verdict.side),
    ],
    conflict: exactConflict(logGrowth, verdict.side) ?? unconfirmed(logGrowth, predicted, verdict.side),
  };
}

/** Wrong side claims that the certified side refutes. */
function refutedSides(
  mutants: readonly Mutant[],
  problem: ReducedProblem,
  eta: number,
  verdict: SideVerdict,
): string[] {
  return mutants.flatMap(({ id, claim }) => {
    if (claim.kind !== 'side' || verdict.side === 'inconclusive' || !claim.applies(problem)) return [];
    const predicted = predictedSide(claim, claim.criticalStep(problem), eta);
    return predicted !== 'undecided' && predicted !== verdict.side ? [id] : [];
  });
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

function unconfirmed(logGrowth: number, predicted: PredictedSide, side: SideVerdict['side']): string | null {
  const exact = exactSide(logGrowth);
  if (side !== 'inconclusive' || predicted === 'undecided' || exact === 'undecided') return null;
  if (predicted === exact) return null;
  return `the exact operator says ${exact} (log rho = ${logGrowth.toPrecision(6)}), the theorem ${predicted}; not yet certified`;
}
