import { analyzeProblem, ESCAPE_FACTOR, type Analysis } from '../src/analysis/analyze-problem.js';
import type { Theorem } from '../src/harness/theorem.js';
import { linearTheorems } from '../theorems/index.js';
import { numberWhich } from './checked-option.js';
import { readProblem, type ProblemInput } from './problem-input.js';

export interface AnalyzeOptions {
  /** Theorems that are asked; default: those of this package about the linear dynamics. */
  readonly theorems?: readonly Theorem[];
  /** Growth of |delta| that counts as escape, > 1; default 1000. */
  readonly factor?: number;
}

/**
 * The whole linear theory of one problem at its step size, as `unlearning-stability analyze --json` prints it:
 * on which side the setting is, coherences, thresholds, growth, and what each theorem says.
 *
 * @throws InputError in one line that names the field, the value and what is allowed.
 * @example analyze({ retain: [[1, 0], [0, 1]], forget: [[1, 0]], alpha: 0.1, eta: 0.5,
 *   batch: { retain: 1, forget: 1 }, sampling: 'bernoulli' }).exact.side
 */
export function analyze(problem: ProblemInput, options: AnalyzeOptions = {}): Analysis {
  const { problem: checked, eta } = readProblem(problem);
  const { theorems = linearTheorems, factor = ESCAPE_FACTOR } = options;
  numberWhich('factor', factor, (value) => value > 1, '> 1 and finite');
  return analyzeProblem(checked, eta, theorems, { factor });
}
