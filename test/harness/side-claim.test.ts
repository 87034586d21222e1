import { describe, expect, test } from 'vitest';
import { smallBudget } from '../../properties/theorem-property.js';
import { claimMargin } from '../../src/harness/boundary-search.js';
import type { ProblemInstance } from '../../src/harness/instance.js';
import { examine, kindOf } from '../../src/harness/kinds.js';
import {
  describeVerdict,
  exactConflict,
  exactVariantResults,
  refutedExactVariants,
  type SideClaim,
} from '../../src/harness/side-claim.js';
import type { ProblemSpec } from '../../src/theory/problem.js';
import { unlearning } from '../../src/unlearning/process.js';

/** Full batch, Hbar = diag(2, 1/2) and an ascent along the first axis: eta* = 1 at alpha = 0, alpha* = 2/3. */
const problem: ProblemSpec = {
  retain: [[[2, 0]], [[0, 1]]],
  forget: [[[1, 0]]],
  alpha: 0,
  batch: { retain: 2, forget: 1 },
  sampling: 'without-replacement',
};
const claim = (parts: Partial<SideClaim> = {}): SideClaim => ({
  kind: 'side',
  asserts: 'both',
  applies: () => true,
  criticalStep: () => 1,
  ...parts,
});
const at = (eta: number, spec = problem): ProblemInstance => ({
  problem: spec,
  step: { reference: 'absolute', eta },
});

describe('the margin of a claim of a side', () => {
  const margin = (parts: Partial<SideClaim>, spec = problem) => claimMargin(claim(parts), spec);

  test('is how far the critical step is on the allowed side; of both sides, none is', () => {
    const of = (asserts: SideClaim['asserts'], step: number) => margin({ asserts, criticalStep: () => step });
    expect([of('divergence', 0.75), of('divergence', 1.25)].map((x) => x!.toFixed(9))).toEqual([
      '-0.250000000',
      '0.250000000',
    ]);
    expect([of('stability', 0.75), of('stability', 1.25)].map((x) => x!.toFixed(9))).toEqual([
      '0.250000000',
      '-0.250000000',
    ]);
    expect([of('both', 0.75), of('both', 1.25)].map((x) => x!.toFixed(9))).toEqual([
      '-0.250000000',
      '-0.250000000',
    ]);
    expect(of('stability', 0)).toBeCloseTo(1, 12);
  });

  test('is none outside the hypotheses, without a finite step, and where the exact one is 0', () => {
    expect(margin({ applies: () => false })).toBeNull();
    expect(margin({ criticalStep: () => null })).toBeNull();
    expect(margin({ criticalStep: () => Infinity })).toBeNull();
    expect(margin({}, { ...problem, alpha: 0.9 })).toBeNull();
  });

  test('of a claim about the mixing is that of the critical alpha, whatever its hypotheses and its step', () => {
    const mixing = (alpha: number | null, spec = problem) =>
      margin({ criticalMixing: () => alpha, applies: () => false, criticalStep: () => null }, spec);
    expect(mixing(0.8)).toBeCloseTo(0.2, 9);
    expect(mixing(0.6)).toBeCloseTo(-0.1, 9);
    expect(mixing(null)).toBeNull();
    // No retain sample along the axis of the ascent: every alpha above 0 escapes, and there is nothing to divide by.
    expect(mixing(0.5, { ...problem, retain: [[[0, 1]], [[0, 2]]] })).toBeNull();
    expect(kindOf(claim({ criticalMixing: () => 0.5 })).sides!.axis(claim())).toBe('eta');
    expect(kindOf(claim()).sides!.axis(claim({ criticalMixing: () => 0.5 }))).toBe('alpha');
  });
});

