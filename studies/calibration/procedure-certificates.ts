import { testExpansion } from '../../src/decision/expansion-test.js';
import { testStability } from '../../src/decision/side-tests.js';
import { StateMoment } from '../../src/decision/state-moment.js';
import { BUDGETS } from '../../src/harness/budget.js';
import type { PausingWork } from '../../src/jobs/interrupt.js';
import { randomSource } from '../../src/statistics/generator.js';
import type { ProblemSpec } from '../../src/theory/problem.js';
import { procedureProblem, procedureSpec } from '../../test/procedure-problems.js';
import { quasiHyperbolic, quasiHyperbolicSteps } from '../../test/quasi-hyperbolic.js';
import { firstCrossing } from '../../test/reference/period-matrices.js';
import { type KnownProcedure, ownProcedure, problemProcedure } from './known-procedure.js';
import { CERTIFICATE_ERROR } from './procedures.js';
import type { JudgedVerdict } from './tally.js';

/** A procedure on a problem of so many parameters. */
type ProcedureOn = (parameters: 1 | 2 | 3) => KnownProcedure;

const packaged =
  (fields: Partial<ProblemSpec>): ProcedureOn =>
  (parameters) =>
    problemProcedure(procedureProblem(parameters, fields));

/** Quasi-hyperbolic momentum with nu = 0.7, as a user gives it: the update, and its list. */
const listed =
  (b: number): ProcedureOn =>
  (parameters) => {
    const pairs = procedureSpec(parameters, {});
    return ownProcedure(quasiHyperbolic(b, 0.7, pairs), (eta) => quasiHyperbolicSteps(b, 0.7, eta, pairs));
  };

/** Procedures whose second-moment operator is not self-adjoint, each on problems of one to three parameters. */
const PROCEDURES: Readonly<Record<string, ProcedureOn>> = {
  'momentum 0.5': packaged({ optimizer: { momentum: 0.5 } }),
  'momentum 0.9': packaged({ optimizer: { momentum: 0.9 } }),
  'alternating 1:1': packaged({ schedule: { ascent: 1, descent: 1 } }),
  'alternating 2:1': packaged({ schedule: { ascent: 2, descent: 1 }, alpha: 0.1 }),
  'own list, quasi-hyperbolic 0.5': listed(0.5),
  'own list, quasi-hyperbolic 0.9': listed(0.9),
};

/** How much is done of it. */
export interface ProcedureSize {
  readonly parameters: readonly (1 | 2 | 3)[];
  /** eta over the first crossing of rho = 1. */
  readonly ratios: readonly number[];
  /** Decisions at each ratio. */
  readonly repeats: number;
  /** Pairs of tests exactly at the crossing. */
  readonly runs: number;
}

/** Level of one test exactly at the crossing: coarse, so that errors are seen. */
export const NULL_LEVEL = 0.2;

/** How often something was so for the tests of either side. */
type BySide = Readonly<Record<'diverges' | 'stable', number>>;

/** Counts of the certificates under one procedure with one problem. */
export interface ProcedureCalibration {
  readonly name: string;
  readonly parameters: number;
  readonly runs: number;
  /** Tests at the crossing that were begun after their trials, and those that certified a side: all wrong. */
  readonly begun: BySide;
  readonly wrong: BySide;
  readonly verdicts: readonly (JudgedVerdict & { readonly ratio: number })[];
}

/** The certificates at the first crossing and beside it; rho is known by enumeration of all periods. */
export function* procedureCertificates(
  seed: number,
  size: ProcedureSize,
): PausingWork<ProcedureCalibration[]> {
  const found: ProcedureCalibration[] = [];
  for (const [name, on] of Object.entries(PROCEDURES)) {
    for (const parameters of size.parameters) {
      const procedure = on(parameters);
      const crossing = firstCrossing((eta) => procedure.radius(eta), 0.05);
      const words = [seed, name, parameters];
      const nulls = yield* nullTests(procedure, crossing, NULL_LEVEL, size.runs, words);
      const verdicts: (JudgedVerdict & { ratio: number })[] = [];
      for (const ratio of size.ratios) {
        const eta = ratio * crossing;
        const truth = procedure.radius(eta) < 1 ? 'stable' : 'diverges';
        for (let repeat = 0; repeat < size.repeats; repeat++) {
          const random = randomSource('procedure calibration', ...words, ratio, repeat);
          const options = { errorProbability: CERTIFICATE_ERROR, maxSamples: BUDGETS.quick.maxSamples };
          const verdict = procedure.decide(eta, random, options);
          verdicts.push({ side: verdict.side, samples: verdict.samples, truth, ratio });
          yield;
        }
      }
      found.push({ name, parameters, runs: size.runs, ...nulls, verdicts });
    }
  }
  return found;
}

/** Periods of the one pilot, of the trials of a test, and of a test at most. */
const [PILOT, TRIALS, TESTS] = [20_000, 300, 15_000];

/**
 * The two tests of a certificate, over and over at rho = 1 with the P of one good pilot, as near to the hypothesis as they
 * come. (In whole decisions a test is hardly ever begun there with more than one parameter.)
 */
export function* nullTests(
  procedure: KnownProcedure,
  eta: number,
  level: number,
  runs: number,
  words: readonly (string | number)[],
): PausingWork<{ begun: BySide; wrong: BySide }> {
  const [process, law] = [procedure.process(eta), procedure.law(eta)];
  const m = process.minimum.length;
  const moment = new StateMoment(law.subspaces(m), m);
  moment.draw(process, randomSource('null pilot', ...words), PILOT);
  const component = moment.fastest();
  const { value } = component.perron;
  // Both sides are tried, whichever side of 1 the pilot's estimate is on.
  const grown = { ...component, perron: { ...component.perron, value: Math.max(value, 1.001) } };
  const threshold = -Math.log(level);
  const begun = { diverges: 0, stable: 0 };
  const wrong = { diverges: 0, stable: 0 };
  for (let run = 0; run < runs; run++) {
    const random = randomSource('null test', ...words, run);
    const context = { process, law, random, threshold };
    const attempts = {
      diverges: testExpansion(context, grown, TRIALS, TESTS),
      stable: testStability(context, moment, Math.min(value, 0.999), TRIALS, TESTS),
    };
    for (const side of ['diverges', 'stable'] as const) {
      if (attempts[side].samples > TRIALS) begun[side]++;
      if (attempts[side].logEvidence >= threshold) wrong[side]++;
    }
    yield;
  }
  return { begun, wrong };
}
