import { expect, test } from 'vitest';
import { BUDGETS } from '../../src/harness/budget.js';
import { errorBudget } from '../../src/harness/verify.js';
import { summariseTheorem } from '../../src/harness/summary.js';
import { runVerdict } from '../../src/harness/verdict.js';
import { agreementReport } from '../../src/report/agreement.js';
import { agreementMarkdown } from '../../src/report/agreement-text.js';
import { escapeXml } from '../../src/report/markup.js';
import { junitXml } from '../../src/report/junit.js';
import { significant, percent } from '../../src/report/number-format.js';
import { U2 } from '../../theorems/U2.js';
import { examination } from '../harness/examination.js';

function report(outcome: 'agree' | 'contradict', conflict: string | null = null) {
  const theorems = [summariseTheorem(U2, [examination({ outcome, conflict })], null)];
  const result = {
    errorBudget: errorBudget([U2], 1),
    theorems,
    corpus: [],
    exactThreshold: [],
    procedures: null,
    axes: null,
    ...runVerdict(theorems, { ...BUDGETS.quick, instances: 1 }),
  };
  return agreementReport({ name: 'tool', version: '1', commit: null }, 3, BUDGETS.quick, result, {
    timing: { seconds: 1, peakMemoryMegabytes: 1 },
    environment: { node: 'v', platform: 'p', processors: 1, workers: 1, backend: null },
  });
}

test('escapeXml escapes markup and replaces what XML forbids', () => {
  expect(escapeXml(`<a b="c">&'\u0001`)).toBe('&lt;a b=&quot;c&quot;&gt;&amp;&apos;\uFFFD');
});

test('junitXml has a failure for a contradiction, an error for a conflict, neither for agreement', () => {
  expect(junitXml(report('agree'))).toContain('tests="1" failures="0" errors="0" skipped="0"');
  expect(junitXml(report('contradict'))).toContain('<failure message="1 certified contradiction(s)"');
  expect(junitXml(report('agree', 'rho < 1'))).toContain('<error message="rho &lt; 1"');
});

test('agreementMarkdown starts with the verdict', () => {
  expect(agreementMarkdown(report('agree'))).toMatch(/^# All theorems agree/);
  expect(agreementMarkdown(report('contradict'))).toMatch(/^# A theorem is contradicted/);
});

test('numbers keep four digits; shares never round to certainty', () => {
  expect([0, 1.23456, 123456, 0.000123456, null].map(significant)).toEqual([
    '0',
    '1.235',
    '1.23e+5',
    '1.23e-4',
    '-',
  ]);
  expect([1, 0.99999, 0.5, 0.00001, 0].map(percent)).toEqual(['100 %', '> 99.9 %', '50 %', '< 0.1 %', '0 %']);
});
