import { exactCriticalMixing, exactStability } from '../theory/operator/exact-stability.js';
import { problemFromSpec, type ProblemSpec } from '../theory/problem.js';
import { reduceProblem } from '../theory/reduction.js';
import { examineBlockModel } from './block-model-claim.js';
import { examineEscape } from './escape-time-claim.js';
import {
  type Examination,
  type ExaminationSettings,
  type ExaminedProblem,
  resolveStep,
} from './examination.js';
import { examineFrequency } from './frequency-claim.js';
import { examineGram } from './gram-claim.js';
import { examineInequality } from './inequality-claim.js';
import { examineLocation } from './location-claim.js';
import { examineNetworkEscape } from './network-escape-claim.js';
import type { NetworkClaim, NetworkInstance } from './network-instance.js';
import { examineOrder } from './order-claim.js';
import { examineSide } from './side-claim.js';
import {
  type Claim,
  type Instance,
  isProblemClaim,
  type ProblemClaim,
  type ProblemInstance,
} from './theorem.js';
import { examineTypical } from './typical-claim.js';

/** Puts one instance of a claim to the test. Deterministic in its arguments. */
export function examine(claim: Claim, instance: Instance, settings: ExaminationSettings): Examination {
  if (isProblemClaim(claim)) {
    if ('problem' in instance) return examineProblem(claim, instance, settings);
  } else if ('experiment' in instance) return examineNetwork(claim, instance, settings);
  throw new Error(`a claim of kind ${claim.kind} has instances of another kind`);
}

function examineProblem(
  claim: ProblemClaim,
  instance: ProblemInstance,
  settings: ExaminationSettings,
): Examination {
  const problem = examinedProblem(instance.problem);
  const companion = instance.companion ? examinedProblem(instance.companion) : null;
  const eta = resolveStep(claim, instance.step, problem, companion);
  switch (claim.kind) {
    case 'side':
      return examineSide(claim, instance, problem, eta, settings);
    case 'order':
      return examineOrder(claim, instance, problem, companion, eta, settings);
    case 'inequality':
      return examineInequality(claim, problem, eta, settings);
    case 'typical':
      return examineTypical(claim, instance, problem, eta, settings);
    case 'escape-time':
      return examineEscape(claim, instance, problem, eta, settings);
  }
}

/** A problem with its exact theory. */
export function examinedProblem(spec: ProblemSpec): ExaminedProblem {
  const reduced = reduceProblem(problemFromSpec(spec));
  const exact = exactStability(reduced);
  return { spec, reduced, exact, etaStar: exact.criticalStep().value };
}

/** Puts one instance of a claim about data or networks to the test. Deterministic in its arguments. */
export function examineNetwork(
  claim: NetworkClaim,
  instance: NetworkInstance,
  settings: ExaminationSettings,
): Examination {
  switch (claim.kind) {
    case 'gram':
      return examineGram(claim, instance, settings);
    case 'frequency':
      return examineFrequency(claim, instance, settings);
    case 'location':
      return examineLocation(claim, instance, settings);
    case 'block-model':
      return examineBlockModel(claim, instance, settings);
    case 'network-escape':
      return examineNetworkEscape(claim, instance, settings);
  }
}

/** Relative distance of a claimed critical mixing above the exact one; null where there is none above 0. */
function mixingMargin(claimed: number | null, spec: ProblemSpec): number | null {
  const exact = exactCriticalMixing(spec);
  return claimed === null || exact === null || exact === 0 ? null : claimed / exact - 1;
}

/**
 * How far a claim is from being wrong on a problem, by exact computation: relative distance of its critical
 * step (for a claim about the mixing: its critical alpha) from the exact one on the allowed side, or of the two sides of its inequality. Negative: wrong.
 * null where the claim states nothing that could be compared (or only a sampled quantity).
 */
export function claimMargin(claim: ProblemClaim, spec: ProblemSpec, companion?: ProblemSpec): number | null {
  const problem = examinedProblem(spec);
  switch (claim.kind) {
    case 'side': {
      if (claim.criticalMixing) return mixingMargin(claim.criticalMixing(problem.reduced), spec);
      if (!claim.applies(problem.reduced) || !(problem.etaStar > 0)) return null;
      const critical = claim.criticalStep(problem.reduced);
      if (critical === null || !Number.isFinite(critical)) return null;
      const excess = critical / problem.etaStar - 1;
      if (claim.asserts === 'both') return -Math.abs(excess);
      return claim.asserts === 'divergence' ? excess : -excess;
    }
    case 'inequality': {
      if (!claim.applies(problem.reduced)) return null;
      const margins = claim
        .relations(problem.reduced)
        .map(({ lesser, greater }) => (greater - lesser) / Math.abs(greater));
      return Math.min(...margins);
    }
    case 'order': {
      if (!companion || !(problem.etaStar > 0)) return null;
      const other = examinedProblem(companion);
      if (!claim.applies(problem.reduced, other.reduced)) return null;
      // At eta* of the problem its own log rho is 0.
      const growth = other.exact.growth(problem.etaStar).logGrowth;
      return claim.lesser === 'companion' ? -growth : growth;
    }
    case 'typical':
    case 'escape-time':
      return null;
  }
}
