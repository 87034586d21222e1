import { expect, test } from 'vitest';
import { BUDGETS } from '../../src/harness/budget.js';
import { exactVariantResults, refutedExactVariants } from '../../src/harness/side-claim.js';
import { summariseTheorem } from '../../src/harness/summary.js';
import { runVerdict } from '../../src/harness/verdict.js';
import { U2 } from '../../theorems/U2.js';
import { examination } from './examination.js';

const many = (count: number, parts: Parameters<typeof examination>[0] = {}) =>
  Array.from({ length: count }, () => examination(parts));
const summary = (...groups: ReturnType<typeof many>[]) => summariseTheorem(U2, groups.flat(), null);

test('counts predictions, observations and outcomes', () => {
  const { predicted, observed, agree, contradict, inconclusive, coverage, instances } = summary(
    many(6),
    many(1, { outcome: 'contradict', observed: 'stable' }),
    many(1, { outcome: 'inconclusive', observed: 'inconclusive' }),
    many(2, { outcome: 'undecided', predicted: 'undecided', observed: 'stable' }),
  );
  expect({ predicted, observed, agree, contradict, inconclusive, coverage, instances }).toEqual({
    predicted: { diverges: 8, stable: 0, undecided: 2 },
    observed: { diverges: 6, stable: 3, inconclusive: 1 },
    agree: 6,
    contradict: 1,
    inconclusive: 1,
    coverage: 0.8,
    instances: 10,
  });
});

test('counts every observed instance once by predicted and observed side', () => {
  const { confusion } = summary(
    many(6),
    many(1, { outcome: 'contradict', observed: 'stable' }),
    many(2, { outcome: 'undecided', predicted: 'undecided', observed: 'inconclusive' }),
    many(3, { observed: null }),
  );
  expect(confusion).toEqual({
    diverges: { diverges: 6, stable: 1, inconclusive: 0 },
    stable: { diverges: 0, stable: 0, inconclusive: 0 },
    undecided: { diverges: 0, stable: 0, inconclusive: 2 },
  });
  expect(summary(many(3, { observed: null })).confusion).toBeNull();
});

test('of nothing examined nothing is covered, and of draws of which nothing is known there is no table', () => {
  expect(summary()).toMatchObject({ instances: 0, coverage: 0, draws: null });
  expect(summary(many(1)).coverage).toBe(1);
  expect(summary(many(U2.witnesses.length + 3)).draws).toBeNull();
});

test('the upper bound on disagreement is exact for no contradiction, and 1 if nothing was decided', () => {
  expect(summary(many(50)).disagreementUpperBound.value).toBeCloseTo(1 - 0.01 ** (1 / 50), 12);
  expect(summary(many(3, { outcome: 'undecided' })).disagreementUpperBound.value).toBe(1);
});

test('tightness is the ratio of critical steps where both exist', () => {
  const ratios = [1, 2, 3, 4, 5].map((ratio) => examination({ criticalStep: ratio, etaStar: 1 }));
  const none = [
    examination({ criticalStep: null }),
    examination({ criticalStep: 0 }),
    examination({ etaStar: 0 }),
  ];
  expect(summary(ratios, none).tightness).toEqual({ q05: 1.2, median: 3, q95: 4.8 });
  expect(summary(none).tightness).toBeNull();
});

test('a run agrees only without contradiction, conflict, untested theorem and many inconclusive instances', () => {
  const verdictOf = (...groups: ReturnType<typeof many>[]) =>
    runVerdict([summary(...groups)], { ...BUDGETS.quick, instances: 1 }).verdict;
  expect(verdictOf(many(40))).toBe('agree');
  expect(verdictOf(many(39), many(1, { outcome: 'contradict' }))).toBe('contradicted');
  expect(verdictOf(many(39), many(1, { conflict: 'exact operator says stable' }))).toBe('inconclusive');
  expect(verdictOf(many(40, { outcome: 'undecided' }))).toBe('inconclusive');
  expect(verdictOf(many(96), many(4, { outcome: 'inconclusive' }))).toBe('inconclusive');
  expect(verdictOf(many(96), many(4, { outcome: 'inconclusive', far: false }))).toBe('agree');
});

test('a wrong variant that survives is a contradiction: any at the standard budget, marked ones at quick', () => {
  const refuting = (ids: readonly string[]) => summary(many(40, { refuted: ids }));
  const all = U2.mutants.map(({ id }) => id);
  const marked = U2.mutants.filter(({ quick }) => quick).map(({ id }) => id);
  const verdictAt = (name: 'quick' | 'standard', ids: readonly string[]) =>
    runVerdict([refuting(ids)], BUDGETS[name]).verdict;
  expect(verdictAt('quick', all)).toBe('agree');
  expect(verdictAt('standard', all)).toBe('agree');
  expect(verdictAt('quick', marked)).toBe('agree');
  expect(verdictAt('standard', marked)).toBe('contradicted');
  expect(verdictAt('quick', [])).toBe('contradicted');
  const few = { ...BUDGETS.standard, instances: 5 };
  expect(runVerdict([refuting([])], few).verdict).toBe('agree');
});

test('the summary names the instance that refuted each wrong variant first', () => {
  const [first, second] = U2.mutants;
  const { mutants } = summary([
    examination(),
    examination({ refuted: [second!.id] }),
    examination({ refuted: [second!.id] }),
  ]);
  expect(mutants.find(({ id }) => id === first!.id)).toMatchObject({ killed: false, instance: null });
  expect(mutants.find(({ id }) => id === second!.id)).toMatchObject({ killed: true, instance: 1 });
});

test('the summary counts the random draws that a wrong variant took, stored instances left out', () => {
  const stored = U2.witnesses.length;
  const [first, second] = U2.mutants.map(({ id }) => id) as [string, string];
  const { mutants, witnesses } = summary(
    many(stored, { refuted: [first] }),
    many(2),
    many(1, { refuted: [second] }),
  );
  expect(witnesses).toBe(stored);
  expect(mutants[0]).toMatchObject({ id: first, instance: 0, draws: null });
  expect(mutants[1]).toMatchObject({ id: second, instance: stored + 2, draws: 3 });
});

test('a wrong exact threshold that survives is a contradiction as well', () => {
  const all = U2.mutants.map(({ id }) => id);
  const full = [summary(many(40, { refuted: all }))];
  const results = (...killed: boolean[]) =>
    killed.map((dead, k) => ({ ...exactVariantResults([])[k]!, killed: dead }));
  expect(runVerdict(full, BUDGETS.quick, { exactThreshold: results(true, true) }).verdict).toBe('agree');
  const { verdict, reasons } = runVerdict(full, BUDGETS.quick, { exactThreshold: results(true, false) });
  expect(verdict).toBe('contradicted');
  expect(reasons.join()).toContain('exact-2 (the exact threshold 5 % too low) survived');
});

test('a certified side refutes the variants of eta* that put the step size on the other side', () => {
  expect(refutedExactVariants(1, 1.03, 'diverges')).toEqual(['exact-1']);
  expect(refutedExactVariants(1, 0.97, 'stable')).toEqual(['exact-2']);
  expect(refutedExactVariants(1, 1.06, 'diverges')).toEqual([]);
  expect(refutedExactVariants(1, 1.03, 'inconclusive')).toEqual([]);
  expect(refutedExactVariants(0, 1.03, 'diverges')).toEqual([]);
});
