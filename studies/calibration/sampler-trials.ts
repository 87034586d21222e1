import type { ReducedProblem } from '../../src/theory/problem.js';
import { randomSource } from '../../src/random/generator.js';
import { exactStability, sideOfGrowth } from '../../src/theory/operator/exact-stability.js';
import type { Interval } from '../../src/statistics/intervals.js';
import { typicalGrowth } from '../../src/unlearning/growth.js';
import {
  linearisedProcess,
  unlearning,
  type UnlearningImplementation,
} from '../../src/unlearning/process.js';
import type { BiasedSampler } from './biased-samplers.js';
import type { PausingWork } from './interruptible.js';
import { largestFrequencyDeviation } from './naive/draw-frequencies.js';
import type { KnownSide } from './known-instance.js';
import type { ClaimedInstance, SideProcedure } from './procedure.js';
import { tally, type JudgedVerdict, type Tally } from './tally.js';

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
  const correct = `correct (${problem.sampling})`;
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
  const { sampling } = problem;
  return {
    sampler,
    truth,
    logGrowth,
    typical: typicalGrowth(process, stream('typical')).interval,
    frequencyDeviation: largestFrequencyDeviation(
      implementation,
      sampling,
      problem.groups[0]!,
      BATCHES_COUNTED,
      stream('frequency'),
    ),
    tallies,
  };
}
