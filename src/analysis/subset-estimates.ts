import { largestEigenvalue } from '../linalg/symmetric-eigen.js';
import { addScaled, dot, matrixTimesVector, trace } from '../linalg/vectors.js';
import type { RandomSource } from '../statistics/generator.js';
import type { DrawnProblem, DrawnSet } from '../theory/draw-subset.js';
import { curvatureAlong, meanHessian } from '../theory/mean-curvature.js';
import { accuracyOf } from '../theory/rank.js';
import type { SetName } from '../theory/problem.js';
import { factorQuadratic } from '../unlearning/factor-quadratic.js';
import type { UnlearningProcess } from '../unlearning/process.js';
import {
  type EstimatedGroup,
  estimatedMean,
  type EstimatedProblem,
  oneSample,
  sampleWeights,
  scaledSamples,
} from './estimated-problem.js';
import { plainMoment } from './second-moment.js';
import type { CurvatureShares, TheoryEstimates } from './estimates.js';
import { subsetIntervals } from './subset-intervals.js';

/** Estimates of the theory of a problem of which a subset was drawn. @param confidence that of all intervals together. */
export function subsetEstimates(problem: DrawnProblem, confidence: number): TheoryEstimates {
  const { retain, forget } = problem.sets;
  const {
    problem: reduced,
    meanCurvature,
    ...estimates
  } = subsetIntervals({ ...problem, retain, forget }, confidence);
  const { sigma, alphaStar, lambdaMin, etaStar, certainEtaStar, stability, ...coherence } = estimates;
  const { dimension: r } = reduced;
  const drawn = ({ of, samples, isThinned = false }: DrawnSet) => ({
    ...{ of, drawn: samples.sampleCount, thinned: isThinned },
  });
  return {
    samples: { retain: retain.of, forget: forget.of },
    dimension: r,
    sigma,
    alphaStar,
    lambdaMin,
    etaStar,
    firstCrossingOnly: false,
    accuracy: accuracyOf(reduced.groups.map(({ set }) => set.samples)),
    coherence: { ...coherence, ...crossCoherences(reduced), pair: null },
    meanCurvature,
    stability: plainMoment(stability),
    process: (eta) => subsetProcess(reduced, meanCurvature, eta),
    stepCost: reduced.groups.reduce((sum, { perSample }) => sum + (4 * r) / Math.max(1e-3, perSample), r * r),
    sharesAlong: (projector) => sharesAlong(projector, reduced, problem),
    problem: null,
    spanned: null,
    subset: {
      seed: problem.seed,
      confidence,
      certainEtaStar,
      samples: { retain: drawn(retain), forget: drawn(forget) },
    },
  };
}

/** chi2 and kappa; null where a set takes no part. */
function crossCoherences({ dimension, groups }: EstimatedProblem): {
  readonly chi2: number | null;
  readonly kappa: number | null;
} {
  if (groups.length < 2) return { chi2: null, kappa: null };
  const [retain, forget] = groups.map(({ set }) => estimatedMean(set)) as [Float64Array, Float64Array];
  const chi2 = dot(retain, forget);
  return { chi2, kappa: chi2 / largestEigenvalue(forget, dimension) ** 2 };
}

/** Shares of the estimated mean curvatures, and of the drawn forget samples under their own positions. */
function sharesAlong(
  projector: Float64Array,
  { dimension, groups }: EstimatedProblem,
  { sets }: DrawnProblem,
): CurvatureShares {
  const setNamed = (name: SetName) => groups.find((group) => group.name === name)?.set;
  const share = (set: DrawnSet | undefined): number | null => {
    if (!set) return null;
    const mean = estimatedMean(set);
    return Math.min(1, Math.max(0, dot(projector, mean) / trace(mean, dimension)));
  };
  const [retain, forget] = [setNamed('retain'), setNamed('forget')];
  const shares = forget ? curvatureAlong(projector, forget.samples, forget.samples).samples : [];
  return {
    retain: share(retain),
    forget: share(forget),
    samples: shares.map((x, k) => ({ index: sets.draws.forget.indices[k]!, share: x })),
  };
}

/**
 * The linearised unlearning step with batches of drawn samples, in proportion to their weights: D is that of all
 * samples as far as it is known, and the noise of a batch has the factor of all n. A batch has 1/k draws; where
 * batches differ in size (bernoulli sampling) their number is a Poisson one, near the normal law above POISSON_LIMIT.
 */
export function subsetProcess(
  { groups: drawnGroups, dimension: r }: EstimatedProblem,
  meanCurvature: Float64Array,
  eta: number,
): UnlearningProcess {
  const minimum = new Float64Array(r);
  const groups = drawnGroups.map((group) => weightedGroup(group, minimum));
  // The part of D that the drawn samples miss.
  const rest = meanCurvature.slice();
  for (const { signed, mean } of groups) addScaled(rest, -signed, mean);
  const gradient = new Float64Array(r);
  return {
    minimum,
    drawBatches(random) {
      for (const group of groups) group.draw(random);
    },
    batchSizes: () => ({ retain: groups[0]!.size(), forget: groups.at(-1)!.size() }),
    applyStep(w) {
      matrixTimesVector(rest, w, gradient);
      for (const group of groups) group.addGradient(w, gradient);
      addScaled(w, -eta, gradient);
    },
  };
}

/** Above so many expected draws a Poisson number is drawn as a rounded normal one. */
const POISSON_LIMIT = 50;

/** Most draws of one batch: with more the noise is negligible beside what is simulated. */
const MOST_DRAWS = 2000;

function weightedGroup({ set, sign, weight, perSample, ofMean }: EstimatedGroup, minimum: Float64Array) {
  const model = factorQuadratic(set.samples, minimum);
  const weights = sampleWeights(set);
  const total = weights.reduce((sum, x) => sum + x, 0);
  const cumulative = new Float64Array(weights.length);
  weights.forEach((x, i) => (cumulative[i] = (cumulative[i - 1] ?? 0) + x / total));
  const { factors, dimension } = scaledSamples(set.samples, (i) => weights[i]! / total);
  const mean = meanHessian(oneSample(factors, dimension));
  const expected = perSample === 0 ? 0 : Math.min(MOST_DRAWS, Math.max(1, 1 / perSample));
  const signed = sign * weight;
  const batch: number[] = [];
  return {
    /** sign a. */
    signed,
    /** Mean of the H_i by weight. */
    mean,
    size: () => batch.length,
    draw(random: RandomSource): void {
      batch.length = 0;
      const count = ofMean === 0 ? poisson(expected, random) : Math.round(expected);
      for (let k = 0; k < count; k++) batch.push(indexAt(cumulative, random.uniform()));
    },
    /** A full batch has no noise: then the mean itself. */
    addGradient(w: Float64Array, out: Float64Array): void {
      for (const i of batch) model.addGradient(w, i, signed / expected, out);
      if (expected > 0) return;
      for (let i = 0; i < weights.length; i++) model.addGradient(w, i, (signed * weights[i]!) / total, out);
    },
  };
}

function poisson(mean: number, random: RandomSource): number {
  if (mean > POISSON_LIMIT) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  let count = -1;
  for (let product = 1; product > Math.exp(-mean); count++) product *= random.uniform();
  return Math.max(0, count);
}

/** First index whose cumulative share exceeds x. */
function indexAt(cumulative: Float64Array, x: number): number {
  let [low, high] = [0, cumulative.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle]! > x) high = middle;
    else low = middle + 1;
  }
  return low;
}
