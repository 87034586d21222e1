import { parse } from 'parse5';
import { describe, expect, test } from 'vitest';
import { agreementHtml, agreementMarkdown, agreementText, junitXml } from '../../src/api/report.js';
import type { TheoremSummary } from '../../src/harness/summary.js';
import { attribute, elementsOf, textOf } from './page-faults.js';
import { plantedReport } from './planted-report.js';

const report = await plantedReport();
const { theorems, errorBudget, exactThreshold } = report;

/** A share as reports show it: one decimal of a percent. */
const inPercent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
const fourDigits = (x: number): string => String(Number(x.toPrecision(4)));
const sum = (pick: (summary: TheoremSummary) => number): number =>
  theorems.map(pick).reduce((total, x) => total + x, 0);
const refuted = ({ mutants }: TheoremSummary): number => mutants.filter(({ killed }) => killed).length;

/** The cells of a theorem that the tables in text and in Markdown show, from agreement.json. */
function expectedCells(summary: TheoremSummary): string[] {
  const { instances, coverage, agree, contradict, inconclusive, disagreementUpperBound, tightness } = summary;
  return [
    String(instances),
    inPercent(coverage),
    String(agree),
    String(contradict),
    String(inconclusive),
    inPercent(disagreementUpperBound.value),
    `${refuted(summary)}/${summary.mutants.length}`,
    tightness ? [tightness.q05, tightness.median, tightness.q95].map(fourDigits).join(' / ') : '-',
  ];
}

/** Cells of a line that starts with the theorem's id, between the given separators. */
function rowOf(text: string, id: string, separator: RegExp): string[] {
  const line = text.split('\n').find((candidate) => candidate.split(separator).some((c) => c.startsWith(id)));
  if (line === undefined) throw new Error(`no line about ${id}`);
  return line.split(separator).map((cell) => cell.trim());
}

const ids = theorems.map((summary) => [summary.id, summary] as const);

test('the planted run has numbers that tell every column from the others', () => {
  const [first, second, third] = theorems;
  expect(first).toMatchObject({ instances: 40, agree: 21, contradict: 3, inconclusive: 5, coverage: 0.725 });
  expect(second).toMatchObject({ agree: 36, contradict: 0, inconclusive: 0, coverage: 0.9 });
  expect(third).toMatchObject({ agree: 33, contradict: 1, inconclusive: 6, coverage: 1 });
  expect(theorems.map((summary) => `${refuted(summary)}/${summary.mutants.length}`)).toEqual([
    '2/5',
    '1/2',
    '0/0',
    '0/0',
    '0/0',
  ]);
  expect(exactThreshold.map(({ killed }) => killed)).toEqual([false, true]);
  expect(report.schemaVersion).toBe(1);
  expect(errorBudget.issued).toBe(sum(({ certificates }) => certificates));
  expect(errorBudget.spent).toBeCloseTo(errorBudget.issued * errorBudget.perVerdict, 15);
  expect(errorBudget.spent).toBeLessThan(errorBudget.family);
  expect(new Set(ids.map(([, summary]) => expectedCells(summary).join())).size).toBe(5);
});

describe('the terminal shows what agreement.json holds', () => {
  const text = agreementText(report);
  const header = text.split('\n')[0]!.split(/ {2,}/);

  test('under the titles of its columns', () => {
    expect(header.slice(0, 9)).toEqual([
      'theorem',
      'name',
      'instances',
      'coverage',
      'agree',
      'contradict',
      'open',
      'disagree <=',
      'refuted',
    ]);
  });

  test.each(ids)('of %s', (id, summary) => {
    expect(rowOf(text, id, / {2,}/).slice(2)).toEqual(expectedCells(summary));
  });

  test('of the certificates, and every reason', () => {
    expect(text).toContain('A theorem is contradicted');
    expect(text).toContain(`(${errorBudget.issued} certificates x ${errorBudget.perVerdict})`);
    expect(text).toContain(`error probability at most ${errorBudget.spent.toExponential(2)}`);
    const reasons = text.split('\n').filter((line) => line.startsWith('  - '));
    expect(reasons.map((line) => line.slice(4))).toEqual(report.reasons);
    expect(report.reasons).toHaveLength(4);
  });
});

