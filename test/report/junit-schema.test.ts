import { describe, expect, test } from 'vitest';
import { junitXml } from '../../src/report/junit.js';
import { junitFaults } from './junit-faults.js';
import { agreeingReport, troubledReport } from './sample-report.js';

/** A file that viewers would not read, and what the check must say of it. */
const spoiled: [string, (xml: string) => string, RegExp][] = [
  ['a tag that is not closed', (xml) => xml.replace('</testsuite>', ''), /tag/],
  ['a bare ampersand', (xml) => xml.replace('name="D1', 'name="& D1'), /entity|character|disallowed/i],
  ['an unknown element', (xml) => xml.replaceAll('system-out', 'output'), /output/],
  [
    'an attribute that Jenkins refuses',
    (xml) => xml.replace('<testsuites ', '<testsuites skipped="0" '),
    /skipped/,
  ],
  ['a test case without class', (xml) => xml.replace('classname="theorems" ', ''), /no classname/],
  ['a wrong count', (xml) => xml.replace(/failures="\d+"/, 'failures="77"'), /failures 77/],
  ['two results', (xml) => xml.replace('<failure ', '<skipped/><failure '), /2 results/],
];

describe('junit.xml', () => {
  test('keeps the rules of the schemas of Jenkins and Ant', () => {
    expect(junitFaults(junitXml(agreeingReport()))).toEqual([]);
    expect(junitFaults(junitXml(troubledReport()))).toEqual([]);
  });

  test.each(spoiled)('is rejected by that check with %s', (_, spoil, fault) => {
    const xml = junitXml(troubledReport());
    expect(spoil(xml)).not.toBe(xml);
    expect(junitFaults(spoil(xml)).join('\n')).toMatch(fault);
  });

  test('fails where the run fails, also if every theorem agrees', () => {
    const agreeing = agreeingReport();
    expect(junitXml(agreeing)).not.toMatch(/<failure|<error/);
    const survived = { ...agreeing, verdict: 'contradicted', reasons: ['U3-1 survived'] } as const;
    expect(junitXml(survived)).toMatch(
      /name="verdict">\s*<failure message="[^"]*" type="contradicted">U3-1 survived</,
    );
    const undecided = { ...agreeing, verdict: 'inconclusive', reasons: ['too much'] } as const;
    expect(junitXml(undecided)).toMatch(
      /name="verdict">\s*<error message="[^"]*" type="inconclusive">too much</,
    );
  });
});
