import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExaminationSettings } from '../../src/harness/claim.js';
import { hypothesisInWords, hypothesisUses } from '../../src/harness/theorem.js';
import { appliesTo, examine } from '../../src/harness/kinds.js';
import { problemFromSpec } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { unlearning } from '../../src/unlearning/process.js';
import { D1 } from '../../theorems/D1.js';
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

test('outside its hypotheses a claim about one problem does not apply', () => {
  for (const { claim, mutants } of theorems) {
    for (const { drops } of mutants) {
      if (!drops || claim.kind === 'order') continue;
      const [outside] = fc.sample(drops.outside, { seed: 1, numRuns: 1 });
      if (!('problem' in outside!)) continue;
      const { problem } = outside;
      if (drops.hypothesis.startsWith('the coarser form')) continue;
      // Of these the hypothesis is about the step size, too.
      if ('sideAt' in claim) continue;
      expect(appliesTo(claim, reduceProblem(problemFromSpec(problem)))).toBe(false);
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