describe('the terminal names the files that there are', () => {
  const files = ['out/agreement.json', 'out/counterexample-T1.json', 'out/junit.xml'];

  test('reports in the last line, and how to repeat the contradictions that are saved', () => {
    const lines = agreementText(report, files).split('\n');
    expect(lines.at(-1)).toBe('Reports: out/agreement.json, out/junit.xml');
    const repeats = lines.filter((line) => line.includes('repeat with'));
    expect(repeats).toEqual(['  T1: repeat with  unlearning-stability replay out/counterexample-T1.json']);
    expect(agreementText(report)).not.toMatch(/Reports:|repeat with/);
    expect(agreementText(report, files.slice(0, 1))).toMatch(/Reports: out\/agreement\.json$/);
  });
});

describe('agreement.md shows what agreement.json holds', () => {
  const text = agreementMarkdown(report);

  test('with the names of contradicted theorems in bold, and numbers to the right', () => {
    const bold = ids.filter(([id]) => text.includes(`| **${id} planted`)).map(([id]) => id);
    expect(bold).toEqual(['T1', 'T3']);
    expect(text).toContain(
      '| variant | what is wrong | refuted by instance | instances it took |\n| --- | --- | ---: | ---: |',
    );
  });

  test('with the nearest problem of a bound that is attained', () => {
    const [first] = theorems;
    const nearest = { margin: 0.0123, problem: first!.counterexample!.problem! };
    const attained = { smallestMargin: 0, attained: true, nearest };
    const margin = (boundary: TheoremSummary['boundary']) =>
      agreementMarkdown({ ...report, theorems: [{ ...first!, boundary }] });
    expect(margin(attained)).toContain('| 0 (next 0.0123) |');
    expect(margin({ ...attained, nearest: null })).toContain('| 0 |\n');
  });

  test.each(ids)('of %s', (id, summary) => {
    const cells = rowOf(text, `${id} `, /\s\|\s|^\| \**/m);
    expect(cells.slice(2, 10)).toEqual(expectedCells(summary));
    const margin = summary.boundary ? String(summary.boundary.smallestMargin) : '-';
    expect(cells[10]!.replace(/ \|$/, '')).toBe(margin);
  });

  test('in its first lines', () => {
    expect(text).toContain(
      `${sum(({ instances }) => instances)} instances, ${sum(({ agree }) => agree)} agree, ${sum(({ contradict }) => contradict)} contradict, ${sum(({ inconclusive }) => inconclusive)} inconclusive.`,
    );
    expect(text).toContain(
      `any of the ${errorBudget.issued} certificates is wrong is at most ${errorBudget.issued} x ${errorBudget.perVerdict} = ${errorBudget.spent.toExponential(2)} (budget ${errorBudget.family.toExponential(2)})`,
    );
    expect(text).toContain(
      `Of ${sum(({ far }) => far.tested)} tested instances more than 5 % from the threshold, ${sum(({ far }) => far.inconclusive)} were inconclusive.`,
    );
    for (const reason of report.reasons) expect(text.replaceAll('\\', '')).toContain(`\n- ${reason}`);
  });

  test('with the confidence of the bound on disagreement', () => {
    for (const { disagreementUpperBound } of theorems)
      expect(text).toContain(`upper confidence bound (${100 * disagreementUpperBound.confidence} %)`);
  });

  test('of every wrong variant: the instance that refuted it, and how many it took', () => {
    const variants = [...theorems.flatMap(({ mutants }) => mutants), ...exactThreshold];
    const killed = variants.filter((variant) => variant.killed).length;
    expect(text).toContain(`<summary>${killed} of ${variants.length} planted wrong variants refuted`);
    expect([killed, variants.length]).toEqual([4, 9]);
    for (const { id, instance } of variants) {
      const cells = rowOf(text, id, /\s\|\s|^\| /m).map((cell) => cell.replace(/ \|$/, ''));
      const shown = instance === null ? ['**survived**', '-'] : [String(instance), String(instance + 1)];
      expect(cells.slice(3), id).toEqual(shown);
    }
  });
});

