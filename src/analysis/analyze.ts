import { isProblemTheorem } from '../harness/kinds.js';
import type { ProblemTheorem, Theorem } from '../harness/theorem.js';
import { randomSource } from '../random/generator.js';
import type { DrawnProblem } from '../theory/draw-subset.js';
import { type ReducedProblem, samplingOf, type UnlearningProblem } from '../theory/problem.js';
import { TYPICAL_EFFORT, typicalGrowthAlong } from '../unlearning/growth.js';
import type { Analysis, SubsetInterval, SubsetReport, TheoremVerdict } from './answer.js';
import { escapeForecast, escapeGeometry } from './escape.js';
import { exactVerdict } from './exact-verdict.js';
import { fullBatchShare } from './full-batch-share.js';
import type { Estimate, Stage, TheoryEstimates } from './estimates.js';
import { subsetEstimates } from './subset-estimates.js';
import { theoremThreshold } from './theorem-threshold.js';
import { WHOLE_STAGES, wholeEstimates } from './whole-estimates.js';

/** Options of an analysis. */
export interface AnalysisOptions {
  /** p, where the sets are given in fewer coordinates; default: the length of their factors. */
  readonly parameters?: number;
  /** True if the sets are in coordinates of their joint span already (`reduceSets`, `streamedSets`); default false. */
  readonly spanned?: boolean;
  /** Growth of |delta| that counts as escape, > 1; default `ESCAPE_FACTOR`. */
  readonly factor?: number;
  /** Of the intervals of a subset, all together; default 0.95. */
  readonly confidence?: number;
  /** Called with the number of finished stages and of all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Growth of |delta| that counts as escape unless another factor is asked for. */
export const ESCAPE_FACTOR = 1000;

/** Seed of the simulated typical growth: the analysis of a problem is the same every time. */
const TYPICAL_SEED = 1;

/** Operations that the simulation of typical growth may take, about a second. */
const TYPICAL_OPERATIONS = 8e8;

/** Stages of an analysis besides estimates and theorems. */
const OWN_STAGES = 3;

/**
 * The whole linear theory of one problem at step size eta: exact if all its samples are given, estimated with
 * intervals if a subset of them was drawn.
 */
export function analyzeProblem(
  problem: UnlearningProblem | DrawnProblem,
  eta: number,
  theorems: readonly Theorem[],
  options: AnalysisOptions = {},
): Analysis {
  const { factor = ESCAPE_FACTOR, confidence = 0.95, spanned = false } = options;
  const asked = theorems.filter(isProblemTheorem);
  const stage = stages(OWN_STAGES + WHOLE_STAGES + asked.length, options.onProgress);
  const estimates = isDrawn(problem)
    ? stage(() => subsetEstimates(problem, confidence))
    : wholeEstimates(problem, spanned, stage);
  const { stability, alphaStar, etaStar, coherence } = estimates;
  const growth = stage(() => stability.growth(eta));
  const { perron } = growth;
  const typical = stage(() => measuredTypicalGrowth(estimates, eta, perron));
  const lambdaMin = estimates.lambdaMin.value;
  const lambdaMax = stability.meanEigenvalues.at(-1)!;
  const negative = stability.meanEigenvalues.filter((d) => d < 0).length;
  const zero = stability.meanEigenvalues.filter((d) => d === 0).length;
  const { accuracy } = estimates;
  const exact = exactVerdict(stability, etaStar.value, eta, growth, accuracy);
  const { logGrowth } = exact;
  const forecast = { eta, lambdaMin: Math.min(0, lambdaMin), lambdaMax, logGrowth, typical };
  return {
    schemaVersion: 1,
    dimension: {
      parameters: options.parameters ?? parametersOf(problem),
      samples: estimates.samples,
      reduced: estimates.dimension,
      leftOut: accuracy.leftOut,
      precision: accuracy.precision,
    },
    coherence: { sigma: estimates.sigma.value, ...coherence, fullBatchShare: shareLeft(problem, coherence) },
    mixing: { alphaStar: alphaStar.value, lambdaMin, lambdaMax, escapes: negative > 0, negative, zero },
    exact,
    theorems: theoremVerdicts(asked, estimates.problem, eta, stage),
    typical,
    escape: escapeForecast(forecast, factor),
    geometry: stage(() => escapeGeometry(estimates, { eta, logGrowth, perron })),
    ...(isDrawn(problem) && { subset: subsetReport(estimates, problem.alpha, eta) }),
  };
}

/** True if a subset of the samples was drawn. */
export function isDrawn(problem: UnlearningProblem | DrawnProblem): problem is DrawnProblem {
  return 'sets' in problem;
}

/** The share of the full-batch step sizes that the retain batches leave for sure; null without retain samples. */
function shareLeft(
  problem: UnlearningProblem | DrawnProblem,
  { alignedRetain }: TheoryEstimates['coherence'],
): number | null {
  const n = isDrawn(problem) ? problem.sets.retain.of : problem.retain.sampleCount;
  return alignedRetain === null
    ? null
    : fullBatchShare(alignedRetain, n, problem.batch.retain, samplingOf(problem.sampling, 'retain'));
}

function parametersOf(problem: UnlearningProblem | DrawnProblem): number {
  return isDrawn(problem) ? problem.parameters : problem.retain.dimension;
}

/** Runs stages and tells how many are done. */
function stages(total: number, onProgress: AnalysisOptions['onProgress'] = () => undefined): Stage {
  let done = 0;
  return (run) => {
    const result = run();
    onProgress(++done, total);
    return result;
  };
}

function theoremVerdicts(
  theorems: readonly ProblemTheorem[],
  problem: ReducedProblem | null,
  eta: number,
  stage: Stage,
): TheoremVerdict[] {
  if (problem === null) return [];
  return theorems.map((theorem) =>
    stage(() => {
      const { id, name, applies, critical, side } = theoremThreshold(theorem, problem);
      const etaThreshold = critical !== null && Number.isFinite(critical) ? critical : null;
      return { id, name, applies, side: side(eta), etaThreshold };
    }),
  );
}

/** Simulated single runs, started along the Perron matrix, as long as TYPICAL_OPERATIONS allow. */
function measuredTypicalGrowth(
  { process, stepCost }: TheoryEstimates,
  eta: number,
  perron: Float64Array,
): Analysis['typical'] {
  const full = TYPICAL_EFFORT.analysis;
  const affordable = Math.floor(TYPICAL_OPERATIONS / (full.runs * stepCost));
  const steps = Math.max(40, Math.min(full.steps, affordable));
  const random = randomSource('typical', TYPICAL_SEED);
  const effort = { ...full, steps, burnIn: Math.ceil(steps / 5) };
  const { growth, interval } = typicalGrowthAlong(perron, process(eta), random, effort);
  return { growth, low: interval.low, high: interval.high };
}

function subsetReport(estimates: TheoryEstimates, alpha: number, eta: number): SubsetReport {
  const { sigma, alphaStar, lambdaMin, etaStar, subset } = estimates;
  const interval = ({ low, high, exact }: Estimate): SubsetInterval => ({
    low,
    high: Number.isFinite(high) ? high : null,
    exact,
  });
  const diverges = alpha > alphaStar.high || eta > etaStar.high;
  return {
    ...subset!,
    intervals: {
      sigma: interval(sigma),
      alphaStar: interval(alphaStar),
      lambdaMin: interval(lambdaMin),
      etaStar: interval(etaStar),
    },
    side: diverges ? 'diverges' : eta < etaStar.low ? 'stable' : 'undecided',
  };
}
