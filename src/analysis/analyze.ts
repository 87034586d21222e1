import type { PredictedSide } from '../harness/examination.js';
import { appliesTo, isProblemTheorem, kindOf } from '../harness/kinds.js';
import type { ProblemTheorem, Theorem } from '../harness/theorem.js';
import { randomSource } from '../random/generator.js';
import { crossCoherence, setCoherence, unlearningCoherence } from '../theory/coherence.js';
import { criticalMixing } from '../theory/critical-mixing.js';
import { factorCount, type FactorSet } from '../theory/factor-set.js';
import { exactStability } from '../theory/operator/exact-stability.js';
import { pairwiseCoherence } from '../theory/pairwise-coherence.js';
import type { ReducedProblem, UnlearningProblem } from '../theory/problem.js';
import { reduceSets, reduceSpanned } from '../theory/reduction.js';
import { perronStart, typicalGrowth } from '../unlearning/growth.js';
import { linearisedProcess } from '../unlearning/process.js';
import type { EscapeForecast, EscapeGeometry, Recommendation } from './answer.js';
import { escapeForecast, escapeGeometry, NEGLIGIBLE_CURVATURE } from './escape.js';

/** Result of `analyze`, in the layout that scripts rely on. Sets without samples have null coherence. */
export interface Analysis {
  readonly schemaVersion: 1;
  readonly dimension: {
    readonly parameters: number;
    readonly samples: { readonly retain: number; readonly forget: number };
    readonly reduced: number;
  };
  readonly coherence: {
    readonly sigma: number;
    readonly lambda1S: number;
    readonly retain: number | null;
    readonly forget: number | null;
    readonly cross: number;
    readonly chi2: number | null;
    readonly kappa: number | null;
    /** null also where there are more pairs than `MAX_PAIRS`. */
    readonly pair: number | null;
  };
  readonly mixing: {
    readonly alphaStar: number;
    readonly lambdaMin: number;
    readonly lambdaMax: number;
    readonly escapes: boolean;
  };
  readonly exact: {
    readonly etaStar: number;
    readonly spectralRadius: number;
    readonly logGrowth: number;
    readonly side: 'diverges' | 'stable';
  };
  readonly theorems: readonly TheoremVerdict[];
  readonly typical: { readonly growth: number; readonly low: number; readonly high: number };
  readonly escape: EscapeForecast;
  readonly geometry: EscapeGeometry;
  /** Only where one was asked for. */
  readonly recommendation?: Recommendation;
}

