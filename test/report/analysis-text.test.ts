import { describe, expect, test } from 'vitest';
import { analyzeProblem } from '../../src/analysis/analyze.js';
import type { Analysis } from '../../src/analysis/answer.js';
import type { ProblemWithStep } from '../../src/harness/counterexample.js';
import { problemFromSpec } from '../../src/theory/problem.js';
import { randomSource } from '../../src/statistics/generator.js';
import { describeAnalysis } from '../../src/report/analysis-text.js';
import { normalSamples } from '../sample-problems.js';

const random = randomSource('analysis text');
const ones = (count: number) => new Array<number>(count).fill(1);
const base: ProblemWithStep = {
  retain: normalSamples(random, ones(12), 4),
  forget: normalSamples(random, ones(15), 4),
  alpha: 0.6,
  eta: 0.05,
  batch: { retain: 3, forget: 5 },
  sampling: 'bernoulli',
};

function analysisOf(file: ProblemWithStep): Analysis {
  return analyzeProblem(problemFromSpec(file), file.eta, []);
}

function textOf(file: ProblemWithStep, changes: Partial<Analysis> = {}): string {
  return describeAnalysis({ ...analysisOf(file), ...changes }, file);
}

describe('the text of an analysis', () => {
  test('counts equal samples: 4 on one direction, 2 on others, pull like 4 of 6', () => {
    const along = (axis: number) => [Array.from({ length: 4 }, (_, a) => (a === axis ? 1 : 0))];
    const retain = [along(0), along(0), along(0), along(0), along(1), along(2)];
    const text = textOf({ ...base, retain, batch: { retain: 1, forget: 15 } });
    // nu = 5: 4/(4 + 5) of the step sizes.
    expect(text).toContain(
      'retain 4: as if 4 of 6 samples pulled the same way, less than the batch noise n/B - 1 = 5\n',
    );
    expect(text).toContain(
      'c = 4 along one direction: of the step sizes of full batches at least 44.4 % are left (c/(c + nu)), about 44.4 % at most (sigma/(sigma + nu))',
    );
    const half = textOf({ ...base, retain, batch: { retain: 3, forget: 15 } });
    expect(half).toContain('at least the batch noise n/B - 1 = 1\n');
    expect(half).toContain('at least 80 % are left');
    const full = textOf({ ...base, retain, batch: { retain: 6, forget: 15 } });
    expect(full).toContain('full batches have no sampling');
    expect(full).not.toContain('along one direction:');
  });

  test('has one headline, says what it is about, and keeps what needs the theory below a rule', () => {
    const text = textOf(base);
    expect(text).toMatch(/^diverges: .*\nescape is from w\*, for a start near it and not at it: /);
    expect(text.match(/^(diverges|stable|marginal|undecided|estimate)/gm)).toHaveLength(1);
    const [above, below] = text.split(/^--- in the terms of the theory .* ---$/m);
    expect(above).toMatch(/^step size/m);
    expect(above).toMatch(/^escape/m);
    expect(above).not.toMatch(/^(coherence|mixing|growth)/m);
    expect(below!.match(/^(coherence|mixing|growth) /gm)).toHaveLength(3);
  });

  test('says at the top what alpha* = 0 means, and nothing of it where the retain set holds', () => {
    const apart = { ...base, retain: [[[1, 0]]], forget: [[[0, 1]]], batch: { retain: 1, forget: 1 } };
    expect(textOf(apart).split('\n').slice(0, 3).join('\n')).toMatch(/^alpha\* is 0: .* any ascent escapes/m);
    expect(textOf({ ...apart, forget: [[[1, 0]]], alpha: 0.1 })).not.toContain('alpha* is 0:');
  });

  test('gives the numbers of the forecast in whole steps, with what escapes', () => {
    const analysis = analysisOf(base);
    const { escape, geometry } = analysis;
    const text = describeAnalysis(analysis, base);
    expect(text).toContain(
      `by the factor 1000 in ${Math.ceil(escape.mean!)} steps by the mean, ${Math.ceil(escape.secondMoment!)} by the second`,
    );
    expect(text).toMatch(
      new RegExp(`${geometry.directions.toFixed(0)} directions? escapes? in the mean, with`),
    );
  });

  test('lists the ten samples that resist most, of more', () => {
    const analysis = analysisOf(base);
    const text = describeAnalysis(analysis, base);
    const from = text.indexOf('The 10 of 15 forget samples that resist most:');
    const table = text.slice(from, text.indexOf('\n\n', from)).split('\n');
    expect(table).toHaveLength(12);
    expect(table.slice(2).map((line) => Number(line.trim().split(/ +/)[0]))).toEqual(
      analysis.geometry.samples.slice(0, 10).map(({ index }) => index),
    );
  });

  test('says nothing of resisting samples where nothing escapes', () => {
    const text = textOf({ ...base, alpha: 0 });
    expect(text).not.toContain('resist');
    expect(text).toContain('never: |delta| does not grow by the factor 1000');
    expect(text).toContain('is not above it, the mean does not escape by ascent');
  });

  test.each<[string, number, { low: number; high: number }]>([
    ['they shrink, and rare ones carry the growth of the mean (heavy tail)', 0.1, { low: -0.2, high: -0.1 }],
    ['they shrink, too', -0.1, { low: -0.2, high: -0.15 }],
    ['they grow, too', 0.1, { low: 0.08, high: 0.09 }],
    ['they grow slower; rare ones carry the growth of the mean', 0.5, { low: 0.08, high: 0.09 }],
    ['whether they grow is within the error of the simulation', 0.1, { low: -0.01, high: 0.01 }],
  ])('%s', (words, logGrowth, interval) => {
    const { exact } = analysisOf(base);
    const text = textOf(base, { exact: { ...exact, logGrowth }, typical: { growth: 0, ...interval } });
    expect(`${text}\n`).toContain(`simulated: ${words}\n`);
  });

  test('speaks of sets without samples', () => {
    const text = textOf({ ...base, alpha: 0, forget: [], batch: { retain: 3, forget: 0 } });
    expect(text).toContain('forget -: no samples\n');
    expect(text).toContain('cross none: one of the sets is empty');
  });
});
