import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import type { Interval } from '../../src/statistics/intervals.js';
import { exactStability, sideOfGrowth } from '../../src/theory/operator/exact-stability.js';
import type { CurvatureGroup, ReducedProblem } from '../../src/theory/problem.js';
import { typicalGrowth } from '../../src/unlearning/growth.js';
import {
  linearisedProcess,
  unlearning,
  type UnlearningImplementation,
} from '../../src/unlearning/process.js';
import type { PausingWork } from '../../src/jobs/interrupt.js';
import type { KnownSide } from './known-instance.js';
import type { BiasedSampler } from './planted-problems.js';
import type { ClaimedInstance, SideProcedure } from './procedures.js';
import { type JudgedVerdict, tally, type Tally } from './tally.js';

/** One sampler, correct or not, before all procedures. */
export interface SamplerTrial {
  readonly sampler: string;
  /** The side of the process as it runs. */
  readonly truth: KnownSide;
  /** log rho(T) of the process as it runs, exact. */
  readonly logGrowth: number;
  /** 2 gamma of the process as it runs. */
  readonly typical: Interval;
  /** Largest deviation of a draw frequency, in standard errors. */
  readonly frequencyDeviation: number;
  /** One tally for each procedure, by name. */
  readonly tallies: ReadonlyMap<string, Tally>;
}

const BATCHES_COUNTED = 1000;

/** The correct and the biased sampler of one instance, each decided `runs` times by every procedure. */
export function* samplerTrials(
  biased: BiasedSampler,
  procedures: readonly SideProcedure[],
  seed: number,
  runs: number,
): PausingWork<readonly [SamplerTrial, SamplerTrial]> {
  const { problem, description, implementation, actual } = biased;
  const correct = `correct (${problem.groups[0]!.sampling})`;
  return [
    yield* trial(correct, biased, problem, unlearning, procedures, seed, runs),
    yield* trial(description, biased, actual, implementation, procedures, seed, runs),
  ];
}

/** Procedures on one instance with known side, with the correct sampler. */
export function instanceTrial(
  sampler: string,
  claimed: ClaimedInstance,
  procedures: readonly SideProcedure[],
  seed: number,
  runs: number,
): PausingWork<SamplerTrial> {
  return trial(sampler, claimed, claimed.problem, unlearning, procedures, seed, runs);
}

function* trial(
  sampler: string,
  { problem, eta }: ClaimedInstance,
  actual: ReducedProblem,
  implementation: UnlearningImplementation,
  procedures: readonly SideProcedure[],
  seed: number,
  runs: number,
): PausingWork<SamplerTrial> {
  const { logGrowth } = exactStability(actual).growth(eta);
  const truth: KnownSide = sideOfGrowth(logGrowth);
  const process = linearisedProcess(problem, eta, implementation);
  const stream = (...words: (string | number)[]) => randomSource('sampler trial', seed, sampler, ...words);
  const tallies = new Map<string, Tally>();
  for (const { name, decide } of procedures) {
    const verdicts: JudgedVerdict[] = [];
    for (let run = 0; run < runs; run++) {
      verdicts.push({ ...decide(process, { problem, eta }, stream(name, run)), truth });
      yield;
    }
    tallies.set(name, tally(verdicts));
  }
  return {
    sampler,
    truth,
    logGrowth,
    typical: typicalGrowth(process, stream('typical')).interval,
    frequencyDeviation: largestFrequencyDeviation(
      implementation,
      problem.groups[0]!,
      BATCHES_COUNTED,
      stream('frequency'),
    ),
    tallies,
  };
}

/** Standard errors beyond which a frequency is off: 1 in 15,000 for a normal deviation. */
export const FREQUENCY_LIMIT = 4;

/**
 * The usual unit test of a sampler: draws batches and compares how often each sample was drawn with
 * B/n. Returns the largest deviation in standard errors sqrt(batches p (1 - p)), p = B/n.
 */
export function largestFrequencyDeviation(
  implementation: UnlearningImplementation,
  { samples, batchSize, sampling }: CurvatureGroup,
  batches: number,
  random: RandomSource,
): number {
  const n = samples.sampleCount;
  const sampler = implementation.sampler(sampling, n, batchSize);
  const counts = new Float64Array(n);
  for (let b = 0; b < batches; b++) {
    sampler.draw(random);
    for (let k = 0; k < sampler.batch.size; k++) counts[sampler.batch.indices[k]!]!++;
  }
  const p = batchSize / n;
  const standardError = Math.sqrt(batches * p * (1 - p));
  return Math.max(...counts.map((count) => Math.abs(count - batches * p) / standardError));
}
