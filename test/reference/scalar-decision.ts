import { betOnLess, betOnMore, type DecisionOutcome, decisionProcedure, mean } from './decision-procedure.js';

export interface ScalarRules {
  readonly errorProbability: number;
  readonly maxSamples: number;
  /** Largest A^2 that the problem allows. */
  readonly range: number;
  /** What the mean is to be below: 1 less what batches beyond the range may add. */
  readonly level?: number;
}

/** The procedure for one parameter: T is the number E A^2, P and Q cancel, and both statistics are x = Y = A^2. */
export function scalarDecision(
  steps: readonly number[],
  { range, level = 1, ...options }: ScalarRules,
): DecisionOutcome {
  const squares = steps.map((a) => a * a);
  const rules = {
    radius: mean,
    fastestStability: (pilot: readonly number[]) =>
      (0.95 / Math.max(range - level, 1e-3)) * (level - mean(pilot)),
    divergence: (_: readonly number[], trials: readonly number[]) => betOnMore(trials),
    stability: (_: readonly number[], trials: readonly number[]) =>
      betOnLess(trials, range, level, (coefficients, values) =>
        values.reduce(
          (sum, y) => sum + coefficients.reduce((part, c, k) => part + c * (level - y) ** (k + 1), 0),
          0,
        ),
      ),
  };
  return decisionProcedure(squares, rules, options);
}
