import { largestEigenvalue, symmetricEigen } from '../linalg/symmetric-eigen.js';
import { dot, trace } from '../linalg/vectors.js';
import { randomSource } from '../random/generator.js';
import { sideOfGrowth } from '../theory/operator/exact-stability.js';
import type { BatchSizes, Sampling, SetName } from '../theory/problem.js';
import { perronStart, typicalGrowth } from '../unlearning/growth.js';
import { type Analysis, ESCAPE_FACTOR } from './analyze.js';
import type { EscapeGeometry } from './answer.js';
import { blockCoherences } from './coherence-form.js';
import type { DrawnSets } from './draw-subset.js';
import {
  curvatureAlong,
  escapeForecast,
  escapingPart,
  type GrowthAt,
  NEGLIGIBLE_CURVATURE,
} from './escape.js';
import { estimatedCurvature, type EstimatedProblem } from './estimated-problem.js';
import { estimatedMean } from './estimated-set.js';
import type { IntervalEstimate } from './linear-form.js';
import { type SubsetEstimates, subsetIntervals } from './subset-intervals.js';
import { subsetProcess } from './subset-process.js';

/** Ends of an interval, null where nothing bounds it from above. */
export interface SubsetInterval {
  readonly low: number;
  readonly high: number | null;
  /** True if the number is that of all samples: then low = high. */
  readonly exact: boolean;
}

/** What is said of a problem from a subset of its samples. */
export interface SubsetReport {
  readonly seed: number;
  /** Probability with which all four intervals hold together, to first order. */
  readonly confidence: number;
  readonly samples: {
    readonly retain: { readonly of: number; readonly drawn: number };
    readonly forget: { readonly of: number; readonly drawn: number };
  };
  readonly intervals: {
    readonly sigma: SubsetInterval;
    readonly alphaStar: SubsetInterval;
    readonly lambdaMin: SubsetInterval;
    readonly etaStar: SubsetInterval;
  };
  /** The side that the intervals of alpha* and eta* leave, if they leave one. */
  readonly side: 'diverges' | 'stable' | 'undecided';
}

/** An analysis whose numbers are estimates. No theorem is asked: their thresholds need all samples. */
export type SubsetAnalysis = Analysis & { readonly subset: SubsetReport };

/** A problem of which a subset was drawn, without its step size. */
export interface DrawnProblem {
  readonly sets: DrawnSets;
  readonly alpha: number;
  readonly batch: BatchSizes;
  readonly sampling: Sampling;
  /** p. */
  readonly parameters: number;
  readonly seed: number;
}

export interface SubsetAnalysisOptions {
  readonly confidence: number;
  /** Growth of |delta| that counts as escape, > 1. */
  readonly factor?: number;
}

/** Operations that the simulation of typical growth may take. */
const TYPICAL_OPERATIONS = 8e8;

/** Estimates the linear theory of a problem at step size eta from a subset of its samples. */
export function analyzeSubset(
  problem: DrawnProblem,
  eta: number,
  { confidence, factor = ESCAPE_FACTOR }: SubsetAnalysisOptions,
): SubsetAnalysis {
  const { retain, forget } = problem.sets;
  const estimates = subsetIntervals({ ...problem, retain, forget }, confidence);
  const { problem: reduced, stability, sigma, lambda1S, alphaStar, lambdaMin, etaStar } = estimates;
  const { logGrowth, spectralRadius, perron } = stability.growth(eta);
  const lambdaMax = stability.meanEigenvalues.at(-1)!;
  const escapes = lambdaMin.value < -NEGLIGIBLE_CURVATURE * Math.max(-lambdaMin.value, lambdaMax);
  const typical = typicalOf(reduced, eta, perron);
  const forecast = { eta, lambdaMin: escapes ? lambdaMin.value : 0, lambdaMax, logGrowth, typical };
  return {
    schemaVersion: 1,
    dimension: {
      parameters: problem.parameters,
      samples: { retain: retain.of, forget: forget.of },
      reduced: reduced.dimension,
    },
    coherence: { sigma: sigma.value, lambda1S, ...blockCoherences(reduced), ...crossOf(reduced), pair: null },
    mixing: { alphaStar: alphaStar.value, lambdaMin: lambdaMin.value, lambdaMax, escapes },
    exact: {
      etaStar: etaStar.value,
      spectralRadius,
      logGrowth,
      side: sideOfGrowth(logGrowth),
    },
    theorems: [],
    typical,
    escape: escapeForecast(forecast, factor),
    geometry: geometryOf(problem, reduced, { eta, logGrowth, perron }),
    subset: reportOf(problem, eta, confidence, estimates),
  };
}

