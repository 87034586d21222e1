import type { TheoremSummary } from '../harness/summary.js';
import { theoremStatus, VERDICT_SENTENCES, type AgreementReport } from './agreement.js';
import { escapeXml } from './markup.js';

/** Failure, error or omission of a test case. */
interface Trouble {
  readonly element: 'failure' | 'error' | 'skipped';
  readonly type: string;
  readonly message: string;
  readonly detail?: string;
}

interface TestCase {
  readonly classname: string;
  readonly name: string;
  readonly trouble: Trouble | null;
  readonly output: string;
}

/**
 * junit.xml: one test case a theorem, a contradiction a failure, a conflict with the exact operator or a negative margin
 * an error; and one for the verdict of the run, which may fail where every theorem agrees (a wrong variant survived). No
 * times: the file is the same for equal runs.
 * By hand: two levels of elements, whose text is escaped as that of the pages is.
 */
export function junitXml({ theorems, tool, seed, budget, verdict, reasons }: AgreementReport): string {
  const suites: [string, TestCase[]][] = [
    [`stability theorems, seed ${seed}, budget ${budget.name}`, theorems.map(theoremCase)],
    ['verdict of the run', [verdictCase(verdict, reasons)]],
  ];
  const all = suites.flatMap(([, cases]) => cases);
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escapeXml(tool.name)}" ${counts(all)}>`,
    ...suites.flatMap(([name, cases]) => [
      `  <testsuite name="${escapeXml(name)}" ${counts(cases)} skipped="${count(cases, 'skipped')}">`,
      ...cases.flatMap(caseLines),
      '  </testsuite>',
    ]),
    '</testsuites>',
  ].join('\n')}\n`;
}

function theoremCase(summary: TheoremSummary): TestCase {
  const { id, name, agree, contradict, inconclusive, instances } = summary;
  return {
    classname: 'theorems',
    name: `${id} ${name}`,
    trouble: troubleWith(summary),
    output: `${agree} agree, ${contradict} contradict, ${inconclusive} inconclusive of ${instances} instances`,
  };
}

function troubleWith(summary: TheoremSummary): Trouble | null {
  const { id, agree, contradict, counterexample, conflicts, boundary } = summary;
  if (contradict > 0) {
    const detail = counterexample
      ? `unlearning-stability replay counterexample-${id}.json\n${JSON.stringify(counterexample)}`
      : '';
    const message = `${contradict} certified contradiction(s)`;
    return { element: 'failure', type: 'contradiction', message, detail };
  }
  const [conflict] = conflicts;
  if (conflict) return { element: 'error', type: 'conflict', message: conflict.conflict };
  if (boundary && theoremStatus(summary) === 'doubtful') {
    const message = `by exact computation wrong by ${-boundary.smallestMargin}`;
    return { element: 'error', type: 'margin', message };
  }
  if (agree > 0) return null;
  return { element: 'skipped', type: 'untested', message: 'no instance tested the theorem' };
}

function verdictCase(verdict: AgreementReport['verdict'], reasons: readonly string[]): TestCase {
  const message = VERDICT_SENTENCES[verdict];
  const element = verdict === 'contradicted' ? 'failure' : 'error';
  return {
    classname: 'verify',
    name: 'verdict',
    trouble: verdict === 'agree' ? null : { element, type: verdict, message, detail: reasons.join('\n') },
    output: message,
  };
}

function count(cases: readonly TestCase[], element: Trouble['element']): number {
  return cases.filter(({ trouble }) => trouble?.element === element).length;
}

function counts(cases: readonly TestCase[]): string {
  return `tests="${cases.length}" failures="${count(cases, 'failure')}" errors="${count(cases, 'error')}"`;
}

function caseLines({ classname, name, trouble, output }: TestCase): string[] {
  return [
    `    <testcase classname="${escapeXml(classname)}" name="${escapeXml(name)}">`,
    ...(trouble ? [troubleLine(trouble)] : []),
    `      <system-out>${escapeXml(output)}</system-out>`,
    '    </testcase>',
  ];
}

function troubleLine({ element, type, message, detail = '' }: Trouble): string {
  return `      <${element} message="${escapeXml(message)}" type="${escapeXml(type)}">${escapeXml(detail)}</${element}>`;
}
