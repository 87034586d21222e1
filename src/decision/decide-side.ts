import type { RandomSource } from '../statistics/generator.js';
import type { ReducedProblem } from '../theory/problem.js';
import type { UnlearningProcess } from '../unlearning/process.js';
import { MomentEstimate } from './moment-estimate.js';
import { testExpansion } from './expansion-test.js';
import { type PeriodLaw, problemLaw } from './period-law.js';
import { type Attempt, testDivergence, testStability } from './side-tests.js';
import { isFarTooMany } from './stability-plan.js';
import { StateMoment } from './state-moment.js';

/** Side of E|delta_k|^2 that the sampled certificate proves, if any. */
export type ObservedSide = 'diverges' | 'stable' | 'inconclusive';

/** Outcome of the statistical decision on one instance. */
export interface SideVerdict {
  readonly side: ObservedSide;
  /** Pairs of batches drawn. */
  readonly samples: number;
  /** Sample estimate of rho(T): no certificate, for display. */
  readonly radiusEstimate: number;
  /** log of the betting capital against the other side; -log(error) is where the verdict falls. */
  readonly logEvidence: number;
  /** Set if a drawn step breaks a bound that the problem guarantees: the code does not do what it says. */
  readonly fault: string | null;
}

export interface DecisionOptions {
  /** Probability that the verdict is wrong, at most, over everything this call does. */
  readonly errorProbability: number;
  /** Pairs of batches to spend before saying inconclusive. */
  readonly maxSamples: number;
}

/**
 * Sizes of the stages: pairs drawn to learn T, pairs drawn to choose P and the stakes. The first is for what diverges so
 * fast that a glance shows it.
 */
const STAGES: readonly StageSizes[] = [
  { pilot: 100, trials: 75, forDivergence: true },
  { pilot: 400, trials: 300 },
  { pilot: 2000, trials: 900 },
  { pilot: 10_000, trials: 2700 },
  { pilot: 50_000, trials: 8100 },
  { pilot: 250_000, trials: 24_300 },
];

interface StageSizes {
  readonly pilot: number;
  readonly trials: number;
  /** True if no attempt at stability is made. */
  readonly forDivergence?: true;
}

/** Of the pairs left, the part that a pilot may take, and the fewest that it is begun with. */
const PILOT_SHARE = 0.2;
const LEAST_PILOT = 100;

/** Fewer samples than this are not worth a first stage. */
export const MIN_SAMPLES = 1500;

/**
 * Decides by sampling on which side rho(T) = 1 the process is, with a non-asymptotic error bound and
 * without the exact operator: T(M) = E[B M B^T] is completely positive, so samples of one period's B suffice.
 *
 * A pilot estimates T. If its radius exceeds 1, `MeanAboveOneTest` runs on x = <Q, B Q B^T>/<Q, Q>, Q the
 * estimated Perron matrix (rho >= E x if T is self-adjoint), or `testExpansion` (if it is not); otherwise
 * `MatrixMeanBelowTest` runs on Y = P^{-1/2} B P B^T P^{-1/2} (rho <= lambda_1(E Y)) with P = (c - T)^-1 W. Pilots, choices and tests use different samples. An
 * undecided stage is followed by a larger one; each stage and each side gets an
 * equal part of the error probability, so the sum over everything that could go wrong is at most it.
 *
 * @throws RangeError if maxSamples is below MIN_SAMPLES.
 */
export function decideSide(
  process: UnlearningProcess,
  problem: ReducedProblem,
  eta: number,
  random: RandomSource,
  options: DecisionOptions,
): SideVerdict {
  return decideSideUnder(problemLaw(problem, eta, process.period ?? 1), process, random, options);
}

