import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgreementReport } from '../../src/report/agreement.js';
import { flippedAscent } from '../sabotage/faults.js';
import { capture, temporaryFolder, type CaptureOptions } from './captured-context.js';

async function verify(args: readonly string[], options: CaptureOptions = {}) {
  const out = temporaryFolder();
  const result = await capture(['verify', '--budget', 'quick', '--out', out, ...args], options);
  const text = readFileSync(join(out, 'agreement.json'), 'utf8');
  return { ...result, out, text, report: JSON.parse(text) as AgreementReport };
}

describe('verify', () => {
  test('exits with 0 and writes report, summary and JUnit file when the theorems agree', async () => {
    const { code, stdout, stderr, out, report } = await verify(['--theorem', 'U1', 'u6', '--runs', '12']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain('All theorems agree');
    expect(report.theorems.map(({ id, instances }) => [id, instances])).toEqual([
      ['U1', 12],
      ['U6', 12],
    ]);
    expect(readFileSync(join(out, 'agreement.md'), 'utf8')).toContain('| U6 commuting witness | 12 |');
    expect(readFileSync(join(out, 'junit.xml'), 'utf8')).toContain('tests="2" failures="0" errors="0"');
  });

  test('counts add up and the error budget is the computed one', async () => {
    const { report } = await verify(['--theorem', 'U13', '--theorem', 'U10', '--runs', '15']);
    for (const {
      instances,
      predicted,
      observed,
      agree,
      contradict,
      inconclusive,
      coverage,
    } of report.theorems) {
      expect(predicted.diverges + predicted.stable + predicted.undecided).toBe(instances);
      expect(observed.diverges + observed.stable + observed.inconclusive).toBe(instances);
      expect(coverage).toBeCloseTo((agree + contradict + inconclusive) / instances, 12);
    }
    const { perVerdict, verdicts, issued, spent, family } = report.errorBudget;
    expect(issued).toBe(15 + 2 * 15);
    expect(spent).toBe(issued * perVerdict);
    expect(family).toBe(verdicts * perVerdict);
    expect(family).toBeLessThanOrEqual(1e-9);
  });

  test('prints nothing but the report with --json', async () => {
    const { stdout, text } = await verify(['--theorem', 'U8', '--runs', '3', '--json']);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(text));
  });

  test('gives the same bytes for the same seed, whatever the number of workers, and others for another', async () => {
    const stable = (text: string): string => {
      const { timing, environment, ...rest } = JSON.parse(text) as AgreementReport;
      expect([timing, environment]).not.toContain(undefined);
      return JSON.stringify(rest);
    };
    const args = ['--theorem', 'D3', 'U12', '--runs', '6', '--seed'];
    const one = stable((await verify([...args, '5', '--workers', '1'])).text);
    expect(stable((await verify([...args, '5', '--workers', '3'])).text)).toBe(one);
    expect(stable((await verify([...args, '6', '--workers', '1'])).text)).not.toBe(one);
  });

  test('interrupted, it exits with 130 and keeps what is finished', async () => {
    const { code, report } = await verify(['--theorem', 'U6', '--runs', '60'], {
      onListen: (interrupt) => setTimeout(interrupt, 30),
    });
    expect(code).toBe(130);
    expect(report.verdict).toBe('interrupted');
    expect(report.theorems[0]!.instances).toBeGreaterThan(0);
    expect(report.theorems[0]!.instances).toBeLessThan(60);
  });
});

test('a failure is saved and replayed first by the next run, until it is mended', async () => {
  const out = temporaryFolder();
  const run = async (options: CaptureOptions, seed: string) => {
    const args = [
      'verify',
      '--budget',
      'quick',
      '--theorem',
      'U1',
      '--runs',
      '12',
      '--seed',
      seed,
      '--out',
      out,
    ];
    const { code } = await capture(args, options);
    return { code, report: JSON.parse(readFileSync(join(out, 'agreement.json'), 'utf8')) as AgreementReport };
  };
  const broken = await run({ implementation: flippedAscent }, '1');
  expect(broken.code).toBe(1);
  expect(broken.report.corpus).toEqual([]);

  const again = await run({ implementation: flippedAscent }, '2');
  expect(again.report.corpus.map(({ theoremId, outcome }) => [theoremId, outcome])).toEqual([
    ['U1', 'contradict'],
  ]);
  expect(again.report.reasons.join()).toMatch(/the saved failure U1-[0-9a-f]{12}.json stands/);

  const mended = await run({}, '3');
  expect(mended.code).toBe(0);
  expect(mended.report.corpus.length).toBeGreaterThan(0);
  expect(mended.report.corpus.every(({ outcome }) => outcome !== 'contradict')).toBe(true);
});

test('a damaged saved failure ends in one line and exit code 2', async () => {
  const out = temporaryFolder();
  mkdirSync(join(out, 'corpus'));
  writeFileSync(join(out, 'corpus', 'U1-torn.json'), '{ "schemaVersion": 1,');
  const { code, stderr } = await capture(['verify', '--theorem', 'U1', '--runs', '1', '--out', out]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/U1-torn.json: not JSON/);
});