describe('an examined side', () => {
  const examined = (eta: number, parts: Partial<SideClaim> = {}, settings = {}) =>
    examine(claim(parts), at(eta), { ...smallBudget('T'), ...settings });

  test('has the critical step where the claim applies, and no prediction elsewhere', () => {
    expect(examined(0.5)).toMatchObject({ criticalStep: 1, predicted: 'stable', outcome: 'agree' });
    const outside = examined(0.5, { applies: () => false });
    expect(outside).toMatchObject({ criticalStep: null, predicted: 'undecided', outcome: 'undecided' });
    expect(outside.observed).toBe('stable');
  });

  test('is certified with the samples for its kind of prediction, and once unless the operator disagrees', () => {
    const budget = { maxSamples: 20_000, maxSamplesUndecided: 5_000, errorProbability: 1e-300 };
    const decided = examined(0.9995, {}, budget);
    const undecided = examined(0.9995, { criticalStep: () => null }, budget);
    expect([decided.certificates, undecided.certificates]).toEqual([1, 1]);
    expect(undecided.samples).toBeLessThanOrEqual(5_000);
    expect(decided.samples).toBeGreaterThan(5_000);
    expect(decided.samples).toBeLessThanOrEqual(20_000);
    // Contradicted by the operator: once more, with ten times the samples, and all are counted.
    const again = examined(0.9995, { criticalStep: () => 0.5 }, budget);
    expect(again.certificates).toBe(2);
    expect(again.samples).toBeGreaterThan(decided.samples);
    expect(again.samples).toBeLessThanOrEqual(220_000);
    expect(again.samples).toBeGreaterThan(180_000);
    const stated = ({ evidence }: typeof decided) => Number(/by (\d+) sampled steps/.exec(evidence)![1]);
    expect(decided.samples).toBe(stated(decided));
    expect(again.samples - stated(again)).toBe(decided.samples);
  });

  test('with a fault is a contradiction, also where nothing is claimed', () => {
    const oversize = {
      implementation: {
        ...unlearning,
        sampler: () => ({ batch: { indices: Int32Array.of(0, 1, 1), size: 3 }, draw: () => undefined }),
      },
    };
    for (const parts of [{}, { criticalStep: () => null }]) {
      const { outcome, evidence, refuted } = examined(0.5, parts, oversize);
      expect(outcome).toBe('contradict');
      expect(evidence).toBe('a drawn retain batch has 3 samples; the problem says 2');
      expect(refuted).toEqual([]);
    }
  });
});

test('the evidence states the error probability in two digits, rounded up, and 1 without evidence', () => {
  const statedOf = (logEvidence: number): string =>
    describeVerdict({ side: 'stable', samples: 7, radiusEstimate: 1, logEvidence, fault: null }).replace(
      'stable by 7 sampled steps, p <= ',
      '',
    );
  for (const evidence of [0.01, 0.5, 1, 2.3, Math.LN10, 4.7, 20.7, 23.1, 100, 345, 700]) {
    const exact = Math.exp(-evidence);
    const stated = Number(statedOf(evidence));
    expect(stated / exact, `${evidence}`).toBeGreaterThanOrEqual(1 - 1e-9);
    expect(stated / exact, `${evidence}`).toBeLessThan(1.101);
    expect(statedOf(evidence)).toMatch(/^\d\.\de-?\d+$/);
  }
  // Below the smallest number, and no evidence at all.
  expect(statedOf(1000 * Math.LN10)).toMatch(/^(1\.0|1\.1)e-(1000|999)$/);
  expect([0, -3, -Infinity, NaN].map(statedOf)).toEqual(['1', '1', '1', '1']);
});

test('a conflict is of two decided sides that differ', () => {
  expect(exactConflict(0.1, 'diverges')).toBeNull();
  expect(exactConflict(-0.1, 'stable')).toBeNull();
  expect(exactConflict(0.1, 'inconclusive')).toBeNull();
  expect(exactConflict(0, 'stable')).toBeNull();
  expect(exactConflict(0.1, 'stable')).toMatch(
    /says diverges \(log rho = 0\.100000\), .* certificate stable/,
  );
  expect(exactConflict(-0.1, 'diverges')).toMatch(/says stable .* certificate diverges/);
});

test('where every step size diverges there is no threshold, and no variant of it', () => {
  for (const side of ['stable', 'diverges', 'inconclusive'] as const)
    expect(refutedExactVariants(0, 1, side)).toEqual([]);
  expect(refutedExactVariants(1, 1.03, 'diverges')).toEqual(['exact-1']);
});

test('what it is tested as names the sides that it asserts', () => {
  const { wording } = kindOf(claim());
  const asserted = (['both', 'stability', 'divergence'] as const).map(
    (asserts) => /asserts (.*)\)$/.exec(wording.testedAs(asserts))![1],
  );
  expect(asserted).toEqual(['divergence and stability', 'stability', 'divergence']);
});

test('a variant of the exact threshold is refuted by the first instance of the first theorem that does', () => {
  const refuting = (...lists: string[][]) => lists.map((refuted) => ({ refuted }));
  const results = exactVariantResults([
    { theoremId: 'A', examinations: refuting(['other'], []) },
    { theoremId: 'B', examinations: refuting(['exact-2'], ['exact-2']) },
    { theoremId: 'C', examinations: refuting([], ['exact-2', 'other']) },
  ]);
  expect(results).toMatchObject([
    { id: 'exact-1', killed: false, theorem: null, instance: null },
    { id: 'exact-2', killed: true, theorem: 'B', instance: 0 },
  ]);
});
