import { binomialProbabilities } from '../../src/statistics/intervals.js';
import { decideSide } from '../../src/decision/decide-side.js';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { stepDirections } from '../../src/unlearning/drawn-matrices.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import type { PausingWork } from '../../src/jobs/interrupt.js';
import { type ClaimedInstance, twoSidedQuantile, wilsonInterval } from './procedures.js';
import { singleAxisProblem } from './planted-problems.js';

/** One-step samples of a run, and how often a naive observer looks. */
export const SAMPLES_PER_RUN = 10_000;
export const SAMPLES_PER_LOOK = 50;

export const NOMINAL_LEVELS = [0.05, 0.001] as const;

/** How often each procedure was wrong at one nominal level, on instances exactly at the threshold. */
export interface FalseAlarms {
  readonly level: number;
  readonly runs: number;
  /** Wilson's interval for the share of growing steps excluded the true share at the last look only. */
  readonly wilsonOnce: number;
  /** .. at some look. */
  readonly wilsonRepeated: number;
  /** The normal interval for the mean growth E A^2 excluded its true value 1 at some look. */
  readonly meanRepeated: number;
  /** `decideSide` at this error probability came to a verdict: rho = 1 is on neither side. */
  readonly certificate: number;
}

/**
 * False alarms exactly at the threshold of a problem with one coordinate, where E A^2 = 1 and the share
 * of steps with A^2 > 1 is a sum of binomial probabilities: what a fixed-level interval, looked at
 * again and again until it excludes the truth, does to its level.
 */
export function* falseAlarms(seed: number, runs: number, level: number): PausingWork<FalseAlarms> {
  const problem = singleAxisProblem();
  const eta = exactStability(problem).criticalStep().value;
  const claimed = { problem, eta };
  const share = growingShare(claimed);
  const counts = { wilsonOnce: 0, wilsonRepeated: 0, meanRepeated: 0, certificate: 0 };
  for (let run = 0; run < runs; run++) {
    const looks = watchedRun(claimed, share, level, randomSource('false alarms', seed, level, run));
    if (looks.wilsonLast) counts.wilsonOnce++;
    if (looks.wilson) counts.wilsonRepeated++;
    if (looks.mean) counts.meanRepeated++;
    const random = randomSource('false alarms', seed, level, run, 'certificate');
    const options = { errorProbability: level, maxSamples: SAMPLES_PER_RUN };
    const { side } = decideSide(linearisedProcess(problem, eta), problem, eta, random, options);
    if (side !== 'inconclusive') counts.certificate++;
    yield;
  }
  return { level, runs, ...counts };
}

/** P(A^2 > 1), A = 1 - eta k/B with k binomial: all samples have curvature 1. */
export function growingShare({ problem, eta }: ClaimedInstance): number {
  const { batchSize, samples } = problem.groups[0]!;
  const n = samples.sampleCount;
  return binomialProbabilities(n, batchSize / n).reduce(
    (sum, probability, k) => ((1 - (eta * k) / batchSize) ** 2 > 1 ? sum + probability : sum),
    0,
  );
}

/** One run of one-step samples with an interval at every look. */
function watchedRun({ problem, eta }: ClaimedInstance, share: number, level: number, random: RandomSource) {
  const process = linearisedProcess(problem, eta);
  const direction = Float64Array.of(1);
  const moved = new Float64Array(1);
  const quantile = twoSidedQuantile(level);
  let [grown, sum, squares] = [0, 0, 0];
  const seen = { wilson: false, wilsonLast: false, mean: false };
  for (let count = 1; count <= SAMPLES_PER_RUN; count++) {
    stepDirections(process, random, direction, moved);
    const growth = moved[0]! ** 2;
    if (growth > 1) grown++;
    sum += growth;
    squares += growth ** 2;
    if (count % SAMPLES_PER_LOOK !== 0) continue;
    const { low, high } = wilsonInterval(grown, count, level);
    seen.wilsonLast = share < low || share > high;
    seen.wilson ||= seen.wilsonLast;
    const mean = sum / count;
    const standardError = Math.sqrt((squares / count - mean ** 2) / (count - 1));
    seen.mean ||= Math.abs(mean - 1) > quantile * standardError;
  }
  return seen;
}
