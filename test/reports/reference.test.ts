import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { reportDigest, type ReferenceSample } from '../../studies/reference/sample.js';
import type { FrontierDocument } from '../../src/frontier/frontier-document.js';
import { errorBudget } from '../../src/harness/verify.js';
import { summariseTheorem } from '../../src/harness/summary.js';
import { agreementHtml } from '../../src/api/report.js';
import { agreementMarkdown } from '../../src/report/agreement-text.js';
import type { AgreementReport } from '../../src/report/agreement.js';
import { junitXml } from '../../src/report/junit.js';
import { theorems } from '../../theorems/index.js';
import { reportPictures } from '../../src/cli/agreement-files.js';
import { root } from '../docs/shown-output.js';

const folder = `${root}reports/reference`;
const text = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8');
const report = JSON.parse(text('agreement.json')) as AgreementReport;
const sample = JSON.parse(text('sample.json')) as ReferenceSample;

/** What a report says of a theorem before any instance is drawn. */
const WORDS = [
  ...['name', 'statement', 'formula', 'hypotheses', 'source', 'proof', 'kind', 'asserts', 'drawing'],
] as const;

function wordsOf(summary: object): unknown[] {
  const { mutants } = summary as AgreementReport['theorems'][number];
  const words = summary as Readonly<Record<string, unknown>>;
  return [
    ...WORDS.map((word) => words[word]),
    mutants.map(({ id, description, quick }) => [id, description, quick]),
  ];
}

describe('the committed reference report (npm run reference writes it anew)', () => {
  test('is of all theorems at the standard budget, agrees, and has its error budget', () => {
    expect(report.theorems.map(({ id }) => id)).toEqual(theorems.map(({ id }) => id));
    expect(report.budget.name).toBe('standard');
    expect(report.verdict).toBe('agree');
    expect(report.errorBudget).toMatchObject({ ...errorBudget(theorems, report.budget.instances) });
  });

  test('is the one that the sample was taken of, and an edited one is not', () => {
    expect(reportDigest(report)).toBe(sample.report);
    expect(reportDigest({ ...report, seed: report.seed + 1 })).not.toBe(sample.report);
  });

  test.each(theorems.map((theorem) => [theorem.id, theorem] as const))('%s is stated as today', (id, theorem) => {
    const recorded = report.theorems.find((summary) => summary.id === id)!;
    expect(wordsOf(recorded)).toEqual(wordsOf(summariseTheorem(theorem, [], null)));
    expect(recorded.witnesses).toBe(theorem.witnesses.length);
  });

  /** Theorems that fewer than a quarter of their instances test and confirm. */
  const rarelyTested = ({ theorems: summaries }: AgreementReport): string[] =>
    summaries.filter(({ agree, instances }) => !(agree >= instances / 4)).map(({ id }) => id);

  test('has for every theorem a quarter of instances that test it and agree; with fewer it is named', () => {
    expect(rarelyTested(report)).toEqual([]);
    const [first, ...others] = report.theorems;
    const rare = { ...first!, agree: Math.ceil(first!.instances / 4) - 1 };
    expect(rarelyTested({ ...report, theorems: [rare, ...others] })).toEqual([first!.id]);
  });

  test('is shown as today in words, as a page and for JUnit', () => {
    const calibrationPicture = readFileSync(`${root}docs/calibration.svg`, 'utf8');
    expect(text('agreement.md')).toBe(agreementMarkdown(report));
    expect(text('junit.xml')).toBe(junitXml(report));
    const pictures = reportPictures({ calibrationPicture }, folder);
    expect(text('agreement.html')).toBe(agreementHtml(report, pictures));
    expect(agreementHtml({ ...report, seed: 2 }, pictures)).not.toBe(text('agreement.html'));
  });
});

describe('the committed map', () => {
  test('is one', () => {
    const files = readdirSync(folder).filter((name) => !/^(agreement|junit|sample)\./.test(name));
    expect(files.sort()).toEqual(['snr-samples.json', 'snr-samples.svg']);
  });

  test('networks keep their retain set at the forgetting, and lose test accuracy at low SNR alone', () => {
    const { cells } = JSON.parse(text('snr-samples.json')) as FrontierDocument;
    const forgot = cells.filter(({ fields }) => fields.forgot! > 0);
    expect(forgot.length).toBeGreaterThan(90);
    for (const { fields } of forgot) expect(fields.retainAccuracyLeast).toBe(1);
    const worse = forgot.filter(({ fields }) => fields.testAccuracy! < 0.98).map(({ x }) => x);
    expect(worse.length).toBeGreaterThan(5);
    expect(Math.max(...worse)).toBeLessThan(0.37);
  });
});
