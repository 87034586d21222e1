import { testExpansion } from '../src/decision/expansion-test.js';
import { testStability } from '../src/decision/side-tests.js';
import { StateMoment } from '../src/decision/state-moment.js';
import { randomSource } from '../src/random/generator.js';
import type { ReducedProblem } from '../src/theory/problem.js';
import { linearisedProcess } from '../src/unlearning/process.js';

/** How often something was so for a test of either side. */
export type BySide = Readonly<Record<'diverges' | 'stable', number>>;

/** Periods of the one pilot, of the trials of a test, and of a test at most. */
const [PILOT, TRIALS, TESTS] = [20_000, 600, 40_000];

/**
 * The two tests of a certificate for an operator that need not be self-adjoint, over and over at rho = 1 with the P of one
 * good pilot, as near to the hypothesis as they come: tests that were begun, and those that certified a side, both wrong.
 */
export function nullTests(
  problem: ReducedProblem,
  eta: number,
  level: number,
  runs: number,
  words: string,
): { begun: BySide; wrong: BySide } {
  const process = linearisedProcess(problem, eta);
  const moment = new StateMoment(problem, process.minimum.length);
  moment.draw(process, randomSource('null pilot', words), PILOT);
  const component = moment.fastest();
  const { value } = component.perron;
  // Both sides are tried, whichever side of 1 the pilot's estimate is on.
  const up = { ...component, perron: { ...component.perron, value: Math.max(value, 1 + 1e-3) } };
  const threshold = -Math.log(level);
  const begun = { diverges: 0, stable: 0 };
  const wrong = { diverges: 0, stable: 0 };
  for (let run = 0; run < runs; run++) {
    const random = randomSource('null test', words, run);
    const context = { process, problem, eta, random, threshold };
    const attempts = {
      diverges: testExpansion(context, up, TRIALS, TESTS),
      stable: testStability(context, moment, Math.min(value, 1 - 1e-3), TRIALS, TESTS),
    };
    for (const side of ['diverges', 'stable'] as const) {
      if (attempts[side].samples > TRIALS) begun[side]++;
      if (attempts[side].logEvidence >= threshold) wrong[side]++;
    }
  }
  return { begun, wrong };
}