describe('junit.xml shows what agreement.json holds', () => {
  const xml = junitXml(report);
  const cases = xml.split('<testcase ').slice(1);
  const caseOf = (name: string) => cases.find((text) => text.includes(`name="${name}`))!;

  test.each(ids)('of %s', (id, { agree, contradict, inconclusive, instances }) => {
    expect(caseOf(`${id} `)).toContain(
      `<system-out>${agree} agree, ${contradict} contradict, ${inconclusive} inconclusive of ${instances} instances<`,
    );
  });

  test('as failures of what is contradicted, errors of what is in doubt, omissions of what is not tested', () => {
    expect(xml).toContain('tests="6" failures="3" errors="1"');
    expect(caseOf('T1 ')).toContain('<failure message="3 certified contradiction(s)"');
    expect(caseOf('T2 ')).not.toMatch(/<(failure|error|skipped)/);
    expect(caseOf('T3 ')).toContain('<failure message="1 certified contradiction(s)"');
    expect(caseOf('T4 ')).toContain('<skipped message="no instance tested the theorem"');
    expect(caseOf('T5 ')).toContain('<error message="by exact computation wrong by 0.25"');
    // One instance that tests a theorem is enough, and none is not.
    const [, second] = theorems;
    const agreeing = (agree: number) => junitXml({ ...report, theorems: [{ ...second!, agree }] });
    expect(agreeing(1)).not.toContain('<skipped');
    expect(agreeing(0)).toContain('<skipped');
    const verdict = caseOf('verdict">').replace(/&[^;]*;/g, '');
    for (const reason of report.reasons) expect(verdict).toContain(reason.slice(0, 20));
  });
});

test('junit.xml has the counterexample of a failure, with the command that repeats it', () => {
  const [first] = theorems;
  const detail = (one: TheoremSummary) =>
    /<failure[^>]*type="contradiction">([^<]*)</.exec(junitXml({ ...report, theorems: [one] }))![1]!;
  const [command, json] = detail(first!).replaceAll('&quot;', '"').split('\n');
  expect(command).toBe('unlearning-stability replay counterexample-T1.json');
  expect(JSON.parse(json!)).toEqual(first!.counterexample);
  expect(detail({ ...first!, counterexample: null })).toBe('');
});

