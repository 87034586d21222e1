import type { TheoremSummary } from '../harness/summary.js';
import type { AgreementReport } from './agreement.js';

/** junit.xml: one test case a theorem; a contradiction is a failure, a conflict with the exact operator an error. */
export function junitXml(report: AgreementReport): string {
  const { theorems, tool, seed, budget } = report;
  const failures = theorems.filter(({ contradict }) => contradict > 0).length;
  const errors = theorems.filter(isError).length;
  const skipped = theorems.filter(isUntested).length;
  const counts = `tests="${theorems.length}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escapeXml(tool.name)}" ${counts}>`,
    `  <testsuite name="stability theorems, seed ${seed}, budget ${budget.name}" ${counts}>`,
    ...theorems.flatMap(testCase),
    '  </testsuite>',
    '</testsuites>',
  ].join('\n')}\n`;
}

function testCase(summary: TheoremSummary): string[] {
  const { id, name, agree, contradict, inconclusive, counterexample, conflicts } = summary;
  const body: string[] = [];
  if (contradict > 0) {
    const detail = counterexample ? JSON.stringify(counterexample) : '';
    body.push(
      `      <failure message="${contradict} certified contradiction(s)" type="contradiction">${escapeXml(detail)}</failure>`,
    );
  } else if (isError(summary)) {
    body.push(`      <error message="${escapeXml(conflicts[0]!.conflict)}" type="conflict"/>`);
  } else if (isUntested(summary)) {
    body.push('      <skipped message="no instance tested the theorem"/>');
  }
  const output = `${agree} agree, ${contradict} contradict, ${inconclusive} inconclusive of ${summary.instances} instances`;
  return [
    `    <testcase classname="theorems" name="${escapeXml(`${id} ${name}`)}">`,
    ...body,
    `      <system-out>${escapeXml(output)}</system-out>`,
    '    </testcase>',
  ];
}

function isError({ contradict, conflicts }: TheoremSummary): boolean {
  return contradict === 0 && conflicts.length > 0;
}

function isUntested(summary: TheoremSummary): boolean {
  return summary.contradict === 0 && !isError(summary) && summary.agree === 0;
}

/** Text for XML content and attributes; characters that XML 1.0 forbids become U+FFFD. */
export function escapeXml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (character) => entities[character]!);
}
