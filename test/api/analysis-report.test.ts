import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analysisHtml } from '../../src/api/report.js';
import { analyze, recommend } from '../../src/api/analyze.js';
import { factorsFromFile } from '../../src/input/problem-input.js';
import { describeAnalysis } from '../../src/report/analysis-text.js';
import { capture, temporaryFolder } from '../cli/captured-context.js';
import { FILE, PROBLEM } from './problems.js';

function problemFile(): string {
  const file = join(temporaryFolder(), 'problem.json');
  writeFileSync(file, JSON.stringify(FILE));
  return file;
}

describe('analyze(problem) and recommend(problem)', () => {
  test('find what the command line prints', async () => {
    const { stdout } = await capture(['analyze', problemFile(), '--recommend', '--json']);
    const { recommendation, ...analysis } = JSON.parse(stdout) as Record<string, unknown>;
    expect(JSON.parse(JSON.stringify(analyze(PROBLEM)))).toEqual(analysis);
    expect(JSON.parse(JSON.stringify(recommend(PROBLEM)))).toEqual(recommendation);
  });

  test('are put in words as the command line puts them', async () => {
    const { stdout } = await capture(['analyze', problemFile()]);
    expect(`${describeAnalysis(analyze(PROBLEM), PROBLEM)}\n`).toBe(stdout);
  });

  test('are put on a page, with the recommendation where it is given', () => {
    const recommendation = recommend(PROBLEM);
    const pages = [{ source: 'my <problem>' }, { recommendation }].map((options) =>
      analysisHtml(analyze(PROBLEM), PROBLEM, options),
    );
    expect(pages[0]).toContain('my &lt;problem&gt;');
    expect(pages[1]!.length).toBeGreaterThan(pages[0]!.length);
  });

  test('ask own theorems alone if told', () => {
    expect(analyze(PROBLEM, { theorems: [] }).theorems).toEqual([]);
  });
});

describe('factorsFromFile(path)', () => {
  test('reads a file of features as a set that analyze takes', async () => {
    const file = join(temporaryFolder(), 'R.csv');
    writeFileSync(file, PROBLEM.retain.map((row) => row.join(',')).join('\n'));
    const retain = await factorsFromFile(file);
    expect(retain.shape).toEqual([3, 2]);
    expect(analyze({ ...PROBLEM, retain })).toEqual(analyze(PROBLEM));
  });

  test('refuses a file that is none in one line', async () => {
    await expect(factorsFromFile('absent.npy')).rejects.toThrow(/^absent\.npy: cannot be read/);
    await expect(factorsFromFile('package.json')).rejects.toThrow(/^package\.json: must be named \.npy/);
  });
});