/** `decideSide` for a process whose periods have a given law. */
export function decideSideUnder(
  law: PeriodLaw,
  process: UnlearningProcess,
  random: RandomSource,
  options: DecisionOptions,
): SideVerdict {
  const { errorProbability, maxSamples } = options;
  if (!(maxSamples >= MIN_SAMPLES)) {
    throw new RangeError(`maxSamples must be at least ${MIN_SAMPLES}; got ${maxSamples}`);
  }
  const threshold = Math.log((2 * STAGES.length) / errorProbability);
  const watched = watchedProcess(process, law);
  const context = { process: watched, law, random, threshold };
  const m = process.minimum.length;
  const moment = law.symmetric ? new MomentEstimate(m) : new StateMoment(law.subspaces(m), m);
  const expanding = moment instanceof StateMoment && !law.selfAdjoint ? moment : null;
  let samples = 0;
  let radiusEstimate = NaN;
  let attempt: Attempt = { samples: 0, logEvidence: -Infinity, expected: Infinity, fault: null };
  for (const [stage, sizes] of STAGES.entries()) {
    const pilot = Math.min(sizes.pilot, Math.floor(PILOT_SHARE * (maxSamples - samples)));
    const trials = Math.min(sizes.trials, pilot);
    if (pilot < LEAST_PILOT || isHopeless(attempt, stage, maxSamples - samples)) break;
    const overflow = moment.draw(watched, random, pilot);
    samples += overflow ?? pilot;
    if (overflow !== null) return overflowVerdict(samples, watched.fault(), expanding === null);
    const top = moment.perron();
    radiusEstimate = top.value;
    if (sizes.forDivergence && top.value <= 1) continue;
    attempt =
      top.value <= 1
        ? testStability(context, moment, top.value, trials, maxSamples - samples)
        : expanding
          ? testExpansion(context, expanding.fastest(), trials, maxSamples - samples)
          : testDivergence(context, top.perron, trials, maxSamples - samples);
    samples += attempt.samples;
    const { logEvidence } = attempt;
    const fault = watched.fault() ?? attempt.fault;
    if (fault) return { side: 'inconclusive', samples, radiusEstimate, logEvidence, fault };
    if (logEvidence >= threshold) {
      const side = top.value > 1 ? 'diverges' : 'stable';
      return { side, samples, radiusEstimate, logEvidence, fault };
    }
  }
  return { side: 'inconclusive', samples, radiusEstimate, logEvidence: attempt.logEvidence, fault: null };
}

/** An entry of B beyond 1e75: x >= 1e150 has probability at most 1e-150 if E x <= 1 (Markov), if T is self-adjoint. */
function overflowVerdict(samples: number, fault: string | null, selfAdjoint: boolean): SideVerdict {
  const side = selfAdjoint && !fault ? 'diverges' : 'inconclusive';
  const logEvidence = selfAdjoint ? 345 : -Infinity;
  return { side, samples, radiusEstimate: Number.MAX_VALUE, logEvidence, fault };
}

/** True if a well-tried attempt asked for far more samples than are left: larger pilots will not help. */
function isHopeless(attempt: Attempt, stage: number, left: number): boolean {
  return stage > 3 && isFarTooMany(attempt.expected, left);
}

/** A process whose batch sizes and steps are watched. */
interface WatchedProcess extends UnlearningProcess {
  /** The first drawn batch that the problem does not allow, or a step to NaN, in words; null while there is none. */
  fault(): string | null;
}

/**
 * Watches the sizes of all batches that a process draws. A step that gives NaN is no overflow, which gives an infinite
 * number: it says nothing about the side.
 */
function watchedProcess(process: UnlearningProcess, law: PeriodLaw): WatchedProcess {
  let fault: string | null = null;
  const noteNaN = (w: Float64Array): void => {
    for (let a = 0; a < w.length; a++) if (Number.isNaN(w[a])) fault ??= 'a drawn step gives NaN';
  };
  const { together } = process;
  return {
    ...process,
    drawBatches(random) {
      process.drawBatches(random);
      fault ??= law.sizeFault(process.batchSizes());
    },
    applyStep(w) {
      process.applyStep(w);
      noteNaN(w);
    },
    together: together && {
      move(states) {
        together.move(states);
        noteNaN(states);
      },
      from(states) {
        const moves = together.from(states);
        return {
          take(k, out) {
            moves.take(k, out);
          },
          finish(count, out) {
            moves.finish(count, out);
            noteNaN(out.subarray(0, count * states.length));
          },
        };
      },
    },
    fault: () => fault,
  };
}
