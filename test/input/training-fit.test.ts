import { describe, expect, test } from 'vitest';
import { rankOneSet } from '../../src/theory/problem.js';
import { randomSource } from '../../src/statistics/generator.js';
import { fitCollector, logisticTrainingFit, trainingFit } from '../../src/input/training-fit.js';
import { memorySource } from '../theory/memory-source.js';

const random = randomSource('training fit');
const drawn = (n: number, p: number) => Float64Array.from({ length: n * p }, () => random.normal());

/** A set of logistic regression with 3 features. */
function logisticSet(n: number) {
  const rows = drawn(n, 3);
  const labels = Float64Array.from({ length: n }, () => random.integer(2));
  return { rows, logits: drawn(n, 1), labels, source: memorySource(rankOneSet(rows, 3)) };
}

describe('the training fit', () => {
  const sets = [logisticSet(7), logisticSet(4)] as const;
  const collected = sets.map(({ rows, logits, labels }) => {
    const collector = fitCollector('sigmoid', 4);
    logits.forEach((_, i) => {
      const jacobian = Float64Array.of(...rows.subarray(3 * i, 3 * i + 3), 1);
      collector.add(logits.subarray(i, i + 1), labels.subarray(i, i + 1), jacobian);
    });
    return collector;
  });

  test('of logistic regression is the same from blocks of features and from Jacobians', () => {
    const fromBlocks = logisticTrainingFit(...sets, { bias: true, alpha: 0.3 });
    const fromJacobians = trainingFit('sigmoid', 0.3, collected[0]!, collected[1]!);
    for (const set of ['retain', 'forget'] as const) {
      for (const [name, value] of Object.entries(fromBlocks[set])) {
        const other = (fromJacobians[set] as unknown as Record<string, number>)[name]!;
        expect(value as number, name).toBeCloseTo(other, 12);
      }
    }
    expect(fromBlocks.drift).toBeCloseTo(fromJacobians.drift, 12);
    // What must be noticed: another mixing weight, and no bias.
    expect(logisticTrainingFit(...sets, { bias: true, alpha: 0.4 }).drift).not.toBeCloseTo(
      fromBlocks.drift,
      6,
    );
    const without = logisticTrainingFit(...sets, { bias: false, alpha: 0.3 }).retain.largestGradient;
    expect(without).toBeLessThan(fromBlocks.retain.largestGradient);
  });

  test('of the squared loss: the residual is the error, the drift the mean gradient', () => {
    const collector = () => fitCollector('squared', 2);
    const [retain, forget] = [collector(), collector()];
    retain.add(Float64Array.of(2), Float64Array.of(1.5), Float64Array.of(3, 4));
    forget.add(Float64Array.of(0), Float64Array.of(0), Float64Array.of(1, 1));
    const fit = trainingFit('squared', 0.2, retain, forget);
    expect(fit.retain).toMatchObject({ meanLoss: 0.125, accuracy: null, largestGradient: 2.5 });
    expect(fit.retain.largestResidual).toBeCloseTo(0.5, 12);
    expect(fit.forget).toMatchObject({ meanLoss: 0, largestGradient: 0, largestResidual: 0 });
    expect(fit.drift).toBeCloseTo(0.8 * 2.5, 12);
    expect(fit.interpolates).toBe(false);
  });

  test('of cross-entropy: hard labels never interpolate, however well they are fitted; soft labels do', () => {
    const fitOf = (logit: number, label: number) => {
      const collector = fitCollector('sigmoid', 1);
      collector.add(Float64Array.of(logit), Float64Array.of(label), Float64Array.of(1));
      return trainingFit('sigmoid', 0, collector, collector);
    };
    const hard = fitOf(30, 1);
    expect(hard.retain.largestGradient).toBeLessThan(1e-12);
    expect(hard.retain.largestResidual).toBeGreaterThanOrEqual(1);
    expect(hard.interpolates).toBe(false);
    expect(fitOf(1, 1 / (1 + Math.exp(-1))).interpolates).toBe(true);
  });
});
