import type { ReducedProblem } from '../../src/theory/problem.js';
import type { PredictedSide } from '../../src/harness/examination.js';
import { isSideClaim, predictedSide } from '../../src/harness/side-claim.js';
import type { Theorem } from '../../src/harness/theorem.js';
import { randomSource } from '../../src/statistics/generator.js';
import { exactStability, type SecondMomentGrowth } from '../../src/theory/operator/exact-stability.js';
import {
  type GrowthEstimate,
  perronStart,
  populationGrowth,
  typicalGrowthAlong,
} from '../../src/unlearning/growth.js';
import { unlearningProcess } from '../../src/unlearning/process.js';
import type { DigitsOptions } from './options.js';
import { pixelProblem, type DigitsModels } from './problem.js';

/** alpha/alpha* of the settings at half the critical step of the first. */
const MIXING_RATIOS = [0.5, 0.9, 1.1, 2];

/** eta/eta* of the further settings, at the first mixing ratio. */
const STEP_RATIOS = [0.9, 1.1, 2];

/** One setting with what the exact theory says of it. */
export interface Setting {
  readonly mixingRatio: number;
  readonly eta: number;
  /** eta*, 0 if the mean escapes at every step size. */
  readonly etaStar: number;
  readonly problem: ReducedProblem;
  readonly growth: SecondMomentGrowth;
}

/** What the theorems say together, and which of them decide. */
export interface Prediction {
  readonly side: PredictedSide | 'contradiction';
  readonly ids: readonly string[];
}

/** Growth measured on the real unlearning code. */
export interface MeasuredGrowth {
  /** log E|delta|^2 per step. */
  readonly secondMoment: GrowthEstimate;
  /** 2 gamma, of single runs. */
  readonly typical: GrowthEstimate;
}

/** Settings on both sides of alpha*, then on both sides of eta*. */
export function digitsSettings(models: DigitsModels, alphaStar: number, options: DigitsOptions): Setting[] {
  const mixings = MIXING_RATIOS.map((mixingRatio) => {
    const problem = pixelProblem(models, mixingRatio * alphaStar, options.batch, options.sampling);
    const exact = exactStability(problem);
    return { mixingRatio, problem, exact, etaStar: exact.criticalStep().value };
  });
  const first = mixings[0]!;
  const eta = first.etaStar / 2;
  return [
    ...mixings.map((mixing) => ({ mixing, eta })),
    ...STEP_RATIOS.map((ratio) => ({ mixing: first, eta: ratio * first.etaStar })),
  ].map(({ mixing: { exact, ...rest }, eta }) => ({ ...rest, eta, growth: exact.growth(eta) }));
}

/** The side that theorems decide, without the exact operator. */
export function prediction({ problem, eta }: Setting, theorems: readonly Theorem[]): Prediction {
  const verdicts = theorems.flatMap(({ id, claim }) => {
    if (!isSideClaim(claim) || !claim.applies(problem)) return [];
    const side = predictedSide(claim, claim.criticalStep(problem), eta);
    return side === 'undecided' ? [] : [{ id, side }];
  });
  const sides = new Set(verdicts.map(({ side }) => side));
  const side = sides.size > 1 ? 'contradiction' : (verdicts[0]?.side ?? 'undecided');
  return { side, ids: verdicts.map(({ id }) => id) };
}

/** Images in a pair of batches up to which simulations have their full size. */
const USUAL_BATCH = 128;

/** Sizes of the simulations: smaller for large batches, whose steps are slow but have little noise. */
function simulationSizes({ quick, batch }: DigitsOptions) {
  const share = Math.min(1, USUAL_BATCH / (batch.retain + batch.forget));
  const reduced = (count: number): number => Math.max(10, Math.round(share * count));
  return quick
    ? {
        population: { particles: reduced(50), steps: 100, populations: 6, burnIn: 0 },
        typical: { runs: 16, steps: reduced(200), burnIn: reduced(25) },
      }
    : {
        population: { particles: reduced(100), steps: 200, populations: 8, burnIn: 0 },
        typical: { runs: 32, steps: reduced(400), burnIn: reduced(50) },
      };
}

/**
 * Growth of the distance to w* under real mini-batch unlearning steps of the least-squares models.
 *
 * From a random direction the fast directions die out first and the growth of the slowest one, which
 * decides, shows only after thousands of steps. So runs start along the Perron matrix V of T: since
 * T(V) = rho V, E|delta_k|^2 = rho^k |delta_0|^2 holds at every k, without a burn-in.
 */
export function measuredGrowth(
  models: DigitsModels,
  setting: Setting,
  options: DigitsOptions,
): MeasuredGrowth {
  const { retain, forget, minimum } = models;
  const { problem, eta, growth } = setting;
  const { batch, sampling, seed } = options;
  const process = unlearningProcess({ retain, forget, alpha: problem.alpha, eta, batch }, sampling, minimum);
  const { population, typical } = simulationSizes(options);
  const start = perronStart(growth.perron, minimum.length);
  const random = (word: string) => randomSource('digits', word, seed, problem.alpha, eta);
  return {
    secondMoment: populationGrowth(process, random('population'), { ...population, start }),
    typical: typicalGrowthAlong(growth.perron, process, random('typical'), typical),
  };
}