/** What an analysis may be told besides the problem. */
export interface AnalysisOptions {
  /**
   * p, where the sets are given in fewer coordinates already, those of their joint span (`reduceSets`, `streamedSets`);
   * default: the length of their factors.
   */
  readonly parameters?: number;
  /** Growth of |delta| that counts as escape, > 1. */
  readonly factor?: number;
  /** Called with the number of finished stages and of all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Growth of |delta| that counts as escape unless another factor is asked for. */
export const ESCAPE_FACTOR = 1000;

/** What one theorem says of the problem. */
export interface TheoremVerdict {
  readonly id: string;
  readonly name: string;
  readonly applies: boolean;
  readonly side: PredictedSide;
  readonly etaThreshold: number | null;
}

/** Seed of the simulated typical growth: the analysis of a problem is the same every time. */
const TYPICAL_SEED = 1;

/** Operations that the simulation of typical growth may take, about a second. */
const TYPICAL_OPERATIONS = 8e8;

/** The whole linear theory of one problem at step size eta. */
export function analyzeProblem(
  problem: UnlearningProblem,
  eta: number,
  theorems: readonly Theorem[],
  options: AnalysisOptions = {},
): Analysis {
  const { parameters = problem.retain.dimension, factor = ESCAPE_FACTOR } = options;
  const asked = theorems.filter(isProblemTheorem);
  const stage = stages(STAGES + asked.length, options.onProgress);
  const inCoordinates = stage(() => onJointSpan(problem, parameters));
  const reduced = stage(() => reduceSpanned(inCoordinates));
  const exact = stage(() => exactStability(reduced));
  const { logGrowth, perron, spectralRadius } = stage(() => exact.growth(eta));
  const etaStar = stage(() => exact.criticalStep().value);
  const typical = stage(() => measuredTypicalGrowth(reduced, eta, perron));
  const lambdaMin = exact.meanEigenvalues[0]!;
  const lambdaMax = exact.meanEigenvalues.at(-1)!;
  const escapes = lambdaMin < -NEGLIGIBLE_CURVATURE * Math.max(-lambdaMin, lambdaMax);
  return {
    schemaVersion: 1,
    dimension: {
      parameters,
      samples: { retain: problem.retain.sampleCount, forget: problem.forget.sampleCount },
      reduced: reduced.dimension,
    },
    coherence: stage(() => coherences(inCoordinates, reduced)),
    mixing: {
      alphaStar: stage(() => criticalMixing(inCoordinates.retain, inCoordinates.forget)),
      lambdaMin,
      lambdaMax,
      escapes,
    },
    exact: {
      etaStar,
      spectralRadius,
      logGrowth,
      side: logGrowth < 0 ? 'stable' : 'diverges',
    },
    theorems: asked.map((theorem) => stage(() => theoremVerdict(theorem, reduced, eta))),
    typical,
    escape: escapeForecast(
      { eta, lambdaMin: escapes ? lambdaMin : 0, lambdaMax, logGrowth, typical },
      factor,
    ),
    geometry: stage(() => escapeGeometry(reduced, inCoordinates, { eta, logGrowth, perron })),
  };
}

/** Stages of an analysis besides the theorems. */
const STAGES = 9;

/** Runs stages and tells how many are done. */
function stages(
  total: number,
  onProgress: AnalysisOptions['onProgress'] = () => undefined,
): <T>(run: () => T) => T {
  let done = 0;
  return (run) => {
    const result = run();
    onProgress(++done, total);
    return result;
  };
}

/** The problem with both sets in coordinates of their joint span. */
function onJointSpan(problem: UnlearningProblem, parameters: number): UnlearningProblem {
  if (problem.retain.dimension < parameters) return problem;
  const [retain, forget] = reduceSets([problem.retain, problem.forget]).sets as [FactorSet, FactorSet];
  return { ...problem, retain, forget };
}

function coherences(problem: UnlearningProblem, reduced: ReducedProblem): Analysis['coherence'] {
  const { retain, forget, alpha } = problem;
  const { sigma, lambda1S, cross } = unlearningCoherence(reduced);
  const pairs = forget.sampleCount > 0 ? crossCoherence(retain, forget) : null;
  const own = (set: FactorSet): number | null => (set.sampleCount > 0 ? setCoherence(set) : null);
  return {
    sigma,
    lambda1S,
    retain: own(retain),
    forget: own(forget),
    cross,
    chi2: pairs?.chi2 ?? null,
    kappa: pairs?.kappa ?? null,
    pair: pairwiseCoherence(retain, forget, alpha),
  };
}

function theoremVerdict(
  { id, name, claim }: ProblemTheorem,
  problem: ReducedProblem,
  eta: number,
): TheoremVerdict {
  const applies = appliesTo(claim, problem);
  const taken = applies ? kindOf(claim).sides?.taken(claim, problem) : null;
  if (!taken) return { id, name, applies, side: 'undecided', etaThreshold: null };
  const { criticalStep } = taken;
  const etaThreshold = criticalStep !== null && Number.isFinite(criticalStep) ? criticalStep : null;
  return { id, name, applies, side: taken.at(eta), etaThreshold };
}

/** Simulated single runs, started along the Perron matrix, as long as TYPICAL_OPERATIONS allow. */
function measuredTypicalGrowth(
  problem: ReducedProblem,
  eta: number,
  perron: Float64Array,
): Analysis['typical'] {
  const runs = 32;
  const perStep = problem.groups.reduce((sum, { samples, batchSize }) => {
    const factors = factorCount(samples) / samples.sampleCount;
    return sum + 4 * batchSize * factors * samples.dimension;
  }, 10);
  const steps = Math.max(40, Math.min(400, Math.floor(TYPICAL_OPERATIONS / (runs * perStep))));
  const { growth, interval } = typicalGrowth(
    linearisedProcess(problem, eta),
    randomSource('typical', TYPICAL_SEED),
    {
      runs,
      steps,
      burnIn: Math.ceil(steps / 5),
      confidence: 0.99,
      start: perronStart(perron, problem.dimension),
    },
  );
  return { growth, low: interval.low, high: interval.high };
}
