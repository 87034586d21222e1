import fc, { type Arbitrary } from 'fast-check';
import { expect, test } from 'vitest';
import { LEAST_SAMPLES } from '../src/harness/budget.js';
import type { Outcome } from '../src/harness/examination.js';
import { examine, isProblemTheorem } from '../src/harness/kinds.js';
import type { InequalityClaim } from '../src/harness/inequality-claim.js';
import type { OrderClaim } from '../src/harness/order-claim.js';
import { isSideClaim, type SideClaim } from '../src/harness/side-claim.js';
import type { Claim, ExaminationSettings, ProblemTheorem, Theorem } from '../src/harness/theorem.js';
import { exactStability } from '../src/theory/operator/exact-stability.js';
import { procedureStability } from '../src/theory/operator/procedure-stability.js';
import { unlearningCoherence } from '../src/theory/coherence.js';
import { problemFromSpec, type ProblemSpec, type ReducedProblem } from '../src/theory/problem.js';
import { isPlain } from '../src/theory/procedure.js';
import { reduceProblem } from '../src/theory/reduction.js';
import { unlearning } from '../src/unlearning/process.js';
import { scaledStep } from '../theorems/wrong-variants.js';

/** How many instances of a theorem are drawn. */
interface Draws {
  readonly plain: number;
  /** A one-sided bound speaks on a third of its draws, and certificates with momentum leave more of them open. */
  readonly procedure: number;
  /** How many of them must test it and agree, at least. */
  readonly agreeing: number;
}

/** Draws of the property tests; `verify` takes more and other seeds, and test/reports says what share must tell. */
export const ALL_DRAWS: Draws = { plain: 12, procedure: 24, agreeing: 2 };
/** The first of them, for every change. */
const FIRST_DRAWS: Draws = { plain: 8, procedure: 8, agreeing: 1 };
const COMPUTED_RUNS = 150;
/** Problems on which a critical step is compared with the exact one. */
const COMPARED_RUNS = 50;
/** Draws of which one must contradict a wrong claim. */
const MOST_DRAWS_OF_A_WRONG_CLAIM = 100;
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
    // Where a theorem says nothing, what is observed tests nothing.
    maxSamplesUndecided: LEAST_SAMPLES,
  };
}

/** The order of two problems the wrong way round. */
export const reversed: OrderClaim = { kind: 'order', lesser: 'problem', applies: () => true };

/** The coherence of the union without its cross term. */
export const withoutCrossTerm: InequalityClaim = {
  kind: 'inequality',
  applies: () => true,
  relations(problem) {
    const { retainBlock, forgetBlock, lambda1S } = unlearningCoherence(problem);
    return [{ name: 'cross term dropped', lesser: lambda1S, greater: Math.max(retainBlock, forgetBlock) }];
  },
};

/** A theorem, and a wrong claim in its place that some drawn instance must contradict. */
export type TheoremWithWrongClaim = readonly [theorem: Theorem, wrong: Claim];

/**
 * The properties every theorem has: no drawn instance contradicts it, some test it, a side claim never
 * passes the exact threshold on its wrong side; and the same harness rejects a claim that is wrong.
 */
export function theoremProperties(table: readonly TheoremWithWrongClaim[]): void {
  const rows = table.map(([theorem, wrong]) => ({ id: theorem.id, theorem, wrong }));
  test.each(rows)('$id: no drawn instance contradicts it, and some test it', ({ theorem }) => {
    expectNoContradiction(theorem, FIRST_DRAWS);
  });

  test.each(rows)('$id: the harness rejects a wrong claim in its place', ({ theorem, wrong }) => {
    let contradicted = false;
    // Drawn one by one, and no more once one contradicts.
    fc.check(
      fc.property(theorem.instances, (instance) => {
        contradicted = examine(wrong, instance, smallBudget(theorem.id)).outcome === 'contradict';
        return !contradicted;
      }),
      { seed: SEED, numRuns: MOST_DRAWS_OF_A_WRONG_CLAIM, endOnFailure: true },
    );
    expect(contradicted).toBe(true);
  });

  const sided = rows.flatMap(({ id, theorem }) =>
    isProblemTheorem(theorem) && isSideClaim(theorem.claim)
      ? [{ id, claim: theorem.claim, instances: theorem.instances }]
      : [],
  );
  if (sided.length === 0) return;
  test.each(sided)('$id: its critical step is on the right side of the exact threshold', (row) => {
    fc.assert(
      fc.property(row.instances, ({ problem }) => expectRightSide(row.claim, reduced(problem))),
      { seed: SEED, numRuns: COMPARED_RUNS },
    );
  });
}

