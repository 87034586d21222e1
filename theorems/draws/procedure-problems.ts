import fc, { type Arbitrary } from 'fast-check';
import { type ProblemSpec, SAMPLINGS } from '../../src/theory/problem.js';
import type { OptimizerSpec } from '../../src/theory/procedure.js';

/*
 * Problems under the procedures that people run: any drawn problem with the fields of a procedure added.
 */

/** Momenta in use, and small ones. */
const momenta: Arbitrary<number> = fc.oneof(
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

/** Momenta at which the commutator with D counts. */
export const strongMomenta: Arbitrary<number> = fc.constantFrom(0.8, 0.9);

/** The problems with momentum. */
export function withMomentum(problems: Arbitrary<ProblemSpec>, momentum = momenta): Arbitrary<ProblemSpec> {
  return withOptimizer(
    problems,
    momentum.map((b) => ({ momentum: b })),
  );
}

/** The problems, drawn by any of the samplings that draw every batch anew. */
export function anySampling(problems: Arbitrary<ProblemSpec>): Arbitrary<ProblemSpec> {
  return fc
    .tuple(problems, fc.constantFrom(...SAMPLINGS))
    .map(([problem, sampling]) => ({ ...problem, sampling }));
}