describe('agreement.html shows what agreement.json holds', () => {
  const html = agreementHtml(report);
  const elements = elementsOf(parse(html));
  const classed = (name: string) => elements.filter((one) => attribute(one, 'class') === name);
  const rows = elements.filter(({ tagName }) => tagName === 'tr');
  const cellsOf = (row: (typeof rows)[number]) =>
    elementsOf(row)
      .filter(({ tagName }) => tagName === 'td' || tagName === 'th')
      .map((cell) => textOf(cell).replace(/\s+/g, ' ').trim());
  const bodyOf = (id: string) => elements.find((one) => attribute(one, 'id') === id)!;
  const text = textOf(parse(html)).replace(/\s+/g, ' ');

  test.each(ids)('of %s in the overview', (id, summary) => {
    const cells = cellsOf(rows.find((row) => cellsOf(row)[0]?.startsWith(`${id} `))!);
    const { agree, contradict, inconclusive, coverage, tightness, mutants } = summary;
    expect(cells[1]).toBe(inPercent(coverage));
    expect(cells[2]).toBe(`${agree}/${agree + contradict}${inconclusive > 0 ? ` ${inconclusive} open` : ''}`);
    if (tightness) expect(cells[3]).toContain(fourDigits(tightness.median));
    expect(cells[4]).toBe(`${refuted(summary)}/${mutants.length}`);
  });

  test.each(ids)('of %s in its section', (id, summary) => {
    const section = bodyOf(id);
    const words = textOf(section).replace(/\s+/g, ' ');
    const { instances, witnesses, agree, contradict, inconclusive, sampledSteps, certificates } = summary;
    const claimless = instances - agree - contradict - inconclusive;
    const keys = elementsOf(section).flatMap((one) =>
      attribute(one, 'class')?.startsWith('key ') ? [textOf(one)] : [],
    );
    expect(keys.slice(0, 4)).toEqual([
      `${agree} agree`,
      `${contradict} contradict`,
      `${inconclusive} inconclusive`,
      `${claimless} without a claim to test`,
    ]);
    const widths = elementsOf(section).flatMap((one) =>
      attribute(one, 'height') === '12' && one.tagName === 'rect'
        ? [parseFloat(attribute(one, 'width')!)]
        : [],
    );
    const shares = [agree, contradict, inconclusive, claimless].filter((count) => count > 0);
    expect(widths).toEqual(shares.map((count) => Number(((100 * count) / instances).toFixed(2))));
    expect(words).toContain(
      `${instances} instances: ${witnesses} stored ones, on which wrong variants fail, then ${instances - witnesses} random ones`,
    );
    expect(words.replace(/(\d)\s(\d)/g, '$1$2')).toContain(
      `${sampledSteps} samples and ${certificates} certificates in all`,
    );
    expect(words).toContain(`at most ${inPercent(summary.disagreementUpperBound.value)} of such draws`);
    for (const { instance, conflict } of summary.conflicts)
      expect(words).toContain(`instance ${instance}: ${conflict}`);
  });

  test.each(ids)('of %s: sides, variants, margin and counterexample', (id, summary) => {
    const inside = elementsOf(bodyOf(id));
    const inner = inside.filter(({ tagName }) => tagName === 'tr').map(cellsOf);
    const sides = ['diverges', 'stable', 'inconclusive'] as const;
    for (const predicted of ['diverges', 'stable', 'undecided'] as const) {
      const cells = inner.find(([head]) => head === `predicted ${predicted}`)!;
      const counts = cells.slice(1).map((cell) => parseInt(cell, 10));
      expect(counts).toEqual(sides.map((side) => summary.confusion![predicted][side]));
    }
    for (const { id: variant, instance, draws } of summary.mutants) {
      const cells = inner.find(([head]) => head === variant)!;
      const stored = instance !== null && instance < summary.witnesses ? ' (stored)' : '';
      expect(cells[2]).toBe(instance === null ? 'survived' : `${instance}${stored}`);
      expect(cells[3]).toBe(draws === null ? 'not by a random one' : String(draws));
    }
    const words = textOf(bodyOf(id)).replace(/\s+/g, ' ');
    if (summary.mutants.length > 0)
      expect(words).toContain(
        `${refuted(summary)} of ${summary.mutants.length} planted wrong variants refuted`,
      );
    const { boundary, counterexample } = summary;
    if (boundary) expect(words).toContain(fourDigits(Math.abs(boundary.smallestMargin)));
    if (boundary && boundary.smallestMargin < 0) expect(words).toContain('Wrong by');
    if (counterexample)
      expect(words).toContain(
        `Found at instance ${counterexample.instance}, made smaller in ${counterexample.fastCheck.shrinks} steps`,
      );
  });

  test('of the whole run', () => {
    const flat = text.replace(/(\d)\s(\d)/g, '$1$2');
    expect(flat).toContain(`one of the ${errorBudget.issued} certificates`);
    const [mantissa, exponent] = errorBudget.spent.toExponential(2).split('e-');
    expect(flat).toContain(`is at most ${mantissa} × 10−${exponent}`.replace(/(\d) × (\d)/, '$1 × $2'));
    expect(flat).toMatch(
      new RegExp(`instances\\s*${sum(({ instances }) => instances)} \\(5 theorems × 40\\)`),
    );
    expect(classed('reasons').map(textOf).join('\n')).toContain(report.reasons[0]);
    for (const reason of report.reasons) expect(textOf(classed('reasons')[0]!)).toContain(reason);
  });

  test('of the variants of the exact threshold', () => {
    for (const { id, killed, theorem, instance } of exactThreshold) {
      const cells = cellsOf(rows.find((row) => cellsOf(row)[0] === id)!);
      expect(cells[2]).toBe(killed ? `${theorem}, instance ${instance}` : 'survived');
    }
  });

  test('of variants that survive, in a cell of its own class, and of none that are not tried', () => {
    const shares = classed('survived').map(textOf);
    const expected = theorems.filter(({ mutants }) => mutants.some(({ killed }) => !killed));
    expect(shares).toEqual(expected.map((one) => `${refuted(one)}/${one.mutants.length}`));
    expect(shares).toEqual(['2/5', '1/2']);
    const [first] = theorems;
    const all = (killed: boolean) => {
      const mutants = first!.mutants.map((one) => ({ ...one, killed }));
      return agreementHtml({ ...report, theorems: [{ ...first!, mutants }] });
    };
    expect(all(true)).not.toContain('<td class="survived">');
    expect(all(false)).toContain('<td class="survived">0/5</td>');
    expect(html).toContain('The exact threshold');
    expect(agreementHtml({ ...report, exactThreshold: [] })).not.toContain('The exact threshold');
  });

  test('in the command that repeats it, with the number of instances where it is not that of the budget', () => {
    const { budget } = report;
    expect(html).toContain('verify --seed 1 --budget quick --theorem T1 T2 T3 T4 T5');
    const other = agreementHtml({ ...report, budget: { ...budget, instances: budget.instances + 1 } });
    expect(other).toContain(`verify --seed 1 --budget quick --runs ${budget.instances + 1} --theorem T1`);
  });

  test('in the marks of what is not well, by theorem', () => {
    const marks = ids.map(([id]) => {
      const [head] = cellsOf(rows.find((row) => cellsOf(row)[0]?.startsWith(`${id} `))!);
      return head!.replace(`${id} planted ${id}`, '').trim();
    });
    expect(marks).toEqual(['contradicted', '', 'contradicted', 'not tested', 'in doubt']);
  });
});
