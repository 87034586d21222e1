import { expect, test } from 'vitest';
import { analyze, recommend } from '../../src/api/analyze.js';
import { defineTheorem } from '../../src/api/define-theorem.js';
import { alignedProblems } from '../../src/api/draws.js';
import { analysisHtml } from '../../src/api/report.js';
import { replay, verify } from '../../src/api/verify.js';
import { readProblem } from '../../src/input/read-problem.js';
import { D3 } from '../../theorems/D3.js';
import { PROBLEM } from './problems.js';

const definition = {
  id: 'X',
  name: 'x',
  statement: 'x',
  asserts: 'divergence',
  criticalStep: () => null,
} as const;
const budget = { name: 'quick', instances: 1, maxSamples: 2000, maxSamplesUndecided: 2000 } as const;

/** Options as a caller without types may give them. */
const untyped = (options: object): never => options as never;

test.each<[call: string, misspelt: string, given: () => unknown]>([
  ['analyze', 'factors', () => analyze(PROBLEM, untyped({ factors: 10 }))],
  ['recommend', 'retainShare', () => recommend(PROBLEM, untyped({ retainShare: 0.2 }))],
  ['verify', 'runs', () => verify(D3, untyped({ runs: 10 }))],
  ['verify: budget', 'runs', () => verify(D3, untyped({ budget: { ...budget, runs: 10 } }))],
  ['replay', 'backends', () => replay(untyped({}), D3, untyped({ backends: null }))],
  ['defineTheorem', 'hypothesis', () => defineTheorem(untyped({ ...definition, hypothesis: [] }))],
  ['defineTheorem', 'asserts', () => defineTheorem(untyped({ ...definition, relations: () => [] }))],
  [
    'defineTheorem: problems',
    'batch',
    () => defineTheorem({ ...definition, problems: untyped({ batch: 'full' }) }).instances,
  ],
  ['alignedProblems', 'sampling', () => alignedProblems(untyped({ mixing: 'any', sampling: [] }))],
  ['analysisHtml', 'theorem', () => analysisHtml(analyze(PROBLEM), PROBLEM, untyped({ theorem: [] }))],
  ['readProblem', 'seed', () => readProblem(PROBLEM, untyped({ seed: 3 }))],
  [
    'readProblem: subset',
    'count',
    () => readProblem(PROBLEM, { subset: untyped({ count: 3, size: 2, seed: 1 }) }),
  ],
])('%s refuses the option %s in a line that names those it takes', async (call, misspelt, given) => {
  const refused: unknown = await Promise.resolve()
    .then(given)
    .then(
      () => 'taken',
      (error: unknown) => error,
    );
  expect(refused).toMatchObject({ name: 'InputError' });
  expect((refused as Error).message).toMatch(
    new RegExp(`^${call}: unknown option ${misspelt}; allowed: \\w+(, \\w+)*$`),
  );
});

test.each([null, 3, [1]])('options that are none, such as %j, are refused', (options) => {
  expect(() => analyze(PROBLEM, options as never)).toThrow(/^analyze: options must be an object; got /);
});

test('the options that are named are taken', () => {
  expect(analyze(PROBLEM, { factor: 10, confidence: 0.9, theorems: [D3] }).theorems).toHaveLength(1);
  expect(recommend(PROBLEM, { retainShareLimit: 0.2, steps: 10 })).toBeTypeOf('object');
});
