import fc from 'fast-check';
import { BUDGETS } from '../../src/harness/budget.js';
import { type DrawFeatures, examinedCase } from '../../src/harness/examination.js';
import type { ProblemInstance } from '../../src/harness/instance.js';
import { appliesTo, assertionOf, kindOf, type LinearTheorem } from '../../src/harness/kinds.js';
import { drawFeatures } from '../../src/harness/run-instances.js';
import type { ReducedProblem } from '../../src/theory/problem.js';

/** Features of an instance, as a run finds them, without the certificates. */
function featuresOf(theorem: LinearTheorem, instance: ProblemInstance): DrawFeatures {
  const { claim } = theorem;
  const ownStep = (problem: ReducedProblem): number | null =>
    appliesTo(claim, problem) && claim.kind === 'side'
      ? kindOf(claim).sides!.taken(claim, problem).criticalStep
      : null;
  const { problem, eta } = examinedCase(instance, ownStep);
  const steps = { eta, criticalStep: ownStep(problem.reduced), etaStar: problem.etaStar };
  return drawFeatures(instance, steps, assertionOf(claim));
}

/** Features of draws, as many as the standard budget has unless told. */
export function drawnFeatures(
  theorem: LinearTheorem,
  change = (instance: ProblemInstance) => instance,
  numRuns = BUDGETS.standard.instances,
): DrawFeatures[] {
  return fc
    .sample(theorem.instances, { seed: 11, numRuns })
    .map((instance) => featuresOf(theorem, change(instance)));
}
