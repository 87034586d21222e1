import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problemFromSpec, type ProblemSpec, type ReducedProblem } from '../src/theory/problem.js';
import { reduceProblem } from '../src/theory/reduction.js';
import { BUDGETS } from '../src/harness/budget.js';
import type { Examination, ExaminationSettings } from '../src/harness/examination.js';
import { examine } from '../src/harness/examine.js';
import { instancesOf, isProblemTheorem, type SideClaim, type Theorem } from '../src/harness/theorem.js';
import { exactStability } from '../src/theory/operator/exact-stability.js';
import { unlearning } from '../src/unlearning/process.js';

/** Draws of the property tests; `verify` takes more and other seeds. */
const SIMULATED_RUNS = 25;
const COMPUTED_RUNS = 150;
const SEED = 20_240_607;

/** Relative rounding between a theorem's critical step and the exact one, each computed to about 1e-12. */
const THRESHOLD_TOLERANCE = 1e-9;

/** Settings of `examine` with the error probability of one certificate at a small budget. */
export function smallBudget(theoremId: string): ExaminationSettings {
  return {
    implementation: unlearning,
    mutants: [],
    seed: SEED,
    theoremId,
    errorProbability: 1e-13,
    maxSamples: 40_000,
    maxSamplesUndecided: BUDGETS.quick.maxSamplesUndecided,
  };
}

/**
 * The properties every theorem has: no drawn instance contradicts it, most test it, a side claim never
 * passes the exact threshold on its wrong side; and the same harness rejects a claim that is wrong.
 *
 * @param wrong a wrong claim in its place, which must be contradicted by some drawn instance.
 */
export function theoremProperties(theorem: Theorem, wrong: Theorem['claim']): void {
  describe(`${theorem.id} ${theorem.name}`, () => {
    test(`no drawn instance contradicts: ${theorem.statement}`, () => {
      const outcomes: Examination['outcome'][] = [];
      fc.assert(
        fc.property(instancesOf(theorem), (instance) => {
          const { outcome, conflict, evidence } = examine(theorem.claim, instance, smallBudget(theorem.id));
          outcomes.push(outcome);
          expect(conflict, evidence).toBeNull();
          expect(outcome, evidence).not.toBe('contradict');
        }),
        { seed: SEED, numRuns: SIMULATED_RUNS },
      );
      const agreed = outcomes.filter((outcome) => outcome === 'agree').length;
      expect(agreed, 'instances that test the theorem and agree').toBeGreaterThan(SIMULATED_RUNS / 4);
    });

    test('the harness rejects a wrong claim in its place', () => {
      const draws = fc.sample(instancesOf(theorem), {
        seed: SEED,
        numRuns: 4 * SIMULATED_RUNS,
      });
      const contradicted = draws.some(
        (instance) => examine(wrong, instance, smallBudget(theorem.id)).outcome === 'contradict',
      );
      expect(contradicted).toBe(true);
    });

    if (!isProblemTheorem(theorem)) return;
    const { claim } = theorem;
    if (claim.kind === 'side') {
      test('its critical step is on the right side of the exact threshold', () => {
        fc.assert(
          fc.property(theorem.instances, ({ problem }) => expectRightSide(claim, reduced(problem))),
          { seed: SEED, numRuns: COMPUTED_RUNS },
        );
      });
    }
  });
}

/** The critical step of an attaining family equals the exact threshold. */
export function attainedOn(theorem: Theorem, family: string, problems: Arbitrary<ProblemSpec>): void {
  const { claim } = theorem;
  if (claim.kind !== 'side') throw new TypeError(`${theorem.id} has no critical step`);
  test(`${theorem.id} is attained on ${family}`, () => {
    fc.assert(
      fc.property(problems, (spec) => {
        const problem = reduced(spec);
        const ratio = claim.criticalStep(problem)! / exactStability(problem).criticalStep().value;
        expect(Math.abs(ratio - 1)).toBeLessThan(THRESHOLD_TOLERANCE);
      }),
      { seed: SEED, numRuns: COMPUTED_RUNS },
    );
  });
}

/** A side claim with its critical step multiplied by a factor: wrong wherever the bound is attained. */
export function scaledClaim(claim: Theorem['claim'], factor: number): SideClaim {
  if (claim.kind !== 'side') throw new TypeError('only side claims have a critical step');
  return {
    ...claim,
    criticalStep(problem) {
      const critical = claim.criticalStep(problem);
      return critical === null ? null : factor * critical;
    },
  };
}

export function reduced(spec: ProblemSpec): ReducedProblem {
  return reduceProblem(problemFromSpec(spec));
}

function expectRightSide(claim: SideClaim, problem: ReducedProblem): void {
  if (!claim.applies(problem)) return;
  const critical = claim.criticalStep(problem);
  if (critical === null) return;
  const etaStar = exactStability(problem).criticalStep().value;
  if (claim.asserts !== 'stability') {
    expect(critical).toBeGreaterThanOrEqual(etaStar * (1 - THRESHOLD_TOLERANCE));
  }
  if (claim.asserts !== 'divergence') {
    expect(critical).toBeLessThanOrEqual(etaStar * (1 + THRESHOLD_TOLERANCE));
  }
}
