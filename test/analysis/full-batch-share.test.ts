import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/api/analyze.js';
import { analysisText } from '../../src/api/report.js';
import { alignedOf, fullBatchShare } from '../../src/theory/coherence.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import type { ProblemSpec, SampleSpec, Sampling } from '../../src/theory/problem.js';
import { reduced } from '../../properties/theorem-property.js';

const unit = (degrees: number): SampleSpec => [
  [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)],
];

function descent(retain: SampleSpec[], batch: number, sampling: Sampling = 'bernoulli'): ProblemSpec {
  return { retain, forget: [unit(0)], alpha: 0, batch: { retain: batch, forget: 1 }, sampling };
}

const star = [unit(0), unit(120), unit(240)];
const etaStar = (problem: ProblemSpec): number => exactStability(reduced(problem)).criticalStep().value;

describe('three unit vectors at 120 degrees in batches of one', () => {
  const { coherence } = analyze({ ...descent(star, 1), eta: 0.1 });

  test('have c = 3/2 and coherence 2: 42.9 % of the step sizes are left, not 50 %', () => {
    expect(coherence.retain).toBeCloseTo(2, 12);
    expect(coherence.alignedRetain).toBeCloseTo(1.5, 12);
    expect(coherence.fullBatchShare).toBeCloseTo(3 / 7, 12);
    const share = etaStar(descent(star, 1)) / etaStar(descent(star, 3));
    expect(share).toBeGreaterThanOrEqual(3 / 7 - 1e-12);
    expect(share).toBeLessThan(0.5);
  });

  test('are told so in words', () => {
    const problem = descent(star, 1);
    const text = analysisText(analyze({ ...problem, eta: 0.1 }), { ...problem, eta: 0.1 });
    expect(text).toContain('c = 1.5 along one direction');
    expect(text).toContain('at least 42.9 % are left (c/(c + nu)), about 50 % at most (sigma/(sigma + nu))');
  });
});

test('e1, e2, e2: coherence 2 with one sample along e1, and c = 2', () => {
  const { coherence } = analyze({ ...descent([[[1, 0]], [[0, 1]], [[0, 1]]], 1), eta: 0.1 });
  expect(coherence.retain).toBeCloseTo(2, 12);
  expect(coherence.alignedRetain).toBeCloseTo(2, 12);
});

test('c is at most the coherence, and the share is kept: by every sampling and batch size', () => {
  const sets: SampleSpec[][] = [
    star,
    [unit(0), unit(10), unit(80), [[0.3, 0.1]]],
    [
      [
        [1, 0],
        [0, 0.5],
      ],
      unit(45),
      [[0.2, 1.4]],
    ],
  ];
  for (const retain of sets) {
    for (let batch = 1; batch <= retain.length; batch++) {
      const whole = etaStar(descent(retain, retain.length, 'without-replacement'));
      for (const sampling of ['bernoulli', 'without-replacement', 'with-replacement'] as const) {
        const problem = descent(retain, batch, sampling);
        const { coherence } = analyze({ ...problem, eta: 0.1 });
        expect(coherence.alignedRetain!).toBeLessThanOrEqual(coherence.retain! + 1e-12);
        expect(etaStar(problem) / whole).toBeGreaterThanOrEqual(coherence.fullBatchShare! - 1e-9);
      }
    }
  }
});

test('the share is attained by groups of equal samples (D3), in numbers', () => {
  const groups: SampleSpec[] = [[[1, 0]], [[1, 0]], [[0, 1]], [[0, 1]]];
  const share = etaStar(descent(groups, 1)) / etaStar(descent(groups, 4));
  expect(fullBatchShare(2, 4, 1, 'bernoulli')).toBeCloseTo(0.4, 12);
  expect(share).toBeCloseTo(0.4, 9);
  expect(fullBatchShare(2, 4, 1, 'with-replacement')).toBeCloseTo(0.5, 12);
  expect(fullBatchShare(2, 4, 4, 'bernoulli')).toBe(1);
});

test('a set without curvature counts as one sample, as its coherence does', () => {
  expect(alignedOf(2, Float64Array.of(0), 1, 0)).toBe(1);
});
