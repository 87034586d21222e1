import { dot } from '../linalg/vectors.js';
import { randomSource } from '../statistics/generator.js';
import type { ReducedProblem } from '../theory/problem.js';
import { linearisedProcess } from '../unlearning/process.js';
import { besideThreshold, type Examination, examinedCase, type ExaminedProblem } from './examination.js';
import type { ProblemInstance } from './instance.js';
import { type Claim, type ClaimKind, type ExaminationSettings, refutedVariants } from './theorem.js';

/** The first step at which a full-batch run has grown by a factor along one direction. */
export interface EscapeClaim extends Claim {
  readonly kind: 'escape-time';
  applies(problem: ReducedProblem): boolean;
  /** Unit direction v (length r) and the number of steps, real-valued before rounding up. */
  escape(problem: ReducedProblem, eta: number, factor: number): { direction: Float64Array; steps: number };
}

/** Claims of an escape time: an equality of integers, checked on a full-batch run of the real step. */
export const escapeTimeClaims: ClaimKind<EscapeClaim, ProblemInstance> = {
  name: 'escape-time',
  about: 'problem',
  needs: 'escape',
  wording: {
    testedAs: () => 'predicted step of escape against a full-batch run of the real step, exactly',
  },
  certificates: () => 0,
  applies: (claim, problem) => claim.applies(problem),
  examine: examineEscape,
  sides: {
    asserts: () => null,
    axis: () => 'eta',
    taken: () => ({ criticalStep: 0, side: () => 'diverges' }),
  },
};

/** Predicted times this close to an integer are not decided: rounding of k steps could tip them. */
const NEAR_INTEGER = 1e-7;

/** Longer runs are not simulated. */
const MAX_STEPS = 20_000;

/** Runs the real full-batch step and compares the first step of escape with the predicted one, exactly. */
function examineEscape(
  claim: EscapeClaim,
  instance: ProblemInstance,
  settings: ExaminationSettings,
): Examination {
  if (!instance.escape) throw new Error('an escape claim needs a factor and a start');
  const { problem, eta } = examinedCase(instance);
  const { factor, start } = instance.escape;
  const common = {
    ...besideThreshold(problem, eta),
    certificates: 0,
    refuted: [],
    conflict: null,
  };
  const undecided = {
    ...common,
    predicted: 'undecided',
    observed: 'inconclusive',
    outcome: 'undecided',
  } as const;
  const run = (direction: Float64Array, limit: number): number | null =>
    firstEscape(problem, eta, settings, direction, factor, start, limit);
  if (!claim.applies(problem.reduced)) {
    const refuted = refutedVariants(
      settings.mutants,
      claim,
      (wrong) => wrong.applies(problem.reduced) && failsOn(wrong, problem.reduced, eta, factor, run),
    );
    return { ...undecided, refuted, samples: 0, evidence: 'hypotheses do not hold' };
  }
  const { direction, steps } = claim.escape(problem.reduced, eta, factor);
  const predicted = Math.ceil(steps);
  if (!(predicted <= MAX_STEPS) || isNearInteger(steps)) {
    return { ...undecided, samples: 0, evidence: `predicted time ${steps} is not decided by a run` };
  }
  const measured = run(direction, 2 * predicted + 10);
  return {
    ...common,
    predicted: 'diverges',
    observed: measured === null ? 'inconclusive' : 'diverges',
    outcome: measured === predicted ? 'agree' : 'contradict',
    samples: measured ?? 2 * predicted + 10,
    evidence: `predicted step ${predicted}, measured ${measured ?? 'none'}`,
    refuted: refutedVariants(
      settings.mutants,
      claim,
      (wrong) =>
        wrong.applies(problem.reduced) &&
        !matches(wrong.escape(problem.reduced, eta, factor).steps, measured),
    ),
  };
}

function isNearInteger(steps: number): boolean {
  return Math.abs(steps - Math.round(steps)) < NEAR_INTEGER * Math.abs(steps);
}

/** True if a predicted time fits the measured step, or is too close to an integer to be told from it. */
function matches(steps: number, measured: number | null): boolean {
  if (!Number.isFinite(steps)) return true;
  return Math.ceil(steps) === measured || isNearInteger(steps);
}

/** True if a run of its own shows that a claim is wrong about a problem. */
function failsOn(
  claim: EscapeClaim,
  problem: ReducedProblem,
  eta: number,
  factor: number,
  run: (direction: Float64Array, limit: number) => number | null,
): boolean {
  const { direction, steps } = claim.escape(problem, eta, factor);
  if (!(steps <= MAX_STEPS) || isNearInteger(steps)) return false;
  return run(direction, 2 * Math.max(0, Math.ceil(steps)) + 10) !== Math.ceil(steps);
}

/** First k with |<v, delta_k>| >= factor |<v, delta_0>|, or null within the limit. */
function firstEscape(
  problem: ExaminedProblem,
  eta: number,
  settings: ExaminationSettings,
  direction: Float64Array,
  factor: number,
  start: readonly number[],
  limit: number,
): number | null {
  const process = linearisedProcess(problem.reduced, eta, settings.implementation);
  const random = randomSource('escape', settings.seed, settings.theoremId);
  const drawn = Float64Array.from(direction, (_, a) => start[a % start.length] ?? 0);
  const along = dot(direction, drawn);
  // The start has component exactly 1 along v, and the drawn one across it.
  const w = Float64Array.from(direction, (v, a) => v + drawn[a]! - along * v);
  const target = factor * Math.abs(dot(direction, w));
  for (let k = 1; k <= limit; k++) {
    process.drawBatches(random);
    process.applyStep(w);
    if (!(Math.abs(dot(direction, w)) < target)) return k;
  }
  return null;
}
