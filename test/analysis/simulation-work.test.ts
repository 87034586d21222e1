import { expect, test } from 'vitest';
import { analyzeProblem } from '../../src/analysis/analyze.js';
import { randomSource } from '../../src/statistics/generator.js';
import { problemFromSpec, type ProblemSpec } from '../../src/theory/problem.js';
import { normalEntries } from '../sample-problems.js';

const R = 24;
const random = randomSource('simulation work');
const rows = (n: number) => Array.from({ length: n }, () => [[...normalEntries(random, 1, R)]]);
const SPEC: ProblemSpec = {
  ...{ retain: rows(40), forget: rows(8), alpha: 0.05, batch: { retain: 10, forget: 2 } },
  sampling: 'without-replacement',
};

function heard(changes: Partial<ProblemSpec>): number | null {
  let work: number | null = null;
  const onSimulation = (operations: number): void => {
    work = operations;
    throw new Error('too long');
  };
  try {
    analyzeProblem(problemFromSpec({ ...SPEC, ...changes }), 1e-3, [], { onSimulation });
  } catch (error) {
    expect(String(error)).toBe('Error: too long');
  }
  return work;
}

test('a growth without an exact operator says what it will take, before it takes it', () => {
  const work = heard({ sampling: 'reshuffled', optimizer: { momentum: 0.9 } })!;
  // Four operations a number of every factor of a batch and ten more; epochs of four steps, as many as their memory asks for.
  const epochs = work / (4 * (10 + 4 * (10 + 2) * R));
  const least = 8 * 200 * (60 + 20);
  expect(epochs).toBeGreaterThan(0.99 * least);
  expect(4 * epochs).toBeLessThan(3.1e6);
});

test('an exact growth says nothing', () => {
  expect(heard({})).toBeNull();
  expect(heard({ optimizer: { momentum: 0.9 } })).toBeNull();
});
