import { parse } from 'parse5';
import { expect, test } from 'vitest';
import { agreementHtml } from '../../src/api/report.js';
import type { TheoremSummary } from '../../src/harness/summary.js';
import { attribute, elementsOf, textOf } from './page-faults.js';
import { plantedReport } from './planted-report.js';

const report = await plantedReport();
const [first] = report.theorems;

/** The page of a run of the first planted theorem alone, of which something is changed. */
const pageOf = (parts: Partial<TheoremSummary>) =>
  parse(agreementHtml({ ...report, theorems: [{ ...first!, ...parts }] }));

test('each cell of the sides says what it means where both are claimed, and nothing where it is 0', () => {
  const row = { diverges: 1, stable: 2, inconclusive: 3 };
  const confusion = { diverges: row, stable: row, undecided: { ...row, diverges: 0 } };
  const cellsAs = (kind: string) =>
    elementsOf(pageOf({ kind, confusion }))
      .filter((one) => attribute(one, 'class') === 'confusion')
      .flatMap(elementsOf)
      .filter(({ tagName, attrs }) => tagName === 'td' && attrs.length > 0)
      .map((one) => [textOf(one), attribute(one, 'class')]);
  expect(cellsAs('side')).toEqual([
    ['1 agree', 'agree'],
    ['2 contradict', 'contradict'],
    ['3 open', 'open'],
    ['1 contradict', 'contradict'],
    ['2 agree', 'agree'],
    ['3 open', 'open'],
    ['0', 'zero'],
    ['2 no claim', 'unclaimed'],
    ['3 no claim', 'unclaimed'],
  ]);
  expect(cellsAs('order').slice(0, 3)).toEqual([
    ['1', 'plain'],
    ['2', 'plain'],
    ['3', 'plain'],
  ]);
});

test('samples and certificates are named where some were spent, stored instances where there are some', () => {
  const drawsOf = (parts: Partial<TheoremSummary>) =>
    /\d+ instances: [^.]*\.( [^.]* in all\.)?/.exec(textOf(pageOf(parts)))![0];
  expect(drawsOf({ witnesses: 0, sampledSteps: 0, certificates: 0 })).toBe(
    '40 instances: 40 random ones from the seed.',
  );
  expect(drawsOf({ witnesses: 0, sampledSteps: 1, certificates: 0 })).toMatch(/seed\. 1 samples? in all\.$/);
  expect(drawsOf({ witnesses: 2, sampledSteps: 0, certificates: 1 })).toMatch(
    /: 2 stored ones, .* then 38 random ones from the seed\. 1 certificates? in all\.$/,
  );
});

test('a margin is wrong beyond rounding, attained, or not attained, with its nearest problem', () => {
  const problem = first!.counterexample!.problem!;
  const marginOf = (boundary: TheoremSummary['boundary']) => {
    const page = textOf(pageOf({ boundary }));
    return /Smallest margin\s*([^]*?)Wrong variants/.exec(page)![1]!.replace(/\s+/g, ' ');
  };
  const at = (margin: number, attained: boolean) => ({
    smallestMargin: margin,
    attained,
    nearest: { margin, problem },
  });
  expect(marginOf(at(-0.25, true))).toMatch(/^Wrong by 0\.25 .*On this problem it is wrong: margin −0\.25/);
  // Within 1e-8 it is rounding.
  expect(marginOf(at(-0.9e-8, true))).toMatch(/^Attained: .*Nearest problem that does not attain it/);
  expect(marginOf(at(0.25, false))).toMatch(/^Not attained: .* is 0\.25\..*Nearest problem .*: margin 0\.25/);
  expect(marginOf({ ...at(0.25, false), nearest: null })).not.toContain('Nearest problem');
  expect(marginOf(null)).toMatch(/^A statement of this kind has no margin/);
});

test('the bar of outcomes is filled from its left end, in shares of the instances, however few', () => {
  const partsOf = (parts: Partial<TheoremSummary>) =>
    elementsOf(pageOf({ agree: 0, contradict: 0, inconclusive: 0, ...parts }))
      .filter((one) => one.tagName === 'rect' && attribute(one, 'height') === '12')
      .map((one) => ['class', 'x', 'width'].map((name) => attribute(one, name)));
  expect(partsOf({ instances: 8, agree: 4, contradict: 2, inconclusive: 1 })).toEqual([
    ['agree', '0.00%', '50.00%'],
    ['contradict', '50.00%', '25.00%'],
    ['open', '75.00%', '12.50%'],
    ['unclaimed', '87.50%', '12.50%'],
  ]);
  expect(partsOf({ instances: 1, inconclusive: 1 })).toEqual([['open', '0.00%', '100.00%']]);
  expect(partsOf({ instances: 0 })).toEqual([]);
});

test('a counterexample has its prediction where there is an exact threshold to compare with', () => {
  const { counterexample } = first!;
  const words = (etaStar: number | null) => {
    const found = { ...counterexample!.found, etaStar };
    return textOf(pageOf({ counterexample: { ...counterexample!, found } }));
  };
  expect(words(0.25)).toContain(`Predicted ${counterexample!.found.predicted}; exact η* 0.25, log ρ`);
  expect(words(null)).not.toContain('exact η* ');
});

test('a variant is marked as refuted by a stored instance up to the last one that is stored', () => {
  const rowOf = (instance: number) => {
    const mutants = [{ ...first!.mutants[0]!, description: 'a variant: ', instance, draws: null }];
    const rows = elementsOf(pageOf({ witnesses: 2, mutants })).filter(({ tagName }) => tagName === 'tr');
    return rows.map(textOf).find((row) => row.includes('a variant: '))!;
  };
  expect(rowOf(1)).toMatch(/a variant: 1 \(stored\)not by a random one$/);
  expect(rowOf(2)).toMatch(/a variant: 2not by a random one$/);
});

test('the bound on disagreement has its confidence, and agreement is of what was decided', () => {
  const disagreementUpperBound = { value: 0.023, confidence: 0.9 };
  const text = textOf(
    pageOf({ disagreementUpperBound, agree: 31, contradict: 2, inconclusive: 3, instances: 40 }),
  ).replace(/\s+/g, ' ');
  expect(text).toContain('at most 2.3 % of such draws (upper confidence bound, 90 %)');
  expect(text).toContain(' 31/33 ');
});