/** No drawn instance contradicts a theorem, and some test it and agree. */
export function expectNoContradiction(theorem: Theorem, draws: Draws): void {
  const numRuns = theorem.procedure ? draws.procedure : draws.plain;
  const outcomes: Outcome[] = [];
  fc.assert(
    fc.property(theorem.instances, (instance) => {
      const { outcome, conflict, evidence } = examine(theorem.claim, instance, smallBudget(theorem.id));
      outcomes.push(outcome);
      expect(conflict, evidence).toBeNull();
      expect(outcome, evidence).not.toBe('contradict');
    }),
    { seed: SEED, numRuns },
  );
  const agreed = outcomes.filter((outcome) => outcome === 'agree').length;
  expect(agreed, 'instances that test the theorem and agree').toBeGreaterThanOrEqual(draws.agreeing);
}

/** The critical step of a theorem on an attaining family equals the exact threshold. */
export function expectAttained({ claim }: ProblemTheorem<SideClaim>, problems: Arbitrary<ProblemSpec>): void {
  fc.assert(
    fc.property(problems, (spec) => {
      const problem = reduced(spec);
      const ratio = claim.criticalStep(problem)! / exactStep(problem);
      expect(Math.abs(ratio - 1)).toBeLessThan(THRESHOLD_TOLERANCE);
    }),
    { seed: SEED, numRuns: COMPUTED_RUNS },
  );
}

/** The side of a theorem turns at the exact first crossing: it holds 0.1 % below and diverges 0.1 % above, or says nothing. */
export function expectTurning({ claim }: ProblemTheorem<SideClaim>, problems: Arbitrary<ProblemSpec>): void {
  let spoken = 0;
  fc.assert(
    fc.property(problems, (spec) => {
      const problem = reduced(spec);
      const crossing = exactStep(problem);
      fc.pre(claim.applies(problem) && crossing > 0 && Number.isFinite(crossing));
      const sides = [0.999, 1.001].map((ratio) => claim.sideAt!(problem, ratio * crossing));
      if (sides.includes('undecided')) return;
      spoken++;
      expect(sides).toEqual(['stable', 'diverges']);
    }),
    { seed: SEED, numRuns: COMPUTED_RUNS / 2 },
  );
  expect(spoken, 'problems on which it says something').toBeGreaterThan(COMPUTED_RUNS / 4);
}

/** The exact critical step of a problem under its procedure. */
export function exactStep(problem: ReducedProblem): number {
  const exact = isPlain(problem) ? exactStability(problem) : procedureStability(problem);
  if ('unavailable' in exact) throw new Error(exact.unavailable);
  return exact.criticalStep().value;
}

/** A side claim with its critical step multiplied by a factor: wrong wherever the bound is attained. */
export function scaledClaim(claim: SideClaim, factor: number): SideClaim {
  return { ...claim, criticalStep: scaledStep(claim, factor) };
}

/** A problem with its sets in coordinates of what takes part in the step. */
export function reduced(spec: ProblemSpec): ReducedProblem {
  return reduceProblem(problemFromSpec(spec));
}

function expectRightSide(claim: SideClaim, problem: ReducedProblem): void {
  // Sides that turn more than once have no critical step.
  if (claim.sideAt || !claim.applies(problem)) return;
  const critical = claim.criticalStep(problem);
  if (critical === null) return;
  const etaStar = exactStep(problem);
  if (claim.asserts !== 'stability') {
    expect(critical).toBeGreaterThanOrEqual(etaStar * (1 - THRESHOLD_TOLERANCE));
  }
  if (claim.asserts !== 'divergence') {
    expect(critical).toBeLessThanOrEqual(etaStar * (1 + THRESHOLD_TOLERANCE));
  }
}
