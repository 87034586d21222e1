import type { ReducedProblem } from '../curvature/problem.js';
import type { RandomSource } from '../random/generator.js';
import type { UnlearningProcess } from '../unlearning/process.js';

/** What every stage of a decision works on. */
export interface DecisionContext {
  readonly process: UnlearningProcess;
  readonly problem: ReducedProblem;
  readonly eta: number;
  readonly random: RandomSource;
  /** Log evidence at which a verdict falls. */
  readonly threshold: number;
}

/** Outcome of one attempt to certify a side. */
export interface Attempt {
  /** Pairs of batches drawn. */
  readonly samples: number;
  readonly logEvidence: number;
  /** Samples that a decision was expected to take, by the scouts. */
  readonly expected: number;
  /** What is wrong with the drawn steps, or null. */
  readonly fault: string | null;
}

/** Share of the wanted number of samples that scouts can promise: 60 times their own number. */
const PROMISE = 60;

/**
 * How many samples a test may take: three times what the speed of the evidence on the scouts asks for,
 * and none if that is more than are left or than the scouts can promise (a larger pilot is better spent).
 */
export function testLimit(
  growth: number,
  threshold: number,
  left: number,
  scoutCount: number,
): { expected: number; limit: number } {
  const expected = growth > 0 ? threshold / growth : Infinity;
  if (expected > left || expected > PROMISE * scoutCount) return { expected, limit: 0 };
  return { expected, limit: Math.min(left, Math.ceil(3 * expected) + 640) };
}
