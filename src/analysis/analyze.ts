import { isProblemTheorem } from '../harness/kinds.js';
import type { ProblemTheorem, Theorem } from '../harness/theorem.js';
import { fullBatchShare } from '../theory/coherence.js';
import type { DrawnProblem } from '../theory/draw-subset.js';
import {
  type FactorSet,
  type ReducedProblem,
  samplingOf,
  type SetName,
  type UnlearningProblem,
} from '../theory/problem.js';
import { beyondPlain, PLAIN_PROCEDURE } from '../theory/procedure.js';
import type {
  Analysis,
  ProcedureAnswer,
  RateSweep,
  SubsetInterval,
  SubsetReport,
  TheoremVerdict,
} from './answer.js';
import { escapeForecast, escapeGeometry } from './escape.js';
import {
  type Estimate,
  type Stage,
  type TheoryEstimates,
  WHOLE_STAGES,
  wholeEstimates,
} from './estimates.js';
import { clippingAnswer, subsetClipping } from './clipping.js';
import { misfitAnswer } from './misfit.js';
import { rateSweep, type RateSweepRequest } from './rate-sweep.js';
import { subsetEstimates } from './subset-estimates.js';
import { threeAxisEnds } from './three-axis-ends.js';
import { growthOfRuns } from './typical-growth.js';
import { exactVerdict, procedureVerdict, theoremThreshold } from './verdict.js';

/** Options of an analysis. */
interface AnalysisOptions {
  /** p, where the sets are given in fewer coordinates; default: the length of their factors. */
  readonly parameters?: number;
  /** True if the sets are in coordinates of their joint span already (`reduceSets`, `streamedSets`); default false. */
  readonly spanned?: boolean;
  /** Growth of |delta| that counts as escape, > 1; default `ESCAPE_FACTOR`. */
  readonly factor?: number;
  /** Of the intervals of a subset, all together; default `CONFIDENCE`. */
  readonly confidence?: number;
  /** Gradients of the samples at w*, in the coordinates of the sets (with a preconditioner C^{1/2} g_i); plain steps alone. */
  readonly gradients?: Readonly<Record<SetName, FactorSet>> | null;
  /** Norm at which the gradient of a step is clipped; plain steps alone. */
  readonly clip?: number;
  /** A distance from w* that the push of the gradients is compared with. */
  readonly start?: number;
  /** Step sizes that are asked about beside eta; plain steps and all samples alone. */
  readonly sweep?: RateSweepRequest;
  /** What the file of the forget samples calls them, by their row. */
  readonly forgetIds?: readonly number[] | null;
  /** True once no further theorem is to be asked; default: never. */
  readonly isOver?: () => boolean;
  /** Hears of the operations of a growth that is simulated, about, before it begins; it may throw. */
  readonly onSimulation?: (operations: number) => void;
  /** Called with the answer before any theorem is asked, `theorems` empty: nothing else in it changes. */
  readonly onAnswer?: (answer: Analysis) => void;
  /** Called with the number of finished stages and of all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Growth of |delta| that counts as escape unless another factor is asked for. */
export const ESCAPE_FACTOR = 1000;

/** With which the intervals of a subset hold together unless another confidence is asked for. */
export const CONFIDENCE = 0.95;

/** Stages of an analysis besides estimates and theorems. */
const OWN_STAGES = 4;

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
  const { factor = ESCAPE_FACTOR, confidence = CONFIDENCE, spanned = false } = options;
  const asked = theorems.filter(isProblemTheorem);
  const own = OWN_STAGES + (options.sweep ? 1 : 0);
  const stage = stages(own + WHOLE_STAGES + asked.length, options.onProgress);
  const estimates = isDrawn(problem)
    ? stage(() => subsetEstimates(problem, confidence))
    : wholeEstimates(problem, spanned, stage);
  const { stability, alphaStar, etaStar, coherence } = estimates;
  const simulated = stability.simulatedPeriods(eta) * estimates.stepCost;
  if (simulated > 0) options.onSimulation?.(simulated);
  const lambdaMin = estimates.lambdaMin.value;
  const lambdaMax = stability.meanEigenvalues.at(-1)!;
  const negative = stability.meanEigenvalues.filter((d) => d < 0).length;
  const zero = stability.meanEigenvalues.filter((d) => d === 0).length;
  const { accuracy } = estimates;
  const { exact, typical, escape, perron } = atStep(eta, stage);
  const { logGrowth } = exact;
  const sweep = options.sweep && stage(() => rateSweep(estimates, options.sweep!, atStep));
  const ends = stage(() => threeAxisEnds(estimates));
  const answer: Analysis = {
    schemaVersion: 1,
    dimension: {
      parameters: options.parameters ?? parametersOf(problem),
      samples: estimates.samples,
      reduced: estimates.dimension,
      leftOut: accuracy.leftOut,
      precision: accuracy.precision,
    },
    procedure: procedureAnswer(problem, stability.period),
    coherence: { sigma: estimates.sigma.value, ...coherence, fullBatchShare: shareLeft(problem, coherence) },
    mixing: { alphaStar: alphaStar.value, lambdaMin, lambdaMax, escapes: negative > 0, negative, zero },
    exact,
    theorems: [],
    typical,
    escape,
    geometry: stage(() => escapeGeometry(estimates, { eta, logGrowth, perron }, options.forgetIds)),
    ...(ends && { ends }),
    ...(isDrawn(problem)
      ? drawnClipping(problem, eta, options)
      : gradientAnswers(estimates, exact, eta, options)),
    ...(isDrawn(problem) && { subset: subsetReport(estimates, problem.alpha, eta) }),
    ...(sweep && sweepAnswer(sweep)),
  };
  options.onAnswer?.(answer);
  return { ...answer, theorems: theoremVerdicts(asked, estimates.problem, eta, stage, options.isOver) };

