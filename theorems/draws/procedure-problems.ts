import fc, { type Arbitrary } from 'fast-check';
import type { ProblemSpec } from '../../src/theory/problem.js';
import type { OptimizerSpec } from '../../src/theory/procedure.js';

/*
 * Problems under the procedures that people run: any drawn problem with the fields of a procedure added.
 */

/** Momenta in use, and small ones. */
export const momenta: Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0.5, 0.9, 0.8) },
  { weight: 1, arbitrary: fc.constantFrom(0.1, 0.25, 0.7, 0.95) },
);

/** The problems, each with an optimizer. */
export function withOptimizer(
  problems: Arbitrary<ProblemSpec>,
  optimizer: Arbitrary<OptimizerSpec>,
): Arbitrary<ProblemSpec> {
  return fc.tuple(problems, optimizer).map(([problem, chosen]) => ({ ...problem, optimizer: chosen }));
}

/** The problems with momentum. */
export function withMomentum(problems: Arbitrary<ProblemSpec>): Arbitrary<ProblemSpec> {
  return withOptimizer(
    problems,
    momenta.map((momentum) => ({ momentum })),
  );
}
