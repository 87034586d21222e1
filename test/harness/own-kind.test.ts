import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/api/analyze.js';
import { agreementHtml } from '../../src/api/report.js';
import { verify, type VerifyOptions } from '../../src/api/verify.js';
import { examinedCase, withoutThreshold } from '../../src/harness/examination.js';
import { kindOf } from '../../src/harness/kinds.js';
import type { ProblemInstance } from '../../src/harness/instance.js';
import {
  type Claim,
  type ClaimKind,
  type ProblemTheorem,
  refutedVariants,
} from '../../src/harness/theorem.js';
import { agreementMarkdown, agreementText } from '../../src/report/agreement-text.js';
import { junitXml } from '../../src/report/junit.js';
import { alignedProblems } from '../../theorems/draws/aligned-problems.js';
import { exactSteps } from '../../theorems/draws/step-choice.js';

/** A claim of a kind that the harness does not list: how many coordinates the reduced problem has at most. */
interface SizeClaim extends Claim {
  readonly kind: 'size';
  readonly most: (samples: number, parameters: number) => number;
}

const sizeClaims: ClaimKind<SizeClaim, ProblemInstance> = {
  name: 'size',
  about: 'problem',
  wording: { testedAs: () => 'the dimension counted by a toy', margin: 'Margin: spare coordinates' },
  certificates: () => 0,
  examine(claim, instance, { mutants }) {
    const {
      problem: { reduced, spec },
      eta,
    } = examinedCase(instance);
    const factors = [...spec.retain, ...spec.forget].flat();
    const holds = ({ most }: SizeClaim): boolean =>
      reduced.dimension <= most(factors.length, factors[0]!.length);
    return withoutThreshold({
      outcome: holds(claim) ? 'agree' : 'contradict',
      eta,
      evidence: `${reduced.dimension} coordinates`,
      samples: 0,
      certificates: 0,
      refuted: refutedVariants(mutants, claim, (wrong) => !holds(wrong)),
    });
  },
  margin({ most }, { spec, reduced }) {
    const factors = [...spec.retain, ...spec.forget].flat();
    return most(factors.length, factors[0]!.length) - reduced.dimension;
  },
};

function sized(most: SizeClaim['most']): SizeClaim {
  return { kind: 'size', most, examinedAs: sizeClaims };
}

function theoremOf(claim: SizeClaim): ProblemTheorem<SizeClaim> {
  return {
    id: 'T1',
    name: 'toy',
    statement: 'r <= min(N, p).',
    formula: String.raw`r \le \min(N, p)`,
    hypotheses: ['none'],
    source: 'this test',
    proof: 'The rank of a matrix.',
    claim,
    mutants: [{ id: 'T1-1', description: 'r = 1', claim: sized(() => 1), quick: true }],
    witnesses: [],
    instances: fc.record({ problem: alignedProblems({ mixing: 'any' }), step: exactSteps }),
    drawing: 'aligned problems.',
  };
}

const OPTIONS: VerifyOptions = { seed: 1, budget: 'quick', instances: 12, onWarning: () => undefined };

describe('a kind of claim that comes with the claim', () => {
  test('is verified, its wrong variant killed, its margin searched, and reported in its own words', async () => {
    const report = await verify(theoremOf(sized(Math.min)), OPTIONS);
    expect(report.verdict).toBe('agree');
    const [summary] = report.theorems;
    expect(summary).toMatchObject({ kind: 'size', asserts: null, agree: 12, contradict: 0, certificates: 0 });
    expect(summary!.mutants).toMatchObject([{ id: 'T1-1', killed: true }]);
    expect(summary!.boundary).toMatchObject({ attained: true });
    const html = agreementHtml(JSON.parse(JSON.stringify(report)) as typeof report);
    expect(html).toContain('<dt>tested as</dt><dd>the dimension counted by a toy</dd>');
    expect(html).toContain('Margin: spare coordinates');
    for (const text of [agreementText(report), agreementMarkdown(report), junitXml(report)]) {
      expect(text).toContain('T1');
    }
  });

  test('is contradicted where it is wrong, by a shrunk instance', async () => {
    const report = await verify(theoremOf(sized((_, parameters) => parameters - 1)), OPTIONS);
    expect(report.verdict).toBe('contradicted');
    const { counterexample } = report.theorems[0]!;
    expect(counterexample!.found.evidence).toMatch(/^\d coordinates$/);
    expect(counterexample!.fastCheck.shrinks).toBeGreaterThan(0);
  });

  test('takes no side in an analysis, to which it applies', () => {
    const toy = theoremOf(sized(Math.min));
    const [instance] = fc.sample(toy.instances, { seed: 1, numRuns: 1 });
    const { theorems } = analyze({ ...instance!.problem, eta: 0.1 }, { theorems: [toy] });
    expect(theorems).toEqual([
      { id: 'T1', name: 'toy', applies: true, side: 'undecided', etaThreshold: null },
    ]);
  });
});

test('a kind that neither the harness nor the claim has is refused by name', () => {
  expect(() => kindOf({ kind: 'size' })).toThrow(
    /^kind of a claim must be one of side, order, .*, or come with the claim; got size$/,
  );
});
