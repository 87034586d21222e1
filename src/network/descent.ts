import { largestEigenpair } from '../linalg/davidson.js';
import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { addScaled, dot } from '../linalg/vectors.js';
import { type RandomSource, randomSource } from '../statistics/generator.js';
import { batchSampler } from '../unlearning/batch-sampler.js';
import type { Loss, LossName } from './losses.js';
import { networkModel } from './network-model.js';
import { gradientGram, outputGradients } from './output-gradients.js';
import type { PatchData, PatchNetwork } from './patch-network.js';

/** Mean loss at one W, with outputs and gradient. */
export interface Evaluation {
  readonly weights: Float64Array;
  /** f(W, x_i). */
  readonly outputs: Float64Array;
  /** l'(f_i, y_i). */
  readonly lossDerivatives: Float64Array;
  /** (1/n) sum_i l_i; Infinity where it, or |W|^2, is beyond the number range. */
  readonly loss: number;
  /** True if every filter is inactive on every patch: the gradient is then 0 whatever the loss. */
  readonly dead: boolean;
  /** Gradient of the mean loss, 2 m d numbers; computed at the first call. */
  gradient(): Float64Array;
}

/** Mean loss of the network on the data as a function of W; it keeps the weights, so do not change them. */
type Objective = (weights: Float64Array) => Evaluation;

export function trainingObjective(network: PatchNetwork, data: PatchData, loss: Loss): Objective {
  const gradientsAt = outputGradients(network, data);
  const n = data.sampleCount;
  return (weights) => {
    const gradients = gradientsAt(weights);
    const { outputs, active } = gradients;
    const lossDerivatives = outputs.map((f, i) => loss.derivative(f, data.labels[i]!));
    const sum = outputs.reduce((total, f, i) => total + loss.value(f, data.labels[i]!), 0);
    // NaN weights activate no filter, so that the loss alone would look harmless.
    const finite = Number.isFinite(sum) && Number.isFinite(dot(weights, weights));
    let gradient: Float64Array | null = null;
    return {
      weights,
      outputs,
      lossDerivatives,
      loss: finite ? sum / n : Infinity,
      dead: active.every((a) => a === 0),
      gradient: () =>
        (gradient ??= gradients.combination(lossDerivatives.map((derivative) => derivative / n))),
    };
  };
}

/** Descent in progress. */
interface Descent {
  /** The point reached. */
  readonly current: Evaluation;
  /** Moves to the next point; the number of steps made, 0 if no step decreases the loss any more. */
  advance(): number;
}

/** Losses among which the largest must be improved on: with 1 the search would be monotone and slow. */
const MEMORY = 10;

/** Share of the first-order decrease that a step must achieve (Armijo). */
const SUFFICIENT = 1e-4;

/** Halvings of a step, a factor of 1e18; beyond them the decrease is below rounding. */
const MAX_HALVINGS = 60;

/**
 * Step sizes relative to the first one: tiny curvature must not send W out of the number range. That of the
 * logistic loss falls like exp(-margin).
 */
const STEP_RANGE = { smallest: 1e-6, largest: 1e15 };

/** Growth of the step size where the curvature along the last step is not positive, as across a kink. */
const WITHOUT_CURVATURE = 10;

/**
 * Full-batch descent with the spectral step size |s|^2/<s, y> of Barzilai and Borwein (s and y: last change of
 * W and of the gradient) and the nonmonotone line search of Raydan (1997). While no activation flips the
 * squared loss is quadratic, where this takes about sqrt(condition) steps a digit, without an eigenvalue.
 *
 * @param firstStep the first step size, > 0, such as 1/lambda_1 of the mean curvature.
 */
function spectralDescent(evaluate: Objective, start: Float64Array, firstStep: number): Descent {
  let current = evaluate(start);
  let stepSize = firstStep;
  const recent = [current.loss];

  /** The first halving that decreases enough, or null. */
  function search(gradient: Float64Array, slope: number): Evaluation | null {
    const reference = Math.max(...recent);
    for (let halvings = 0; halvings <= MAX_HALVINGS; halvings++, stepSize /= 2) {
      const weights = current.weights.slice();
      addScaled(weights, -stepSize, gradient);
      const candidate = evaluate(weights);
      if (candidate.loss <= reference - SUFFICIENT * stepSize * slope) return candidate;
    }
    return null;
  }

  return {
    get current() {
      return current;
    },
    advance() {
      const gradient = current.gradient();
      const slope = dot(gradient, gradient);
      const next = search(gradient, slope);
      if (!next) return 0;
      const change = next.gradient().slice();
      addScaled(change, -1, gradient);
      // <s, y> and |s|^2 with s = -stepSize * gradient.
      const curvature = -dot(gradient, change) / slope / stepSize;
      const wanted = curvature > 0 ? 1 / curvature : WITHOUT_CURVATURE * stepSize;
      const { smallest, largest } = STEP_RANGE;
      stepSize = Math.min(Math.max(wanted, smallest * firstStep), largest * firstStep);
      current = next;
      recent.push(current.loss);
      if (recent.length > MEMORY) recent.shift();
      return 1;
    },
  };
}

