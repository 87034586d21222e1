import { randomSource } from '../statistics/generator.js';
import { meanMemory, plainMeanGrowth, typicalOfMean } from '../theory/operator/growth-of-mean.js';
import { perronStart, TYPICAL_EFFORT } from '../unlearning/growth.js';
import { settledGrowth } from '../unlearning/settled-growth.js';
import type { Analysis, TypicalAnswer } from './answer.js';
import type { TheoryEstimates } from './estimates.js';
import type { MomentGrowth } from './second-moment.js';

/** Seed of the simulated typical growth: the analysis of a problem is the same every time. */
const SEED = 1;

/** Operations that the simulation may take, about a second, and those of a period beside its gradients. */
const OPERATIONS = 8e8;
const OVERHEAD = 300;

/**
 * 2 gamma of single runs at a step size: exact where the mean tells it, else from runs that start along the Perron
 * matrix, as long as their procedure remembers and OPERATIONS allow.
 *
 * @param growth of the second moment there; @param exact what is answered of it.
 */
export function growthOfRuns(
  estimates: Pick<TheoryEstimates, 'process' | 'stepCost' | 'stability' | 'problem'>,
  eta: number,
  { perron, error, logGrowth }: MomentGrowth,
  exact: Analysis['exact'],
): TypicalAnswer {
  const { problem, stability, stepCost } = estimates;
  const mean = stability.meanGrowth
    ? stability.meanGrowth(eta)
    : plainMeanGrowth(stability.meanEigenvalues, eta);
  // Of a subset the runs are those of the drawn samples, and log rho is an estimate for all.
  const told = problem && mean !== null ? typicalOfMean(problem, exact.logGrowth, mean) : null;
  if (told !== null) {
    const growth = exact.verdict === 'marginal' ? 0 : told;
    return { growth, low: growth, high: growth, exact: true };
  }
  const running = estimates.process(eta);
  const { period = 1 } = running;
  const full = TYPICAL_EFFORT.analysis;
  const affordable = (cost: number): number => Math.floor(OPERATIONS / (full.runs * cost));
  const steps = Math.max(40, Math.min(full.steps, affordable(stepCost)));
  const effort = {
    ...full,
    steps,
    burnIn: Math.ceil(steps / 5),
    mostSteps: affordable(stepCost + OVERHEAD * period),
  };
  const { growth, interval, settled } = settledGrowth(running, randomSource('typical', SEED), effort, {
    start: perron ? perronStart(perron, running.minimum.length) : undefined,
    memory: problem ? meanMemory(problem, eta) / period : 0,
    ceiling: problem && !exact.estimate ? period * (Math.max(logGrowth, exact.logGrowth) + error) : Infinity,
  });
  return {
    growth: growth / period,
    low: interval.low / period,
    high: interval.high / period,
    ...(!settled && { settled }),
  };
}
