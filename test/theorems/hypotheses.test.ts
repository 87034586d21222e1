import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProblemInstance, StepChoice } from '../../src/harness/instance.js';
import { isSideClaim } from '../../src/harness/side-claim.js';
import {
  type Claim,
  type ExaminationSettings,
  hypothesisInWords,
  hypothesisUses,
} from '../../src/harness/theorem.js';
import { appliesTo, examine } from '../../src/harness/kinds.js';
import { problemFromSpec, type ReducedProblem } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { unlearning } from '../../src/unlearning/process.js';
import { D1 } from '../../theorems/D1.js';
import { P2a } from '../../theorems/P2a.js';
import { theorems } from '../../theorems/index.js';

/*
 * Each hypothesis of each theorem is needed, which a stored instance outside it shows, or the theorem says what else
 * it is for.
 */

function settingsFor(theorem: (typeof theorems)[number], seed: number): ExaminationSettings {
  return {
    implementation: unlearning,
    mutants: theorem.mutants,
    seed,
    theoremId: theorem.id,
    errorProbability: 1e-15,
    maxSamples: 20_000,
    maxSamplesUndecided: 20_000,
  };
}

describe.each(theorems.map((theorem) => [theorem.id, theorem] as const))('%s', (_, theorem) => {
  test('says of every hypothesis why it is there', () => {
    const silent = hypothesisUses(theorem).filter(
      ({ variant, reason }) => variant === null && reason === null,
    );
    expect(silent).toEqual([]);
  });

  test('names no hypothesis that it does not have', () => {
    const named = [
      ...theorem.mutants.flatMap(({ drops }) => (drops ? [drops.hypothesis] : [])),
      ...Object.keys(theorem.unneeded ?? {}),
    ];
    expect(named.filter((hypothesis) => !theorem.hypotheses.includes(hypothesis))).toEqual([]);
  });

  const dropping = theorem.mutants.filter(({ drops }) => drops !== undefined);
  test.each(dropping.map((mutant) => [mutant.id, mutant] as const))(
    '%s: a stored instance outside the hypothesis refutes the theorem without it, whatever the seed',
    (id, mutant) => {
      const outside = fc.sample(mutant.drops!.outside, { seed: 1, numRuns: 1 })[0]!;
      const texts = theorem.witnesses.map((witness) => JSON.stringify(witness));
      const stored = theorem.witnesses[texts.indexOf(JSON.stringify(outside))];
      expect(stored).toBeDefined();
      for (const seed of [1, 2]) {
        const examination = examine(theorem.claim, stored!, settingsFor(theorem, seed));
        expect(examination.refuted).toContain(id);
        expect(examination.outcome).not.toBe('contradict');
        expect(examination.conflict).toBeNull();
      }
    },
  );
});

/** True if a claim applies and, where its hypotheses are about the step size as well, takes a side there. */
function speaksAt(claim: Claim, problem: ReducedProblem, step: StepChoice): boolean {
  if (!appliesTo(claim, problem)) return false;
  if (!isSideClaim(claim) || !claim.sideAt || step.reference !== 'absolute') return true;
  return claim.sideAt(problem, step.eta) !== 'undecided';
}

test('a claim with sides by step size speaks within its hypotheses, and not beyond them', () => {
  const [beyond] = P2a.mutants.flatMap(({ drops }) =>
    drops?.hypothesis.startsWith('eta_R') ? fc.sample(drops.outside, { seed: 1, numRuns: 1 }) : [],
  );
  const { problem } = beyond as ProblemInstance;
  const reduced = reduceProblem(problemFromSpec(problem));
  const at = (eta: number) => speaksAt(P2a.claim, reduced, { reference: 'absolute', eta });
  expect([at(0.1), at(2)]).toEqual([true, false]);
});

test('outside its hypotheses a claim about one problem does not apply, or takes no side at the step size', () => {
  for (const { claim, mutants } of theorems) {
    for (const { drops } of mutants) {
      if (!drops || claim.kind === 'order') continue;
      const [outside] = fc.sample(drops.outside, { seed: 1, numRuns: 1 });
      if (!('problem' in outside!)) continue;
      if (drops.hypothesis.startsWith('the coarser form')) continue;
      const problem = reduceProblem(problemFromSpec(outside.problem));
      expect(speaksAt(claim, problem, outside.step)).toBe(false);
    }
  }
});

test('a hypothesis left without words is found, and one with them is printed', () => {
  const silent = { ...D1, mutants: [] };
  expect(hypothesisUses(silent)[0]).toEqual({ hypothesis: D1.hypotheses[0], variant: null, reason: null });
  expect(hypothesisInWords(hypothesisUses(silent)[0]!)).toBe(D1.hypotheses[0]);
  expect(hypothesisInWords(hypothesisUses(D1)[1]!)).toBe(
    'bernoulli batches [needed: without it wrong on a stored instance (D1-h2)]',
  );
});