function reportOf(
  { sets, alpha, seed }: DrawnProblem,
  eta: number,
  confidence: number,
  { sigma, alphaStar, lambdaMin, etaStar }: SubsetEstimates,
): SubsetReport {
  const drawn = ({ of, samples }: DrawnSets['retain']) => ({ of, drawn: samples.sampleCount });
  const interval = ({ low, high }: IntervalEstimate): SubsetInterval => ({
    low,
    high: Number.isFinite(high) ? high : null,
    exact: low === high,
  });
  const diverges = alpha > alphaStar.high || eta > etaStar.high;
  return {
    seed,
    confidence,
    samples: { retain: drawn(sets.retain), forget: drawn(sets.forget) },
    intervals: {
      sigma: interval(sigma),
      alphaStar: interval(alphaStar),
      lambdaMin: interval(lambdaMin),
      etaStar: interval(etaStar),
    },
    side: diverges ? 'diverges' : eta < etaStar.low ? 'stable' : 'undecided',
  };
}

/** chi2 and kappa; null where a set takes no part. */
function crossOf({ dimension, groups }: EstimatedProblem): Pick<Analysis['coherence'], 'chi2' | 'kappa'> {
  if (groups.length < 2) return { chi2: null, kappa: null };
  const [retain, forget] = groups.map(({ set }) => estimatedMean(set)) as [Float64Array, Float64Array];
  const chi2 = dot(retain, forget);
  return { chi2, kappa: chi2 / largestEigenvalue(forget, dimension) ** 2 };
}

/** Simulated single runs, as `analyzeProblem` has them, with batches of drawn samples. */
function typicalOf(problem: EstimatedProblem, eta: number, perron: Float64Array): Analysis['typical'] {
  const runs = 32;
  const r = problem.dimension;
  const perStep = problem.groups.reduce(
    (sum, { perSample }) => sum + (4 * r) / Math.max(1e-3, perSample),
    r * r,
  );
  const steps = Math.max(40, Math.min(400, Math.floor(TYPICAL_OPERATIONS / (runs * perStep))));
  const { growth, interval } = typicalGrowth(subsetProcess(problem, eta), randomSource('typical', 1), {
    runs,
    steps,
    burnIn: Math.ceil(steps / 5),
    confidence: 0.99,
    start: perronStart(perron, r),
  });
  return { growth, low: interval.low, high: interval.high };
}

/** The directions of the estimated D or T, with the drawn forget samples along them under their own positions. */
function geometryOf({ sets }: DrawnProblem, reduced: EstimatedProblem, growth: GrowthAt): EscapeGeometry {
  const r = reduced.dimension;
  const { kind, matrix } = escapingPart(symmetricEigen(estimatedCurvature(reduced), r), growth);
  const of = (name: SetName) => reduced.groups.find((group) => group.name === name);
  const share = (name: SetName): number | null => {
    const set = of(name)?.set;
    if (!set) return null;
    const mean = estimatedMean(set);
    return Math.min(1, Math.max(0, dot(matrix, mean) / trace(mean, r)));
  };
  const forget = of('forget')?.set;
  const shares = forget ? curvatureAlong(matrix, forget.samples, forget.samples).samples : [];
  const samples = shares.map((x, k) => ({ index: sets.draws.forget.indices[k]!, share: x }));
  return {
    kind,
    directions: trace(matrix, r),
    retainShare: share('retain'),
    forgetShare: share('forget'),
    samples: samples.sort((a, b) => a.share - b.share || a.index - b.index),
  };
}
