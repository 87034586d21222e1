import { describe, expect, test } from 'vitest';
import { BUDGETS } from '../../src/harness/budget.js';
import { drawTable } from '../../src/harness/draw-classes.js';
import { drawFeatures } from '../../src/harness/run-instances.js';
import type { DrawFeatures } from '../../src/harness/examination.js';
import type { ProblemInstance } from '../../src/harness/instance.js';
import type { LinearTheorem } from '../../src/harness/kinds.js';
import { summariseTheorem } from '../../src/harness/summary.js';
import { runVerdict } from '../../src/harness/verdict.js';
import { D1 } from '../../theorems/D1.js';
import { U2 } from '../../theorems/U2.js';
import { drawnFeatures } from './drawn-features.js';
import { examination } from './examination.js';

/** The verdict of a standard run of a theorem whose draws have these features. */
function verdictOn(theorem: LinearTheorem, features: readonly DrawFeatures[], budget = BUDGETS.standard) {
  const refuted = theorem.mutants.map(({ id }) => id);
  const stored = theorem.witnesses.map(() => examination({ refuted }));
  const drawn = features.map((one) =>
    examination({ drawn: one, ...(stored.length === 0 ? { refuted } : {}) }),
  );
  return runVerdict([summariseTheorem(theorem, [...stored, ...drawn], null)], budget);
}

/** Features of the draws as they are. */
const ofD1 = drawnFeatures(D1);

describe('a run whose draws are broken ends as inconclusive, and says by which class:', () => {
  test('as they are they agree', () => {
    expect(verdictOn(D1, ofD1)).toEqual({ verdict: 'agree', reasons: [] });
  });

  const broken: [string, (instance: ProblemInstance) => ProblemInstance, RegExp][] = [
    [
      'no ratio within 30 % of a threshold',
      ({ problem }) => ({ problem, step: { reference: 'predicted', ratio: 1.8 } }),
      /D1: 0 of 200 draws have distance: 5 % to 30 %; at least 1 must/,
    ],
    [
      'no ratio within 5 % of a threshold',
      ({ problem }) => ({ problem, step: { reference: 'predicted', ratio: 1.1 } }),
      /D1: 0 of 200 draws have distance: within 5 %; at least 1 must/,
    ],
    [
      'batches never below half of a set',
      ({ problem, step }) => {
        const retain = Math.max(problem.batch.retain, Math.ceil(problem.retain.length / 2));
        return { problem: { ...problem, batch: { ...problem.batch, retain } }, step };
      },
      /D1: 0 of 200 draws have batches: below half; at least 1 must/,
    ],
    [
      'samples of one factor',
      ({ problem, step }) => ({
        problem: {
          ...problem,
          retain: problem.retain.map(([first]) => [first!]),
          forget: [[problem.retain[0]![0]!]],
        },
        step,
      }),
      /D1: 0 of 200 draws have factors: several; at least 1 must/,
    ],
    [
      'at most 60 retain and 20 forget samples',
      ({ problem, step }) => ({
        problem: {
          ...problem,
          retain: problem.retain.slice(0, 60),
          forget: problem.forget.slice(0, 20),
          batch: { retain: Math.min(60, problem.batch.retain), forget: 1 },
        },
        step,
      }),
      /D1: 0 of 200 draws have reach: more than 100 samples; at least 1 must/,
    ],
    [
      'nothing that would tell a threshold 10 % wrong',
      ({ problem }) => ({ problem, step: { reference: 'predicted', ratio: 1.1 } }),
      /D1: 0 draws with nu: above 5 would tell a threshold 10 % wrong; at least 1 must/,
    ],
  ];
  test.each(broken)('%s', (_, change, reason) => {
    const { verdict, reasons } = verdictOn(D1, drawnFeatures(D1, change));
    expect(verdict).toBe('inconclusive');
    expect(reasons.join('\n')).toMatch(reason);
  });

  test('nothing planted', () => {
    const bare = { ...D1, mutants: [] };
    expect(verdictOn(bare, ofD1)).toEqual({
      verdict: 'inconclusive',
      reasons: ['D1: no wrong variant is planted'],
    });
    expect(verdictOn(bare, [], BUDGETS.quick).reasons).toContain('D1: no wrong variant is planted');
  });

  test('the quick budget counts and does not ask', () => {
    const few = drawnFeatures(D1, broken[0]![1], BUDGETS.quick.instances);
    expect(verdictOn(D1, few, BUDGETS.quick).verdict).toBe('agree');
  });
});

describe('a draw tells a threshold 10 % wrong', () => {
  const instance: ProblemInstance = {
    problem: {
      retain: [[[1]], [[1]]],
      forget: [[[1]]],
      alpha: 0,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 1 },
  };
  const telling = (asserts: 'divergence' | 'stability' | 'both', eta: number, criticalStep = 2): boolean =>
    drawFeatures(instance, { eta, criticalStep, etaStar: 2 }, asserts).telling;

  test('between 90 % of the threshold and the exact one, for divergence', () => {
    expect([1.79, 1.81, 1.99, 2.01].map((eta) => telling('divergence', eta))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
  test('between the exact one and 110 % of the threshold, for stability', () => {
    expect([1.99, 2.01, 2.19, 2.21].map((eta) => telling('stability', eta))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
  test('never where the bound is 12 % away', () => {
    expect([1.9, 1.99, 2.05].map((eta) => telling('divergence', eta, 2.24))).toEqual([false, false, false]);
  });
});

test('a table counts classes, their nearest ratios and ranges', () => {
  const features = drawnFeatures(U2, undefined, 50);
  const { drawn, classes, ranges } = drawTable(features);
  expect(drawn).toBe(50);
  const rs = features.map(({ r }) => r);
  expect(ranges.r).toEqual([Math.min(...rs), Math.max(...rs)]);
  const samplings = classes.filter(({ name }) => name.startsWith('sampling'));
  expect(samplings.reduce((sum, { instances }) => sum + instances, 0)).toBe(50);
  expect(classes.every(({ floor, tellingFloor }) => floor === 0 && tellingFloor === 0)).toBe(true);
  const within = classes.find(({ name }) => name === 'factors: one')!;
  const ratios = features.flatMap(({ factors, ratio }) => (factors === 1 && ratio !== null ? [ratio] : []));
  const nearest = Math.min(...ratios.map((ratio) => Math.abs(Math.log(ratio))));
  expect(Math.abs(Math.log(within.nearest!))).toBeCloseTo(nearest, 3);
});
