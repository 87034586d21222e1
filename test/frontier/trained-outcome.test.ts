import { expect, test } from 'vitest';
import { outcomeNumbers, type TrainedOutcome } from '../../src/frontier/trained-outcome.js';

const outcome = (
  escapeSteps: number | null,
  forgottenSteps: number | null,
  testAccuracy: number | null,
): TrainedOutcome => ({
  ...{ escapes: true, growth: 0.1, predictedSteps: 50, retainAccuracy: testAccuracy && 1 },
  ...{ escapeSteps, forgottenSteps, testAccuracy },
});

test('steps that were not reached are later than all that were: in the median, and in the largest', () => {
  const numbers = outcomeNumbers([
    outcome(40, 90, 0.6),
    outcome(null, null, null),
    outcome(60, 70, 0.9),
    outcome(50, null, null),
    outcome(30, 80, 0.7),
  ]);
  expect(numbers).toMatchObject({ networks: 5, escaped: 4, forgot: 3 });
  expect(numbers).toMatchObject({ escapeSteps: 50, escapeStepsLeast: 30, escapeStepsLargest: null });
  expect(numbers).toMatchObject({ forgottenSteps: 90, forgottenStepsLeast: 70, forgottenStepsLargest: null });
  expect(numbers).toMatchObject({ predictedSteps: 50, predictedStepsLargest: 50, growth: 0.1 });
});

test('accuracies are those of the networks that forgot: one that did not is no best one', () => {
  const some = [0.6, null, 0.9, null, 0.7].map((x) => outcome(10, x === null ? null : 20, x));
  expect(outcomeNumbers(some)).toMatchObject({
    ...{ testAccuracy: 0.7, testAccuracyLeast: 0.6, testAccuracyLargest: 0.9, retainAccuracy: 1 },
  });
  expect(outcomeNumbers([outcome(10, null, null)])).toMatchObject({
    testAccuracy: null,
    forgottenSteps: null,
  });
  expect(outcomeNumbers([])).toMatchObject({ networks: 0, growth: null, testAccuracyLargest: null });
});