/** Batches and step sizes of mini-batch descent. */
interface MiniBatchSettings {
  readonly network: PatchNetwork;
  readonly data: PatchData;
  readonly loss: Loss;
  /** 1 <= B <= n; with B = n this is plain full-batch descent. */
  readonly batchSize: number;
  /** The step size from given weights on, asked for again every `EPOCHS_BETWEEN` epochs. */
  readonly stepSize: (weights: Float64Array) => number;
  readonly random: RandomSource;
}

/** Epochs after which the step size is asked for again: activations, and with them the curvature, change slowly. */
const EPOCHS_BETWEEN = 10;

/**
 * Descent with batches drawn without replacement. One advance is one epoch, ceil(n/B) steps, since the loss of
 * all samples costs as much as that.
 *
 * @throws RangeError unless 1 <= B <= n.
 */
function miniBatchDescent(evaluate: Objective, start: Float64Array, settings: MiniBatchSettings): Descent {
  const { network, data, loss, batchSize, random } = settings;
  const model = networkModel(network, data, loss);
  const sampler = batchSampler('without-replacement', data.sampleCount, batchSize);
  const stepsOfEpoch = Math.ceil(data.sampleCount / batchSize);
  const gradient = new Float64Array(start.length);
  let current = evaluate(start);
  let stepSize = 0;
  let epoch = 0;
  return {
    get current() {
      return current;
    },
    advance() {
      if (epoch++ % EPOCHS_BETWEEN === 0) stepSize = settings.stepSize(current.weights);
      const weights = current.weights.slice();
      for (let step = 0; step < stepsOfEpoch; step++) {
        sampler.draw(random);
        gradient.fill(0);
        for (let k = 0; k < sampler.batch.size; k++) {
          model.addGradient(weights, sampler.batch.indices[k]!, stepSize / batchSize, gradient);
        }
        for (let a = 0; a < weights.length; a++) weights[a]! -= gradient[a]!;
      }
      current = evaluate(weights);
      return stepsOfEpoch;
    },
  };
}

/** Descent method of training: full batches with spectral steps, or mini-batches drawn from `random`. */
export type TrainingMethod =
  | { readonly kind: 'spectral' }
  | {
      readonly kind: 'mini-batch';
      readonly batchSize: number;
      readonly random: RandomSource;
      /** A constant step size, stable or not; by default one from the curvature (`trainingStepSize`). */
      readonly stepSize?: number;
    };

/**
 * Descent by a method from `start`.
 *
 * @throws RangeError for a batch size outside 1..n.
 */
export function descentOf(
  method: TrainingMethod,
  network: PatchNetwork,
  start: Float64Array,
  data: PatchData,
  loss: Loss,
): Descent {
  const evaluate = trainingObjective(network, data, loss);
  const stepSizeFor = (batchSize: number) => (weights: Float64Array) =>
    trainingStepSize(network, weights, data, loss.name, batchSize);
  if (method.kind === 'spectral') {
    const firstStep = stepSizeFor(data.sampleCount)(start);
    // Without any gradient no step is made, of whatever size.
    return spectralDescent(evaluate, start, Number.isFinite(firstStep) ? firstStep : 1);
  }
  const { batchSize, random, stepSize } = method;
  return miniBatchDescent(evaluate, start, {
    network,
    data,
    loss,
    batchSize,
    random,
    stepSize: stepSize === undefined ? stepSizeFor(batchSize) : () => stepSize,
  });
}

/** sup l'': bounds the curvature of every sample by that of its output gradient, whatever its output. */
const LARGEST_SECOND_DERIVATIVE: Readonly<Record<LossName, number>> = { squared: 1, logistic: 1 / 4 };

/** Relative error of lambda_1 that a step size of half the largest stable one does not notice. */
const EIGENVALUE_TOLERANCE = 1e-3;

/**
 * The step size 1/L of mini-batch descent, L the expected smoothness of batches of size B drawn without
 * replacement (Gower et al. 2019),
 *
 *   L = n(B-1)/(B(n-1)) lambda_1(Hbar) + (n-B)/(B(n-1)) max_i lambda_1(H_i),
 *
 * with the H_i of the activations at W: up to 2/L the mean square distance to an interpolating minimum
 * shrinks. With B = n it is 1/lambda_1(Hbar).
 *
 * @returns a number > 0; Infinity if every output gradient is 0.
 */
export function trainingStepSize(
  network: PatchNetwork,
  weights: Float64Array,
  data: PatchData,
  loss: LossName,
  batchSize: number,
): number {
  const n = data.sampleCount;
  const gram = gradientGram(network, weights, data);
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, gram[i * n + i]!);
  if (largest === 0) return Infinity;
  const mean = batchSize === 1 ? 0 : largestGramEigenvalue(gram, n) / n;
  const smoothness =
    n === 1 ? largest : (n * (batchSize - 1) * mean + (n - batchSize) * largest) / (batchSize * (n - 1));
  return 1 / (smoothness * LARGEST_SECOND_DERIVATIVE[loss]);
}

/** From a start of no particular direction: the two classes can be blocks that do not see each other. */
function largestGramEigenvalue(gram: Float64Array, n: number): number {
  const random = randomSource('start of the largest eigenvalue of a Gram matrix');
  const start = Float64Array.from({ length: n }, () => random.normal());
  const apply = (x: Float64Array, out: Float64Array): void => {
    multiplyTransposed(gram, n, x, 1, n, out);
  };
  return largestEigenpair(apply, start, { tolerance: EIGENVALUE_TOLERANCE }).value;
}
