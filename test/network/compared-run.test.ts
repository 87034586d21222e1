import { describe, expect, test } from 'vitest';
import { type ComparedRun, escapeVerdict } from '../../src/network/compared-run.js';
import { LOSSES } from '../../src/network/losses.js';
import type { LinearPrediction } from '../../src/network/escape-prediction.js';

function verdict(
  run: Partial<ComparedRun>,
  { loss = 'squared', weightLength = 1 }: { loss?: 'squared' | 'logistic'; weightLength?: number } = {},
) {
  const usual = { escapeStep: 100, predictedEscapeStep: 100, flipsBefore: 0, largestDifference: 1e-9 };
  const trained = { weights: Float64Array.of(weightLength), loss: LOSSES[loss] };
  const prediction = { displacementLength: 1e-6, local: { trained } } as LinearPrediction;
  return escapeVerdict({ ...usual, ...run } as ComparedRun, prediction);
}

describe('the verdict on an escape', () => {
  test('is agreement at the predicted step, or the next to it', () => {
    expect(verdict({}).says).toBe('as predicted');
    expect(verdict({ escapeStep: 101 }).says).toBe('as predicted');
    expect(verdict({ escapeStep: null, predictedEscapeStep: null }).says).toBe('as predicted');
  });

  test('is disagreement two steps off, without the predicted escape, or at another distance', () => {
    expect(verdict({ escapeStep: 102 }).says).toBe('not as predicted');
    expect(verdict({ escapeStep: 98 }).says).toBe('not as predicted');
    expect(verdict({ escapeStep: null }).says).toBe('not as predicted');
    expect(verdict({ predictedEscapeStep: null }).says).toBe('not as predicted');
    expect(verdict({ largestDifference: 0.01 }).says).toBe('not as predicted');
  });

  test('is none where the linear dynamics is only a model, whatever the steps', () => {
    expect(verdict({ flipsBefore: 1, escapeStep: 3 }).reason).toMatch(/1 activations are flipped/);
    expect(verdict({ escapeStep: 3 }, { loss: 'logistic' }).reason).toMatch(/logistic loss/);
    expect(verdict({ escapeStep: 3 }, { weightLength: 1e5 }).reason).toMatch(/rounding/);
  });
});
