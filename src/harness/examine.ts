import { problemFromSpec, type ProblemSpec } from '../curvature/problem-spec.js';
import { reduceProblem } from '../curvature/reduction.js';
import { exactStability } from '../stability/exact-stability.js';
import type { Examination, ExaminationSettings, ExaminedProblem } from './examination.js';
import { examineEscape } from './examine-escape.js';
import { examineInequality } from './examine-inequality.js';
import { examineOrder } from './examine-order.js';
import { examineSide } from './examine-side.js';
import { examineTypical } from './examine-typical.js';
import { resolveStep } from './resolve-step.js';
import { examineNetwork } from './network/examine-network.js';
import {
  isProblemClaim,
  type Claim,
  type Instance,
  type ProblemClaim,
  type ProblemInstance,
} from './theorem.js';

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