  /** What is said at one step size. */
  function atStep(eta: number, run: Stage = (compute) => compute()) {
    const growth = run(() => stability.growth(eta));
    const { perron } = growth;
    const exact =
      stability.meanGrowth === null
        ? exactVerdict(stability, etaStar.value, eta, growth, accuracy)
        : procedureVerdict(estimates, eta, growth);
    const typical = run(() => growthOfRuns(estimates, eta, growth, exact));
    const { logGrowth } = exact;
    const meanGrowth = stability.meanGrowth ? { meanGrowth: stability.meanGrowth(eta) } : {};
    const rates = { eta, lambdaMin: Math.min(0, lambdaMin), lambdaMax, logGrowth, typical, ...meanGrowth };
    return { exact, typical, perron, escape: escapeForecast(rates, factor) };
  }
}

function sweepAnswer({
  rates,
  window,
  ...rule
}: RateSweep): Pick<Analysis, 'sweep' | 'window' | 'sweepRule'> {
  return { sweep: rates, window, sweepRule: rule };
}

/** Answers about gradients at w* and clipping, as far as they were given. */
function gradientAnswers(
  { problem, spanned }: TheoryEstimates,
  { verdict }: Analysis['exact'],
  eta: number,
  { gradients, clip, start }: AnalysisOptions,
): Pick<Analysis, 'misfit' | 'clipping'> {
  if (problem === null || spanned === null) return {};
  const own = gradients ? problem.groups.map(({ name }) => gradients[name]) : null;
  const at = { eta, holds: verdict === 'stable', start: start ?? null };
  return {
    ...(own && {
      misfit: misfitAnswer(spanned(), own, at),
    }),
    ...(clip !== undefined && { clipping: clippingAnswer(problem, own, { clip, eta }) }),
  };
}

/** Answer about clipping, of all samples of a subset. */
function drawnClipping(
  problem: DrawnProblem,
  eta: number,
  { clip }: AnalysisOptions,
): Pick<Analysis, 'clipping'> {
  return clip === undefined ? {} : { clipping: subsetClipping(problem, { clip, eta }) };
}

/** True if a subset of the samples was drawn. */
export function isDrawn(problem: UnlearningProblem | DrawnProblem): problem is DrawnProblem {
  return 'sets' in problem;
}

/** The procedure of a problem, as taken. */
function procedureAnswer(
  { sampling, procedure = PLAIN_PROCEDURE }: Pick<UnlearningProblem, 'sampling' | 'procedure'>,
  period: number,
): ProcedureAnswer {
  const { momentum, nesterov, weightDecay, preconditioner, schedule, dropLast } = procedure;
  const schemes = typeof sampling === 'string' ? [sampling] : Object.values(sampling);
  return {
    sampling,
    optimizer: { momentum, nesterov, weightDecay, preconditioner },
    schedule,
    ...(schemes.includes('reshuffled') && { dropLast }),
    period,
  };
}

/** The share of the full-batch step sizes that the retain batches leave for sure; null without retain samples. */
function shareLeft(
  problem: UnlearningProblem | DrawnProblem,
  { alignedRetain }: TheoryEstimates['coherence'],
): number | null {
  const n = isDrawn(problem) ? problem.sets.retain.of : problem.retain.sampleCount;
  // What is proved of them is about the plain step.
  return alignedRetain === null || beyondPlain(problem) !== null
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
  isOver = (): boolean => false,
): TheoremVerdict[] {
  if (problem === null) return [];
  return theorems.flatMap((theorem) =>
    stage(() => {
      if (isOver()) return [];
      const { id, name, applies, critical, side } = theoremThreshold(theorem, problem);
      const etaThreshold = critical !== null && Number.isFinite(critical) ? critical : null;
      return [{ id, name, applies, side: side(eta), etaThreshold }];
    }),
  );
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
