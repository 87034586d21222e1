import { addScaled, matrixTimesVector } from '../linalg/vectors.js';
import type { RandomSource } from '../random/generator.js';
import { meanHessian } from '../theory/mean-curvature.js';
import { factorQuadratic } from '../unlearning/factor-quadratic.js';
import type { UnlearningProcess } from '../unlearning/process.js';
import { estimatedCurvature, type EstimatedGroup, type EstimatedProblem } from './estimated-problem.js';
import { oneSample, sampleWeights, scaledSamples } from './drawn-set.js';

/**
 * The linearised unlearning step with batches of drawn samples, in proportion to their weights: D is that of all
 * samples as far as it is known, and the noise of a batch has the factor of all n. A batch has 1/k draws; where
 * batches differ in size (bernoulli sampling) their number is a Poisson one, near the normal law above POISSON_LIMIT.
 */
export function subsetProcess(problem: EstimatedProblem, eta: number): UnlearningProcess {
  const r = problem.dimension;
  const minimum = new Float64Array(r);
  const groups = problem.groups.map((group) => weightedGroup(group, minimum));
  // What the drawn samples miss of D.
  const rest = estimatedCurvature(problem);
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
