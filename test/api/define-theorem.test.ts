import fc from 'fast-check';
import temml from 'temml';
import { describe, expect, test } from 'vitest';
import { defineTheorem, latexText } from '../../src/api/define-theorem.js';
import { reducedProblem } from '../../src/input/problem-input.js';
import { isBernoulli, largestMeanCurvature } from '../../theorems/curvature-terms.js';
import { halvedAxes } from '../../theorems/draws/extremal-families.js';
import type { SideClaim } from '../../src/harness/side-claim.js';
import { FILE, PROBLEM } from './problems.js';

const MINIMAL = {
  id: 'R1',
  name: 'overshoot',
  statement: 'eta lambda_1(D) > 2  =>  diverges.',
  asserts: 'divergence',
  criticalStep: largestMeanCurvature,
} as const;

const draws = (theorem: ReturnType<typeof defineTheorem>, numRuns = 100) =>
  fc.sample(theorem.instances, { seed: 1, numRuns });

describe('defineTheorem(definition)', () => {
  test('fills in what is left out, and has no wrong variants then', () => {
    const theorem = defineTheorem(MINIMAL);
    expect(theorem).toMatchObject({ hypotheses: [], witnesses: [], mutants: [], source: 'own theorem' });
    const claim = theorem.claim as SideClaim;
    expect(claim.applies(reducedProblem(PROBLEM))).toBe(true);
    expect(claim.criticalStep(reducedProblem(PROBLEM))).toBe(largestMeanCurvature(reducedProblem(PROBLEM)));
  });

  test('takes a factor or a function for a wrong variant, which differs in the critical step alone', () => {
    const theorem = defineTheorem({
      ...MINIMAL,
      applies: isBernoulli,
      wrong: { half: 0.5, none: () => null },
    });
    const problem = reducedProblem(PROBLEM);
    const [half, none] = theorem.mutants.map(({ claim }) => claim as SideClaim);
    expect(theorem.mutants.map(({ id, description }) => `${id} ${description}`)).toEqual([
      'R1-1 half',
      'R1-2 none',
    ]);
    expect(half!.criticalStep(problem)).toBe(largestMeanCurvature(problem) / 2);
    expect(none!.criticalStep(problem)).toBeNull();
    expect(half!.applies(reducedProblem({ ...PROBLEM, sampling: 'with-replacement' }))).toBe(false);
  });

  test('draws problems of the wanted kind, of all families, and all kinds unless told', () => {
    const samplings = (theorem: ReturnType<typeof defineTheorem>) =>
      new Set(draws(theorem).map(({ problem }) => problem.sampling));
    expect(samplings(defineTheorem(MINIMAL)).size).toBe(3);
    expect(samplings(defineTheorem({ ...MINIMAL, problems: { samplings: ['with-replacement'] } })).size).toBe(
      1,
    );
    const two = draws(
      defineTheorem({ ...MINIMAL, problems: [{ samplings: ['with-replacement'] }, halvedAxes] }),
    );
    const halved = two.filter(({ problem }) => problem.sampling === 'bernoulli').length;
    expect(halved).toBeGreaterThan(25);
    expect(halved).toBeLessThan(75);
  });

  test('draws the given steps alone', () => {
    const step = { reference: 'absolute', eta: 2 } as const;
    const given = draws(defineTheorem({ ...MINIMAL, steps: fc.constant(step) }), 5);
    expect(given.every((instance) => instance.step === step)).toBe(true);
  });

  test('takes inequalities with wrong variants', () => {
    const relations = () => [{ name: 'one', lesser: 1, greater: 2 }];
    const { claim, mutants } = defineTheorem({
      id: 'I1',
      name: 'order',
      statement: '1 <= 2',
      relations,
      wrong: { turned: () => [{ name: 'one', lesser: 2, greater: 1 }] },
    });
    expect(claim).toMatchObject({ kind: 'inequality', relations });
    expect(mutants[0]!.claim.kind).toBe('inequality');
  });

  test.each(['', '1', 'a b', '../x'])('refuses the id %j', (id) => {
    expect(() => defineTheorem({ ...MINIMAL, id })).toThrow('id must be a letter followed by');
  });

  test.each([-1, NaN])('refuses a critical step of %d once it is asked', (step) => {
    const { claim } = defineTheorem({ ...MINIMAL, criticalStep: () => step });
    expect(() => (claim as SideClaim).criticalStep(reducedProblem(FILE))).toThrow(
      `R1: criticalStep must return a number >= 0 or null; got ${step}`,
    );
  });
});

describe('latexText(text)', () => {
  test('is typeset as it stands, whatever is in it', () => {
    const text = 'eta^2 sum_i {a} \\ $x$ & 50 % # ~ <=> λ₁';
    const shown = temml.renderToString(latexText(text), { throwOnError: true, strict: true });
    const plain = shown
      .replace(/<[^>]*>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
    expect(plain.replace(/\s+/g, ' ')).toBe(text);
  });
});
